// Rollback where things go wrong: presses at bad moments, sides that lie, kills between two steps, and what must never happen.
import { describe, expect, test } from '@jest/globals';
import { inputs as shape } from '../../actions/rollback/inputs.ts';
import { finish, step } from '../../actions/rollback/rollback.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { Problem } from '../../src/kit/problem.ts';
import { readHistory } from '../../src/record/history.ts';
import { whatRuns } from '../../src/record/running.ts';
import type { CommandOptions } from '../../src/world.ts';
import { commit, forward, halfWay, promoted, rolledBack, type Said } from '../rollback/story.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld } from '../world/memory/world.ts';

const policy = `
version: 1
roles: {lead: [alice]}
overrides: {allow: [contract-migration, condemned], by: [lead]}
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://blue.example", green: "http://green.example"}
rollback:
  min-age: 0s
  redeploy: {command: ./ops/redeploy.sh}
`;

const given = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, '']));
const press = { run: { event: 'workflow_dispatch', byPerson: true, id: 500 } } as const;
const inputs = (words: Readonly<Record<string, string>> = {}) => shape.parse({ ...given, ...words });

const a = forward({ id: 1, letter: 'a', said: promoted });
const b = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });
const begun: readonly Said[] = [['in_progress', { kind: 'begun', tier: 'medium', plan: 'canary' }]];
/** A canary that gave up and went back: the Deployment stays open, its users are on stable. */
const held: readonly Said[] = [
  ...halfWay,
  ['in_progress', { kind: 'stage', stage: 'ten', weight: 10, verdict: 'hold', reason: 'no-data' }],
  ['in_progress', { kind: 'restored', side: 'green', because: 'no-data' }],
];

/** Blue runs va, green runs vb and has everybody. */
function town(facts: readonly DeploymentFact[], options: MemoryOptions = {}): MemoryWorld {
  const world = memoryWorld({ policy, ...press, now: Date.UTC(2026, 10, 18, 8, 0, 0), ...options });
  world.github.deployments = [...facts];
  world.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
  world.traffic.sides.green = { version: 'vb', sha: commit('b'), answers: true };
  world.traffic.weights = { blue: 0, green: 100 };
  return world;
}

const rollbackOf = (world: MemoryWorld) => world.github.deployments.find(({ task }) => task === 'deploy:rollback');
const well = { code: 0, stdout: '', stderr: '', timedOut: false };

describe('a dry run', () => {
  test.each([{}, { to: commit('a') }])('of %j moves nothing and writes nothing', async (words) => {
    const world = town([a, b]);

    const outcome = await step(world, inputs({ ...words, 'dry-run': 'true', lock: 'until monday' }));

    expect(outcome).toMatchObject({ verdict: 'planned', exit: 0, silent: true, sha: commit('a') });
    expect(world.traffic.log).toEqual([]);
    expect(world.github.deployments).toEqual([a, b]);
  });

  test('runs no redeploy command either', async () => {
    const world = town([a, b], { command: () => well });
    world.traffic.sides.blue = { version: 'vx', sha: commit('9'), answers: true };

    expect(await step(world, inputs({ 'dry-run': 'true' }))).toMatchObject({ verdict: 'planned' });
    expect(world.commands).toEqual([]);
  });

  test('says it where everybody is on the target already', async () => {
    const world = town([a, forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: halfWay })]);
    world.traffic.weights = { blue: 100, green: 0 };

    const outcome = await step(world, inputs({ mode: 'plan' }));

    expect(outcome).toMatchObject({ verdict: 'already-there', exit: 0 });
    expect(world.github.deployments).toHaveLength(2);
  });
});

describe('in the deploying run', () => {
  const own = { run: { event: 'push', id: 3 } } as const;

  test.each([
    ['its Deployment never got users', begun, 'nothing-begun'],
    ['its canary gave up and went back', held, 'rolled-back-already'],
  ])('stays where it is when %s: never two versions back', async (_when, said, reason) => {
    const c = forward({ id: 3, letter: 'c', previous: { id: 2, letter: 'b' }, said });
    const world = town([a, b, c], own);

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'already-there', reason, exit: 0 });
    expect(world.traffic.log).toEqual([]);
    expect(rollbackOf(world)).toBeUndefined();
  });

  test('by dispatch it is the same: what it began and gave no users is nothing to roll back', async () => {
    const c = forward({ id: 3, letter: 'c', runId: 500, previous: { id: 2, letter: 'b' }, said: begun });
    const world = town([a, b, c]);

    expect(await step(world, inputs())).toMatchObject({ verdict: 'already-there', reason: 'nothing-begun' });
    expect(world.traffic.log).toEqual([]);
  });
});

describe('a person presses', () => {
  test('after a canary gave up, and nothing more goes back, whatever began since', async () => {
    const c = forward({ id: 3, letter: 'c', previous: { id: 2, letter: 'b' }, said: held });
    const d = forward({ id: 4, letter: 'd', previous: { id: 2, letter: 'b' }, said: begun });
    const world = town([a, b, c, d]);

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'already-there', reason: 'rolled-back-already', version: 'vb' });
    expect(JSON.stringify(outcome.evidence?.wayBack)).toContain(`-f to=${commit('a')}`);
  });

  test('after a rollback whose weights were lost: the same version gets its users back', async () => {
    const left = forward({
      id: 2,
      letter: 'b',
      said: [...promoted, ['failure', { kind: 'rolled-back', to: 'va', deploymentId: 3 }]],
    });
    const back = rolledBack({
      id: 3,
      letter: 'a',
      from: { id: 2, letter: 'b' },
      said: [
        ['in_progress', { kind: 'rollback', phase: 'switched', detail: 'to blue' }],
        ['success', { kind: 'rollback', phase: 'verified', detail: '' }],
      ],
    });
    const world = town([a, left, back]);
    world.traffic.weights = { blue: 0, green: 100 };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', version: 'va' });
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
  });

  test('with to= the version that runs: nothing moves', async () => {
    const world = town([a, b]);

    expect(await step(world, inputs({ to: commit('b') }))).toMatchObject({ verdict: 'already-there', version: 'vb' });
    expect(world.traffic.log).toEqual([]);
    expect(rollbackOf(world)).toBeUndefined();
  });

  test('with to= a version that was rolled back: refused, until a person says so', async () => {
    const left = forward({
      id: 2,
      letter: 'b',
      said: [...promoted, ['failure', { kind: 'rolled-back', to: 'va', deploymentId: 3 }]],
    });
    const facts = [a, left, rolledBack({ id: 3, letter: 'a', from: { id: 2, letter: 'b' }, said: verified })];
    const world = town(facts);
    world.traffic.weights = { blue: 100, green: 0 };

    const refused = await step(world, inputs({ to: commit('b') }));
    const forced = await step(
      world,
      inputs({ to: commit('b'), override: 'condemned', 'override-reason': 'the alarm was false' }),
    );

    expect(refused).toMatchObject({ verdict: 'refused', reason: 'condemned', exit: 1 });
    expect(refused.error).toContain('override=condemned');
    expect(forced).toMatchObject({ verdict: 'restored', version: 'vb' });
  });

  test('re-running late where GitHub hides the run: the newer run id tells that it is stale', async () => {
    const world = town([a, forward({ id: 2, letter: 'b', runId: 900, said: promoted })], {
      run: { ...press.run, attempt: 2 },
    });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'refused', reason: 'stale-run' });
    expect(world.traffic.log).toEqual([]);
  });
});

const verified: readonly Said[] = [
  ['in_progress', { kind: 'rollback', phase: 'switched', detail: 'to blue' }],
  ['success', { kind: 'rollback', phase: 'verified', detail: '' }],
];

describe('a redeploy', () => {
  const gone = { version: 'vx', sha: commit('9'), answers: true };

  test('that puts the wrong version never gets users', async () => {
    const world = town([a, b], { command: () => well });
    world.traffic.sides.blue = gone;

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'redeploy-unproven', exit: 1 });
    expect(outcome.error).toContain('blue runs vx');
    expect(outcome.error).toContain('Traffic was not moved');
    expect(world.traffic.log).toEqual([]);
    expect(outcome.evidence).toMatchObject({ verdict: 'failed' });
  });

  test('waits for a side that comes up slowly', async () => {
    const world = town([a, b], {
      command: () => {
        world.traffic.sides.blue = { version: '', sha: '', answers: false };
        world.clock.after(20_000, () => {
          world.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
        });
        return well;
      },
    });
    world.traffic.sides.blue = gone;

    expect(await step(world, inputs())).toMatchObject({ verdict: 'restored' });
  });

  test('first takes the users off the side that it overwrites', async () => {
    const seen: { readonly side: string; readonly share: number | undefined }[] = [];
    const world = town([a, b, forward({ id: 3, letter: 'c', previous: { id: 2, letter: 'b' }, said: halfWay })], {
      command: ({ env }: CommandOptions) => {
        const side = env?.SIDE ?? '';
        seen.push({ side, share: world.traffic.weights[side] });
        world.traffic.sides[side] = { version: 'va', sha: commit('a'), answers: true };
        return well;
      },
    });
    world.traffic.sides.blue = { version: 'vb', sha: commit('b'), answers: true };
    world.traffic.sides.green = { version: 'vc', sha: commit('c'), answers: true };
    world.traffic.weights = { blue: 90, green: 10 };

    const outcome = await step(world, inputs({ to: commit('a') }));

    expect(seen).toEqual([{ side: 'green', share: 0 }]);
    expect(outcome).toMatchObject({ verdict: 'restored', version: 'va' });
    expect(world.traffic.weights).toEqual({ blue: 0, green: 100 });
  });

  test('takes the side that is down rather than the one that still serves', async () => {
    const world = town([a, b], {
      command: ({ env }: CommandOptions) => {
        world.traffic.sides[env?.SIDE ?? ''] = { version: 'va', sha: commit('a'), answers: true };
        return well;
      },
    });
    world.traffic.sides.blue = { version: '', sha: '', answers: false };
    world.traffic.weights = { blue: 80, green: 20 };

    await step(world, inputs());

    expect(world.commands[0]?.env).toMatchObject({ SIDE: 'blue' });
    expect(world.traffic.log.map(({ weights }) => weights.blue)).toEqual([0, 100]);
  });
});

describe('the router', () => {
  test('that stays silent at the switch: failed, with the command to type', async () => {
    const world = town([a, b]);
    world.traffic.refuses = true;

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'router', exit: 1, sha: commit('a') });
    expect(outcome.error).toContain(`curl -X PUT`);
    expect(outcome.error).toContain('{"blue":100,"green":0}');
    const [told, ...more] = world.github.story(rollbackOf(world)?.id ?? 0);
    expect(told).toContain('failure: rollback: failed blue could not be given 100 %');
    expect(more).toEqual([]);
  });

  test('that lags behind what it took is waited for', async () => {
    const world = town([a, b]);
    const { set } = world.traffic.router;
    let told = 0;
    world.traffic.router.set = async (weights) => {
      told += 1;
      if (told === 1) world.clock.after(10_000, () => void set(weights));
      throw new Problem({ what: 'it says green 100 %', where: '', fix: '', reason: 'contested' });
    };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored' });
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
  });
});

describe('the record', () => {
  test('of a rollback killed before it was verified is finished by its re-run', async () => {
    const world = town([a, b]);
    await step(world, inputs());
    const made = rollbackOf(world)?.id ?? 0;
    world.github.deployments = world.github.deployments.map((one) => {
      if (one.id === made) return { ...one, statuses: one.statuses.slice(0, 1) };
      return one.id === 2 ? { ...one, statuses: b.statuses } : one;
    });
    await finish(memoryWorld({ ...press, after: world, states: world.states }), inputs());

    const again = await step(memoryWorld({ run: { ...press.run, attempt: 2 }, after: world }), inputs());

    expect(again).toMatchObject({ verdict: 'already-there', exit: 0, deploymentId: made });
    expect(world.github.story(made).at(-1)).toMatch(/^success: rollback: verified/);
    expect(world.github.story(2).at(-1)).toBe(`failure: rolled back to va, deployment ${made}`);
  });

  test('names the rollback for post before it is begun', async () => {
    const world = town([a, b]);
    const { create } = world.deployments;
    const deployments = {
      ...world.deployments,
      create: async (asked: Parameters<typeof create>[0]) => {
        expect(world.states.get('rollback') ?? '').not.toBe('');
        return create(asked);
      },
    };

    await step({ ...world, deployments }, inputs());

    expect.assertions(1);
  });

  test('ends what an earlier, dead run left without an end', async () => {
    const dead = rolledBack({ id: 3, letter: 'a', from: { id: 2, letter: 'b' }, said: verified.slice(0, 1) });
    const world = town([a, b, dead]);
    world.github.runs.set(3, ended(3));
    world.traffic.weights = { blue: 100, green: 0 };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'already-there', version: 'va' });
    expect(world.github.story(3).at(-1)).toMatch(/^error: left: /);
    expect(world.github.deployments.every(({ statuses }) => statuses.at(-1)?.state !== 'in_progress')).toBe(true);
  });

  test('closes a half-way Deployment even when nobody knows the commit that runs', async () => {
    const world = town([forward({ id: 1, letter: 'b', said: halfWay })]);
    world.traffic.sides.blue = { version: 'v1.0', sha: '', answers: true };
    world.traffic.weights = { blue: 90, green: 10 };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', version: 'v1.0', warnings: [] });
    expect(world.github.story(1).slice(-2)).toEqual([
      'failure: traffic restored: blue 100 %, rollback',
      'failure: rolled back to v1.0',
    ]);
    const history = readHistory(world.github.deployments, { environment: 'production', unit: '' });
    expect(whatRuns(history)).toBeUndefined();
  });

  test('post does not fail when GitHub is down', async () => {
    const world = town([a, b]);
    await step(world, inputs());
    world.github.down = true;

    const outcome = await finish(memoryWorld({ ...press, after: world, states: world.states }), inputs());

    expect(outcome).toMatchObject({ exit: 0 });
    expect(outcome.warnings.join()).toContain('GitHub does not answer');
  });

  test('locks the environment afterwards, with the reason', async () => {
    const world = town([a, b], { run: { ...press.run, triggeringActor: 'grace' } });

    await step(world, inputs({ lock: 'until the cause is found' }));

    const lock = world.github.deployments.find(({ task }) => task === 'deploy:lock');
    expect(lock?.payload).toMatchObject({ kind: 'lock', reason: 'until the cause is found', by: 'grace' });
    expect(world.github.story(lock?.id ?? 0)).toEqual(['in_progress: locked by grace: until the cause is found']);
  });
});

describe('legs', () => {
  const legs = `${policy}
environments:
  production:
    legs:
      eu: {traffic: {url: "http://eu.example/weights"}}
      us: {traffic: {url: "http://us.example/weights"}}
`;

  test('all go back when none is named; one that is named goes alone', async () => {
    const one = town([a, b], { policy: legs });
    const seen: string[] = [];
    const router: typeof one.router = (options) => {
      seen.push(options.leg);
      return one.router(options);
    };

    const outcome = await step({ ...one, router }, inputs());
    const named = await step(town([a, b], { policy: legs }), inputs({ leg: 'eu' }));

    expect(seen).toEqual(['eu', 'us']);
    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    const made = one.github.deployments.filter(({ task }) => task === 'deploy:rollback');
    expect(made.map(({ payload }) => (payload as { leg: string }).leg)).toEqual(['eu', 'us']);
    expect(named).toMatchObject({ verdict: 'restored', evidence: { leg: 'eu' } });
  });

  test('what one leg has done does not stand for the other; the worst verdict counts', async () => {
    const world = town([a, b], { policy: legs });
    await step(world, inputs({ leg: 'eu' }));
    world.traffic.weights = { blue: 0, green: 100 };
    const us = memoryWorld({ run: { ...press.run, id: 501 }, after: world });

    const outcome = await step(us, inputs({ leg: 'us' }));
    world.traffic.refuses = true;
    world.traffic.weights = { blue: 0, green: 100 };
    const both = await step(memoryWorld({ run: { ...press.run, id: 502 }, after: world }), inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', version: 'va' });
    expect(both).toMatchObject({ verdict: 'failed', exit: 1 });
  });
});

describe('with smoke among rollback.verify', () => {
  const tested = policy.replace('min-age: 0s', 'min-age: 0s\n  verify: [smoke, version]');
  const suite = 'version: 1\nname: shop\nchecks:\n  - {id: orders, http: {url: /orders}, expect: {status: 200}}\n';
  const entrance = `${tested}\nenvironments: {production: {url: "https://shop.example"}}\n`;
  const answer = (status: number) => () =>
    ({ kind: 'reply', status, headers: {}, body: '', truncated: false, durationMs: 1 }) as const;

  test.each([
    [200, 'restored', 0],
    [500, 'unverified', 1],
  ])('a suite that is answered with %d makes it %s', async (status, verdict, exit) => {
    const world = town([a, b], { policy: entrance, http: answer(status) });
    world.github.files.set(`.github/smoke.yml@${commit('a')}`, suite);

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict, exit });
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
    expect(world.requests.map(({ url }) => url)).toContain('https://shop.example/orders');
    if (exit === 1) expect(outcome.error).toContain('orders');
  });

  test('a repository without a suite is verified by version alone, and the report says so', async () => {
    const world = town([a, b], { policy: entrance });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored' });
    expect(world.told.join()).toContain('no smoke suite');
  });

  test('with GitHub down the suite of the checkout is run', async () => {
    const world = town([a, b], { policy: entrance, http: answer(200) });
    for (const kind of ['deployments', 'run', 'default-branch', 'file'])
      world.github.silent.set(kind, unknown('GitHub does not answer', 'wait'));
    world.github.down = true;
    world.github.workspace.set('.github/deploy-policy.yml', entrance);
    world.github.workspace.set('.github/smoke.yml', suite);

    expect(await step(world, inputs({ to: commit('a') }))).toMatchObject({ verdict: 'restored', exit: 0 });
    expect(world.requests).toHaveLength(1);
  });

  test('a suite that hangs may not eat more than the budget', async () => {
    const world = town([a, b], { policy: entrance });
    world.github.files.set(`.github/smoke.yml@${commit('a')}`, suite);
    const http: typeof world.http = async ({ timeoutMs }) => {
      await world.clock.sleep(timeoutMs);
      return { kind: 'failed', because: 'timeout', unreachable: false, durationMs: timeoutMs };
    };
    const from = world.clock.now();

    const outcome = await step({ ...world, http }, inputs());

    expect(outcome).toMatchObject({ verdict: 'unverified' });
    expect(world.clock.now() - from).toBeLessThanOrEqual(5 * 60_000);
  });
});

function ended(id: number) {
  return {
    id,
    attempt: 1,
    path: '.github/workflows/rollback.yml',
    event: 'workflow_dispatch',
    headSha: commit('a'),
    headBranch: 'main',
    status: 'completed',
    createdAt: 0,
    actor: 'grace',
    url: '',
  } as const;
}
