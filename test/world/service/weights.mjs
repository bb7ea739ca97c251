// The two scripts of a `command` router: `get <admin url>` prints the weight of CANARY (green when unset); `set <admin url>` gives it WEIGHT.
const [what, url] = process.argv.slice(2);
const canary = process.env.CANARY || 'green';
const stable = canary === 'green' ? 'blue' : 'green';

async function ask(init) {
  const answer = await fetch(`${url}/weights`, init);
  if (!answer.ok) throw new Error(`the router answered ${answer.status}: ${(await answer.text()).trim()}`);
  return answer.json();
}

try {
  if (what === 'get') {
    console.log(String((await ask())[canary]));
  } else {
    const weight = Number(process.env.WEIGHT || Number.NaN);
    const body = JSON.stringify({ [canary]: weight, [stable]: 100 - weight });
    await ask({ method: 'PUT', headers: { 'content-type': 'application/json' }, body });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
