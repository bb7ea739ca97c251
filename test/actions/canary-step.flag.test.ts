// Canary step by a flag: audiences, percentages, cohorts that are compared or not, and the flag as it was before whatever happens.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/canary-step/canary-step.ts';
import type { Reading, RouterOptions } from '../../src/world.ts';
import { aRun, aWorld, began, given, newSha } from '../canary/story.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld } from '../world/memory/world.ts';

const stages = (lines: readonly string[]) => lines.map((line) => `      - {${line}}`).join('\n');
const phased = [
  'id: internal, audience: [internal], weight: 0 %, bake: 1m',
  'id: beta, audience: [beta], weight: 0 %, bake: 1m',
  'id: ten, weight: 10 %, bake: 1m',
  'id: full, weight: 100 %, bake: 1m',
];
const policyWith = (lines: readonly string[], more = '') => `version: 1
extends: []
environments:
  production: {}
flags: {provider: http, url: "http://flags"}
rollback: {flag: new-checkout}
plans:
  canary:
    by: flag
    every: 10s
    stages:
${stages(lines)}
metrics:
  sources: {main: {json: "http://stats.example"}}
  queries: {error-rate: {bad: "/{{side}}/errors", total: "/{{side}}/requests"}}
limits:
  - {metric: error-rate, continue: "< 1 %"}
  - {metric: error-rate, breach: "> 10 %", severity: P0, then: rollback}
${more}`;

/** Requests of those with the flag and of those without it: 100 a second, and 20 of each audience. */
class Cohorts {
  failing: Record<string, number> = { off: 0, on: 0 };
  readonly #world: MemoryWorld;
  readonly #counters: Record<string, { requests: number; errors: number }> = {
    off: { requests: 5000, errors: 0 },
    on: { requests: 0, errors: 0 },
  };
  #at: number;

  constructor(world: MemoryWorld) {
    this.#world = world;
    this.#at = world.clock.now();
    world.traffic.reading = (query, at) => this.#read(query, at);
  }

  #read(query: string, at: number): Reading {
    const seconds = Math.max(0, at - this.#at) / 1000;
    this.#at = at;
    const { off: _, on = 0, ...audiences } = this.#world.traffic.weights;
    const named = Object.values(audiences).filter((share) => share > 0).length * 20;
    for (const [side, perSecond] of [
      ['off', 100 - on],
      ['on', on + named],
    ] as const) {
      const counter = this.#counters[side];
      if (counter === undefined) continue;
      counter.requests += seconds * perSecond;
      counter.errors += seconds * perSecond * (this.failing[side] ?? 0);
    }
    const [, side = '', field = ''] = query.split('/');
    const counter = this.#counters[side];
    const value = field === 'errors' ? counter?.errors : counter?.requests;
    return value === undefined ? { kind: 'no-data', because: `no ${query}`, at } : { kind: 'value', value, at };
  }
}

const off = { off: 100, on: 0 };
let asked: RouterOptions[];

function flagWorld(policy: string, options: MemoryOptions = {}, weights: Record<string, number> = off): MemoryWorld {
  const world = aWorld(options, policy);
  world.traffic.weights = weights;
  world.traffic.sides.on = { version: 'v2', sha: newSha, answers: true };
  return spied(world);
}

function spied(world: MemoryWorld): MemoryWorld {
  return {
    ...world,
    router: (wanted) => {
      asked.push(wanted);
      return world.router(wanted);
    },
  };
}

beforeEach(() => {
  asked = [];
});

const told = (world: MemoryWorld, id: number) =>
  world.github.deployments.find((one) => one.id === id)?.statuses.map(({ description }) => description) ?? [];

describe('a plan by flag', () => {
  test('internal users, beta users, a percentage, everybody: each cumulative, and everybody needs no names', async () => {
    const world = flagWorld(policyWith(phased));
    new Cohorts(world);
    const id = await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
    expect(world.traffic.log.map(({ weights }) => weights)).toEqual([
      { off: 100, on: 0, internal: 100 },
      { off: 100, on: 0, internal: 100, beta: 100 },
      { off: 90, on: 10, internal: 100, beta: 100 },
      { off: 0, on: 100 },
    ]);
    expect(asked[0]).toMatchObject({
      router: 'http',
      by: 'flag',
      audiences: ['internal', 'beta'],
      sides: ['off', 'on'],
    });
    expect(asked[0]?.options).toMatchObject({ flag: 'new-checkout', url: 'http://flags' });
    expect(outcome.evidence?.moments.map(({ stage }) => stage)).toEqual([
      'flag internal internal',
      'flag beta internal + beta',
      'flag ten internal + beta + 10 %',
      'flag full 100 %',
    ]);
    expect(outcome.evidence?.title).toBe('100 % of the users have the flag new-checkout');
    expect(told(world, id)).toContain('canary complete: on 100 %');
  });

  test('a worse cohort turns the flag back to what it was before: here five percent and the beta users', async () => {
    const before = { off: 95, on: 5, beta: 100 };
    const world = flagWorld(policyWith(phased.slice(2)), {}, before);
    const users = new Cohorts(world);
    users.failing.on = 0.3;
    const id = await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'rollback', rollback: true, exit: 1 });
    expect(world.traffic.weights).toEqual(before);
    expect(told(world, id)).toContain('shares before: off 95 %, on 5 %, beta 100 %');
    expect(outcome.evidence?.title).toMatch(/^the flag new-checkout is as it was before/);
  });

  test('a comparison whose query counts both cohorts is left out and said, its limits judge on', async () => {
    const own = policyWith(
      ['id: ten, weight: 10 %, bake: 1m', 'id: full, weight: 100 %, bake: 1m'],
      'compare: {all-errors: {margin: 1pp}}',
    ).replace(
      '"/{{side}}/requests"}}',
      '"/{{side}}/requests"}, all-errors: {bad: "/off/errors", total: "/off/requests"}}',
    );
    const world = flagWorld(own);
    new Cohorts(world);
    await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(JSON.stringify(outcome.evidence?.sentence)).toContain('Not compared, judged by limits alone: all-errors');
  });

  test('code that ships behind its flag: nothing is given to anybody, and the plan is complete', async () => {
    // Its limits on errors stay: nobody asks the new code anything, and health is the evidence.
    const own = policyWith(['id: dark, weight: 0 %, bake: 1m']).replace(
      'production: {}',
      'production: {url: "http://shop.example"}',
    );
    const world = flagWorld(own, {
      http: () => ({ kind: 'reply', status: 200, headers: {}, body: '', truncated: false, durationMs: 1 }),
    });
    new Cohorts(world);
    const id = await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(world.traffic.weights).toEqual(off);
    expect(told(world, id)).toContain('canary complete: off 100 %');
    expect(outcome.evidence?.title).toBe('v2 is there, the flag new-checkout stays as it was');
  });

  test('somebody who takes the flag from an audience meanwhile is seen, and it is brought back', async () => {
    const world = flagWorld(policyWith(phased));
    new Cohorts(world);
    await began(world);
    world.clock.at(world.clock.now() + 30_000, () => {
      world.traffic.weights = { off: 100, on: 0, internal: 0 };
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'contested', exit: 1 });
    expect(outcome.error).toContain('somebody gave internal 0 %, this stage has 100 %');
  });

  test('a flag that gives more than the plan already is not taken from anybody', async () => {
    const world = flagWorld(policyWith(phased.slice(2)), {}, { off: 0, on: 100 });
    new Cohorts(world);
    await began(world);

    expect(await step(world, given())).toMatchObject({ verdict: 'hold', reason: 'unknown-start', exit: 1 });
    expect(world.traffic.log).toEqual([]);
  });

  test('a policy that names no flag says which lines are missing', async () => {
    const world = flagWorld(policyWith(phased).replace('rollback: {flag: new-checkout}\n', ''));
    await began(world);

    await expect(step(world, given())).rejects.toThrow(/raises a flag.*flag: new-checkout/s);
  });
});

describe('a plan by flag that is stopped', () => {
  const killedAt = async (until: number, before: Record<string, number> = off) => {
    const world = flagWorld(policyWith(phased), {}, before);
    new Cohorts(world);
    const id = await began(world);
    // The runner dies: nothing of main comes after.
    world.clock.at(world.clock.now() + until, () => {
      throw new Error('killed');
    });
    await expect(step(world, given())).rejects.toThrow('killed');
    return { world, id };
  };

  test.each([
    ['at the internal users', 30_000],
    ['at the beta users', 90_000],
    ['at ten percent', 150_000],
  ])('killed %s: post gives users what they had', async (_, until) => {
    const { world, id } = await killedAt(until);
    expect(world.traffic.weights).not.toEqual(off);

    await finish({ ...world, run: { ...world.run, jobStatus: 'failure' } });

    expect(world.traffic.weights).toEqual(off);
    expect(told(world, id).at(-2)).toBe('traffic restored: off 100 %, the job failed');
  });

  test('killed with its post: the next deployment brings it back first, to what was there before', async () => {
    const before = { off: 97, on: 3 };
    const { world } = await killedAt(150_000, before);
    world.github.runs.set(7001, aRun(7001, 'completed'));
    const next = spied(memoryWorld({ after: world, run: { id: 7002, sha: newSha } }));
    new Cohorts(next);
    await began(next, [], { run: { id: 7002, attempt: 1, url: '' } });
    const from = world.traffic.log.length;

    expect(await step(next, given())).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(world.traffic.log[from]?.weights).toEqual(before);
  });

  test('cancelled: everybody has what they had, and the record says so', async () => {
    const world = flagWorld(policyWith(phased));
    new Cohorts(world);
    const id = await began(world);
    world.clock.at(world.clock.now() + 90_000, () => world.cancel());

    expect(await step(world, given())).toMatchObject({ verdict: 'hold', reason: 'cancelled' });
    expect(world.traffic.weights).toEqual(off);
    expect(told(world, id).some((line) => line.startsWith('cancelled'))).toBe(true);
  });
});
