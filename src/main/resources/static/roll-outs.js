import { at, byId, element, get, number, stage, when } from './page.js';

function row(rollOut) {
  const name = element('a', { href: at(`/roll-outs/${encodeURIComponent(rollOut.id)}`) }, rollOut.name);
  return element('tr', {},
    element('td', { 'data-label': 'Name' }, name),
    element('td', { 'data-label': 'Stage' }, stage(rollOut)),
    element('td', { 'data-label': 'Applications', class: 'number' }, number(rollOut.rows)),
    element('td', { 'data-label': 'Requested by' }, rollOut.requestedBy ?? 'nobody'),
    element('td', { 'data-label': 'When', class: 'when' }, when(rollOut.requestedAt)));
}

try {
  const rollOuts = await get('/api/roll-outs');
  byId('roll-outs').tBodies[0].append(...rollOuts.map(row));
  byId('roll-outs').hidden = rollOuts.length === 0;
  byId('notice').textContent = rollOuts.length === 0 ? 'There are no roll-outs visible to you.' : '';
} catch (problem) {
  byId('notice').textContent = problem.message;
}
