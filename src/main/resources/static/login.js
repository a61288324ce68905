// Logs in to the web applications, whose session our own pages accept: one login for everything.

const form = document.getElementById('login');
const notice = document.getElementById('notice');
const auth = path => new URL(`./camunda/api/admin/auth/user/default/${path}`, import.meta.url);

/** Only one of our own pages: an address from elsewhere must not lead people away after they have logged in. */
const target = () => {
  const to = new URLSearchParams(location.search).get('to') ?? '';
  return /^(changes|roll-outs|swagger-ui|camunda\/app\/(cockpit|tasklist|admin|welcome)\/)[\w/.-]*(\?[\w=&%.+-]*)?$/.test(to)
    ? to + location.hash : '';
};

const provider = document.getElementById('provider');
if (provider && target()) {
  // The server, which made the link, is not told what follows the #.
  provider.href += encodeURIComponent(location.hash);
}

form?.addEventListener('submit', async event => {
  event.preventDefault();
  notice.textContent = '';
  try {
    // Only a new session says which token its login must repeat.
    await fetch(new URL('./logout', import.meta.url), { method: 'POST' });
    const session = await fetch(new URL('./camunda/app/welcome/default/', import.meta.url));
    const reply = await fetch(auth('login/welcome'), {
      method: 'POST',
      headers: { 'X-XSRF-TOKEN': session.headers.get('X-XSRF-TOKEN'), Accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    if (reply.ok) {
      location.replace(new URL(`./${target()}`, import.meta.url));
    } else {
      notice.textContent = reply.status === 429 ? 'Too many attempts: wait a while, then try again.'
        : 'The user name or the password is wrong.';
      form.password.value = '';
      form.password.focus();
    }
  } catch (unreachable) {
    notice.textContent = 'Signonflow does not respond.';
  }
});
