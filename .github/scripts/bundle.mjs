// Builds dist/: TypeScript to JavaScript, then one bundle an action with ncc, two at a time. `--to <folder>` builds elsewhere.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

for (const name of ['@actions/core', '@actions/github']) markPure(name);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const actions = readdirSync('actions').filter((name) => existsSync(join('actions', name, 'index.ts')));
const queue = [...actions];
await Promise.all([0, 1].map(work));

shipParsers(join(target, 'migrate'));

const { policySchema } = await import(pathToFileURL(resolve('build/src/vocabulary.js')).href);
writeFileSync(join(target, 'policy.schema.json'), `${JSON.stringify(policySchema(), null, 2)}\n`);
const { suiteSchema } = await import(pathToFileURL(resolve('build/src/smoke/shape.js')).href);
writeFileSync(join(target, 'smoke.schema.json'), `${JSON.stringify(suiteSchema(), null, 2)}\n`);
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
      if (code === 0) done(toAscii(join(target, action)));
      else failed(new Error(`ncc ended with ${code} for ${action}`));
    });
  });
}

/** Says of a copy of a package that loading it does nothing, which its authors leave unsaid: what no action uses of it, a sign-in with OIDC and its
 * HTTP client, stays out of the bundles. It took a quarter of the time and a tenth of the memory of every start. */
function markPure(name) {
  const copy = join('build', 'node_modules', name);
  cpSync(join('node_modules', name), copy, { recursive: true });
  const about = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...about, sideEffects: false }));
}

/** Writes every other character of the code as its escape: a text with one of them takes Node twice the memory, 3 MB a bundle. */
function toAscii(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const code = readFileSync(join(folder, name), 'utf8');
    // An escape means the same in a string, a template, a pattern and a name, but not behind a backslash or where a template is read raw.
    const odd = /\\[^\0-\x7f]|String\.raw`[^`]*[^`\0-\x7f]/u.exec(code);
    if (odd !== null) throw new Error(`${folder}/${name} holds ${JSON.stringify(odd[0])}, which has no escape`);
    writeFileSync(
      join(folder, name),
      code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
  }
}

/** The parsers of SQL travel as files beside the bundle, in folders of their own: WebAssembly cannot be in it, and only runs that read SQL load them. */
function shipParsers(folder) {
  const postgres = join(folder, 'libpg-query');
  const foreign = join(folder, 'node-sql-parser');
  for (const place of [postgres, foreign]) {
    mkdirSync(place, { recursive: true });
    // The bundle beside them is an ES module; these are not.
    writeFileSync(join(place, 'package.json'), '{\n  "type": "commonjs"\n}\n');
  }
  const from = join('node_modules', 'libpg-query');
  for (const file of ['libpg-query.js', 'libpg-query.wasm'])
    copyFileSync(join(from, 'wasm', file), join(postgres, file));
  copyFileSync(join(from, 'LICENSE'), join(postgres, 'LICENSE'));
  // The types it re-exports are empty when it runs, and their package does not travel.
  const types = '__exportStar(require("@pgsql/types"), exports);';
  const glue = readFileSync(join(from, 'wasm', 'index.cjs'), 'utf8');
  if (!glue.includes(types)) throw new Error('libpg-query/wasm/index.cjs has changed: look at what it requires');
  writeFileSync(join(postgres, 'index.cjs'), glue.replace(types, ''));
  for (const dialect of ['mysql', 'mariadb']) {
    const code = readFileSync(join('node_modules', 'node-sql-parser', 'build', `${dialect}.js`), 'utf8');
    if (!code.includes('require("big-integer")'))
      throw new Error('node-sql-parser has changed: look at what it requires');
    const alone = code.replace('require("big-integer")', 'require("./big-integer.js")');
    writeFileSync(join(foreign, `${dialect}.js`), alone.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'));
  }
  copyFileSync(join('node_modules', 'node-sql-parser', 'LICENSE'), join(foreign, 'LICENSE'));
  const numbers = join('node_modules', 'big-integer');
  copyFileSync(join(numbers, 'BigInteger.min.js'), join(foreign, 'big-integer.js'));
  copyFileSync(join(numbers, 'LICENSE'), join(foreign, 'LICENSE.big-integer'));
}
