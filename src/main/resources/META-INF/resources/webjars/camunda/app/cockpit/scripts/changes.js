// What Cockpit does not show: what has ended, and what was called. Its addresses follow page.js, which is at the root.
// That is only there for who has logged in, and Cockpit loads its scripts before.
let at, element, get, number, when;
const load = async () => ({ at, element, get, number, when } = await import('../../../../page.js'));

const PAGE = 50;
const ENGINE = '/camunda/api/engine/engine/default';
const ROLL_OUT = 'roll-out-sign-on';
const UNDO_ROLL_OUT = 'undo-roll-out';
const ROW = 'roll-out-application';
const UNDO = 'undo-sign-on';
const words = name => name && name[0] + name.slice(1).toLowerCase().replaceAll('_', ' ');
const address = (kind, id) => `/${kind}/${encodeURIComponent(id)}`;
const link = (kind, id, text) => element('a', { href: at(address(kind, id)) }, text);
const cell = (...contents) => element('td', { class: 'signonflow' }, ...contents.map(one => one || null));

function table(...columns) {
  const body = element('tbody', {});
  return [body, element('table', { class: 'cam-table' },
    element('thead', {}, element('tr', {}, ...columns.map(name => element('th', {}, name)))), body)];
}

/** Says in a sentence what it cannot show. */
const fillIn = (fill, node, data) => load().then(() => fill(node, data)).catch(problem => node.append(problem.message));

const tab = (of, id, label, priority, fill) => ({
  id: `signonflow-${id}`,
  pluginPoint: `cockpit.${of}.runtime.tab`,
  properties: { label },
  priority,
  render: (node, data) => fillIn(fill, node, data),
});

const decided = change => change.decidedBy && `${change.decision === 'approve' ? 'Approved' : 'Declined'} by ${change.decidedBy}`;
const name = change => (change.flow === UNDO ? 'Undo ' : '') + named(change);
const named = change => change.applicationName ?? change.applicationId
  ?? (change.line <= 0 ? `Shared policy ${change.policyName}` : change.policyName);

const changeRow = change => element('tr', {},
  cell(link('changes', change.id, name(change))), cell(change.policyName),
  cell(change.incidentId ? 'Stuck' : words(change.state)),
  cell(change.requestedBy ?? 'nobody'), cell(when(change.requestedAt)),
  cell(change.rollOut ? link('roll-outs', change.rollOut, `with its roll-out, line ${change.line}`) : decided(change)),
  cell(change.endedAt && when(change.endedAt)));

const rollOutRow = rollOut => element('tr', {},
  cell(link('roll-outs', rollOut.id, rollOut.name)), cell(words(rollOut.stage)), cell(number(rollOut.rows)),
  cell(rollOut.requestedBy ?? 'nobody'), cell(when(rollOut.requestedAt)), cell(decided(rollOut)));

async function history(node, { processDefinitionId }) {
  const { key } = await get(`${ENGINE}${address('process-definition', processDefinitionId)}`);
  if (key === ROLL_OUT || key === UNDO_ROLL_OUT) {
    const rollOuts = (await get('/api/roll-outs')).filter(rollOut => (rollOut.undoes != null) === (key === UNDO_ROLL_OUT));
    const [body, all] = table('Roll-out', 'Stage', 'Applications', 'Requested by', 'Requested', 'Decided');
    body.append(...rollOuts.map(rollOutRow));
    node.append(rollOuts.length ? all : element('p', {}, 'There are no roll-outs visible to you.'));
    return;
  }
  const [body, all] = table('Application', 'Policy', 'State', 'Requested by', 'Requested', 'Decided', 'Ended');
  // A row names the flow that it carries out, though another process does so; but that of an undo is carried out by what it names.
  const which = key === ROW ? 'rows=true' : `${key === UNDO ? '' : 'rows=false&'}flow=${encodeURIComponent(key)}`;
  const more = element('button', { type: 'button', class: 'btn btn-default' }, 'More');
  const failure = element('p', { role: 'alert' });
  let last;
  const next = async () => {
    more.disabled = true;
    failure.textContent = '';
    try {
      const page = await get(`/api/changes?${which}&limit=${PAGE}${last ? `&after=${last}` : ''}`);
      body.append(...page.filter(change => key !== ROW || change.flow !== UNDO).map(changeRow));
      last = page.at(-1)?.id;
      // Cockpit's style would show what is only hidden.
      if (page.length < PAGE) more.remove();
    } catch (problem) {
      failure.textContent = problem.message;
      return;
    } finally {
      more.disabled = false;
    }
    if (!body.hasChildNodes()) all.replaceWith('There are no changes visible to you.');
  };
  more.onclick = next;
  node.append(all, more, failure);
  await next();
}

const second = at => new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

const answer = call => [call.status ?? (call.millis == null ? 'under way' : 'no reply'), call.errorCode,
  call.outcome === 'MADE' ? 'created' : words(call.outcome)?.toLowerCase(), call.millis != null && `${number(call.millis)} ms`,
  call.attempt > 1 && `attempt ${number(call.attempt)}`].filter(one => one).join(', ');

const eventRow = ({ at: time, type, step, by, text, call }) => element('tr', {},
  cell(second(time)), cell(call ? step : [words(type), step].filter(one => one).join(': ')), cell(by),
  cell(call && element('code', {}, `${call.method} ${call.path ?? ''}`), call && text && ' ', type === 'ENDED' ? words(text) : text),
  cell(call && answer(call), call?.correlationId && element('div', { class: 'correlation-id' }, call.correlationId)));

const unseen = problem => {
  throw [403, 404].includes(problem.status) ? new Error('There is no such change, or you may not see it.') : problem;
};

async function timeline(node, { processInstanceId: id }) {
  const { processDefinitionKey } = await get(`${ENGINE}/history${address('process-instance', id)}`).catch(unseen);
  // A roll-out is no change: its rows are.
  if (processDefinitionKey === ROLL_OUT || processDefinitionKey === UNDO_ROLL_OUT) {
    node.append(element('p', {}, link('roll-outs', id, 'Open the roll-out')));
    return;
  }
  const details = await get(address('api/changes', id)).catch(unseen);
  const [body, all] = table('When', 'What', 'Who', 'Call, or what was said', 'Answer, correlation id');
  body.append(...details.timeline.map(eventRow));
  all.classList.add('signonflow-timeline');
  node.append(element('p', {}, link('changes', id, 'Open the change')), all);
}

export default [
  tab('processDefinition', 'history', 'History', 1, history),
  tab('processInstance', 'timeline', 'Timeline', 30, timeline),
  // Cockpit leads from an instance that has ended to its view "history", if there is one, and its own edition has none.
  { id: 'history', pluginPoint: 'cockpit.processInstance.view', properties: { label: 'History' }, priority: 10, render() {} },
  {
    id: 'signonflow-ended',
    pluginPoint: 'cockpit.route',
    properties: { path: '/process-instance/:id/history' },
    priority: 0,
    render: node => {
      node.className = 'signonflow-page';
      fillIn(timeline, node, { processInstanceId: decodeURIComponent(location.hash.split(/[/?]/)[2]) });
    },
  },
];
