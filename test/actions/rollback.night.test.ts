// The 3 a.m. story, and a rollback that is killed at every step: what a person meets when nothing goes as planned.
import { describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/rollback/rollback.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { DeploymentStore, Router } from '../../src/world.ts';
import { commit, forward, migrated, promoted } from '../rollback/story.ts';
import { a, b, inputs, MemoryFlag, policyWith, press, town } from '../rollback/town.ts';
import { type MemoryWorld, memoryWorld } from '../world/memory/world.ts';

const policy = policyWith('flag: new-checkout\nfollow-up: {issue: {when: always}, watch: 24h}');

/** Green is out since the evening; its contract migration went in when the watch was over; it is 3 a.m. */
function night() {
  const contract = migrated({
    id: 3,
    letter: 'b',
    parent: 2,
    compatibility: 'contract',
    said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
  });
  const flag = new MemoryFlag();
  return { flag, world: town([a, b, contract], { policy, flag: () => flag }) };
}

function later(world: MemoryWorld, flag: MemoryFlag, run: object): MemoryWorld {
  return town([], { after: world, flag: () => flag, run: { ...press.run, ...run } });
}

describe('at 3 a.m.', () => {
  test('a stale re-run, a refusal with options, the flag, then the override', async () => {
    const { world, flag } = night();
    // The rollback job of yesterday, re-run by somebody who is in a hurry.
    const stale = later(world, flag, { id: 1, attempt: 2 });
    stale.github.runs.set(1, {
      ...{ id: 1, attempt: 2, path: '', event: 'workflow_dispatch', headSha: commit('a'), headBranch: 'main' },
      ...{ status: 'in_progress', createdAt: Date.UTC(2026, 10, 17, 9, 0), actor: 'alice', url: '' },
    });
    expect(await step(stale, inputs())).toMatchObject({ verdict: 'refused', reason: 'stale-run' });

    const fresh = await step(later(world, flag, { id: 501 }), inputs());
    expect(fresh).toMatchObject({ verdict: 'refused', reason: 'contract-migration' });
    expect(fresh.evidence?.sentence).toContain('. Users are on vb. ');
    const options: readonly { readonly how: string }[] = JSON.parse(fresh.outputs.options ?? '');
    expect(options[0]?.how).toBe('gh workflow run rollback.yml -f how=flag');

    const off = await step(later(world, flag, { id: 502 }), inputs({ how: 'flag' }));
    expect(off).toMatchObject({ verdict: 'restored', reason: 'flag', version: 'vb' });
    expect(flag.isOn).toBe(false);

    const still = await step(later(world, flag, { id: 503 }), inputs());
    expect(still).toMatchObject({ verdict: 'already-there' });
    expect(world.traffic.weights).toEqual({ blue: 0, green: 100 });

    const words = { override: 'contract-migration', 'override-reason': 'orders can wait, payments cannot' };
    const anyway = await step(later(world, flag, { id: 504 }), inputs(words));
    expect(anyway).toMatchObject({ verdict: 'restored', reason: 'traffic', version: 'va' });
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
    expect(world.github.story(2).at(-1)).toContain('failure: rolled back to va');
  });

  test('the same with GitHub down: the flag goes off, and a named sha brings the version back', async () => {
    const { world, flag } = night();
    world.github.workspace.set('.github/deploy-policy.yml', policy);
    for (const kind of ['deployments', 'run', 'default-branch', 'file', 'branch', 'commit', 'permission'])
      world.github.silent.set(kind, unknown('GitHub does not answer', 'wait'));
    world.github.down = true;

    const bare = await step(later(world, flag, { id: 501 }), inputs());
    expect(bare).toMatchObject({ verdict: 'refused', reason: 'no-records' });
    expect(bare.error).toContain('blue runs va');

    expect(await step(later(world, flag, { id: 502 }), inputs({ how: 'flag' }))).toMatchObject({
      verdict: 'restored',
      exit: 0,
    });
    expect(flag.isOn).toBe(false);

    const named = await step(later(world, flag, { id: 503 }), inputs({ to: commit('a') }));
    expect(named).toMatchObject({ verdict: 'restored', exit: 0, version: 'va' });
    expect(named.warnings.join(' ')).toContain('Not recorded');
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
  });

  test('the same with a broken policy at the head of the default branch', async () => {
    const { world, flag } = night();
    world.github.files.set('.github/deploy-policy.yml', `${policy}\nchecklist: [no-such-line]\nplans: 7\n`);

    expect(await step(later(world, flag, { id: 501 }), inputs())).toMatchObject({ reason: 'contract-migration' });
    expect(await step(later(world, flag, { id: 502 }), inputs({ how: 'flag' }))).toMatchObject({ reason: 'flag' });
    expect(flag.isOn).toBe(false);
  });
});

/** Lets the first so many calls of router and record through, then the process is gone: nothing of it runs any more. */
function killedAfter(
  world: MemoryWorld,
  calls: number,
): { readonly world: MemoryWorld; readonly died: Promise<false>; readonly count: () => number } {
  let made = 0;
  let die = (): void => undefined;
  const died = new Promise<false>((resolve) => {
    die = () => resolve(false);
  });
  const gone = new Promise<never>(() => undefined);
  const tick = async () => {
    made += 1;
    if (made <= calls) return;
    die();
    await gone;
  };
  const { router, deployments: store } = world;
  const mortal: MemoryWorld = {
    ...world,
    router: (options) => {
      const alive = router(options);
      const dying: Router = {
        ...alive,
        set: async (weights) => {
          await tick();
          return alive.set(weights);
        },
      };
      return dying;
    },
    deployments: dyingStore(store, tick),
    incident: async (incident) => {
      await tick();
      return world.incident(incident);
    },
  };
  return { world: mortal, died, count: () => made };
}

function dyingStore(store: DeploymentStore, tick: () => Promise<void>): DeploymentStore {
  return {
    ...store,
    create: async (asked) => {
      await tick();
      return store.create(asked);
    },
    say: async (id, status) => {
      await tick();
      return store.say(id, status);
    },
  };
}

describe('killed at any step and pressed again', () => {
  const steps = [0, 1, 2, 3, 4, 5, 6, 7];
  const ways: readonly (readonly [string, boolean])[] = steps.flatMap((at) => [
    [`after ${at} calls, with post`, true] as const,
    [`after ${at} calls, without`, false] as const,
  ]);

  test.each(ways)(
    '%s: users are on the last known good version, recorded once, and nobody goes further back',
    async (title, withPost) => {
      const at = Number(/\d+/.exec(title)?.[0]);
      const older = forward({ id: 1, letter: 'e', said: promoted });
      const before = forward({ id: 2, letter: 'a', previous: { id: 1, letter: 'e' }, said: promoted });
      const bad = forward({ id: 3, letter: 'b', previous: { id: 2, letter: 'a' }, said: promoted });
      const world = town([older, before, bad], {
        policy: policyWith('follow-up: {issue: {when: always}, watch: 24h}'),
      });
      const killed = killedAfter(world, at);
      const done = step(killed.world, inputs()).then(() => true);
      const ended = await Promise.race([done, killed.died]);
      // What was under way beside the call comes as far as it can.
      await new Promise((resolve) => setTimeout(resolve, 60));
      if (withPost && ended === false) await finish(world, inputs());
      world.github.runs.set(500, {
        ...{ id: 500, attempt: 1, path: '', event: 'workflow_dispatch', headSha: commit('f'), headBranch: 'main' },
        ...{
          status: 'completed',
          conclusion: 'failure',
          createdAt: world.clock.now() - 60_000,
          actor: 'alice',
          url: '',
        },
      });

      const again = memoryWorld({ ...press, run: { ...press.run, attempt: 2 }, after: world, states: new Map() });
      const outcome = await step(again, inputs());

      expect(['restored', 'already-there']).toContain(outcome.verdict);
      expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
      const made = world.github.deployments.filter(({ task }) => task === 'deploy:rollback');
      expect(made).toHaveLength(1);
      expect(made[0]).toMatchObject({ sha: commit('a') });
      expect(world.github.story(made[0]?.id ?? 0).some((line) => line.startsWith('success: rollback: verified'))).toBe(
        true,
      );
      expect(world.github.story(3).some((line) => line.startsWith('failure: rolled back to va'))).toBe(true);
    },
  );
});
