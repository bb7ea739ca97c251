// From the start of the rollback's process until users are back, behind a real nginx and a real HAProxy: how much longer it takes than the bare
// command, how many calls GitHub gets before, and how long it takes where GitHub is slow and the history long.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const target = join('build', 'bench-rollback');
const aim = { overheadMs: 500, calls: 10, slowMs: 10_000, latencyMs: 200, history: 2_000 };
const rounds = 5;

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const needed = ['town', 'nginx', 'haproxy'];
const config = {
  extends: '../../test/demo/tsconfig.json',
  compilerOptions: { outDir: '.' },
  include: needed.map((name) => `../../test/world/${name}.ts`),
};
writeFileSync(join(target, 'tsconfig.json'), JSON.stringify(config));
const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
spawnSync(process.execPath, [tsc, '-p', join(target, 'tsconfig.json')]);
const [{ startTown }, { nginxAvailable, startNginx }, { haproxyAvailable, startHaproxy }] = await Promise.all(
  needed.map((name) => {
    const file = join(target, 'test', 'world', `${name}.js`);
    if (!existsSync(file)) throw new Error('The town could not be compiled: run npm ci.');
    return import(pathToFileURL(resolve(file)).href);
  }),
);

const town = await startTown({ actions: process.env.BORING_ACTIONS || 'actions', database: false, users: 0 });
const { repo, github, service } = town;
const sides = { blue: service.blue, green: service.green };
const hosts = { blue: new URL(service.blue.url).host, green: new URL(service.green.url).host };
const open = [...(nginxAvailable() ? [nginx] : []), ...(haproxyAvailable() ? [haproxy] : [])];
const routers = [];
let environments = 0;
try {
  for (const start of open) routers.push(await start());
  console.log(`Medians of ${rounds}, from process start to the first answer of the old version at the entrance`);
  console.log('| router | target | bare ms | rollback ms | overhead ms | calls before |\n|---|---|---|---|---|---|');
  for (const router of routers) {
    const bare = await several(() => bareSwitch(router));
    for (const named of [false, true]) {
      const presses = await several(() => press(router, { named, history: 2 }));
      const [plain, ms] = [median(bare), median(presses.map((one) => one.ms))];
      const calls = Math.max(...presses.map((one) => one.calls));
      const cells = [router.name, named ? 'given' : 'last known good', plain, ms, ms - plain, calls];
      console.log(`| ${cells.map(shown).join(' | ')} |`);
    }
  }
  const empty = await several(() => emptyProcess());
  console.log(`an empty Node process alone takes ${shown(median(empty))} ms here`);
  console.log(`aim: overhead at most ${aim.overheadMs} ms, at most ${aim.calls} calls`);

  console.log(`\n${aim.history} Deployments, ${aim.latencyMs} ms a call`);
  console.log('| router | target | ms | calls before |\n|---|---|---|---|');
  for (const router of routers) {
    for (const named of [false, true]) {
      const { ms, calls } = await press(router, { named, history: aim.history, latencyMs: aim.latencyMs });
      console.log(`| ${[router.name, named ? 'given' : 'last known good', ms, calls].map(shown).join(' | ')} |`);
    }
  }
  console.log(`aim: below ${aim.slowMs} ms, at most ${aim.calls} calls`);
} finally {
  for (const router of routers) await router.stop();
  await town.stop();
}

function shown(cell) {
  return typeof cell === 'number' ? cell.toFixed(0) : cell;
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}

async function several(run) {
  const results = [];
  for (let round = 0; round < rounds; round += 1) results.push(await run());
  return results;
}

function emptyProcess() {
  const from = performance.now();
  spawnSync(process.env.BORING_NODE24 ?? process.execPath, ['-e', '0']);
  return performance.now() - from;
}

/** The bare command alone, from typing it to its effect. */
async function bareSwitch(router) {
  const { old } = await settled(router, 2);
  const from = performance.now();
  await router.give('blue');
  await seen(router.url, old);
  return performance.now() - from;
}

/** One press of the button, in an environment of its own. */
async function press(router, { named, history, latencyMs = 0 }) {
  const { environment, old } = await settled(router, history);
  const file = '.github/workflows/rollback.yml';
  const job = town.job({ occasion: town.occasions.dispatched(file), path: file });
  if (latencyMs > 0) github.faults.add({ match: /./, times: Number.POSITIVE_INFINITY, latencyMs });
  const before = github.log.length;
  const words = { environment, comment: 'false', ...(named ? { to: old } : {}) };
  const step = job.start('rollback', { with: words });
  await step.pid;
  const from = performance.now();
  await seen(router.url, old);
  const ms = performance.now() - from;
  const calls = github.log.length - before;
  const { outputs, annotations } = await step.result;
  github.faults.clear();
  await job.finish();
  if (outputs.verdict !== 'restored') throw new Error(`${outputs.verdict}: ${JSON.stringify(annotations)}`);
  return { ms, calls };
}

/** A new environment with so many Deployments: the newest runs on green and has everybody, the one before waits on blue. */
async function settled(router, count) {
  environments += 1;
  const environment = `shop-${environments}`;
  const policy = policyOf(environment, router);
  const [old, now] = [0, 1].map((n) => {
    const files = { '.github/deploy-policy.yml': policy, 'version.txt': `${environment} ${n}` };
    return repo.commit({ files, message: `Version ${n}` }).sha;
  });
  const began = Date.now() - count * 3_600_000;
  let previous = null;
  for (let n = 0; n < count; n += 1) {
    const at = new Date(began + n * 3_600_000).toISOString();
    const sha = (count - n) % 2 === 1 ? now : old;
    const payload = payloadOf({ environment, sha, previous, run: n + 1 });
    const said = ['sides: stable blue, canary green', 'canary full 100 %: baking', 'canary complete: green 100 %'];
    const statuses = said.map((description, s) => ({ state: s === 2 ? 'success' : 'in_progress', description, at }));
    const { id } = repo.deployment({ sha, environment, payload, at, statuses });
    previous = { deploymentId: id, sha, version: sha.slice(0, 7) };
  }
  await sides.blue.deploy({ version: old.slice(0, 7), sha: old });
  await sides.green.deploy({ version: now.slice(0, 7), sha: now });
  await router.give('green');
  await seen(router.url, now, 60);
  return { environment, old };
}

function policyOf(environment, { url, traffic }) {
  const lines = Object.entries(traffic).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `version: 1
environments: {${environment}: {url: "${url}"}}
traffic:
${lines.join('')}  sides: [blue, green]
  at: {blue: "${sides.blue.url}", green: "${sides.green.url}"}
rollback: {min-age: 0s, verify: [version]}
`;
}

function payloadOf({ environment, sha, previous, run }) {
  const shared = { marker: 'boring-deploys', schema: 1, run: { id: run, attempt: 1, url: '' }, environment, unit: '' };
  const plan = { tier: 'high', type: 'standard', plan: 'canary', policy: { path: '', sha: '', digest: '', name: '' } };
  const rest = { kind: 'deploy', legs: [], tree: '', pulls: [], previous, migrations: [] };
  return { ...shared, ...plan, ...rest, version: sha.slice(0, 7), artifact: [], sha };
}

/** Asks the entrance until this version answers, so many times in a row: workers of before a reload may answer a while longer. */
async function seen(url, sha, times = 1) {
  let row = 0;
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const reply = await fetch(`${url}/version`, { headers: { connection: 'close' } }).catch(() => undefined);
    const told = await reply?.json().catch(() => undefined);
    row = told?.sha === sha ? row + 1 : 0;
    if (row >= times) return;
    await new Promise((done) => setTimeout(done, times === 1 ? 2 : 10));
  }
  throw new Error(`${sha} never answers at ${url}`);
}

async function nginx() {
  const serverOf = (side, name) => `  server ${hosts[name]}${name === side ? '' : ' down'};\n`;
  const upstream = (side) => `upstream shop {\n${serverOf(side, 'blue')}${serverOf(side, 'green')}}\n`;
  const server = await startNginx(upstream('green'));
  return {
    name: 'nginx',
    url: server.url,
    traffic: { router: 'nginx', config: server.config, upstream: 'shop', nginx: server.command, servers: hosts },
    stop: server.stop,
    async give(side) {
      writeFileSync(server.config, upstream(side));
      const done = spawnSync('sh', ['-c', `${server.command} -t -q && ${server.command} -s reload`]);
      if (done.status !== 0) throw new Error(String(done.stderr));
    },
  };
}

async function haproxy() {
  const server = await startHaproxy(Object.entries(hosts).map(([side, host]) => `server ${side} ${host} weight 100`));
  return {
    name: 'haproxy',
    url: server.url,
    traffic: { router: 'haproxy', socket: server.socket, backend: 'shop' },
    stop: server.stop,
    async give(side) {
      const socket = connect(server.socket);
      const shares = Object.keys(hosts).map((one) => `set server shop/${one} weight ${one === side ? 100 : 0}`);
      socket.end(`${shares.join(';')}\n`);
      socket.resume();
      await once(socket, 'close');
    },
  };
}
