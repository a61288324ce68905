// The login form of this application can only refuse who logs in through an identity provider. Then the server leads whoever opens a page
// of it without a login to the page with the right one. With passwords it does not, and the form stays.

const here = location.pathname;

const forms = new MutationObserver(async () => {
  if (document.querySelector('form[name="signinForm"]')) {
    forms.disconnect();
    const page = await fetch(here, { headers: { Accept: 'text/html' }, redirect: 'manual', cache: 'no-store' });
    if (page.type === 'opaqueredirect') {
      location.replace(here);
    }
  }
});

forms.observe(document.documentElement, { childList: true, subtree: true });
