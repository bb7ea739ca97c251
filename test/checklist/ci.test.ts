// Which checks of a commit count, and how each conclusion stands.
import { describe, expect, test } from '@jest/globals';
import { ciOf, stateOf } from '../../src/checklist/ci.ts';
import { aCheck, aCommit, deployStory, findingOf, minute, noon, sha } from './story.ts';

const run = { id: 7001, job: 'gate' };

describe('the state of a check', () => {
  test.each([
    ['success', 'passed'],
    ['neutral', 'skipped'],
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
    const name = 'boring-deploys / pre-deploy-gate / production';
    const { workflow: _w, runId: _r, ...record } = aCheck({ id: 5, name, conclusion: 'failure' });

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

describe('what does not hide a red check', () => {
  const red = aCheck({ id: 1, runId: 100, event: 'push', branch: 'main', attempt: 1, conclusion: 'failure' });
  const names = (...facts: readonly ReturnType<typeof aCheck>[]) =>
    ciOf(facts, run, []).counted.map(({ fact }) => fact.id);

  test.each([
    ['a newer run of the same workflow by another event', { runId: 101, event: 'workflow_dispatch' }, [1, 2]],
    ['a newer run by the same event', { runId: 101, event: 'push', branch: 'main' }, [2]],
    ['a newer run of another branch on the same commit', { runId: 101, event: 'push', branch: 'mine' }, [1, 2]],
    ['a newer run of a tag on the same commit', { runId: 101, event: 'push', branch: 'v1' }, [1, 2]],
    ['a job of the same name in the same run', { runId: 100, event: 'push', attempt: 1 }, [1, 2]],
    ['a job of the same name in another workflow', { workflow: '.github/workflows/b.yml', runId: 101 }, [1, 2]],
  ] as const)('%s', (_what, given, counted) => {
    expect(names(red, aCheck({ id: 2, startedAt: noon, completedAt: noon, ...given }))).toEqual(counted);
  });

  test('a review that runs the pull request’s workflow again does hide it: both are about the pull request', () => {
    const first = { ...red, event: 'pull_request' };

    expect(names(first, aCheck({ id: 2, runId: 101, event: 'pull_request_review', branch: 'main' }))).toEqual([2]);
  });

  test('a run that the next one of another event cancelled is history', () => {
    const cancelled = { ...red, conclusion: 'cancelled' };

    expect(names(cancelled, aCheck({ id: 2, runId: 101, event: 'pull_request' }))).toEqual([2]);
    expect(names(cancelled)).toEqual([1]);
  });

  test('a job that calls itself a record of ours', () => {
    expect(names({ ...red, name: 'boring-deploys / pre-deploy-gate / production' })).toEqual([1]);
  });

  test('a later run of the gate’s own workflow neither hides nor holds up this one', () => {
    const workflow = '.github/workflows/gate.yml';
    const own = aCheck({ id: 3, name: 'gate', runId: 7001, workflow, status: 'in_progress' });
    const test = aCheck({ id: 4, runId: 7001, workflow, conclusion: 'failure' });
    const later = aCheck({ kind: 'run', id: 5, name: 'the whole run', runId: 7002, workflow, status: 'queued' });

    expect(names(own, test, later)).toEqual([4]);
  });

  test('a run without a job counts as it stands: its file is broken, or it waits', () => {
    const broken = aCheck({ kind: 'run', id: 6, runId: 103, workflow: 'b.yml', conclusion: 'startup_failure' });

    expect(ciOf([aCheck(), broken], run, []).counted.map(({ state }) => state)).toEqual(['passed', 'failed']);
  });
});

describe('ci-all-green', () => {
  function withChecks(...checks: readonly ReturnType<typeof aCheck>[]) {
    return findingOf(deployStory, 'ci-all-green', { change: ({ github }) => github.ci.set(sha('c'), checks) });
  }

  test('is unknown when no check ran, and when all were skipped', async () => {
    expect(await withChecks()).toMatchObject({ outcome: 'unknown', evidence: 'no check ran on this commit' });
    for (const conclusion of ['skipped', 'neutral']) {
      expect(await withChecks(aCheck({ conclusion }))).toMatchObject({ outcome: 'unknown' });
    }
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
          github.ci.set(sha('c'), [aCheck({ conclusion: 'skipped' })]);
          github.ci.set(sha('a'), [aCheck()]);
          github.commits.set(sha('a'), aCommit({ sha: sha('a'), tree }));
        },
      });

    expect((await change(sha('7'))).outcome).toBe('pass');
    expect((await change(sha('8'))).outcome).toBe('unknown');
  });
});
