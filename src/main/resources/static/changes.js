// Small helps for the pages of changes; everything else is done on the server and by htmx.

const shown = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

function localTimes() {
  document.querySelectorAll('time').forEach(time => {
    time.textContent = shown.format(new Date(time.dateTime));
    time.title = time.dateTime;
  });
}

/** The enlarged picture is wider than the page: what matters is where the change stands. */
let large = false;

function showPlace() {
  const picture = document.querySelector('.picture');
  picture?.classList.toggle('large', large);
  document.getElementById('enlarge')?.setAttribute('aria-pressed', large);
  const place = picture?.querySelector(`[data-element-id="${picture.dataset.at}"]`);
  if (place) picture.scrollLeft += place.getBoundingClientRect().left - picture.getBoundingClientRect().left - picture.clientWidth / 2;
}

localTimes();
showPlace();

// What is started is what was previewed: once the form says something else, its preview is gone.
const form = document.querySelector('form.previewed');
let asked;

function filledIn() {
  const data = new FormData(form);
  ['search', 'previewed'].forEach(name => data.delete(name));
  return new URLSearchParams(data).toString();
}

function forgetPreview() {
  const preview = document.getElementById('preview');
  if (!preview.querySelector('[name=previewed]') || filledIn() === asked) return;
  const stale = document.createElement('p');
  stale.className = 'reason';
  stale.textContent = 'The form was changed after the preview: preview it again.';
  preview.replaceChildren(stale);
}

// The other flow keeps what both have.
const KEPT = 'signonflow-form';

function refill() {
  const kept = new Map();
  JSON.parse(sessionStorage.getItem(KEPT) ?? '[]').forEach(([name, value]) => kept.set(name, [...kept.get(name) ?? [], value]));
  sessionStorage.removeItem(KEPT);
  [...form.elements].filter(field => kept.has(field.name) && field.type !== 'hidden').forEach(field => {
    if (['checkbox', 'radio'].includes(field.type)) field.checked = kept.get(field.name).includes(field.value);
    else field.value = kept.get(field.name).join(',');
  });
}

if (form) {
  refill();
  form.addEventListener('input', forgetPreview);
  form.addEventListener('change', forgetPreview);
  form.addEventListener('htmx:beforeRequest', event => {
    if (event.target === form) asked = filledIn();
  });
  document.querySelectorAll('.flows a').forEach(link => link.addEventListener('click', event => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) sessionStorage.setItem(KEPT, JSON.stringify([...new FormData(form)]));
  }));
}

// Nothing is redrawn that has not changed, so that focus, selection and scrolling stay.
let last;
document.body.addEventListener('htmx:beforeSwap', event => {
  if (event.target.closest('#choices')) {
    // Nor is what somebody is typing, by choices that arrive late.
    event.detail.shouldSwap = event.target.id !== 'choices' || !event.target.contains(document.activeElement);
    return;
  }
  if (event.detail.requestConfig.verb !== 'get') return;
  if (event.detail.serverResponse === last) event.detail.shouldSwap = false;
  last = event.detail.serverResponse;
});
document.body.addEventListener('htmx:afterSwap', event => {
  localTimes();
  showPlace();
  if (event.target.id !== 'preview') return;
  forgetPreview();
  event.target.scrollIntoView({ behavior: 'smooth', block: 'nearest' });
});

document.body.addEventListener('htmx:responseError', event => {
  const notice = document.getElementById('notice');
  if (!notice || event.detail.requestConfig.verb === 'get') return;
  try {
    notice.textContent = JSON.parse(event.detail.xhr.responseText).detail;
  } catch (notJson) {
    notice.textContent = `Signonflow answered with status ${event.detail.xhr.status}.`;
  }
});

document.body.addEventListener('click', async event => {
  if (event.target.id === 'enlarge') {
    large = !large;
    showPlace();
    return;
  }
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = 'Copied';
});
