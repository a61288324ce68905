// Small helps for the pages of changes; everything else is done on the server and by htmx.

const shown = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

function localTimes() {
  document.querySelectorAll('time').forEach(time => {
    time.textContent = shown.format(new Date(time.dateTime));
    time.title = time.dateTime;
  });
}

localTimes();

// Nothing is redrawn that has not changed, so that focus, selection and scrolling stay.
let last;
document.body.addEventListener('htmx:beforeSwap', event => {
  if (event.detail.requestConfig.verb !== 'get') return;
  if (event.detail.serverResponse === last) event.detail.shouldSwap = false;
  last = event.detail.serverResponse;
});
document.body.addEventListener('htmx:afterSwap', localTimes);

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
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = 'Copied';
});
