const list = document.getElementById('environments');

async function get(path) {
  const reply = await fetch(path);
  if (!reply.ok) throw new Error(`${path} returned status ${reply.status}`);
  return reply.json();
}

// Set as text, never as HTML: what PingOne says is not trusted.
async function check(alias) {
  const item = document.createElement('li');
  item.textContent = `${alias}: checking …`;
  list.append(item);
  try {
    const answer = await get(`environments/${encodeURIComponent(alias)}`);
    item.className = answer.answers ? 'good' : 'bad';
    item.textContent = `${alias}: ${answer.says}`;
  } catch (problem) {
    item.className = 'bad';
    item.textContent = `${alias}: ${problem.message}`;
  }
}

get('environments').then(aliases => aliases.forEach(check), problem => { list.textContent = problem.message; });
