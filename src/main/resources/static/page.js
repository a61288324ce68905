// What the pages have in common. Texts are set as text, never as HTML: names and what PingOne says are not ours to trust.

export const byId = id => document.getElementById(id);

/** An element with attributes and children; a child that is a text stays one, and nothing is left out where it is null. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => value != null && made.setAttribute(key, value));
  made.append(...children.filter(child => child != null));
  return made;
}

/** Where a path of ours is, under whatever prefix a proxy gives us: this file is at its top. */
export const at = path => new URL(`.${path}`, import.meta.url).href;

/** Fails with a sentence, and with the status where there is one. */
export async function get(path) {
  let reply;
  try {
    reply = await fetch(at(path), { headers: { Accept: 'application/json' } });
  } catch (unreachable) {
    throw new Error('Signonflow does not answer.');
  }
  if (reply.ok) return reply.json();
  const detail = reply.status === 401 ? 'You are not logged in any more. Log in to Tasklist or Cockpit, or load this page again.'
    : (await reply.json().catch(() => ({}))).detail;
  throw Object.assign(new Error(detail ?? `${path} answered ${reply.status}`), { status: reply.status });
}

export const number = new Intl.NumberFormat('en').format;
export const when = at => new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const STAGES = {
  CHECKING: 'Checking the list',
  CREATING: 'Creating: nothing takes effect yet',
  WAITING_FOR_APPROVAL: 'Waiting for approval: nothing has taken effect',
  ASSIGNING: 'Assigning: taking effect',
  UNDOING: 'Undoing',
  COMPLETED: 'Completed',
  DECLINED: 'Declined: nothing is left',
  REJECTED: 'Rejected: nothing is left',
  ROLLED_BACK: 'Rolled back: nothing is left',
};
export const stage = name => STAGES[name] ?? name;
