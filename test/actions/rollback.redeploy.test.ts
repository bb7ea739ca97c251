// Redeploying: by kubectl or helm where there are sides and where there are none, and by a workflow whose gate opens for it.
import { describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/rollback/rollback.ts';
import type { Redeployed, RedeployOptions } from '../../src/world.ts';
import { commit } from '../rollback/story.ts';
import { a, b, inputs, policyWith, town } from '../rollback/town.ts';
import type { MemoryWorld } from '../world/memory/world.ts';

const well: Redeployed = { ok: true, words: 'deployment/shop told to go to revision 3', fix: '', notes: [] };
const standing = (verify = '[version]') => `
version: 1
roles: {lead: [alice]}
environments: {production: {url: "https://shop.example"}}
rollback: {min-age: 0s, redeploy: {kubectl: {deployment: shop}}, verify: ${verify}}
`;

function cluster(bring: Redeployed, runs = { ok: true, words: '3 of 3 ready pods have va' }) {
  const asked: RedeployOptions[] = [];
  const redeployer = (options: RedeployOptions) => {
    asked.push(options);
    return { bring: async () => bring, runs: async () => runs };
  };
  return { asked, redeployer };
}

describe('without sides', () => {
  test('the exact version is put there, and the ready pods prove it', async () => {
    const { asked, redeployer } = cluster({ ...well, notes: ['The revision brings back with it: env'] });
    const world = town([a, b], { policy: standing(), redeployer });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'redeploy', version: 'va' });
    expect(asked[0]).toMatchObject({ by: 'kubectl', side: '', options: { deployment: 'shop' } });
    expect(JSON.stringify(outcome.evidence?.details)).toContain('brings back with it: env');
    expect(world.traffic.log).toEqual([]);
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(world.github.story(made?.id ?? 0).at(-1)).toBe('success: rollback: verified 3 of 3 ready pods have va');
  });

  test('a rollout that ended well with the wrong image is not restored', async () => {
    const { redeployer } = cluster(well, { ok: false, words: '1 of 3 ready pods have va; one has shop:vb' });
    const world = town([a, b], { policy: standing(), redeployer });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'unverified', exit: 1 });
  });

  test('a paused workload is a failure that says how to go on, and is recorded as one', async () => {
    const paused = {
      ok: false,
      words: 'deployment/shop is paused',
      fix: 'kubectl rollout resume deployment/shop',
      notes: [],
    };
    const world = town([a, b], { policy: standing(), redeployer: cluster(paused).redeployer });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'redeploy-failed' });
    expect(outcome.error).toContain('kubectl rollout resume');
    expect(world.github.deployments.map(({ id }) => world.github.story(id).at(-1)).at(-1)).toContain(
      'failure: rollback: failed',
    );
    expect(world.github.story(2).at(-1)).toContain('success');
  });

  test('health that does not come is no restore', async () => {
    const world = town([a, b], { policy: standing('[version, health]'), redeployer: cluster(well).redeployer });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'unverified' });
    expect(outcome.error).toContain('not healthy');
  });
});

describe('by a workflow', () => {
  const policy = policyWith('redeploy: {workflow: redeploy.yml}');

  /** The run that GitHub starts: what it does to the world, and how it ends. */
  function setting(conclusion: string, does: (world: MemoryWorld) => void) {
    const world: MemoryWorld = town([a, b], {
      policy,
      dispatched: () => {
        does(world);
        const run = {
          ...{ id: 900, attempt: 1, path: '.github/workflows/redeploy.yml', event: 'workflow_dispatch', actor: 'bot' },
          ...{
            headSha: commit('f'),
            headBranch: 'main',
            createdAt: world.clock.now(),
            url: 'https://github.example/r',
          },
        };
        world.github.workflowRuns.set('redeploy.yml', [{ ...run, status: 'completed', conclusion }]);
      },
    });
    // Blue was overwritten: no side runs va.
    world.traffic.sides.blue = { version: 'vx', sha: commit('e'), answers: true };
    return world;
  }

  test('the rollback is begun before it, so that its gate opens; traffic moves when the side answers', async () => {
    let openBefore = 0;
    const world = setting('success', (there) => {
      openBefore = there.github.deployments.filter(({ task }) => task === 'deploy:rollback').length;
      there.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
    });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'redeploy', version: 'va' });
    expect(openBefore).toBe(1);
    expect(world.dispatched).toEqual([
      {
        workflow: 'redeploy.yml',
        ref: 'main',
        inputs: { environment: 'production', sha: commit('a'), version: 'va', artifact: '', side: 'blue' },
      },
    ]);
    const made = world.github.deployments.filter(({ task }) => task === 'deploy:rollback');
    expect(made).toHaveLength(1);
    expect(world.github.story(made[0]?.id ?? 0)).toEqual([
      'in_progress: rollback: planned va by a workflow',
      'in_progress: rollback: switched to blue',
      'success: rollback: verified 50 of 50 samples at the entrance are va',
    ]);
  });

  test('a run that failed leaves users where they are, and the record says so', async () => {
    const world = setting('failure', () => undefined);

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'redeploy-failed' });
    expect(outcome.error).toContain('run 900');
    expect(world.traffic.log).toEqual([]);
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(world.github.story(made?.id ?? 0).at(-1)).toContain('failure: rollback: failed');
    expect(await finish(world, inputs())).toMatchObject({ reason: 'nothing-open' });
  });

  /** A run of redeploy.yml that begins when the rollback starts one; `skewMs`: how far GitHub's clock is from ours. */
  function runAt(world: MemoryWorld, id: number, conclusion: string, skewMs = 0) {
    return {
      ...{ id, attempt: 1, path: '.github/workflows/redeploy.yml', event: 'workflow_dispatch', actor: 'bot' },
      ...{ headSha: commit('f'), headBranch: 'main', createdAt: world.clock.now() + skewMs },
      ...({ url: 'https://github.example/r', status: 'completed', conclusion } as const),
    };
  }

  function dispatching(does: (world: MemoryWorld) => number | undefined): MemoryWorld {
    const world: MemoryWorld = town([a, b], { policy, dispatched: () => does(world) });
    world.traffic.sides.blue = { version: 'vx', sha: commit('e'), answers: true };
    return world;
  }

  test('the run that GitHub names is waited for, not another that somebody started in the same second', async () => {
    const world = dispatching((there) => {
      const theirs = runAt(there, 900, 'failure');
      const ours = runAt(there, 901, 'success');
      there.github.workflowRuns.set('redeploy.yml', [ours, theirs]);
      there.github.runs.set(901, ours);
      there.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
      return 901;
    });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'restored', reason: 'redeploy' });
  });

  test('two new runs that nobody can tell apart are said, and neither is believed', async () => {
    const world = dispatching((there) => {
      there.github.workflowRuns.set('redeploy.yml', [runAt(there, 901, 'success'), runAt(there, 900, 'success')]);
      return undefined;
    });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'redeploy-failed' });
    expect(outcome.error).toContain('(901, 900)');
    expect(world.traffic.log).toEqual([]);
  });

  test.each([-5 * 3_600_000, 5 * 3_600_000])(
    'a clock of GitHub that is %d ms off hides the run from nobody',
    async (skewMs) => {
      const world = dispatching((there) => {
        there.github.workflowRuns.set('redeploy.yml', [runAt(there, 900, 'success', skewMs)]);
        there.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
        return undefined;
      });

      expect(await step(world, inputs())).toMatchObject({ verdict: 'restored' });
    },
  );

  test('a run that never gets its turn is said to be queued', async () => {
    const world = dispatching((there) => {
      there.github.runs.set(901, { ...runAt(there, 901, 'success'), status: 'queued' });
      return 901;
    });

    const outcome = await step(world, inputs());

    expect(outcome.error).toContain('within its time: run 901 is queued');
  });

  test('with GitHub down nothing can be begun: failed, with the way that needs no GitHub', async () => {
    const world = setting('success', () => undefined);
    world.github.down = true;

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'not-recorded' });
    expect(world.dispatched).toEqual([]);
  });
});
