// The five bundles start from nothing but their own folder, on the Node that GitHub gives them, and a bad input ends in one sentence.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRunner, nodeInUse, type Runner } from '../world/runner/runner.ts';
import { actions, errorsOf, names, shownBy } from './ground.ts';

const folder = mkdtempSync(join(tmpdir(), 'boring-start-'));
const sha = 'a'.repeat(40);
const nowhere = 'http://127.0.0.1:9';
const token = 'ghs_neverInTheLog0123456789';
const key = 'record-key-never-in-the-log';
let runner: Runner;

beforeAll(() => {
  for (const name of names) {
    cpSync(join(actions, name, 'action.yml'), join(folder, 'actions', name, 'action.yml'));
    cpSync(join(actions, '..', 'dist', name), join(folder, 'dist', name), { recursive: true });
  }
  runner = createRunner({
    workspace: join(folder, 'workspace'),
    temp: join(folder, 'runner'),
    actions: join(folder, 'actions'),
    github: { apiUrl: nowhere, serverUrl: nowhere, graphqlUrl: `${nowhere}/graphql` },
    repository: 'octo-org/shop',
    token,
  });
});

afterAll(() => {
  runner.close();
  rmSync(folder, { recursive: true, force: true });
});

function job() {
  return runner.job({ event: { name: 'push', payload: {} }, sha, ref: 'refs/heads/main', runId: 7 });
}

/** Inputs of every kind that a person gets wrong, and the sentence that says so. */
const bad: readonly [string, Readonly<Record<string, string>>, readonly string[]][] = [
  ['an unknown word', { comment: 'never' }, ['input comment', '"never" is none of auto, false']],
  ['a sha of 7 characters', { 'expected-sha': '3f9c2ab' }, ['input expected-sha', 'all 40 characters']],
  ['a flag that is neither true nor false', { 'dry-run': 'maybe' }, ['input dry-run', 'neither true nor false']],
  [
    'several faults at once',
    { policy: '../../etc/passwd', 'deployment-id': 'newest', 'expected-sha': 'HEAD' },
    ['3 inputs are wrong', 'input policy', 'leaves the repository', 'input deployment-id', 'input expected-sha'],
  ],
];
const own: readonly [(typeof names)[number], string, string][] = [
  ['canary-step', 'mode', 'walk'],
  ['migrate', 'phase', 'aply'],
  ['pre-deploy-gate', 'moment', 'later'],
  ['rollback', 'to', '3f9c2ab'],
  ['smoke-test', 'on-unreachable', 'shrug'],
];

describe.each(names)('%s, copied to an otherwise empty folder', (name) => {
  test.each(bad)('ends with exit 1 and one ::error on %s', async (_, given, words) => {
    const step = await job().uses(name, { with: { ...given, 'record-key': key } });

    expect(step.exitCode).toBe(1);
    const [message, ...more] = errorsOf(step);
    expect(more).toEqual([]);
    for (const word of words) expect(message).toContain(word);
    expect(message).toContain('Correct the `with:` block');
    expect(step.outputs.reason).toBe('bad-input');
    expect(shownBy(step)).not.toMatch(/\bat .*\(.*:\d+:\d+\)|node:internal/);
    expect(shownBy(step)).not.toContain(token);
    expect(shownBy(step)).not.toContain(key);
  });
});

describe('a bundle', () => {
  test.each(own)('%s names its own input %s', async (name, input, value) => {
    const step = await job().uses(name, { with: { [input]: value } });

    expect(step.exitCode).toBe(1);
    expect(errorsOf(step)).toEqual([expect.stringContaining(`input ${input}: "${value}"`)]);
  });

  test('says what a GitHub that cannot be reached keeps it from, without a stack and without the token', async () => {
    const step = await job().uses('pre-deploy-gate', { with: { comment: 'false' } });

    expect(step.exitCode).toBe(1);
    const [message, ...more] = errorsOf(step);
    expect(more).toEqual([]);
    expect(message).toContain('GitHub');
    expect(message).not.toContain('fault in boring-deploys');
    expect(shownBy(step)).not.toContain(token);
  });

  test.each(names)('%s needs no file but its own folder, whatever lies beside it', (name) => {
    const alone = join(folder, 'alone', name);
    mkdirSync(alone, { recursive: true });
    cpSync(join(actions, '..', 'dist', name), alone, { recursive: true });
    const event = join(alone, 'event.json');
    writeFileSync(event, '{}');

    const ran = spawnSync(nodeInUse().path, [join(alone, 'index.js')], {
      cwd: alone,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH ?? '',
        GITHUB_REPOSITORY: 'octo-org/shop',
        GITHUB_EVENT_PATH: event,
        'INPUT_EXPECTED-SHA': 'short',
      },
    });

    expect(ran.stdout).toContain('::error::');
    expect(ran.stdout).toContain('input expected-sha');
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(1);
  });

  test('is started as action.yml says: node24, the same file for main and post', () => {
    for (const name of names) {
      const text = readFileSync(join(actions, name, 'action.yml'), 'utf8');
      expect(text).toMatch(/using: ['"]?node24/);
      expect(text.match(new RegExp(`\\.\\./\\.\\./dist/${name}/index\\.js`, 'g'))).toHaveLength(2);
    }
  });
});
