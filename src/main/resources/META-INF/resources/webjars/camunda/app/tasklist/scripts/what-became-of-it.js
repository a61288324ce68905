// Tasklist says that a process was started or a task completed, but neither what became of it nor where to follow it.

const EVERY_MILLIS = 2000;
const MOST_QUESTIONS = 15;
const TAKING_NOTE = 5;
const ROLL_OUTS = ['roll-out-sign-on', 'undo-roll-out'];

const WORDS = {
  CHECKING: 'The list is being checked.',
  CREATING: 'It is being created; nothing takes effect yet.',
  WAITING_FOR_APPROVAL: 'It waits for approval; nothing has taken effect.',
  ASSIGNING: 'It is taking effect.',
  UNDOING: 'It is being undone.',
  COMPLETED: 'Completed: it is in effect.',
  DECLINED: 'Declined: nothing remains in PingOne.',
  REJECTED: 'Rejected: nothing remains in PingOne.',
  ROLLED_BACK: 'Rolled back: nothing remains in PingOne.',
  CANCELLED: 'An administrator has deleted it.',
};

const WORDS_OF_UNDO = {
  ...WORDS,
  CHECKING: 'It is being looked who uses what.',
  CREATING: 'It is being looked who uses what.',
  WAITING_FOR_APPROVAL: 'It waits for approval; nothing has been undone.',
  COMPLETED: 'Completed: it is undone.',
  DECLINED: 'Declined: nothing more is undone.',
  REJECTED: 'Rejected: nothing more is undone.',
  ROLLED_BACK: 'Rolled back: nothing more is undone.',
};

// The pages' own functions are only there for who has logged in, and Tasklist loads its scripts before.
let at, element, get;
const load = async () => ({ at, element, get } = await import('../../../../page.js'));

const notice = document.createElement('div');
notice.className = 'what-became-of-it';
notice.setAttribute('role', 'status');
notice.hidden = true;
document.body.append(notice);
let followed;

function forget() {
  followed = null;
  notice.hidden = true;
  notice.replaceChildren();
}

async function follow(id, process, hasDecided) {
  const rollOut = ROLL_OUTS.includes(process);
  const path = `/${rollOut ? 'roll-outs' : 'changes'}/${encodeURIComponent(id)}`;
  const name = element('strong', {});
  const state = element('p', {});
  const problem = element('p', { class: 'problem' });
  const later = element('p', {});
  const close = element('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '\u00d7');
  close.addEventListener('click', forget);
  notice.replaceChildren(close, name, state, problem, later,
    element('a', { href: at(path) }, rollOut ? 'Open the roll-out' : 'Open the change'));
  notice.hidden = false;
  followed = id;
  for (let asked = 0; asked < MOST_QUESTIONS && followed === id;) {
    if (!document.hidden) {
      asked++;
      // Without an answer there is still the link.
      const answer = await get(`/api${path}`).catch(() => null);
      if (followed !== id) return;
      if (answer) {
        const { state: at, stage = at, endedAt, incidentId, incident, rejection, applicationName, applicationId } = answer.change ?? answer;
        name.textContent = answer.name ?? applicationName ?? applicationId ?? '';
        // A roll-out takes a moment to take note of its decision, which must not look as if it had not been made.
        const tooEarly = hasDecided && stage === 'WAITING_FOR_APPROVAL' && asked <= TAKING_NOTE;
        const stuck = incidentId && 'It is stuck: an operator has to retry it or roll it back.';
        say(state, tooEarly ? 'Your decision was received.' : stuck || ((process.startsWith('undo-') ? WORDS_OF_UNDO : WORDS)[stage] ?? stage));
        say(problem, (incidentId ? incident : rejection) ?? answer.notUndone?.join(' ') ?? '');
        if (incidentId || endedAt || stage === 'WAITING_FOR_APPROVAL' && !tooEarly) return;
      }
    }
    await new Promise(go => setTimeout(go, EVERY_MILLIS));
  }
  if (followed === id) say(later, 'It is not followed here any further: its page says how it goes on.');
}

/** What has not changed is not announced once more. */
function say(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

// Tasklist tells its scripts nothing about this, so its own requests are listened to.
const { open } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function listening(method, url, ...rest) {
  const [, kind, id] = String(method).toUpperCase() === 'POST'
    && String(url).match(/\/engine\/[^/]+\/(process-definition|task)\/(?:key\/)?([^/]+)\/(?:start|submit-form|complete)$/) || [];
  if (kind) {
    this.addEventListener('load', async () => {
      if (this.status >= 300) return;
      await load();
      // What was refused before has been mended.
      document.querySelectorAll('.page-notifications :is(.alert-danger, .alert-error) > .close').forEach(old => old.click());
      if (kind === 'task') decided(id); else started(this.responseText);
    });
  }
  return open.call(this, method, url, ...rest);
};

function started(text) {
  const { id, definitionId } = JSON.parse(text);
  follow(id, definitionId.split(':')[0]);
}

async function decided(task) {
  const [{ processInstanceId, processDefinitionKey }] =
    await get(`/camunda/api/engine/engine/default/history/task?taskId=${encodeURIComponent(task)}`).catch(() => [{}]);
  if (processInstanceId) follow(processInstanceId, processDefinitionKey, true);
}

// What one person has seen is not for whoever logs in next.
addEventListener('hashchange', () => location.hash.startsWith('#/login') && forget());
