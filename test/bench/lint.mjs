// Lint of 700 migration files, from the start of the process to its end, beside squawk (a native linter, from npm) over the same files in the same run.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compiled } from '../../.github/scripts/compiled.mjs';

const rounds = 7;
const wanted = 700;
const peer = 'squawk-cli@2.66.0';
const node = process.env.BORING_NODE24 ?? process.execPath;
const bundle = resolve(process.env.BORING_DIST ?? 'dist', 'migrate', 'index.js');
const folder = mkdtempSync(join(tmpdir(), 'boring-bench-lint-'));
const workspace = join(folder, 'workspace');
const directory = join(workspace, 'db', 'migrations');
mkdirSync(directory, { recursive: true });

// The corpus over and over, each round in tables of its own name, behind the schema that it expects.
const corpus = join('test', 'migration', 'corpus');
const texts = readdirSync(corpus)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(join(corpus, name), 'utf8'))
  .filter((text) => !text.includes('migrate:up'));
const files = [];
for (let index = 0; index < wanted; index += 1) {
  const path = join(directory, `V${String(index + 1).padStart(4, '0')}__step.sql`);
  const text = index === 0 ? readFileSync(join(corpus, 'schema.txt'), 'utf8') : texts[index % texts.length];
  writeFileSync(path, text);
  files.push(path);
}

// A GitHub that knows nothing: the run judges every file, and talks to nobody else.
const github = createServer((_request, response) => {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end('{"message":"Not Found"}');
});
await new Promise((ready) => github.listen(0, '127.0.0.1', ready));
const api = `http://127.0.0.1:${github.address().port}`;
const event = join(folder, 'event.json');
writeFileSync(event, '{}');
const output = join(folder, 'output');
writeFileSync(output, '');
mkdirSync(join(workspace, '.github'), { recursive: true });
writeFileSync(join(workspace, '.github', 'deploy-policy.yml'), 'version: 1\nenvironments: {production: {}}\n');
const env = {
  PATH: process.env.PATH,
  GITHUB_REPOSITORY: 'octo-org/shop',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_EVENT_PATH: event,
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_API_URL: api,
  GITHUB_GRAPHQL_URL: `${api}/graphql`,
  GITHUB_SERVER_URL: api,
  GITHUB_WORKSPACE: workspace,
  GITHUB_OUTPUT: output,
  RUNNER_TEMP: folder,
  INPUT_PHASE: 'lint',
  'INPUT_POLICY-SOURCE': 'workspace',
  'INPUT_GITHUB-TOKEN': 'none',
  'INPUT_DRY-RUN': 'true',
};

/** Milliseconds from spawn to exit; the last words of its output come along. */
function once(program, words) {
  const from = process.hrtime.bigint();
  return new Promise((done) => {
    const child = spawn(program, words, { cwd: workspace, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part));
    child.on('close', (code) => done({ ms: Number(process.hrtime.bigint() - from) / 1e6, code, said }));
  });
}

/** The peer's own binary, installed into a folder that goes away; undefined when it cannot be had. */
function installPeer() {
  const home = join(folder, 'peer');
  mkdirSync(home);
  const ran = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--silent', '--prefix', home, peer], {
    timeout: 120_000,
  });
  const binary = join(home, 'node_modules', '.bin', 'squawk');
  return ran.status === 0 && existsSync(binary) ? binary : undefined;
}

const binary = installPeer();
const subjects = [
  ['boring-deploys', node, [bundle]],
  ...(binary === undefined ? [] : [['squawk', binary, ['--assume-in-transaction', ...files]]]),
];
const times = new Map(subjects.map(([name]) => [name, []]));
let last = '';
// In turn, so that whatever else the machine does falls on both.
for (let round = 0; round < rounds; round += 1)
  for (const [name, program, words] of subjects) {
    const ran = await once(program, words);
    times.get(name).push(ran.ms);
    if (name === 'boring-deploys') last = ran.said;
  }
github.close();

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const found = readFileSync(output, 'utf8').match(/reason<<(\S+)\n([^\n]*)/)?.[2] ?? '';
if (!found.startsWith('lint:')) {
  console.error(`The run did not lint:\n${last.slice(-2000)}`);
  process.exitCode = 1;
}
console.log(
  `${wanted} migration files, ${rounds} runs each, in turn, ${spawnSync(node, ['--version']).stdout.toString().trim()}`,
);
console.log('| linter | min ms | median ms |');
console.log('|---|---|---|');
for (const [name, list] of times)
  console.log(`| ${name} | ${Math.min(...list).toFixed(0)} | ${median(list).toFixed(0)} |`);
if (binary === undefined) console.log(`skipped: squawk, because ${peer} could not be installed`);
else await compareAlarms(binary);
rmSync(folder, { recursive: true, force: true });

/**
 * Who cries wolf, on the corpus: its labels are what a real Postgres did with each file (test/migration/corpus.test.ts asserts it), and what
 * our rules find. Of both linters only what speaks of safety counts: rules of style, and those about time limits, which the runner sets, do not.
 */
async function compareAlarms(program) {
  const { rules } = await compiled('src/migration/rules/index.ts');
  const loud = new Set(rules.filter(({ level }) => level === 'error' || level === 'warn').map(({ id }) => id));
  const names = readdirSync(corpus).filter((name) => name.endsWith('.sql'));
  const words = ['--assume-in-transaction', '--reporter', 'Json', ...names];
  const ran = spawnSync(program, words, { cwd: corpus, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' });
  const theirs = new Map(names.map((name) => [name, new Set()]));
  const quiet =
    /^(prefer-|require-(lock|statement)-timeout|ban-char|identifier-|require-enum-value-ordering|ban-create-domain|syntax-error)/;
  for (const { file, rule_name: rule } of JSON.parse(ran.stdout)) if (!quiet.test(rule)) theirs.get(file)?.add(rule);
  const files = names.flatMap((name) => {
    const label = /^-- expect: rules=([^;]*); rewrites=(\w+); blocks=(\w+); repeats=\w+; contract=(\w+)/m.exec(
      readFileSync(join(corpus, name), 'utf8'),
    );
    if (label === null) return [];
    const [, found = '', rewrites, blocks, contract] = label;
    const ours = new Set(found.split(', ').filter((rule) => loud.has(rule)));
    return [
      {
        name,
        ours,
        theirs: theirs.get(name),
        rewrites: rewrites === 'yes',
        harm: [rewrites, blocks, contract].includes('yes'),
      },
    ];
  });
  const types = [
    'change-column-type',
    'table-rewrite',
    'add-column-volatile-default',
    'add-column-serial',
    'add-column-generated-stored',
  ];
  const theirTypes = ['changing-column-type', 'adding-field-with-default', 'adding-serial-primary-key-field'];
  const has = (found, wanted) => wanted.some((rule) => found.has(rule));
  const count = (among, flagged) => `${among.filter(flagged).length} of ${among.length}`;
  const harmless = files.filter(({ harm }) => !harm);
  const [still, written] = [files.filter(({ rewrites }) => !rewrites), files.filter(({ rewrites }) => rewrites)];
  console.log(`\nThe corpus, ${files.length} migrations that ran, beside what PostgreSQL did with each`);
  console.log('| files | boring-deploys | squawk |');
  console.log('|---|---|---|');
  const row = (title, among, ours, its) => console.log(`| ${title} | ${count(among, ours)} | ${count(among, its)} |`);
  row(
    'flagged, though no writer waited, no table was written anew and old code went on',
    harmless,
    ({ ours }) => ours.size > 0,
    ({ theirs: its }) => its.size > 0,
  );
  row(
    'said to write a table anew, and did not',
    still,
    ({ ours }) => has(ours, types),
    ({ theirs: its }) => has(its, theirTypes),
  );
  row(
    'wrote a table anew, and nothing was said',
    written,
    ({ ours }) => ours.size === 0,
    ({ theirs: its }) => its.size === 0,
  );
}
