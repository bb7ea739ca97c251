// Canary step where things go wrong: cancelled, killed and cut off from GitHub or the router between any two moves.
import { describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/canary-step/canary-step.ts';
import type { Entry } from '../../src/record/entry.ts';
import { readHistory } from '../../src/record/history.ts';
import { condemned, sidesOf } from '../../src/record/running.ts';
import { statusOf } from '../../src/record/words.ts';
import type { Router, World } from '../../src/world.ts';
import { aRun, atStable, aWorld, began, given, newSha, oldSha, policy, sides, stage, Users } from '../canary/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';

const historyOf = (world: MemoryWorld) =>
  readHistory(world.github.deployments, { environment: 'production', unit: '' });

/** The world with a router that lets `on` know before each write. */
function watched(world: MemoryWorld, on: (weights: Readonly<Record<string, number>>) => void): World {
  const router: Router = {
    ...world.traffic.router,
    set: async (weights) => {
      on(weights);
      return world.traffic.router.set(weights);
    },
  };
  return { ...world, router: () => router };
}

/** The world whose record says `on` of every status before it is written. */
function listened(world: MemoryWorld, on: (description: string) => void): World {
  const say: World['deployments']['say'] = async (id, status) => {
    on(status.description);
    return world.deployments.say(id, status);
  };
  return { ...world, deployments: { ...world.deployments, say } };
}

const killed = () => {
  throw new Error('SIGKILL');
};

describe('a cancel', () => {
  test('between two stages: the next share is never given', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    const cancelling = listened(world, (words) => {
      if (words === 'canary ten 10 %: promote') world.cancel();
    });

    const outcome = await step(cancelling, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'cancelled', exit: 1 });
    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([10, 0]);
    expect(world.github.story(id).at(-1)).toBe('error: cancelled: the job was cancelled');
  });

  test('before the first shift: nobody ever meets the new version', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    const cancelling = listened(world, (words) => {
      if (words.startsWith('sides:')) world.cancel();
    });

    const outcome = await step(cancelling, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'cancelled', exit: 1 });
    expect(world.traffic.log).toEqual([]);
    expect(world.github.story(id).at(-1)).toBe('error: cancelled: the job was cancelled');
  });

  test('between the shift and its word: stable has everybody again', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);

    const outcome = await step(
      watched(world, () => world.cancel()),
      given(),
    );

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'cancelled', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('before anything was decided in `stage: half`, the second step of the job', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    const first = new Map<string, string>();
    await step(aWorld({ after: world, states: first }), given({ stage: 'ten' }));
    const second = aWorld({ after: world });
    second.cancel();

    const outcome = await step(second, given({ stage: 'half' }));
    const post = aWorld({ after: world, states: first, run: { jobStatus: 'cancelled' } });
    await finish(post);

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'cancelled', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([10, 0]);
  });
});

describe('GitHub down', () => {
  test('when the second stage is to be announced: the first share does not stay', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    const cut = listened(world, (words) => {
      if (words === 'canary half 50 %: shifting') world.github.down = true;
    });

    const outcome = await step(cut, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'record-unreachable', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('in post, after a kill between record and router: the share before is known as ours', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    const dying = watched(world, (weights) => {
      if (weights.green === 50) killed();
    });
    await expect(step(dying, given())).rejects.toThrow('SIGKILL');
    world.github.down = true;
    world.github.silent.set('deployments', { kind: 'unknown', because: '503', remedy: 'wait' });

    await finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'failure' } }));

    expect(world.traffic.weights).toEqual(atStable);
  });

  test('at the end of the plan of the last leg: the promotion stands, the record is a warning', async () => {
    const own = policy.replace('url: "https://shop.example"}', 'url: "https://shop.example", legs: {eu: {}, us: {}}}');
    const world = aWorld({}, own);
    new Users(world);
    await began(world, [], { legs: ['eu', 'us'] });
    const list: World['deployments']['list'] = async (environment) => {
      if (world.traffic.weights.green === 100) world.github.down = true;
      return world.deployments.list(environment);
    };

    const outcome = await step({ ...world, deployments: { ...world.deployments, list } }, given({ leg: 'eu' }));

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
    expect(outcome.warnings.join()).toContain('GitHub does not answer');
  });
});

describe('a kill', () => {
  test('between the way back and its words: post says them, and the version stays condemned', async () => {
    const world = aWorld();
    const users = new Users(world);
    users.failing.green = 0.5;
    const id = await began(world);
    const dying = listened(world, (words) => {
      if (words.includes('rollback, limit')) world.github.down = true;
    });
    const outcome = await step(dying, given());
    world.github.down = false;

    const post = await finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'failure' } }));

    expect(outcome).toMatchObject({ verdict: 'rollback', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
    expect(post.deploymentId).toBe(id);
    expect(world.github.story(id).slice(-2)).toEqual([
      'failure: canary ten 10 %: rollback, limit:error-rate',
      'failure: traffic restored: blue 100 %, limit:error-rate',
    ]);
    expect(condemned(historyOf(world))).toEqual(new Set([newSha]));
  });

  test('between the last promotion and the end of the plan: the next call ends it', async () => {
    const world = aWorld();
    new Users(world);
    const done = [stage('ten', 10, 'promote'), stage('half', 50, 'promote'), stage('full', 100, 'promote')];
    const id = await began(world, [sides, ...done]);
    world.traffic.weights = { blue: 0, green: 100 };

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
    expect(world.github.story(id).at(-1)).toBe('success: canary complete: green 100 %');
    expect(world.traffic.log).toEqual([]);
  });

  test('before the Deployment was told its end does not leave it open forever: the next walk ends it', async () => {
    const world = aWorld();
    new Users(world);
    const restored: Entry = { kind: 'restored', side: 'blue', because: 'no-data' };
    const left = await began(world, [sides, stage('ten', 10, 'baking'), restored], {
      sha: oldSha,
      run: { id: 55, attempt: 1, url: '' },
    });
    const alive = await began(world, [], { sha: oldSha, run: { id: 56, attempt: 1, url: '' } });
    world.github.runs.set(55, aRun(55, 'completed'));
    world.github.runs.set(56, aRun(56, 'in_progress'));
    await began(world);

    await step(world, given());

    expect(world.github.story(left).at(-1)).toBe('error: left: its run is over');
    expect(world.github.story(alive)).toHaveLength(1);
  });
});

describe('the traffic', () => {
  test('changed by somebody in the last moments of a bake is not promoted', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    world.clock.after(58_000, () => {
      world.traffic.weights = { blue: 100, green: 0 };
    });

    const outcome = await step(world, given({ stage: 'ten' }));

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'contested', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('is not moved again once the rollback workflow has gone back', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    world.clock.after(58_000, () => {
      const entry: Entry = { kind: 'rolled-back', to: 'v1.0.0', deploymentId: 9100 };
      world.traffic.weights = atStable;
      world.github.say(id, statusOf({ state: 'failure', entry, logUrl: '' }));
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'rolled-back', exit: 1 });
    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([10]);
    expect(world.github.deployment(id).statuses.at(-1)?.state).toBe('failure');
  });

  test('of a left first deployment is never taken from both sides', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [{ kind: 'sides', stable: '', canary: 'green' }, stage('half', 50, 'shifting')], {
      sha: oldSha,
      run: { id: 55, attempt: 1, url: '' },
    });
    world.github.runs.set(55, aRun(55, 'completed'));
    await began(world);
    world.traffic.weights = { blue: 50, green: 50 };

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'unknown-start', exit: 1 });
    expect(world.traffic.log).toEqual([]);
  });

  test('that could not be brought back is said loudly, and post tries again', async () => {
    const world = aWorld();
    const users = new Users(world);
    users.failing.green = 0.5;
    await began(world);
    world.clock.after(5_000, () => {
      world.traffic.refuses = true;
    });

    await expect(step(world, given())).rejects.toThrow(/THE TRAFFIC IS NOT BACK.*curl/);
    world.traffic.refuses = false;
    await finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'failure' } }));

    expect(world.traffic.weights).toEqual(atStable);
  });
});

describe('the record', () => {
  test('of a walk after the sides have swapped names the sides of this walk', async () => {
    const world = aWorld();
    new Users(world);
    const restored: Entry = { kind: 'restored', side: 'blue', because: 'no-data' };
    const id = await began(world, [sides, stage('ten', 10, 'baking'), restored]);
    const other = await began(world, [{ kind: 'completed', side: 'green' }], {
      sha: oldSha,
      run: { id: 1, attempt: 1, url: '' },
    });
    world.github.say(other, statusOf({ state: 'success', entry: { kind: 'finished' }, logUrl: '' }));
    world.traffic.weights = { blue: 0, green: 100 };
    world.traffic.sides.blue = { version: 'v2', sha: newSha, answers: true };
    world.traffic.sides.green = { version: 'v1', sha: oldSha, answers: true };
    world.clock.after(1, () => undefined);

    await step(world, given({ 'deployment-id': String(id), stage: 'ten' }));

    const attempt = historyOf(world).attempts.find((one) => one.id === id);
    expect(attempt === undefined ? undefined : sidesOf(attempt, '')).toEqual({ stable: 'green', canary: 'blue' });
  });

  test('of a superseded Deployment is not opened again by post', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    await step(world, given({ stage: 'ten' }));
    const entry: Entry = { kind: 'ended', how: 'superseded', detail: '9009' };
    world.github.say(id, statusOf({ state: 'inactive', entry, logUrl: '' }));

    await finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'cancelled' } }));

    expect(world.traffic.weights).toEqual(atStable);
    expect(world.github.story(id).slice(-1)).toEqual(['inactive: traffic restored: blue 100 %, the job was cancelled']);
  });
});

describe('under enforce: report', () => {
  const reporting = policy.replace('version: 1\n', 'version: 1\nenforce: report\n');

  test('who superseded the walk still stops it: exit 1', async () => {
    const world = aWorld({}, reporting);
    new Users(world);
    const id = await began(world);
    world.clock.after(25_000, () => {
      const entry: Entry = { kind: 'ended', how: 'superseded', detail: '9009' };
      world.github.say(id, statusOf({ state: 'inactive', entry, logUrl: '' }));
    });

    expect(await step(world, given())).toMatchObject({ verdict: 'hold', reason: 'superseded', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
  });
});

describe('legs one by one', () => {
  const own = policy.replace(
    'url: "https://shop.example"}',
    'url: "https://shop.example", order: one-by-one, legs: {eu: {}, us: {}}}',
  );
  const told = (entry: Entry) => statusOf({ state: 'in_progress', entry, leg: 'eu', logUrl: '' });

  test('the second begins when the first has everybody', async () => {
    const world = aWorld({}, own);
    new Users(world);
    const id = await began(world, [], { legs: ['eu', 'us'] });
    const done = world.clock.now() + 60_000;
    world.clock.at(done, () => world.github.say(id, told({ kind: 'completed', side: 'green' })));

    const outcome = await step(world, given({ leg: 'us' }));

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(world.traffic.log[0]?.at).toBeGreaterThanOrEqual(done);
  });

  test.each([
    ['was turned back', { kind: 'stage', stage: 'ten', weight: 10, verdict: 'rollback', reason: 'limit:x' }],
    ['was cancelled', { kind: 'ended', how: 'cancelled', detail: 'the job was cancelled' }],
  ] as const)('the second never begins when the first %s', async (_how, entry) => {
    const world = aWorld({}, own);
    new Users(world);
    const id = await began(world, [], { legs: ['eu', 'us'] });
    world.clock.after(20_000, () => world.github.say(id, told(entry)));

    const outcome = await step(world, given({ leg: 'us' }));

    expect(outcome).toMatchObject({ verdict: 'hold', exit: 1 });
    expect(world.traffic.log).toEqual([]);
  });

  const restored: Entry = { kind: 'restored', side: 'blue', because: 'limit:error-rate' };
  const baking: Entry = { kind: 'stage', stage: 'ten', weight: 10, verdict: 'baking', reason: '' };
  const walking = async (before: readonly Entry[], later: readonly Entry[] = []) => {
    const world = aWorld({}, own);
    new Users(world);
    const id = await began(world, [], { legs: ['eu', 'us'] });
    for (const entry of before) world.github.say(id, told(entry));
    for (const [place, entry] of later.entries())
      world.clock.after(20_000 * (place + 1), () => world.github.say(id, told(entry)));
    const from = world.clock.now();
    const outcome = await step(world, given({ leg: 'us' }));
    expect(world.traffic.log).toEqual([]);
    return { outcome, waited: world.clock.now() - from };
  };

  test.each<readonly [string, readonly Entry[], readonly Entry[], string, RegExp, number]>([
    [
      'gave up',
      [],
      [baking, restored],
      'leg-held',
      /the leg eu gave up \(limit:error-rate\): its users are back on blue/,
      60_000,
    ],
    ['never came', [], [], 'leg-silent', /the leg eu has not begun for 1 h/, 3_700_000],
    [
      'died in a stage',
      [],
      [baking],
      'leg-silent',
      /nothing for 31 min; its last word was “canary ten 10 %: baking”/,
      2_000_000,
    ],
    [
      'gave up in an earlier try and never came again',
      [baking, restored],
      [],
      'leg-silent',
      /said nothing for 1 h/,
      3_700_000,
    ],
  ])('the second ends with its own reason when the first %s', async (_how, before, later, reason, because, within) => {
    const { outcome, waited } = await walking(before, later);

    expect(outcome).toMatchObject({ verdict: 'hold', reason, exit: 1, rollback: false });
    expect(outcome.error).toMatch(because);
    expect(waited).toBeLessThanOrEqual(within);
  });

  test('the second waits on while the caretaker carries the first', async () => {
    const carried: Entry = { ...baking, reason: 'handed-over' };
    const { outcome, waited } = await walking([], [carried]);

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'in-flight' });
    expect(waited).toBeGreaterThan(4 * 3_600_000);
  });

  test('a cancel ends the waiting', async () => {
    const world = aWorld({}, own);
    new Users(world);
    await began(world, [], { legs: ['eu', 'us'] });
    world.clock.after(20_000, () => world.cancel());

    expect(await step(world, given({ leg: 'us' }))).toMatchObject({ verdict: 'hold', reason: 'cancelled' });
    expect(world.traffic.log).toEqual([]);
  });
});

test('a plan that ends before everybody has the new version is said before anything moves', async () => {
  const world = aWorld({}, policy.replace('weight: 100 %', 'weight: 90 %'));
  new Users(world);
  await began(world);

  await expect(step(world, given())).rejects.toThrow(/ends at 90 %.*weight: 100 %/);
  expect(world.traffic.log).toEqual([]);
});
