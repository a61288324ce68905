import { at, byId, element, get, number, stage, when } from './page.js';

const PAGE = 100;
const REFRESH_MILLIS = 2000;
const ALL = {};
const api = `/api/roll-outs/${location.pathname.split('/').at(-1)}`;
const cockpit = id => at(`/camunda/app/cockpit/default/#/process-instance/${encodeURIComponent(id)}/runtime`);
// Missing for who may not use it.
const inCockpit = byId('cockpit');
// One tbody per row; an open row has its details in a second line.
const table = byId('rows');
const bodies = () => [...table.tBodies];
const ENDED = ['COMPLETED', 'REJECTED', 'ROLLED_BACK', 'LEFT_OUT'];
// Whether its rows undo those of another.
let undoes = false;
const WORDS = { SECOND_LOOK: 'Deserves a second look' };
const OF_UNDO = { CREATING: 'Looking', ASSIGNING: 'Undoing', UNDOING: 'Withdrawing', COMPLETED: 'Undone', REJECTED: 'Not undone',
  ROLLED_BACK: 'Withdrawn', SECOND_LOOK: 'Something stays' };
// The undos of its rows, by id.
let undos = new Map();
const words = name => undoes && OF_UNDO[name] || WORDS[name] || name[0] + name.slice(1).toLowerCase().replace('_', ' ');

// The progress.

function show(rollOut) {
  const { states, troubles, rows } = rollOut.progress;
  const ended = rollOut.endedAt != null;
  undoes = rollOut.undoes != null;
  const undone = undoes || ['UNDOING', 'DECLINED', 'REJECTED', 'ROLLED_BACK'].includes(rollOut.stage);
  document.title = `${rollOut.name}: Signonflow`;
  byId('name').textContent = rollOut.name;
  const what = undoes && rows === 0 ? 'A policy that rows shared' : applications(rows);
  byId('who').textContent = `${what}, requested ${by(rollOut.requestedBy)}on `
    + when(rollOut.requestedAt) + (ended ? `, ended on ${when(rollOut.endedAt)}` : '');
  byId('reason').hidden = rollOut.reason == null;
  byId('reason').textContent = `Reason: ${rollOut.reason}`;
  byId('rolled-back').hidden = rollOut.rolledBackAt == null;
  byId('rolled-back').textContent = `${rollOut.withdrawn ? 'Withdrawn' : 'Rolled back'} ${by(rollOut.rolledBackBy)}on ${when(rollOut.rolledBackAt)}`;
  byId('decision').hidden = rollOut.decision == null;
  byId('decision').textContent = rollOut.decision == null ? ''
    : `${DECISIONS[rollOut.decision] ?? rollOut.decision} ${by(rollOut.decidedBy)}on ${when(rollOut.decidedAt)}`
    + (rollOut.comment == null ? '' : `: ${rollOut.comment}`);
  if (byId('stage').textContent !== stage(rollOut)) byId('stage').textContent = stage(rollOut);
  byId('undoes').hidden = !undoes;
  byId('undoes').firstElementChild.href = at(`/roll-outs/${rollOut.undoes}`);
  if (undoes && !undoneName) nameUndone(rollOut.undoes);
  byId('not-undone').hidden = rollOut.notUndone.length === 0;
  byId('not-undone').replaceChildren(...rollOut.notUndone.map(sentence => element('li', {}, sentence)));
  byId('undone-by').hidden = rollOut.undoneBy.length === 0;
  byId('undone-by').replaceChildren('Its undo was requested: ', ...rollOut.undoneBy.flatMap((undo, index) => [index > 0 ? ', ' : '',
    element('a', { href: at(`/roll-outs/${undo.id}`) }, undo.name),
    ` ${by(undo.requestedBy)}on ${when(undo.requestedAt)} (${stage(undo).replace(/:.*/, '').toLowerCase()})`]),
    `. Still in effect: ${number(rollOut.inEffect)} of ${applications(states.COMPLETED ?? 0)}.`);
  undos = new Map(rollOut.undoneBy.map(undo => [undo.id, undo]));
  byId('undo').hidden = !rollOut.mayUndo;
  byId('undo').href = at(`/roll-outs/${rollOut.id}/undo`);
  byId('roll-back').hidden = !rollOut.mayRollBack;
  byId('roll-back').textContent = rollOut.withdraws ? 'Withdraw' : 'Roll back';
  byId('roll-back').setAttribute('hx-confirm', `${rollOut.withdraws ? 'Withdraw' : 'Roll back'} this ${undoes ? 'undo' : 'roll-out'}? `
    + (undoes ? 'What it has not undone stays in effect.' : 'Everything that it has created in PingOne will be deleted.'));
  byId('rejection').hidden = rollOut.rejection == null;
  byId('rejection').textContent = rollOut.rejection ?? '';
  byId('tasklist').hidden = rollOut.task == null;
  byId('tasklist').href = at(`/camunda/app/tasklist/default/#/?task=${encodeURIComponent(rollOut.task)}`);
  if (inCockpit) {
    inCockpit.hidden = ended;
    inCockpit.href = cockpit(rollOut.id);
  }
  byId('report').href = at(`${api}/report.csv`);
  // In parts of a hundred rows; each says how to ask for the next.
  const inParts = (states.COMPLETED ?? 0) > 100;
  byId('terraform').hidden = undoes || rollOut.stage !== 'COMPLETED' || rollOut.undone === 'ALL';
  byId('terraform').textContent = inParts ? 'Terraform (first 100 rows)' : 'Terraform';
  byId('terraform').href = at(`${api}/terraform?limit=100`);
  const count = (...counted) => counted.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  bar('created', !undone, count('READY', 'ASSIGNING', 'ASSIGNED', 'COMPLETED'), rows);
  bar('assigned', !undone, count('ASSIGNED', 'COMPLETED'), rows);
  bar('undone', undone || rollOut.undone != null, undoes ? count('COMPLETED')
    : undone ? count('REJECTED', 'ROLLED_BACK', 'LEFT_OUT') : count('COMPLETED') - rollOut.inEffect, rows);
  byId('pace').textContent = rollOut.secondsLeft == null ? ''
    : `${number(rollOut.progress.perMinute)} a minute, ${left(rollOut.secondsLeft)}`;
  showFilters(rollOut);
  byId('roll-out').hidden = false;
}

let undoneName = null;

async function nameUndone(id) {
  undoneName = 'a roll-out';
  // Who requested only the undo does not see the roll-out.
  undoneName = await get(`/api/roll-outs/${id}`).then(undone => undone.name, () => undoneName);
  byId('undoes').firstElementChild.textContent = undoneName;
}

const DECISIONS = { approve: 'Approved', decline: 'Declined', expired: 'Declined automatically: nobody decided,' };
const applications = many => `${number(many)} ${many === 1 ? 'application' : 'applications'}`;
const by = who => who == null ? '' : `by ${who} `;

function bar(id, visible, count, rows) {
  const progress = byId(id);
  progress.max = rows || 1;
  progress.value = count;
  progress.nextElementSibling.textContent = `${number(count)} of ${number(rows)}`;
  [progress.previousElementSibling, progress, progress.nextElementSibling].forEach(part => { part.hidden = !visible; });
}

function left(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return 'less than a minute left';
  return minutes < 60 ? `about ${minutes} min left` : `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

// Which rows are shown.

let filter = ALL;
const buttons = new Map();

function showFilters({ progress: { rows, states, troubles }, undone, inEffect }) {
  showFilter('All', ALL, rows);
  const completed = states.COMPLETED ?? 0;
  ['PENDING', 'CREATING', 'READY', 'ASSIGNING', 'ASSIGNED', 'UNDOING'].forEach(state => showFilter(state, { state }, states[state] ?? 0));
  const left = undone == null ? completed : inEffect;
  showFilter('COMPLETED', { state: 'COMPLETED', undone: false }, left);
  showFilter('UNDONE', { state: 'COMPLETED', undone: true }, completed - left);
  ['REJECTED', 'ROLLED_BACK', 'LEFT_OUT'].forEach(state => showFilter(state, { state }, states[state] ?? 0));
  ['RETRYING', 'FAILED'].forEach(trouble => showFilter(trouble, { trouble }, troubles[trouble] ?? 0));
  showFilter('SECOND_LOOK', { secondLook: true }, null);
}

function showFilter(name, chosen, count) {
  if (!buttons.has(name)) {
    const button = element('button', { type: 'button', class: name.toLowerCase(), 'aria-pressed': chosen === filter },
      words(name), ' ', element('span', {}));
    button.addEventListener('click', () => choose(chosen, button));
    buttons.set(name, button);
    byId('filters').append(button);
  }
  const button = buttons.get(name);
  button.lastChild.textContent = count == null ? '' : number(count);
  // The selected one stays visible, so that it can be deselected.
  button.hidden = count === 0 && chosen !== ALL && button.getAttribute('aria-pressed') === 'false';
}

function choose(chosen, button) {
  filter = chosen;
  buttons.forEach(other => other.setAttribute('aria-pressed', other === button));
  bodies().forEach(known => known.remove());
  load();
}

// The rows. Those on the screen are reloaded while the roll-out is running, and redrawn if they have changed.

async function load(after = -Infinity) {
  const asked = filter;
  const query = new URLSearchParams({ ...asked, limit: PAGE, ...(after === -Infinity ? {} : { after }) });
  try {
    const rows = await get(`${api}/rows?${query}`);
    if (asked === filter) merge(rows, after);
  } catch (problem) {
    notice(problem.message);
  }
}

/** Replaces the rows after a line. A full page says nothing about the rows that follow it. */
function merge(rows, after) {
  const upTo = rows.length < PAGE ? Infinity : rows.at(-1).line;
  let at = bodies().find(known => known.line > after) ?? null;
  const removeBefore = line => {
    while (at && at.line < line) {
      const next = at.nextElementSibling;
      at.remove();
      at = next;
    }
  };
  for (const row of rows) {
    removeBefore(row.line);
    const known = at?.line === row.line ? at : null;
    at = known ? known.nextElementSibling : at;
    const json = JSON.stringify(row);
    if (known?.json !== json) {
      known?.remove();
      table.insertBefore(Object.assign(draw(row), { line: row.line, json }), at);
    }
  }
  if (upTo === Infinity) removeBefore(Infinity);
  if (at === null) byId('more').hidden = upTo === Infinity;
  byId('none').hidden = table.tBodies.length > 0;
}

const open = new Set();

function draw(row) {
  const application = row.sharedPolicy ? 'shared policy'
    : row.request.applicationName ?? row.found.applicationName ?? row.ids.applicationId ?? row.request.applicationId;
  const state = row.undoneAt ? 'UNDONE' : row.state;
  const cell = (label, content, more) => element('td', { 'data-label': label, ...more }, ...[content].flat());
  const drawn = element('tbody', row.sharedPolicy ? { class: 'shared' } : {}, element('tr', {},
    cell('Line', row.sharedPolicy ? '' : number(row.line), { class: 'number' }),
    cell('Application', [opener(row, application),
      row.secondLook.length > 0 ? element('span', { class: 'state second_look' }, undoes ? 'Stays in part' : 'Second look') : null]),
    cell('Policy', row.request.policyName),
    cell('Environment', row.request.environment),
    cell('State', [element('span', { class: `state ${state.toLowerCase()}` }, words(state)), row.undoneAt && undoneBy(row),
      row.trouble && element('span', { class: `state ${row.trouble.toLowerCase()}` }, words(row.trouble))]),
    cell('Problem', row.problem && problem(row.problem)),
    cell('In PingOne', Object.entries(row.ids).map(([name, id]) =>
      element('span', { class: 'id' }, name.replace('Id', ' '), element('code', { title: id }, id)))),
    cell('Change', [element('a', { href: at(`/changes/${row.instanceId ?? `${row.rollOutId}/${row.line}`}`),
      'aria-label': `Change of line ${row.line}` }, 'Change'), ' ', inCockpit && row.instanceId && !ENDED.includes(row.state)
      ? element('a', { href: cockpit(row.instanceId), 'aria-label': `Line ${row.line} in Cockpit` }, 'Cockpit') : null])));
  if (open.has(row.line)) drawn.append(details(row));
  return drawn;
}

/** When and with what it was undone; an undo of it alone is named by its change. */
function undoneBy(row) {
  const undo = undos.get(row.undoneWith);
  return element('span', { class: 'hint' }, `on ${when(row.undoneAt)}`,
    ...undo ? [' with ', element('a', { href: at(`/roll-outs/${undo.id}`) }, undo.name)] : []);
}

function opener(row, application) {
  const button = element('button', { type: 'button', class: 'opener', 'aria-expanded': open.has(row.line) }, application);
  button.addEventListener('click', () => {
    const drawn = button.closest('tbody');
    if (open.delete(row.line)) drawn.rows[1].remove();
    else drawn.append(details(open.add(row.line) && row));
    button.setAttribute('aria-expanded', open.has(row.line));
  });
  return button;
}

const POLICIES = { own: 'a new one for this application', shared: 'a new one shared with others', existing: 'an existing one' };
const FOUND = { applicationName: 'application', signOnNow: 'sign-on before this change', signOnAfter: 'sign-on with this change' };
const FOUND_BY_UNDO = { signOnNow: 'sign-on now', signOnAfter: 'sign-on afterwards', goes: 'will be deleted' };

/** Everything that takes effect, by its names in lists and requests. */
function details(row) {
  const pair = ([name, value]) => [element('dt', {}, name), element('dd', {}, value)];
  const { policy, ...values } = row.request;
  const found = Object.entries(undoes ? FOUND_BY_UNDO : FOUND);
  return element('tr', { class: 'details' }, element('td', { colspan: 8 },
    row.secondLook.length > 0 ? element('ul', {}, ...row.secondLook.map(mark => element('li', {}, mark))) : null,
    element('dl', {}, ...[...found.filter(([name]) => name in row.found).map(([name, label]) => [label, row.found[name].replaceAll('\n', ', ')]),
      ...(policy == null ? [] : [['policy', POLICIES[policy] ?? policy]]), ...Object.entries(values)].flatMap(pair))));
}

/** A long problem is expanded on demand. */
function problem(text) {
  return text.length <= 160 ? text : element('details', {}, element('summary', {}, `${text.slice(0, 140)} …`), text);
}

/** Those from the first that is in view. */
function refreshRows() {
  const first = bodies().find(row => row.getBoundingClientRect().bottom > 0);
  return load(first && bodies()[bodies().indexOf(first) - 1]?.line);
}

byId('more').addEventListener('click', () => load(bodies().at(-1).line));

// Polling, while the page is visible and until the roll-out has ended.

let shown = null;
let polling = false;
let next = null;

async function poll() {
  if (polling || document.hidden) return;
  polling = true;
  clearTimeout(next);
  let ended = false;
  try {
    const rollOut = await get(api);
    notice('');
    show(rollOut);
    if (shown !== (shown = JSON.stringify(rollOut))) await refreshRows();
    ended = rollOut.endedAt != null;
  } catch (problem) {
    notice(problem.status == null ? 'The connection was lost. Trying again …' : problem.message);
    ended = problem.status === 404;
  }
  polling = false;
  if (!ended) next = setTimeout(poll, REFRESH_MILLIS);
}

let said = '';

/** What the server says to a button stays until this has something to say. */
function notice(text) {
  if (said !== text) byId('notice').textContent = said = text;
}

document.addEventListener('visibilitychange', poll);
poll();
