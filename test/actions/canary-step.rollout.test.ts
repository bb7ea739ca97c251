// Canary step by the rollout of the platform: batches by what really runs, back to the version before, and bands of shares.
import { describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/canary-step/canary-step.ts';
import { Problem } from '../../src/kit/problem.ts';
import type { Router, RouterOptions, Weights } from '../../src/world.ts';
import { aRun, aWorld, began, given, newSha, policy as traffic, Users } from '../canary/story.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld } from '../world/memory/world.ts';

const policy = `version: 1
extends: []
environments:
  production: {url: "http://shop.example"}
traffic: {router: kubernetes-rollout, deployment: shop, image: "ghcr.io/acme/shop:{{version}}", after: replace}
plans:
  canary:
    by: rollout
    every: 10s
    stages:
      - {id: two, weight: 20 %, bake: 0s}
      - {id: six, weight: 60 %, bake: 0s}
      - {id: full, weight: 100 %, bake: 1m}
limits:
  - {metric: health, continue: passing}
  - {metric: health, breach: failing, severity: P0, then: rollback}
`;

const ok = { kind: 'reply', headers: {}, body: '', truncated: false, durationMs: 1 } as const;
/** A platform whose pods run some version, each router seeing its own target's as the new ones. */
class Platform {
  readonly asked: RouterOptions[] = [];
  /** Share of the pods by version, percent. */
  pods: Record<string, number> = { v1: 100 };
  refuses = '';
  readonly log: string[] = [];

  router(world: MemoryWorld): World['router'] {
    return (options) => {
      this.asked.push(options);
      const version = options.target?.version ?? '';
      const share = () => this.pods[version] ?? 0;
      return {
        ...world.traffic.router,
        get: async () => ({ kind: 'known', value: { old: 100 - share(), new: share() } }),
        set: async (weights: Weights) => {
          if (this.refuses === version && (weights.new ?? 0) > 0) {
            this.pods = { v1: 95, [version]: 5 };
            throw new Problem({
              what: 'of deployment/shop 0 pods have the new image',
              where: 'k8s',
              fix: 'Look.',
              reason: 'pods-not-ready',
            });
          }
          this.pods = { v1: weights.old ?? 0, [version]: weights.new ?? 0 };
          this.log.push(`${version} ${weights.new}`);
          return { applied: weights, changed: true };
        },
      } satisfies Router;
    };
  }
}
type World = MemoryWorld;

function rolling(
  platform: Platform,
  options: MemoryOptions = {},
): { world: MemoryWorld; statuses: Record<string, number> } {
  const answers = { status: 200 };
  const world = aWorld({ http: () => ({ ...ok, status: answers.status }), ...options }, policy);
  world.traffic.sides.new = { version: '', sha: '', answers: true };
  return { world: { ...world, router: platform.router(world) }, statuses: answers };
}

const told = (world: MemoryWorld, id: number) =>
  world.github.deployments.find((one) => one.id === id)?.statuses.map(({ description }) => description) ?? [];

describe('a plan by rollout', () => {
  test('batch by batch on its health, and nothing is taken back at the end', async () => {
    const platform = new Platform();
    const { world } = rolling(platform);
    const id = await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
    expect(platform.log).toEqual(['v2 20', 'v2 60', 'v2 100']);
    expect(platform.asked[0]).toMatchObject({
      by: 'rollout',
      sides: ['old', 'new'],
      target: { version: 'v2', sha: newSha },
    });
    expect(outcome.evidence?.moments.map(({ stage }) => stage)).toEqual([
      'rollout two 20 %',
      'rollout six 60 %',
      'rollout full 100 %',
    ]);
    expect(outcome.evidence?.title).toBe('all instances run v2');
    expect(told(world, id)).toContain('canary complete: new 100 %');
  });

  test('pods that are not well turn it back', async () => {
    const platform = new Platform();
    const { world, statuses } = rolling(platform);
    await began(world);
    const { router } = world;
    const outcome = await step(
      {
        ...world,
        router: (options) => {
          const one = router(options);
          return {
            ...one,
            set: async (weights) => {
              if (weights.new === 60) statuses.status = 503;
              return one.set(weights);
            },
          };
        },
      },
      given(),
    );

    expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'limit:health', rollback: true, exit: 1 });
    expect(platform.pods).toEqual({ v1: 100, v2: 0 });
    expect(outcome.evidence?.wayBack).toBe('all instances run what they ran before');
  });

  test('a batch that never gets ready is brought back', async () => {
    const platform = new Platform();
    platform.refuses = 'v2';
    const { world } = rolling(platform);
    await began(world);

    expect(await step(world, given())).toMatchObject({ verdict: 'hold', reason: 'pods-not-ready', exit: 1 });
    expect(platform.pods).toEqual({ v1: 100, v2: 0 });
  });

  test('killed before a single new pod is ready: post goes back all the same', async () => {
    const platform = new Platform();
    const { world } = rolling(platform);
    const id = await began(world);
    const { router } = world;
    const dying = {
      ...world,
      router: (options: RouterOptions): Router => ({
        ...router(options),
        set: async () => {
          throw new Error('SIGKILL');
        },
      }),
    };
    await expect(step(dying, given())).rejects.toThrow('SIGKILL');

    await finish({ ...world, run: { ...world.run, jobStatus: 'failure' } });

    expect(platform.log).toEqual(['v2 0']);
    expect(told(world, id).at(-2)).toBe('traffic restored: old 100 %, the job failed');
  });

  test('a rollout that was left half-way is brought back before the next begins, by its own image', async () => {
    const platform = new Platform();
    const { world } = rolling(platform);
    await began(world, [
      { kind: 'sides', stable: 'old', canary: 'new' },
      { kind: 'stage', stage: 'two', weight: 20, verdict: 'baking', reason: '' },
    ]);
    platform.pods = { v1: 80, v2: 20 };
    world.github.runs.set(7001, aRun(7001, 'completed'));
    const after = memoryWorld({ after: world, run: { id: 7002, sha: newSha }, http: () => ({ ...ok, status: 200 }) });
    const next = { ...after, router: platform.router(after) };
    await began(next, [], { version: 'v3', run: { id: 7002, attempt: 1, url: '' } });

    expect(await step(next, given())).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(platform.log).toEqual(['v2 0', 'v3 20', 'v3 60', 'v3 100']);
  });

  test('a router that rolls nothing out is refused with what to write', async () => {
    const world = aWorld({}, policy.replace(/traffic: .*/, 'traffic: {router: nginx, config: a, upstream: b}'));
    await began(world);

    await expect(step(world, given())).rejects.toThrow(
      /the router nginx rolls nothing out.*router: kubernetes-rollout/s,
    );
  });
});

describe('a weight as a band', () => {
  const banded = traffic.replace('id: ten, weight: 10 %, bake: 1m', 'id: ten, weight: 1..5 %, bake: 1m');
  const stageWeights = async (own: string, nearest?: Router['nearest']) => {
    const world = aWorld({}, own);
    new Users(world);
    const id = await began(world);
    const router: Router = { ...world.traffic.router, ...(nearest === undefined ? {} : { nearest }) };
    const outcome = await step({ ...world, router: () => router }, given());
    return { outcome, told: told(world, id) };
  };

  test('the smallest share is taken where nobody knows the traffic, and recorded', async () => {
    const { told: words } = await stageWeights(banded);

    expect(words).toContain('canary ten 1 %: baking');
  });

  test('the smallest share that the router can do is taken', async () => {
    const { told: words } = await stageWeights(banded, async (weights) => {
      const green = Math.round((weights.green ?? 0) / 4) * 4;
      return { blue: 100 - green, green };
    });

    expect(words).toContain('canary ten 4 %: baking');
  });
});
