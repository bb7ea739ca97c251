// The gate of a workflow that a rollback started: two criteria, no Deployment of its own, and no way in for anybody else.
import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { keyOf, known, unknown } from '../../src/evidence/answer.ts';
import type { DeploymentFact, WorkflowRunFact } from '../../src/evidence/fact.ts';
import type { Question } from '../../src/evidence/question.ts';
import { plain } from '../../src/kit/phrase.ts';
import { aDeployment, aStatus, deployStory, minute, noon, policyText, sha } from '../checklist/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { given as someGiven } from './gate.ts';

function given(some: Readonly<Record<string, string>> = {}): Inputs {
  return someGiven({ 'expected-sha': sha('b'), ...some });
}

const image = 'ghcr.io/octo-org/shop@sha256:abc';
const site = 'https://github.example/octo-org/shop';

function aRollback(
  some: { readonly statuses?: DeploymentFact['statuses']; readonly artifact?: readonly string[] } = {},
) {
  const statuses = some.statuses ?? [aStatus('in_progress', 'rollback: planned v1.7.4', noon - minute)];
  const fact = aDeployment({ id: 8003, sha: sha('b'), task: 'deploy:rollback', createdAt: noon - minute, statuses });
  const run = { id: 6005, attempt: 1, url: `${site}/actions/runs/6005` };
  const payload = {
    ...{ marker: 'boring-deploys', schema: 1, kind: 'rollback', drill: false, leg: '', environment: 'production' },
    ...{ unit: '', version: 'v1.7.4', artifact: some.artifact ?? [], sha: sha('b'), run, pulls: [], how: 'redeploy' },
    from: { deploymentId: 8002, sha: sha('c'), version: 'v1.8.0' },
    to: { deploymentId: 8001, sha: sha('b'), version: 'v1.7.4' },
    ...{ reason: 'errors', severity: 'P1' },
  };
  return { ...fact, payload };
}

function aRun(some: Partial<WorkflowRunFact> = {}): WorkflowRunFact {
  return {
    ...{ id: 6005, attempt: 1, path: '.github/workflows/rollback.yml', event: 'workflow_dispatch', headSha: sha('f') },
    ...{ headBranch: 'main', status: 'in_progress', createdAt: noon - minute, actor: 'erin', url: '' },
    ...some,
  };
}

/** v1.8.0 (c) runs; a rollback to v1.7.4 (b) has started this run, which is to deploy b again. Nobody reviewed or tested anything today. */
function redeploy(rollback = aRollback(), change: (world: MemoryWorld) => void = () => {}): MemoryWorld {
  const world = deployStory({
    policy: policyText,
    run: { event: 'workflow_dispatch', ref: 'refs/heads/main', sha: sha('f'), id: 7009 },
  });
  const { github } = world;
  github.deployments = [
    aDeployment({ id: 8001, sha: sha('b'), createdAt: noon - 300 * minute }),
    aDeployment({ id: 8002, sha: sha('c'), createdAt: noon - 100 * minute, payload: { version: 'v1.8.0' } }),
    rollback,
  ];
  github.commits.set(sha('b'), { sha: sha('b'), tree: sha('6'), parents: [], committedAt: noon, message: '' });
  github.runs.set(6005, aRun());
  change(world);
  return world;
}

describe('the gate of a redeploy', () => {
  test('opens with two criteria, begins nothing, and answers with the rollback', async () => {
    const world = redeploy();

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', reason: 'rollback', exit: 0, deploymentId: 8003, sha: sha('b') });
    expect(outcome.evidence?.rows.map(({ id, outcome: told }) => [id, told])).toEqual([
      ['artifact-exists', 'pass'],
      ['contract-migration', 'pass'],
    ]);
    expect(outcome.evidence?.title).toBe('rollback 8003 brings v1.7.4 back');
    expect(world.github.deployments).toHaveLength(3);
    expect(world.github.asked.map(({ kind }) => kind)).not.toContain('reviews');
  });

  test('closes where a migration took away what the target needs', async () => {
    const contract = {
      ...aDeployment({ id: 8002.5, sha: sha('c'), task: 'deploy:migration' }),
      payload: {
        ...{ marker: 'boring-deploys', schema: 1, kind: 'migration', parent: 8002, leg: '', tool: 'sql', set: 'due' },
        ...{ environment: 'production', unit: '', version: 'v1.8.0', artifact: [], sha: sha('c'), before: [] },
        run: { id: 6002, attempt: 1, url: '' },
        files: [{ id: 'V044', path: 'db/V044__drop.sql', sha256: 'x', compatibility: 'contract' }],
      },
      statuses: [aStatus('success', 'migrations applied: 1, contract')],
    };
    const world = redeploy();
    world.github.deployments = [...world.github.deployments, contract];

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'criterion:contract-migration', exit: 1 });
    expect(outcome.error).toContain('db/V044__drop.sql');
    expect(world.github.deployments).toHaveLength(4);
  });

  const asked: Question = { kind: 'image', reference: image };
  test.each<[string, (world: MemoryWorld) => void, 'pass' | 'fail' | 'unknown']>([
    [
      'is there',
      ({ github }) =>
        void github.silent.set(keyOf(asked), known({ found: true, digest: 'sha256:abc', mediaType: '' }) as never),
      'pass',
    ],
    [
      'is gone',
      ({ github }) => void github.silent.set(keyOf(asked), known({ found: false, because: 'no such image' }) as never),
      'fail',
    ],
    ['cannot be asked for', ({ github }) => void github.silent.set(keyOf(asked), unknown('403', 'ask')), 'unknown'],
  ])('whose image %s', async (_what, change, outcome) => {
    const ended = await step(redeploy(aRollback({ artifact: [image] }), change), given());

    expect(ended.evidence?.rows[0]).toMatchObject({ id: 'artifact-exists', outcome });
    expect(ended.verdict).toBe(outcome === 'pass' ? 'open' : 'closed');
  });

  test('a bare digest names no place: its commit is what is there, and that is said', async () => {
    const outcome = await step(redeploy(aRollback({ artifact: ['sha256:abc'] })), given({ artifact: 'sha256:abc' }));

    expect(plain(outcome.evidence?.rows[0]?.evidence ?? '')).toBe('commit bbbbbbb is there; one digest names no place');
  });

  test('under enforce: report nothing begins either', async () => {
    const world = redeploy();
    world.github.files.set('.github/deploy-policy.yml', `${policyText}enforce: report\n`);

    await step(world, given());

    expect(world.github.deployments).toHaveLength(3);
  });
});

describe('is an ordinary gate', () => {
  test.each<[string, (world: MemoryWorld) => void, Readonly<Record<string, string>>]>([
    [
      'when the rollback has ended',
      (world) => {
        world.github.deployments = [
          ...world.github.deployments.slice(0, 2),
          aRollback({ statuses: [aStatus('success', 'rollback: verified')] }),
        ];
      },
      {},
    ],
    [
      'when nobody signed the rollback, though a key was given',
      (world) => {
        const forged = { ...aRollback(), seal: 'unsigned' as const };
        world.github.deployments = [...world.github.deployments.slice(0, 2), forged];
      },
      {},
    ],
    ['when its run is over', ({ github }) => void github.runs.set(6005, aRun({ status: 'completed' })), {}],
    [
      'when its run is a pull request’s',
      ({ github }) => void github.runs.set(6005, aRun({ event: 'pull_request' })),
      {},
    ],
    ['when its run cannot be read', ({ github }) => void github.silent.set('run', unknown('403', 'ask')), {}],
    [
      'for another artifact',
      ({ github }) => {
        github.deployments = [...github.deployments.slice(0, 2), aRollback({ artifact: [image] })];
      },
      { artifact: 'ghcr.io/octo-org/shop@sha256:evil' },
    ],
    [
      'for another commit',
      ({ github }) => {
        github.commits.set(sha('d'), { sha: sha('d'), tree: sha('5'), parents: [], committedAt: noon, message: '' });
      },
      { 'expected-sha': sha('d') },
    ],
  ])('%s', async (_when, change, some) => {
    const outcome = await step(redeploy(aRollback(), change), given(some));

    expect(outcome.reason).not.toBe('rollback');
    expect(outcome.evidence?.rows.length).toBeGreaterThan(4);
    expect(outcome.deploymentId).not.toBe(8003);
  });
});
