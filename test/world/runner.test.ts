// The runner harness against tiny actions: each rule of a real runner that our bundles lean on.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPairs } from './runner/file-commands.ts';
import { readCommand } from './runner/log-commands.ts';
import { Masks } from './runner/masks.ts';
import { chooseNode } from './runner/node.ts';
import { createRunner, type Job, type JobOptions, type Runner } from './runner/runner.ts';
import { exactWaits } from './runner/step-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'boring-runner-test-'));
const actions = join(folder, 'actions');
const github = {
  apiUrl: 'http://127.0.0.1:1/api',
  serverUrl: 'http://127.0.0.1:1',
  graphqlUrl: 'http://127.0.0.1:1/graphql',
};
const sha = 'a'.repeat(40);
let runner: Runner;
/** An expression as a workflow writes it. */
const read = (expression: string): string => `\${{ ${expression} }}`;

/** Writes an action of plain JavaScript; both files are ES modules beside action.yml. */
function action(name: string, main: string, more: { readonly post?: string; readonly inputs?: string } = {}): void {
  const home = join(actions, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'main.mjs'), main);
  if (more.post !== undefined) writeFileSync(join(home, 'post.mjs'), more.post);
  const post = more.post === undefined ? '' : '\n  post: post.mjs';
  writeFileSync(
    join(home, 'action.yml'),
    `name: ${name}\ninputs: ${more.inputs ?? '{}'}\nruns:\n  using: node24\n  main: main.mjs${post}\n`,
  );
}

function job(more: Partial<JobOptions> = {}): Job {
  return runner.job({ event: { name: 'push', payload: {} }, sha, ref: 'refs/heads/main', runId: 77, ...more });
}

const write = (file: string, text: string): string =>
  `import { appendFileSync } from 'node:fs'; appendFileSync(process.env.${file}, ${JSON.stringify(text)});`;
/** An action that tells its environment as JSON, on one line. */
const tells = 'console.log("ENV " + JSON.stringify(process.env));';

beforeAll(() => {
  mkdirSync(actions, { recursive: true });
  runner = createRunner({
    workspace: join(folder, 'workspace'),
    github,
    repository: 'octo-org/shop',
    token: 'ghs_secret',
    actions,
    waits: { interrupt: 2_000, terminate: 1_000, streams: 1_000 },
  });
});

afterAll(() => {
  runner.close();
  rmSync(folder, { recursive: true, force: true });
});

function environmentIn(log: readonly string[]): Record<string, string> {
  const line = log.find((one) => one.startsWith('ENV ')) ?? 'ENV {}';
  return JSON.parse(line.slice(4)) as Record<string, string>;
}

describe('the environment of a step', () => {
  test('names inputs in upper case with hyphens kept and spaces as underscores, defaults evaluated', async () => {
    action('inputs', tells, {
      inputs: `{my-input: {default: "${read('github.sha')} in ${read('matrix.region')}"}, two words: {default: a}, none: {}, how: {default: "${read('job.status')}"}}`,
    });

    const step = await job({ matrix: { region: 'eu' } }).uses('inputs', { with: { 'two words': 'b' } });

    const env = environmentIn(step.log);
    expect(env['INPUT_MY-INPUT']).toBe(`${sha} in eu`);
    expect(env.INPUT_TWO_WORDS).toBe('b');
    expect(env.INPUT_NONE).toBe('');
    expect(env.INPUT_HOW).toBe('success');
  });

  test('holds the context by the allow-list, never the token, and nothing of the machine running the test', async () => {
    action('tells', tells);
    process.env.LEAK_OF_THE_TEST = '1';

    const step = await job({ env: { GITHUB_SHA: 'mine', REGION: 'eu' } }).uses('tells', {
      env: { REGION: read('github.ref_name') },
    });

    const env = environmentIn(step.log);
    expect(env).toMatchObject({
      GITHUB_SHA: sha,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REF_NAME: 'main',
      GITHUB_RUN_ID: '77',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_REPOSITORY_OWNER: 'octo-org',
      GITHUB_API_URL: github.apiUrl,
      GITHUB_ACTIONS: 'true',
      RUNNER_OS: expect.any(String),
      REGION: 'main',
    });
    expect(env.GITHUB_TOKEN).toBeUndefined();
    expect(env.LEAK_OF_THE_TEST).toBeUndefined();
    expect(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'))).toEqual({});
    delete process.env.LEAK_OF_THE_TEST;
  });

  test('warns of an input the action does not know and does not ask for required ones', async () => {
    action('one-input', tells, { inputs: '{name: {required: true}}' });

    const step = await job().uses('one-input', { with: { nmae: 'x' } });

    expect(step.outcome).toBe('success');
    expect(step.annotations).toEqual([
      { level: 'warning', message: "Unexpected input(s) 'nmae', valid inputs are ['name']" },
    ]);
  });

  test('refuses a default that reads a context GitHub does not give to defaults', async () => {
    action('secret-default', tells, { inputs: `{key: {default: "${read('secrets.KEY')}"}}` });

    const step = await job({ secrets: { KEY: 'k' } }).uses('secret-default');

    expect(step.outcome).toBe('failure');
    expect(step.annotations[0]?.message).toContain(read('secrets.KEY'));
  });
});

describe('what a step writes', () => {
  test('reaches later steps: outputs, environment and path, also from a step that fails', async () => {
    action('writes', `${write('GITHUB_OUTPUT', 'one=1\ntext<<END\na\n\nb=c\nEND\n')}\n${''}process.exitCode = 3;`);
    action(
      'more',
      `import { appendFileSync } from 'node:fs'; appendFileSync(process.env.GITHUB_ENV, 'COLOUR=blue\\n'); appendFileSync(process.env.GITHUB_PATH, '/opt/tool\\n');`,
    );
    action('tells', tells);
    const under = job();

    const wrote = await under.uses('writes', { id: 'w', continueOnError: true });
    await under.uses('more');
    const told = environmentIn(
      (
        await under.uses('tells', {
          env: { SEEN: ['outputs.text', 'outcome', 'conclusion'].map((key) => read(`steps.w.${key}`)).join('|') },
        })
      ).log,
    );

    expect(wrote).toMatchObject({
      exitCode: 3,
      outcome: 'failure',
      conclusion: 'success',
      outputs: { one: '1', text: 'a\n\nb=c' },
    });
    expect(told.SEEN).toBe('a\n\nb=c|failure|success');
    expect(told.COLOUR).toBe('blue');
    expect(told.PATH?.startsWith('/opt/tool:')).toBe(true);
  });

  test.each([
    ['a=1\nb=x=y<<z\n', { a: '1', b: 'x=y<<z' }],
    ['a<<X=Y\n1\nX=Y\n', { a: '1' }],
    ['\na=\n', { a: '' }],
  ])('is read by the first of = and <<: %j', (text, pairs) => {
    expect(readPairs(text)).toEqual(pairs);
  });

  test.each([
    ['a<<END\n1\n', "Matching delimiter not found 'END'"],
    ['nothing\n', "Invalid format 'nothing'"],
    ['=1\n', 'Name must not be empty'],
  ])('fails the step when it cannot be read: %j', async (text, message) => {
    action('broken', write('GITHUB_OUTPUT', text));

    const step = await job().uses('broken');

    expect(step).toMatchObject({ exitCode: 0, outcome: 'failure' });
    expect(step.annotations.map((one) => one.message).join('\n')).toContain(message);
  });

  test('cannot set NODE_OPTIONS for later steps', async () => {
    action('options', write('GITHUB_ENV', 'NODE_OPTIONS=--inspect\n'));

    const step = await job().uses('options');

    expect(step.outcome).toBe('failure');
    expect(step.env).toEqual({});
  });

  test.each([
    ['at 1 MiB', 1_048_576, 1_048_576, 0],
    ['a byte above 1 MiB', 1_048_577, 0, 1],
  ])('keeps a summary whole or drops it whole: %s', async (_name, bytes, kept, errors) => {
    action(
      'summary',
      `import { writeFileSync } from 'node:fs'; writeFileSync(process.env.GITHUB_STEP_SUMMARY, 'x'.repeat(${bytes}));`,
    );

    const step = await job().uses('summary');

    expect(step.summary).toHaveLength(kept);
    expect(step.annotations).toHaveLength(errors);
    expect(step.outcome).toBe('success');
  });
});

describe('what a step says', () => {
  test('becomes annotations with their place, at most ten of a level and 4,096 characters', async () => {
    action(
      'says',
      `console.log('::error file=a.yml,line=3,col=7,title=Bad%2C very::what%0Awhere');
       console.error('::warning::from the other stream');
       for (let i = 0; i < 12; i += 1) console.log('::notice::' + 'n'.repeat(5000));`,
    );

    const step = await job().uses('says');

    const [error] = step.annotations.filter((one) => one.level === 'error');
    const notices = step.annotations.filter((one) => one.level === 'notice');
    expect(error).toEqual({
      level: 'error',
      message: 'what\nwhere',
      title: 'Bad, very',
      file: 'a.yml',
      line: 3,
      endLine: 3,
      col: 7,
    });
    expect(step.annotations.some((one) => one.level === 'warning')).toBe(true);
    expect(notices).toHaveLength(10);
    expect(notices[0]?.message).toHaveLength(4096);
    expect(step.log.filter((line) => line.startsWith('##[notice]'))).toHaveLength(12);
  });

  test('is hidden in log, annotations and summary once masked, in every shape it takes', async () => {
    action(
      'masks',
      `import { appendFileSync } from 'node:fs';
       console.log('::add-mask::p"ss&word long');
       console.log('plain p"ss&word long');
       console.log(JSON.stringify({ a: 'p"ss&word long' }));
       console.log(encodeURIComponent('p"ss&word long'));
       console.log('::error::with p"ss&word long and ghs_secret');
       console.log(Buffer.from('user:p"ss&word long').toString('base64'));
       appendFileSync(process.env.GITHUB_STEP_SUMMARY, 'sum p"ss&word long key-of-job');`,
    );

    const step = await job({ secrets: { KEY: 'key-of-job' } }).uses('masks');

    const shown = JSON.stringify([step.log, step.annotations, step.summary]);
    expect(step.masks).toEqual(['p"ss&word long']);
    expect(shown).not.toMatch(/p\\*"ss|word long|p%22ss|ghs_secret|key-of-job/);
    expect(step.log[0]).toBe('plain ***');
    expect(step.summary).toBe('sum *** ***');
    expect(step.log.at(-1)).not.toBe(Buffer.from('user:p"ss&word long').toString('base64'));
  });

  test('is not obeyed between stop-commands and its token', async () => {
    action(
      'stops',
      `console.log('::stop-commands::tok'); console.log('::error::no'); console.log('::tok::'); console.log('::error::yes');`,
    );

    const step = await job().uses('stops');

    expect(step.annotations.map((one) => one.message)).toEqual(['yes']);
    expect(step.log).toContain('::error::no');
  });

  test('fails the step when it sets the environment by the disabled command', async () => {
    action('old', `console.log('::set-env name=A::1'); console.log('::set-output name=o::%25x');`);

    const step = await job().uses('old');

    expect(step).toMatchObject({ exitCode: 0, outcome: 'failure', outputs: { o: '%x' }, env: {} });
  });

  test.each([
    ['::error::x', { name: 'error', properties: {}, data: 'x' }],
    ['  ::group::Policy', { name: 'group', properties: {}, data: 'Policy' }],
    ['##[warning file=a%3Bb;line=2]y%5D', { name: 'warning', properties: { file: 'a;b', line: '2' }, data: 'y]' }],
    ['text ::error::x', undefined],
    ['::unknown::x', undefined],
    ['::error x', undefined],
  ])('is a command or text: %s', (line, command) => {
    expect(readCommand(line)).toEqual(command);
  });

  test('hides each line of a value of several lines and passes over empty ones', () => {
    const masks = new Masks();
    masks.add('first line\n\nsecond line');

    expect(masks.hide('a first line b')).toBe('a *** b');
    expect(masks.hide('second line')).toBe('***');
    expect(masks.hide('plain')).toBe('plain');
  });
});

describe('conditions', () => {
  test('skip a step after a failure unless it asks for it', async () => {
    action('fails', 'process.exitCode = 1;');
    action('tells', tells);
    const under = job();

    await under.uses('fails');
    const plain = await under.uses('tells');
    const asked = await under.uses('tells', { if: read("failure() && github.ref == 'refs/heads/main'") });
    const always = await under.uses('tells', { if: 'always()' });

    expect(plain).toMatchObject({ outcome: 'skipped', exitCode: null });
    expect(asked.outcome).toBe('success');
    expect(always.outcome).toBe('success');
    expect(under.status).toBe('failure');
  });

  test.each([
    ["needs.gate.outputs.tier == 'HIGH'", true],
    ["needs.gate.result != 'success'", false],
    ['contains(fromJSON(\'["eu","us"]\'), matrix.region)', true],
    ["startsWith(github.ref, 'refs/tags/')", false],
    ["format('{0}-{1}', inputs.a, 'b') == 'x-b'", true],
    ['inputs.none', false],
    ['!inputs.none', true],
    ['secrets.KEY && vars.V', true],
    ['', true],
  ])('evaluate as GitHub does: %s', (condition, holds) => {
    const under = job({
      matrix: { region: 'eu' },
      inputs: { a: 'x' },
      secrets: { KEY: 'k' },
      vars: { V: '1' },
      needs: { gate: { result: 'success', outputs: { tier: 'high' } } },
    });

    expect(under.holds(condition)).toBe(holds);
  });

  test('name a faulty expression', () => {
    expect(() => job().holds("hashFiles('a')")).toThrow('hashFiles');
    expect(() => job().evaluate(read('nothing.here'))).toThrow('nothing.here');
    expect(() => job().evaluate(`\${{ github.sha `)).toThrow('no closing');
  });
});

describe('post', () => {
  const tellsPost = `console.log('POST', process.env.STATE_held, process.env['INPUT_JOB-STATUS']);`;

  test('runs last in first out with its state, told how the job went, also after a failed main', async () => {
    const inputs = `{job-status: {default: "${read('job.status')}"}}`;
    action('first', write('GITHUB_STATE', 'held=one\n'), { post: tellsPost, inputs });
    action('second', `${write('GITHUB_STATE', 'held=two\n')} process.exitCode = 1;`, { post: tellsPost, inputs });
    action('third', '', { post: tellsPost, inputs });
    const under = job();

    await under.uses('first');
    await under.uses('second');
    await under.uses('third');
    const end = await under.end();

    expect(end.status).toBe('failure');
    expect(end.post.map((step) => [step.name, step.log])).toEqual([
      ['second', ['POST two failure']],
      ['first', ['POST one failure']],
    ]);
  });

  test('hears of success, and of what a caller says about later steps', async () => {
    action('first', '', { post: tellsPost, inputs: `{job-status: {default: "${read('job.status')}"}}` });
    const good = job();
    const bad = job();
    await good.uses('first');
    await bad.uses('first');

    const [fromGood, fromBad] = [await good.end(), await bad.end({ status: 'failure' })];

    expect(fromGood.post[0]?.log).toEqual(['POST undefined success']);
    expect(fromBad.post[0]?.log).toEqual(['POST undefined failure']);
  });
});

describe('cancelling', () => {
  const inputs = `{job-status: {default: "${read('job.status')}"}}`;
  const post = `console.log('POST', process.env.STATE_held, process.env['INPUT_JOB-STATUS']);`;
  const stays = 'console.log("ready"); setInterval(() => {}, 1000);';

  test('waits 7.5 s and 2.5 s between its signals unless a test says otherwise', () => {
    expect(exactWaits).toMatchObject({ interrupt: 7500, terminate: 2500 });
  });

  test('ends a step that heeds SIGINT by it alone, and post gets state and the word cancelled', async () => {
    action('polite', `${write('GITHUB_STATE', 'held=yes\n')} process.on('SIGINT', () => process.exit(0)); ${stays}`, {
      post,
      inputs,
    });
    const under = job();
    const step = under.start('polite');
    await step.sees('ready');

    const done = await step.cancel();
    const after = await under.uses('polite');
    const end = await under.end();

    expect(done).toMatchObject({ outcome: 'cancelled', exitCode: 0, signals: ['SIGINT'] });
    expect(after.outcome).toBe('skipped');
    expect(end.status).toBe('cancelled');
    expect(end.post.map((one) => one.log)).toEqual([['POST yes cancelled']]);
  });

  test('goes on to SIGTERM and SIGKILL, of the node process only, and sweeps its children at the end of the job', async () => {
    action(
      'stubborn',
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       process.on('SIGINT', () => console.log('INT')); process.on('SIGTERM', () => console.log('TERM'));
       console.log('child ' + child.pid); setInterval(() => {}, 1000);`,
    );
    const under = job();
    const step = under.start('stubborn');
    const child = Number((await step.sees('child ')).slice('child '.length));

    const done = await step.cancel();
    const alive = isAlive(child);
    await under.end();

    expect(done).toMatchObject({
      outcome: 'cancelled',
      exitCode: null,
      diedOf: 'SIGKILL',
      signals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    });
    expect(done.log).toEqual(expect.arrayContaining(['INT', 'TERM']));
    expect(alive).toBe(true);
    // Who is an orphan is read from /proc.
    if (!existsSync('/proc')) process.kill(child, 'SIGKILL');
    await gone(child);
  });

  test('leaves a step alone whose condition still holds', async () => {
    action('cleanup', `console.log('ready'); setTimeout(() => console.log('done'), 200);`);
    const under = job();
    const step = under.start('cleanup', { if: 'always()' });
    await step.sees('ready');

    await under.cancel();

    expect(await step.result).toMatchObject({ outcome: 'success', signals: [] });
    expect(under.status).toBe('cancelled');
  });

  test('of the machine runs nothing more, not even post', async () => {
    action('polite', stays, { post, inputs });
    const under = job();
    const step = under.start('polite');
    await step.sees('ready');

    const done = await step.kill();
    const end = await under.end();

    expect(done).toMatchObject({ diedOf: 'SIGKILL', signals: ['SIGKILL'] });
    expect(end.post).toEqual([]);
  });

  test('by a timeout is a failure that says so', async () => {
    action('slow', stays);

    const step = await job().uses('slow', { timeoutMs: 300 });

    expect(step).toMatchObject({ outcome: 'failure', timedOut: true, signals: ['SIGINT'] });
    expect(step.annotations[0]?.message).toContain("The action 'slow' has timed out");
  });
});

describe('run steps', () => {
  test('stop at the first failing line and say the exit code', async () => {
    const under = job();

    const step = await under.run('echo "a=$REGION" >> "$GITHUB_OUTPUT"\nfalse\necho never', { env: { REGION: 'eu' } });

    expect(step).toMatchObject({
      outcome: 'failure',
      outputs: { a: 'eu' },
      log: ['##[error]Process completed with exit code 1.'],
    });
  });
});

describe('the Node in use', () => {
  test('is refused when Node 24 is asked for and another one is there', () => {
    const other = process.version.startsWith('v24.') ? '/nonexistent/node' : process.execPath;

    expect(() => chooseNode({ BORING_NODE24: other })).toThrow(/BORING_NODE24|Node 24/);
  });

  test('is the one at hand elsewhere', () => {
    expect(chooseNode({}).version).toMatch(/^v\d+\./);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when a killed process is no more; the test's own time limit bounds it. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}
