// Shared by the pages. Texts are set as text, never as HTML: names and what PingOne says are not trusted.

export const byId = id => document.getElementById(id);

/** An element with attributes and children; strings become text nodes, and null attributes and children are skipped. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => value != null && made.setAttribute(key, value));
  made.append(...children.filter(child => child != null));
  return made;
}

/** The URL of one of our paths, under whatever prefix a proxy adds: this file is at the root. */
export const at = path => new URL(`.${path}`, import.meta.url).href;

/** Fails with a message, and with the status if there is one. */
export async function get(path) {
  let reply;
  try {
    reply = await fetch(at(path), { headers: { Accept: 'application/json' } });
  } catch (unreachable) {
    throw new Error('Signonflow does not respond.');
  }
  if (reply.ok) return reply.json();
  const detail = reply.status === 401 ? 'You are no longer logged in. Log in to Tasklist or Cockpit, or reload this page.'
    : (await reply.json().catch(() => ({}))).detail;
  throw Object.assign(new Error(detail ?? `${path} returned status ${reply.status}`), { status: reply.status });
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
  DECLINED: 'Declined: nothing remains in PingOne',
  REJECTED: 'Rejected: nothing remains in PingOne',
  ROLLED_BACK: 'Rolled back: nothing remains in PingOne',
};
const STAGES_OF_UNDO = {
  CHECKING: 'Looking who uses what is to be deleted',
  CREATING: 'Looking who uses what is to be deleted',
  WAITING_FOR_APPROVAL: 'Waiting for approval: nothing has been undone',
  UNDOING: 'Undoing: the rows are being taken back',
  COMPLETED: 'Completed',
  DECLINED: 'Declined: nothing was undone',
  ROLLED_BACK: 'Rolled back: nothing more is undone',
};
const UNDONE = { SOME: 'Completed, and undone in part since', ALL: 'Undone: no longer in effect' };
export const stage = ({ stage, undoes, undone, withdrawn }) => UNDONE[undone]
  ?? (undoes == null ? STAGES : STAGES_OF_UNDO)[stage]?.replace('Rolled back', withdrawn ? 'Withdrawn' : 'Rolled back') ?? stage;
