// Tasklist says that a process was started or a task completed, but neither what became of it nor where to follow it.
// Texts are set as text, never as HTML: names and what PingOne says are not trusted.

const EVERY_MILLIS = 2000;
const MOST_QUESTIONS = 15;
const ROLL_OUT = 'roll-out-sign-on';

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

/** The URL of one of our own paths, under whatever prefix a proxy adds. */
const at = path => new URL(`../../../../${path}`, import.meta.url).href;

const get = async path => {
  const reply = await fetch(at(path), { headers: { Accept: 'application/json' } });
  return reply.ok ? reply.json() : Promise.reject(new Error(reply.status));
};

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

const notice = element('div', { class: 'what-became-of-it', role: 'status', hidden: '' });
document.body.append(notice);
let followed;

function forget() {
  followed = null;
  notice.hidden = true;
  notice.replaceChildren();
}

async function follow(id, process) {
  const rollOut = process === ROLL_OUT;
  const path = `${rollOut ? 'roll-outs' : 'changes'}/${encodeURIComponent(id)}`;
  const name = element('strong', {});
  const state = element('p', {});
  const problem = element('p', { class: 'problem' });
  const close = element('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '\u00d7');
  close.addEventListener('click', forget);
  notice.replaceChildren(close, name, state, problem, element('a', { href: at(path) }, rollOut ? 'Open the roll-out' : 'Open the change'));
  notice.hidden = false;
  followed = id;
  for (let asked = 0; asked < MOST_QUESTIONS && followed === id;) {
    if (!document.hidden) {
      asked++;
      // Without an answer there is still the link.
      const answer = await get(`api/${path}`).catch(() => null);
      if (followed !== id) return;
      if (answer) {
        const { state: at, stage = at, endedAt, incidentId, incident, rejection, applicationName, applicationId } = answer.change ?? answer;
        name.textContent = answer.name ?? applicationName ?? applicationId ?? '';
        say(state, incidentId ? 'It is stuck: an operator has to retry it or roll it back.' : WORDS[stage] ?? stage);
        say(problem, (incidentId ? incident : rejection) ?? '');
        if (incidentId || endedAt || stage === 'WAITING_FOR_APPROVAL') return;
      }
    }
    await new Promise(later => setTimeout(later, EVERY_MILLIS));
  }
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
    this.addEventListener('load', () => this.status < 300 && (kind === 'task' ? decided(id) : started(this.responseText)));
  }
  return open.call(this, method, url, ...rest);
};

function started(text) {
  const { id, definitionId } = JSON.parse(text);
  follow(id, definitionId.split(':')[0]);
}

async function decided(task) {
  const [{ processInstanceId, processDefinitionKey }] =
    await get(`camunda/api/engine/engine/default/history/task?taskId=${encodeURIComponent(task)}`).catch(() => [{}]);
  if (processInstanceId) follow(processInstanceId, processDefinitionKey);
}

// What one person has seen is not for whoever logs in next.
addEventListener('hashchange', () => location.hash.startsWith('#/login') && forget());
