// What the gate is asked to judge, what waits beside it, and the words it uses.
import { describe, expect, test } from '@jest/globals';
import { inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { assertCheckedOut, isMute, scopeOf, versionOf } from '../../src/checklist/scope.ts';
import { coded, counted, listed } from '../../src/checklist/words.ts';
import type { Run } from '../../src/evidence/run.ts';
import { memoryWorld } from '../world/memory/world.ts';
import { aCommit, aComparison, aPull, files, noon, reviewStory, sha } from './story.ts';

const policy = { environment: 'production', unit: { paths: ['**'] } };
const byEvent = { moment: '', expectedSha: '' } as const;

function aRun(given: Partial<Run>): Run {
  return memoryWorld({ run: given }).run;
}

const pull = { number: 482, headSha: sha('a'), baseSha: sha('b'), fork: false, labels: [] };

describe('the scope', () => {
  test.each([
    ['push', {}, 'deploy', sha('c')],
    ['release', {}, 'deploy', sha('c')],
    ['workflow_dispatch', {}, 'deploy', sha('c')],
    ['pull_request', { pull }, 'review', sha('a')],
    ['pull_request_target', { pull }, 'review', sha('a')],
    ['pull_request_review', { pull }, 'review', sha('a')],
    ['merge_group', { mergeGroup: { headSha: sha('d'), baseSha: sha('b') } }, 'review', sha('d')],
  ] as const)('on %s', (event, given, moment, commit) => {
    expect(scopeOf(aRun({ event, ...given }), byEvent, policy)).toMatchObject({ moment, sha: commit });
  });

  test('an event that names no commit takes the expected one, an event that does refuses another', () => {
    const asked = { moment: '', expectedSha: sha('d') } as const;

    expect(scopeOf(aRun({ event: 'workflow_run' }), asked, policy).sha).toBe(sha('d'));
    expect(() => scopeOf(aRun({ event: 'push' }), asked, policy)).toThrow('input expected-sha');
    expect(() => scopeOf(aRun({ event: 'pull_request', pull }), { ...asked, expectedSha: sha('c') }, policy)).toThrow(
      sha('a'),
    );
  });

  test('a review without a pull request is refused', () => {
    expect(() => scopeOf(aRun({}), { moment: 'review', expectedSha: '' }, policy)).toThrow('needs a pull request');
  });

  test('another checkout is an error where a deployment begins, and natural on a pull request', () => {
    const deploy = scopeOf(aRun({}), byEvent, policy);
    const review = scopeOf(aRun({ event: 'pull_request', pull }), byEvent, policy);

    expect(() => assertCheckedOut(deploy, sha('d'))).toThrow('is checked out');
    expect(() => assertCheckedOut(deploy, '')).not.toThrow();
    expect(() => assertCheckedOut(review, sha('d'))).not.toThrow();
  });

  test('the version is the input, else the tag, else seven characters', () => {
    const tagged = aRun({ ref: 'refs/tags/v1.8.0' });

    expect(versionOf(tagged, 'v2', sha('c'))).toBe('v2');
    expect(versionOf(tagged, '', sha('c'))).toBe('v1.8.0');
    expect(versionOf(aRun({}), '', sha('c'))).toBe('ccccccc');
  });

  test('a fork is mute, but not where the base’s token is used', () => {
    const fork = { ...pull, fork: true };

    expect(isMute(aRun({ event: 'pull_request', pull: fork }))).toBe(true);
    expect(isMute(aRun({ event: 'pull_request_target', pull: fork }))).toBe(false);
    expect(isMute(aRun({ event: 'pull_request', pull }))).toBe(false);
  });
});

describe('the inputs', () => {
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));

  test('have their defaults', () => {
    expect(inputs.parse(empty)).toMatchObject({
      environment: 'production',
      wait: 20 * 60_000,
      mode: 'decide',
      'if-waiting': 'pass',
      'planned-start': undefined,
    });
  });

  test.each([
    ['expected-sha', 'abc1234', 'all 40 characters'],
    ['planned-start', 'tomorrow', 'ISO time'],
    ['planned-start', '2026-11-17T10:00:00', 'with its zone'],
    ['wait', 'soon', 'not a duration'],
    ['moment', 'later', 'none of'],
    ['mode', 'destroy', 'none of'],
  ])('%s: %s is refused', (name, value, message) => {
    expect(inputs.safeParse({ ...empty, [name]: value }).error?.message).toContain(message);
  });
});

describe('what waits on the default branch', () => {
  test('is said with its pull requests and the tier of its files', async () => {
    const world = reviewStory({
      policy:
        'version: 1\nextends: starter@1\ntiers:\n  rules:\n    - {id: pay, tier: high, when: {paths: [pay/**]}}\n',
    });
    const head = world.github.defaultBranch.sha;
    const commits = [aCommit({ sha: head, parents: [sha('b')] })];
    world.github.comparisons.set(`${sha('b')}...${head}`, aComparison({ head, commits, files: files('pay/a.ts') }));
    world.github.pullsOf.set(head, [aPull({ number: 481, mergedAt: noon })]);
    const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));

    const outcome = await step(world, inputs.parse(empty));

    expect(outcome.evidence?.details[0]?.lines.at(-1)).toBe(
      'on main and not yet deployed: one pull request, tier high by its files',
    );
    expect(outcome.outputs.tier).toBe('medium');
  });
});

describe('words', () => {
  test('lists name the first and count the rest', () => {
    expect(listed(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
    expect(listed(['a', 'b'], 2)).toBe('a, b');
    expect([counted(1, 'file', 'files'), counted(2, 'file', 'files')]).toEqual(['one file', '2 files']);
  });

  test('what stands between backticks is code', () => {
    expect(coded('add `x: y` there')).toEqual(['add ', { code: 'x: y' }, ' there']);
    expect(coded('one ` alone')).toBe('one ` alone');
  });
});
