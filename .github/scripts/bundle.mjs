// Builds dist/: TypeScript to JavaScript, then one bundle an action with ncc, two at a time. `--to <folder>` builds elsewhere.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sourcesDigest } from './sources.mjs';

const at = process.argv.indexOf('--to');
const target = at === -1 ? 'dist' : (process.argv[at + 1] ?? 'dist');
const ncc = join('node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');

rmSync('build', { recursive: true, force: true });
const compiled = spawnSync(
  process.execPath,
  [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
  { stdio: 'inherit' },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const actions = readdirSync('actions').filter((name) => existsSync(join('actions', name, 'index.ts')));
const queue = [...actions];
await Promise.all([0, 1].map(work));

const { policySchema } = await import(pathToFileURL(resolve('build/src/vocabulary.js')).href);
writeFileSync(join(target, 'policy.schema.json'), `${JSON.stringify(policySchema(), null, 2)}\n`);
writeFileSync(join(target, 'sources.sha256'), `${sourcesDigest()}\n`);
console.log(`${target}: ${actions.join(', ')}`);

async function work() {
  for (let action = queue.shift(); action !== undefined; action = queue.shift()) await bundle(action);
}

function bundle(action) {
  const words = [
    ncc,
    'build',
    join('build', 'actions', action, 'index.js'),
    '-o',
    join(target, action),
    '--license',
    'licenses.txt',
    '-q',
  ];
  return new Promise((done, failed) => {
    spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] }).on('close', (code) => {
      if (code === 0) done(undefined);
      else failed(new Error(`ncc ended with ${code} for ${action}`));
    });
  });
}
