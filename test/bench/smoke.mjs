// 200 checks against a server that takes 20 ms, from the start of the bundle's process to its end, beside newman, stepci and Playwright's
// request fixture in the same run. Peers are installed into a temporary folder; one that cannot be is named.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const checks = 200;
const delayMs = 20;
/** Checks at once; the last as many as stepci asks, which cannot be told. */
const widths = [16, 64, checks];
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const node = process.env.BORING_NODE24 ?? process.execPath;
const actions = process.env.BORING_ACTIONS || 'actions';
const folder = mkdtempSync(join(tmpdir(), 'boring-bench-smoke-'));

/** Before a command: writes down its seconds, CPU and kilobytes. A script in between would lose the inputs: their names have hyphens. */
const times = join(folder, 'times');
const timing = ['/usr/bin/time', '-a', '-o', times, '-f', '%e %U %S %M'];
const peers = { newman: 'newman@6.2.2', stepci: 'stepci@2.8.2', playwright: '@playwright/test@1.65.1' };

/** The town's compiled code serves the API of GitHub, as in the other benchmarks. */
const build = join('build', 'bench');
const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
rmSync(build, { recursive: true, force: true });
spawnSync(process.execPath, [tsc, '-p', join('test', 'demo', 'tsconfig.json'), '--outDir', build]);
const entry = join(build, 'test', 'world', 'town.js');
if (!existsSync(entry)) throw new Error('The town could not be compiled: run npm ci.');
const { startTown } = await import(pathToFileURL(resolve(entry)).href);

const sockets = new Set();
let answered = 0;
const server = createServer((request, response) => {
  sockets.add(request.socket);
  request.resume();
  setTimeout(() => {
    answered += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ n: Number(request.url?.slice(1)), ok: true }));
  }, delayMs);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;

/** What the last process took. */
function lastTime() {
  const line = readFileSync(times, 'utf8').trim().split('\n').at(-1) ?? '';
  const [wall, user, system, kilobytes] = line.split(' ').map(Number);
  return { wall, cpu: user + system, mb: kilobytes / 1024 };
}

function measured(words, options = {}) {
  sockets.clear();
  answered = 0;
  const [command, ...before] = timing;
  const timed = spawn(command, [...before, node, ...words], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  timed.stdout.on('data', (piece) => (said += piece));
  timed.stderr.on('data', (piece) => (said += piece));
  return new Promise((done) => {
    timed.on('close', (code) => done({ code, ...lastTime(), sockets: sockets.size, answered, said }));
  });
}

const suite = (total) => `version: 1
concurrency: {total: ${total}, per_host: ${total}}
defaults: {retry: none}
checks:
${Array.from({ length: checks }, (_, n) => `  - {id: c${n}, http: {url: /${n}}, expect: {status: 200, json: {$.n: ${n}, $.ok: true}}}`).join('\n')}
`;

const town = await startTown({
  policy: `version: 1\nenvironments: {production: {url: "${base}"}}\n`,
  files: Object.fromEntries(widths.map((width) => [`.github/smoke-${width}.yml`, suite(width)])),
  actions,
  database: false,
  users: 0,
});
const job = town.job({ sha: town.repo.head() });
const token = town.github.token({ permissions: 'read-all', name: 'bench' });

/** The bundle in the environment that the runner gives a step, its recording left out. */
async function ours(path) {
  const inputs = {
    suite: path,
    'dry-run': 'true',
    comment: 'false',
    environment: 'production',
    policy: '.github/deploy-policy.yml',
    'policy-source': 'trusted',
    'github-token': token,
    'on-unreachable': 'fail',
    'job-status': 'success',
  };
  const words = Object.entries(inputs).map(([name, value]) => `'INPUT_${name.toUpperCase()}=${value}'`);
  const timed = timing.map((word) => `'${word}'`).join(' ');
  return job.run(
    `env ${words.join(' ')} ${timed} '${node}' '${resolve(actions, '..', 'dist', 'smoke-test', 'index.js')}'`,
  );
}

function install(name, spec) {
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'package.json'), '{"private": true}');
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--silent', spec], {
    cwd: at,
    env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
    timeout: 240_000,
  });
  return done.status === 0 ? at : undefined;
}

const runs = { newman: newman, stepci: stepci, playwright: playwright };

function newman(at) {
  const item = Array.from({ length: checks }, (_, n) => ({
    name: `c${n}`,
    request: { method: 'GET', url: `${base}/${n}` },
    event: [
      {
        listen: 'test',
        script: {
          exec: [
            `pm.test('status', () => pm.response.to.have.status(200));`,
            `pm.test('n', () => pm.expect(pm.response.json().n).to.equal(${n}));`,
            `pm.test('ok', () => pm.expect(pm.response.json().ok).to.equal(true));`,
          ],
        },
      },
    ],
  }));
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  writeFileSync(join(at, 'collection.json'), JSON.stringify({ info: { name: 'bench', schema }, item }));
  return measured([join(at, 'node_modules', 'newman', 'bin', 'newman.js'), 'run', 'collection.json', '--silent'], {
    cwd: at,
  });
}

function stepci(at) {
  const tests = Array.from(
    { length: checks },
    (_, n) =>
      `  t${n}:\n    steps:\n      - name: c${n}\n        http:\n          url: ${base}/${n}\n          method: GET\n          check:\n            status: 200\n            jsonpath:\n              $.n: ${n}\n              $.ok: true\n`,
  );
  writeFileSync(join(at, 'workflow.yml'), `version: "1.1"\nname: bench\ntests:\n${tests.join('')}`);
  return measured([join(at, 'node_modules', 'stepci', 'dist', 'index.js'), 'run', 'workflow.yml'], {
    cwd: at,
    env: { ...process.env, STEPCI_DISABLE_ANALYTICS: '1' },
  });
}

function playwright(at) {
  const lines = [
    `const { test, expect } = require('@playwright/test');`,
    `for (let n = 0; n < ${checks}; n += 1) test('c' + n, async ({ request }) => {`,
    `  const response = await request.get('${base}/' + n);`,
    `  expect(response.status()).toBe(200);`,
    `  const body = await response.json();`,
    `  expect(body.n).toBe(n);`,
    `  expect(body.ok).toBe(true);`,
    '});',
  ];
  writeFileSync(join(at, 'bench.spec.js'), lines.join('\n'));
  writeFileSync(
    join(at, 'playwright.config.js'),
    'module.exports = { fullyParallel: true, workers: 2, reporter: "dot" };',
  );
  return measured([join(at, 'node_modules', '@playwright', 'test', 'cli.js'), 'test'], { cwd: at });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const rows = [];
try {
  for (const width of widths) {
    const name = `smoke-test, ${width} at once`;
    const list = [];
    for (let round = 0; round < rounds; round += 1) {
      sockets.clear();
      answered = 0;
      const step = await ours(`.github/smoke-${width}.yml`);
      if (step.outputs.verdict !== 'pass' || answered !== checks)
        throw new Error(`${name}: ${step.outputs.verdict}\n${step.log.join('\n')}`);
      list.push({ ...lastTime(), inside: Number(step.outputs['duration-ms']) / 1_000 });
    }
    rows.push({
      name,
      wall: median(list.map(({ wall }) => wall)),
      cpu: median(list.map(({ cpu }) => cpu)),
      inside: median(list.map(({ inside }) => inside)),
      mb: Math.max(...list.map(({ mb }) => mb)),
      sockets: sockets.size,
    });
  }
  for (const [name, spec] of Object.entries(peers)) {
    const at = install(name, spec);
    if (at === undefined) {
      rows.push({ name: `${spec}: could not be installed` });
      continue;
    }
    const list = [];
    for (let round = 0; round < Math.min(3, rounds); round += 1) list.push(await runs[name](at));
    const wrong = list.find(({ code, answered: count }) => code !== 0 || count < checks);
    const note =
      wrong === undefined
        ? ''
        : ` (ended with ${wrong.code}, ${wrong.answered} answers: ${wrong.said.slice(-200).replace(/\s+/g, ' ')})`;
    rows.push({
      name: `${spec}${note}`,
      wall: median(list.map(({ wall }) => wall)),
      cpu: median(list.map(({ cpu }) => cpu)),
      mb: Math.max(...list.map(({ mb }) => mb)),
      sockets: list.at(-1).sockets,
    });
  }
} finally {
  await job.finish();
  await town.stop();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}

const leastAt = (width) => (delayMs * Math.ceil(checks / width)) / 1_000;
console.log(
  `${checks} checks of ${delayMs} ms, status and two assertions; least: ${widths.map((width) => `${leastAt(width)} s at ${width}`).join(', ')}`,
);
console.log(
  `| runner | wall s | CPU s | suite s | MB | sockets | ${widths.map((width) => `less at ${width} by`).join(' | ')} |\n|---|---|---|---|---|---|${'---|'.repeat(widths.length)}`,
);
const mine = rows.slice(0, widths.length);
for (const { name, wall, cpu, inside, mb, sockets: count } of rows) {
  const shown = (value, digits = 2) => (value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits));
  const times = (own) => (wall === undefined || name.startsWith('smoke') ? '' : `${(wall / own.wall).toFixed(1)}x`);
  console.log(
    `| ${name} | ${shown(wall)} | ${shown(cpu)} | ${shown(inside)} | ${shown(mb, 0)} | ${count ?? ''} | ${mine.map(times).join(' | ')} |`,
  );
}
console.log('aim: at most 0.6 s at 16 and 0.4 s at 64, at most 110 MB; 15x newman, 5x stepci');
// stepci runs each test on its own and sets no bound: what it took is beside the widest, never beside 16, which cannot take less than 0.26 s.
console.log('stepci asks all 200 at once, newman one after the other; neither can be told 16 or 64');
