// What ran on a commit: every check run with its workflow, and the commit statuses.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CiFact } from '../../../../src/evidence/fact.ts';
import { type Ground, openGround } from '../ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

async function ci(): Promise<readonly CiFact[]> {
  const answer = await ground.github().ask({ kind: 'ci', sha: ground.repo.head() });
  if (answer.kind === 'unknown') throw new Error(answer.because);
  return answer.value;
}

describe('ci', () => {
  test('joins each job with its run and its workflow, also where two workflows have a job of the same name', async () => {
    const job = { name: 'test', conclusion: 'success' } as const;
    const push = ground.repo.workflowRun({ path: '.github/workflows/ci.yml', jobs: [job] });
    const nightly = ground.repo.workflowRun({
      path: '.github/workflows/nightly.yml',
      jobs: [{ ...job, conclusion: 'failure' }],
    });

    expect(await ci()).toEqual([
      expect.objectContaining({
        name: 'test',
        workflow: '.github/workflows/ci.yml',
        runId: push.id,
        conclusion: 'success',
      }),
      expect.objectContaining({
        name: 'test',
        workflow: '.github/workflows/nightly.yml',
        runId: nightly.id,
        conclusion: 'failure',
      }),
    ]);
    ground.fake.assertClean();
  });

  test('does not take a check run made through the API for a job of the workflow in whose suite it landed', async () => {
    const run = ground.repo.workflowRun({ path: '.github/workflows/ci.yml', jobs: [] });
    const detailsUrl = `https://github.com/octo-org/shop/actions/runs/${run.id}/job/1`;
    ground.repo.checkRun({ sha: ground.repo.head(), name: 'forged', conclusion: 'success', detailsUrl });

    const forged = (await ci()).find(({ name }) => name === 'forged');

    expect(forged).toBeDefined();
    expect(forged).not.toHaveProperty('workflow');
    expect(forged).not.toHaveProperty('runId');
  });

  test('has a run that got no job at all: a broken workflow file leaves no check run behind', async () => {
    ground.repo.workflowRun({ path: '.github/workflows/ci.yml', conclusion: 'startup_failure', jobs: [] });

    expect(await ci()).toEqual([
      expect.objectContaining({
        kind: 'run',
        workflow: '.github/workflows/ci.yml',
        status: 'completed',
        conclusion: 'startup_failure',
      }),
    ]);
    ground.fake.assertClean();
  });

  test('has the runs that a newer one replaced too, the newest last', async () => {
    const run = ground.repo.workflowRun({ path: '.github/workflows/ci.yml', attempt: 2 });
    ground.repo.job(run, { name: 'test', conclusion: 'failure', attempt: 1, at: '2026-11-20T13:00:00Z' });
    ground.repo.job(run, { name: 'test', conclusion: 'success', attempt: 2, at: '2026-11-20T13:30:00Z' });

    expect((await ci()).map((fact) => fact.conclusion)).toEqual(['failure', 'success']);
  });

  test('puts one that has not begun behind those that have', async () => {
    const sha = ground.repo.head();
    ground.repo.checkRun({ sha, name: 'test', status: 'queued', app: 'builder' });
    ground.repo.checkRun({ sha, name: 'test', conclusion: 'success', app: 'builder', at: '2026-11-20T13:30:00Z' });

    expect((await ci()).map((fact) => fact.status)).toEqual(['completed', 'queued']);
  });

  test('reads all pages', async () => {
    const sha = ground.repo.head();
    for (let number = 1; number <= 120; number += 1) {
      ground.repo.checkRun({ sha, name: `test ${number}`, conclusion: 'success', app: 'builder' });
      ground.repo.status({ sha, context: `status ${number}`, state: 'success' });
    }

    expect(await ci()).toHaveLength(240);
    ground.fake.assertClean();
  });

  test.each([
    ['999 workflow runs', 999, 'known'],
    ['1000, which may be more', 1000, 'unknown'],
  ])('reads %s', async (_what, count, kind) => {
    const run = { path: '.github/workflows/ci.yml', conclusion: 'success', jobs: [] } as const;
    for (let number = 1; number <= count; number += 1) ground.repo.workflowRun(run);

    const answer = await ground.github().ask({ kind: 'ci', sha: ground.repo.head() });

    expect(answer.kind).toBe(kind);
  });

  test.each([
    ['success', { status: 'completed', conclusion: 'success' }],
    ['failure', { status: 'completed', conclusion: 'failure' }],
    ['error', { status: 'completed', conclusion: 'failure' }],
    ['pending', { status: 'in_progress' }],
  ] as const)('tells a commit status that is %s', async (state, told) => {
    const sha = ground.repo.head();
    ground.repo.status({
      sha,
      context: 'ci/circle',
      state,
      creator: 'circle[bot]',
      targetUrl: 'https://circle.example',
    });

    const [fact] = await ci();

    expect(fact).toMatchObject({
      kind: 'status',
      name: 'ci/circle',
      app: 'circle[bot]',
      url: 'https://circle.example',
      ...told,
    });
    expect(fact?.conclusion).toBe('conclusion' in told ? told.conclusion : undefined);
    ground.fake.assertClean();
  });

  test.each(['queued', 'waiting', 'requested', 'pending'] as const)(
    'tells a check run that is %s as queued',
    async (status) => {
      ground.repo.checkRun({ sha: ground.repo.head(), name: 'test', status });

      expect((await ci()).map((fact) => fact.status)).toEqual(['queued']);
    },
  );
});
