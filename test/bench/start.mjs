// Size of each bundle, and how long it takes from spawn to a clear error about an input, beside an empty Node process in the same run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const rounds = 15;
const node = process.env.BORING_NODE24 ?? process.execPath;
const folder = mkdtempSync(join(tmpdir(), 'boring-bench-'));
const event = join(folder, 'event.json');
writeFileSync(event, '{}');
const env = {
  PATH: process.env.PATH,
  GITHUB_REPOSITORY: 'octo-org/shop',
  GITHUB_EVENT_PATH: event,
  RUNNER_TEMP: folder,
  GITHUB_WORKSPACE: folder,
  'INPUT_DRY-RUN': 'perhaps',
};

function once(words) {
  const from = process.hrtime.bigint();
  spawnSync(node, words, { cwd: folder, env });
  return Number(process.hrtime.bigint() - from) / 1e6;
}

const bundles = readdirSync('dist', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const subjects = [
  ['empty process', ['-e', '0']],
  ...bundles.map((name) => [name, [resolve('dist', name, 'index.js')]]),
];
const times = new Map(subjects.map(([name]) => [name, []]));
// In turn, so that whatever else the machine does falls on all of them.
for (let round = 0; round < rounds; round += 1) for (const [name, words] of subjects) times.get(name).push(once(words));

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const floor = median(times.get('empty process'));
console.log(`${spawnSync(node, ['--version']).stdout.toString().trim()}, ${rounds} runs each, in turn`);
console.log('| bundle | KB | gzip KB | start, min ms | median ms | times an empty process |');
console.log('|---|---|---|---|---|---|');
for (const [name] of subjects) {
  const list = times.get(name);
  const text = name === 'empty process' ? undefined : readFileSync(join('dist', name, 'index.js'));
  const sizes =
    text === undefined ? ['', ''] : [Math.round(text.length / 1024), Math.round(gzipSync(text).length / 1024)];
  console.log(
    `| ${name} | ${sizes[0]} | ${sizes[1]} | ${Math.min(...list).toFixed(0)} | ${median(list).toFixed(0)} | ${(median(list) / floor).toFixed(1)} |`,
  );
}
rmSync(folder, { recursive: true, force: true });
