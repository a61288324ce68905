// What Cockpit does not show: what has ended, and what was called. Its addresses follow page.js, which is at the root.
// That is only there for who has logged in, and Cockpit loads its scripts before.
let at, element, get, number, when;
const load = async () => ({ at, element, get, number, when } = await import('../../../../page.js'));

const PAGE = 50;
const words = name => name && name[0] + name.slice(1).toLowerCase().replaceAll('_', ' ');
const address = (kind, id) => `/${kind}/${encodeURIComponent(id)}`;
const link = (kind, id, text) => element('a', { href: at(address(kind, id)) }, text);
const cell = (...contents) => element('td', { class: 'signonflow' }, ...contents.map(one => one || null));

function table(...columns) {
  const body = element('tbody', {});
  return [body, element('table', { class: 'cam-table' },
    element('thead', {}, element('tr', {}, ...columns.map(name => element('th', {}, name)))), body)];
}

/** A tab that says in a sentence what it cannot show. */
const tab = (of, id, label, priority, fill) => ({
  id: `signonflow-${id}`,
  pluginPoint: `cockpit.${of}.runtime.tab`,
  properties: { label },
  priority,
  render: (node, data) => load().then(() => fill(node, data)).catch(problem => node.append(problem.message)),
});

const decided = change => change.decidedBy && `${change.decision === 'approve' ? 'Approved' : 'Declined'} by ${change.decidedBy}`;
const name = change => change.applicationName ?? change.applicationId
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
  const { key } = await get(address('camunda/api/engine/engine/default/process-definition', processDefinitionId));
  if (key.startsWith('roll-out-')) {
    const rollOuts = await get('/api/roll-outs');
    const [body, all] = table('Roll-out', 'Stage', 'Applications', 'Requested by', 'Requested', 'Decided');
    body.append(...rollOuts.map(rollOutRow));
    node.append(rollOuts.length ? all : element('p', {}, 'There are no roll-outs visible to you.'));
    return;
  }
  const [body, all] = table('Application', 'Policy', 'State', 'Requested by', 'Requested', 'Decided', 'Ended');
  const more = element('button', { type: 'button', class: 'btn btn-default' }, 'More');
  const failure = element('p', { role: 'alert' });
  let last;
  const next = async () => {
    more.disabled = true;
    failure.textContent = '';
    try {
      const page = await get(`/api/changes?flow=${encodeURIComponent(key)}&limit=${PAGE}${last ? `&after=${last}` : ''}`);
      body.append(...page.map(changeRow));
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

const answer = call => call && [call.status ?? (call.millis == null ? 'under way' : 'no reply'), call.errorCode,
  (call.outcome === 'MADE' ? 'created' : words(call.outcome)?.toLowerCase())].filter(one => one != null).join(', ');

const eventRow = ({ at: time, type, step, by, text, call }) => element('tr', {},
  cell(when(time)), cell(call ? step : [words(type), step].filter(one => one).join(': ')), cell(by),
  cell(call && element('code', {}, `${call.method} ${call.path ?? ''}`), call && text && ' ', text), cell(answer(call)), cell(call && number(call.attempt)),
  cell(call?.millis != null ? `${number(call.millis)} ms` : ''), cell(call?.correlationId));

async function timeline(node, { processInstanceId: id }) {
  const details = await get(address('api/changes', id)).catch(problem => {
    if (problem.status !== 404) throw problem;
  });
  if (!details) {
    // A roll-out is no change: its rows are.
    await get(address('api/roll-outs', id)).catch(problem => {
      throw problem.status === 404 ? new Error('There is no such change, or you may not see it.') : problem;
    });
    node.append(element('p', {}, link('roll-outs', id, 'Open the roll-out')));
    return;
  }
  const [body, all] = table('When', 'What', 'Who', 'Call, or what was said', 'Answer', 'Attempt', 'Took', 'Correlation id');
  body.append(...details.timeline.map(eventRow));
  node.append(element('p', {}, link('changes', id, 'Open the change')), all);
}

export default [
  tab('processDefinition', 'history', 'History', 1, history),
  tab('processInstance', 'timeline', 'Timeline', 30, timeline),
];
