// Which checks of a commit count, and how each conclusion stands.
import { describe, expect, test } from '@jest/globals';
import { ciOf, stateOf } from '../../src/checklist/ci.ts';
import { aCheck, aCommit, deployStory, findingOf, minute, noon, sha } from './story.ts';

const run = { id: 7001, job: 'gate' };

describe('the state of a check', () => {
  test.each([
    ['success', 'passed'],
    ['neutral', 'passed'],
    ['skipped', 'skipped'],
    ['failure', 'failed'],
    ['timed_out', 'failed'],
    ['cancelled', 'failed'],
    ['action_required', 'failed'],
    ['startup_failure', 'failed'],
    ['stale', 'failed'],
    ['error', 'failed'],
    ['a word of next year', 'unclear'],
  ] as const)('conclusion %s counts as %s', (conclusion, state) => {
    expect(stateOf(aCheck({ conclusion }))).toBe(state);
  });

  test.each(['queued', 'in_progress'] as const)('%s counts as running', (status) => {
    expect(stateOf(aCheck({ status }))).toBe('running');
  });

  test('a completed check without a conclusion is unclear', () => {
    const { conclusion: _, ...check } = aCheck();

    expect(stateOf(check)).toBe('unclear');
  });
});

describe('which checks count', () => {
  test('a cancelled run does not count beside a newer run of the same workflow', () => {
    const { counted } = ciOf(
      [aCheck({ id: 1, runId: 100, conclusion: 'cancelled' }), aCheck({ id: 2, runId: 101 })],
      run,
      [],
    );

    expect(counted.map(({ fact }) => fact.id)).toEqual([2]);
  });

  test('a re-run of a job replaces its first attempt, whichever comes first in the list', () => {
    const first = aCheck({ id: 1, conclusion: 'failure', startedAt: noon - 20 * minute });
    const again = aCheck({ id: 2, startedAt: noon - 5 * minute });

    expect(ciOf([again, first], run, []).counted.map(({ fact }) => fact.id)).toEqual([2]);
  });

  test('the same name of two apps, and a status beside a check, are different checks', () => {
    const { workflow: _w, runId: _r, ...foreign } = aCheck({ id: 2, app: 'circle', conclusion: 'failure' });
    const status = { ...foreign, id: 3, kind: 'status' as const, app: 'jenkins' };

    expect(ciOf([aCheck(), foreign, status], run, []).counted).toHaveLength(3);
  });

  test.each(['gate', 'gate (eu)', 'deploy / gate', 'deploy / gate (eu)'])(
    'leaves out the own job shown as %s',
    (name) => {
      const own = aCheck({ id: 9, name, runId: 7001, workflow: '.github/workflows/deploy.yml', status: 'in_progress' });
      const { counted, leftOut } = ciOf([own, aCheck()], run, []);

      expect(leftOut).toEqual([own]);
      expect(counted).toHaveLength(1);
    },
  );

  test('knows the own job under another name as the last of its run that still runs', () => {
    const workflow = '.github/workflows/deploy.yml';
    const own = aCheck({ id: 9, name: 'May it go?', runId: 7001, workflow, status: 'in_progress' });
    const unit = aCheck({ id: 8, name: 'unit', runId: 7001, workflow, status: 'in_progress' });

    expect(ciOf([own, unit], run, []).leftOut).toEqual([]);
    expect(ciOf([own, { ...unit, status: 'completed' }], run, []).leftOut).toEqual([own]);
  });

  test('a job of another run with the gate’s name counts', () => {
    expect(ciOf([aCheck({ name: 'gate', conclusion: 'failure' })], run, []).counted).toHaveLength(1);
  });

  test('an older run of the gate’s own workflow does not hold the gate shut', () => {
    const workflow = '.github/workflows/gate.yml';
    const before = aCheck({ id: 8, name: 'gate', runId: 7000, workflow, conclusion: 'failure' });
    const own = aCheck({ id: 9, name: 'gate', runId: 7001, workflow, status: 'in_progress' });

    expect(ciOf([before, own, aCheck()], run, []).counted.map(({ fact }) => fact.name)).toEqual([aCheck().name]);
  });

  test('leaves out our own records, but not a foreign app that borrows the name', () => {
    const record = aCheck({ id: 5, name: 'boring-deploys / pre-deploy-gate / production', conclusion: 'failure' });

    expect(ciOf([record], run, []).leftOut).toEqual([record]);
    expect(ciOf([{ ...record, app: 'somebody' }], run, []).counted).toHaveLength(1);
  });

  test('leaves out what the policy ignores, by name or by workflow file and name', () => {
    const flaky = aCheck({ id: 4, name: 'nightly', conclusion: 'failure' });

    expect(ciOf([flaky], run, ['night*']).counted).toEqual([]);
    expect(ciOf([flaky], run, ['.github/workflows/ci.yml / *']).counted).toEqual([]);
    expect(ciOf([flaky], run, ['other']).counted).toHaveLength(1);
  });
});

describe('ci-all-green', () => {
  function withChecks(...checks: readonly ReturnType<typeof aCheck>[]) {
    return findingOf(deployStory, 'ci-all-green', { change: ({ github }) => github.ci.set(sha('c'), checks) });
  }

  test('is unknown when no check ran, and when all were skipped', async () => {
    expect(await withChecks()).toMatchObject({ outcome: 'unknown', evidence: 'no check ran on this commit' });
    expect(await withChecks(aCheck({ conclusion: 'skipped' }))).toMatchObject({ outcome: 'unknown' });
  });

  test('a conclusion nobody knows is unknown, never passed', async () => {
    expect(await withChecks(aCheck(), aCheck({ id: 2, name: 'odd', conclusion: 'shrug' }))).toMatchObject({
      outcome: 'unknown',
    });
  });

  test('takes the checks of the pull request’s head when the tree is identical and nothing ran on the merge', async () => {
    const change = (tree: string) =>
      findingOf(deployStory, 'ci-all-green', {
        change: ({ github }) => {
          github.ci.set(sha('c'), []);
          github.ci.set(sha('a'), [aCheck()]);
          github.commits.set(sha('a'), aCommit({ sha: sha('a'), tree }));
        },
      });

    expect((await change(sha('7'))).outcome).toBe('pass');
    expect((await change(sha('8'))).outcome).toBe('unknown');
  });
});
