// Canary step against the whole World in memory: real rooms, a clock that moves when told.
import { describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/canary-step/canary-step.ts';
import type { Entry } from '../../src/record/entry.ts';
import { statusOf } from '../../src/record/words.ts';
import { aRun, atStable, aWorld, began, given, newSha, oldSha, policy, sides, stage, Users } from '../canary/story.ts';
import { type MemoryWorld, memoryWorld, sha } from '../world/memory/world.ts';

describe('canary-step', () => {
  test('walks a good version through every stage and ends the deployment with success', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0, rollback: false, error: '' });
    expect(outcome.outputs).toMatchObject({ stage: 'full', 'next-stage': '', weight: '100', 'stable-side': 'blue' });
    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([10, 50, 100]);
    expect(world.github.story(id)).toEqual([
      'in_progress: gate open: tier medium, plan canary',
      'in_progress: sides: stable blue, canary green',
      'in_progress: canary ten 10 %: shifting',
      'in_progress: canary ten 10 %: baking',
      'in_progress: canary ten 10 %: promote',
      'in_progress: canary half 50 %: shifting',
      'in_progress: canary half 50 %: baking',
      'in_progress: canary half 50 %: promote',
      'in_progress: canary full 100 %: shifting',
      'in_progress: canary full 100 %: baking',
      'in_progress: canary full 100 %: promote',
      'success: canary complete: green 100 %',
    ]);
    expect(outcome.evidence?.moments.map(({ figures }) => figures)).toEqual([
      'error-rate 0 % / 0 % · 600 / 5 400 requests, share 10 % (set 10 %)',
      expect.stringContaining('3 000 / 3 000 requests'),
      expect.stringContaining('6 000 / 0 requests'),
    ]);
    expect(outcome.evidence?.pulls).toEqual([12]);
  });

  test('says each shift in the record before the router is told', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    const told: string[] = [];
    const set = world.traffic.router.set;
    const router = { ...world.traffic.router };
    router.set = async (weights) => {
      told.push(`${weights.green} after ${world.github.story(id).at(-1)}`);
      return set(weights);
    };

    await step({ ...world, router: () => router }, given({ stage: 'ten' }));

    expect(told).toEqual(['10 after in_progress: canary ten 10 %: shifting']);
    expect(world.states.get('canary-plan')).toContain('"stage":"ten"');
    expect(world.states.get('canary-plan')).not.toContain('http://router');
  });

  test('turns a version back within seconds when it fails every fifth request', async () => {
    const world = aWorld();
    const users = new Users(world);
    users.failing.green = 0.2;
    const id = await began(world);
    const start = world.clock.now();

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'limit:error-rate', exit: 1, rollback: true });
    expect(outcome.outputs.weight).toBe('0');
    expect(outcome.evidence?.title).toMatch(/^rolled back to \S+ in /);
    expect(JSON.stringify(outcome.evidence?.sentence)).toContain('The canary at ');
    expect(outcome.error).toContain('error-rate breaks > 10 %');
    expect(world.traffic.weights).toEqual(atStable);
    expect(world.clock.now() - start).toBeLessThanOrEqual(20_000);
    expect(world.github.story(id).slice(-2)).toEqual([
      'failure: canary ten 10 %: rollback, limit:error-rate',
      'failure: traffic restored: blue 100 %, limit:error-rate',
    ]);
    expect(outcome.evidence?.moments[0]?.figures).toContain('error-rate 20 % / 0 %');
    expect(outcome.evidence?.moments[0]?.figures).toContain('rule error-rate-breach');
  });

  test.each([
    ['says loudly that users still meet a version that the router says it took out', Number.POSITIVE_INFINITY, 1],
    ['does not cry over a router that follows after some seconds', 8, 0],
  ])('%s', async (_name, looks, warned) => {
    const world = aWorld();
    const users = new Users(world);
    users.failing.green = 0.2;
    await began(world);
    let looked = 0;
    Object.assign(world.traffic.router, {
      sample: async () => {
        looked += 1;
        return looked > looks ? { v1: 20 } : { v1: 11, v2: 9 };
      },
    });
    Object.assign(world.traffic.sides.green ?? {}, { version: 'v2' });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'limit:error-rate' });
    const loud = outcome.warnings.filter((one) => one.includes('9 of 20 answers') && one.includes('come from v2'));
    expect(loud).toHaveLength(warned);
  });

  test('brings the traffic back even when GitHub is down, and says what it could not record', async () => {
    const world = aWorld();
    const users = new Users(world);
    await began(world);
    world.clock.after(15_000, () => {
      users.failing.green = 0.5;
      world.github.down = true;
    });

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('rollback');
    expect(world.traffic.weights).toEqual(atStable);
    expect(outcome.warnings.join('\n')).toContain('Not recorded');
  });

  test('does not promote without data', async () => {
    const world = aWorld();
    const users = new Users(world);
    await began(world);
    world.traffic.sides.green = { version: 'v2', sha: newSha, answers: true };
    const read = world.traffic.reading;
    world.traffic.reading = (query, at, windowMs) =>
      query.startsWith('/green') ? { kind: 'no-data', because: 'no series', at } : read(query, at, windowMs);

    const outcome = await step(world, given());

    expect(users.failing.green).toBe(0);
    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'no-data', exit: 1, rollback: false });
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('cancelled in the middle of a bake, it restores and ends the deployment as cancelled', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    world.clock.after(25_000, () => world.cancel());

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'cancelled', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
    expect(world.github.story(id).slice(-2)).toEqual([
      'in_progress: traffic restored: blue 100 %, cancelled',
      'error: cancelled: the job was cancelled',
    ]);
    expect(world.states.get('canary-plan')).toBe('');
  });

  test('superseded while it bakes, it restores, exits 1 and does not reopen the ended deployment', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    world.clock.after(25_000, () => {
      const entry: Entry = { kind: 'ended', how: 'superseded', detail: '9009' };
      world.github.say(id, statusOf({ state: 'inactive', entry, logUrl: '' }));
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'superseded', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
    expect(world.github.deployment(id).statuses.at(-1)?.state).toBe('inactive');
  });

  test('holds as contested when somebody else moves the weight', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    world.clock.after(25_000, () => {
      world.traffic.weights = { blue: 70, green: 30 };
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'contested' });
    expect(outcome.error).toContain('somebody gave green 30 %');
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('killed in a stage and called again, it goes on with that stage', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [
      sides,
      stage('ten', 10, 'promote'),
      stage('half', 50, 'shifting'),
      stage('half', 50, 'baking'),
    ]);
    world.traffic.weights = { blue: 50, green: 50 };

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([100]);
  });

  test('killed between record and router, it shifts what the record announced', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [sides, stage('ten', 10, 'promote'), stage('half', 50, 'shifting')]);
    world.traffic.weights = { blue: 90, green: 10 };

    await step(world, given());

    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([50, 100]);
  });

  test('run again after the plan is complete, it touches nothing', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    await step(world, given());
    const moves = world.traffic.log.length;

    const again = await step(aWorld({ after: world }), given());

    expect(again).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
    expect(again.evidence).toBeUndefined();
    expect(world.traffic.log).toHaveLength(moves);
  });

  test('walks one stage a step, and knows the next', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);

    const ten = await step(world, given({ stage: 'ten' }));
    const half = await step(aWorld({ after: world }), given({ stage: 'next' }));

    expect(ten.outputs).toMatchObject({ stage: 'ten', 'next-stage': 'half', weight: '10' });
    expect(half).toMatchObject({ verdict: 'promote', outputs: { stage: 'half' } });
    await expect(step(aWorld({ after: world }), given({ stage: 'nope' }))).rejects.toThrow('no stage nope');
  });

  test('begins the deployment itself when no gate did, with the highest tier', async () => {
    const world = aWorld();
    new Users(world);

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('promote');
    const [made] = world.github.deployments;
    expect(made?.payload).toMatchObject({ tier: 'high', plan: 'canary', sha: newSha, tree: sha('7') });
    expect(world.github.story(made?.id ?? 0)[0]).toBe('in_progress: gate open: tier high, plan canary');
  });

  test('takes a first deployment straight to 100 % where nobody answers yet', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [], { previous: null });
    world.traffic.sides.blue = { version: '', sha: '', answers: false };

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(outcome.outputs['stable-side']).toBe('');
    expect(outcome.evidence?.wayBack).toBe('none: nothing ran here before');
    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([100]);
  });

  test('holds a first deployment whose version is on neither side, and moves nothing', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [], { previous: null });
    world.traffic.sides.blue = { version: '', sha: '', answers: false };
    world.traffic.sides.green = { version: '', sha: '', answers: false };

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'preflight', exit: 1 });
    expect(outcome.error).toMatch(/neither side answers: blue .*green .*Deploy the new version to blue or green/s);
    expect(world.traffic.log).toEqual([]);
  });

  test('a stable side that does not answer at once is no first deployment', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [], { previous: null });
    world.traffic.sides.blue = { version: 'v1', sha: oldSha, answers: false };
    const sleep = world.clock.sleep.bind(world.clock);
    world.clock.sleep = (ms, signal) => {
      world.traffic.sides.blue = { version: 'v1', sha: oldSha, answers: true };
      return sleep(ms, signal);
    };

    const outcome = await step(world, given());

    expect(outcome.outputs['stable-side']).toBe('blue');
    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([10, 50, 100]);
  });

  test('walks the other way round after the sides have swapped', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [{ kind: 'completed', side: 'green' }], { sha: oldSha, run: { id: 1, attempt: 1, url: '' } });
    await began(world);
    world.traffic.weights = { blue: 0, green: 100 };
    world.traffic.sides.green = { version: 'v1', sha: oldSha, answers: true };
    world.traffic.sides.blue = { version: 'v2', sha: newSha, answers: true };

    const outcome = await step(world, given());

    expect(outcome.outputs['stable-side']).toBe('green');
    expect(world.traffic.log.map(({ weights }) => weights.blue)).toEqual([10, 50, 100]);
  });

  test.each([
    ['a split nobody recorded', { blue: 80, green: 20 }, 'unknown-start'],
    ['a router at odds with the record', { blue: 0, green: 100 }, 'unknown-start'],
  ])('holds before %s and names the two ways out', async (_name, weights, reason) => {
    const world = aWorld();
    new Users(world);
    await began(world, [{ kind: 'completed', side: 'blue' }], { sha: oldSha, run: { id: 1, attempt: 1, url: '' } });
    const id = await began(world);
    world.traffic.weights = weights;

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason, exit: 1 });
    expect(outcome.error).toContain('re-run the rollback');
    expect(outcome.error).toContain('to=<sha');
    expect(world.traffic.log).toEqual([]);
    expect(world.github.story(id)).toHaveLength(1);
  });

  test('restores a walk that was left by its run, ends it, and goes on', async () => {
    const world = aWorld();
    new Users(world);
    const left = await began(world, [sides, stage('half', 50, 'shifting')], {
      sha: oldSha,
      run: { id: 55, attempt: 1, url: '' },
    });
    world.github.runs.set(55, aRun(55, 'completed'));
    await began(world);
    world.traffic.weights = { blue: 50, green: 50 };

    const outcome = await step(world, given());

    expect(world.traffic.log[0]?.weights).toEqual(atStable);
    expect(world.github.story(left).slice(-2)).toEqual([
      'in_progress: traffic restored: blue 100 %, its run is over',
      'error: left: its run is over',
    ]);
    expect(outcome.verdict).toBe('promote');
  });

  test('holds while another run still walks on these sides', async () => {
    const world = aWorld();
    new Users(world);
    await began(world, [sides, stage('half', 50, 'baking')], { sha: oldSha, run: { id: 55, attempt: 1, url: '' } });
    world.github.runs.set(55, aRun(55, 'in_progress'));
    await began(world);
    world.traffic.weights = { blue: 50, green: 50 };

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'in-flight', exit: 1 });
    expect(world.traffic.weights.green).toBe(50);
  });

  test('waits for a superseded walk to bring its traffic back', async () => {
    const world = aWorld();
    new Users(world);
    const old = await began(world, [sides, stage('half', 50, 'baking')], {
      sha: oldSha,
      run: { id: 55, attempt: 1, url: '' },
    });
    world.github.runs.set(55, aRun(55, 'in_progress'));
    const entry: Entry = { kind: 'ended', how: 'superseded', detail: '9002' };
    world.github.say(old, statusOf({ state: 'inactive', entry, logUrl: '' }));
    await began(world);
    world.traffic.weights = { blue: 50, green: 50 };
    world.clock.after(7_000, () => {
      world.traffic.weights = atStable;
    });

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('promote');
  });

  test.each([
    [
      'an empty query on stable',
      (world: MemoryWorld) => {
        world.traffic.reading = (_query, at) => ({ kind: 'no-data', because: 'no series', at });
      },
      'error-rate: no series',
    ],
    [
      'a new side that does not answer',
      (world: MemoryWorld) => {
        world.traffic.sides.green = { version: '', sha: '', answers: false };
      },
      'green does not answer',
    ],
    [
      'another version on the new side',
      (world: MemoryWorld) => {
        world.traffic.sides.green = { version: 'v0', sha: oldSha, answers: true };
      },
      'green runs v0, not v2',
    ],
  ])('does not move anything over %s', async (_name, spoil, because) => {
    const world = aWorld();
    new Users(world);
    await began(world);
    spoil(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'preflight', exit: 1 });
    expect(outcome.error).toContain(because);
    expect(world.traffic.log).toEqual([]);
  });

  test('wants the passed smoke test before the first stage when there is a suite', async () => {
    const own = policy.replace('every: 10s', 'every: 10s\n    smoke: {before: ten}');
    const world = aWorld({}, own);
    new Users(world);
    const id = await began(world);
    world.github.files.set('.github/smoke.yml', 'version: 1');

    const missing = await step(world, given());
    await world.deployments.say(
      id,
      statusOf({ state: 'in_progress', entry: { kind: 'smoke', verdict: 'pass', passed: 3, total: 3 }, logUrl: '' }),
    );
    const passed = await step(world, given());

    expect(missing).toMatchObject({ verdict: 'hold', reason: 'smoke-missing', exit: 1 });
    expect(passed.verdict).toBe('promote');
  });

  test('goes on from a stage with tags when passes at its weight together stand for all of them', async () => {
    const own = policy.replace('weight: 10 %, bake: 1m}', 'weight: 10 %, bake: 1m, smoke: [core, pay]}');
    const world = aWorld({}, own);
    new Users(world);
    const id = await began(world);
    world.github.files.set('.github/smoke.yml', 'version: 1');
    /** Walks ten, then these passes, then half: without all of them the users are brought back. */
    const half = async (...tags: readonly string[]) => {
      await step(world, given({ stage: 'ten' }));
      for (const tag of tags) {
        const entry = { kind: 'smoke', verdict: 'pass', passed: 1, total: 1, tags: [tag] } as const;
        await world.deployments.say(id, statusOf({ state: 'in_progress', entry, logUrl: '' }));
      }
      return step(world, given({ stage: 'half' }));
    };

    const other = await half('front');
    const one = await half('core');
    const both = await half('pay', 'core');

    expect(other).toMatchObject({ verdict: 'hold', reason: 'smoke-missing', exit: 1 });
    expect(other.error).toContain('the record has no pass of core, pay, only of front');
    expect(one.error).toContain(
      'no pass of pay, only of core. The traffic is back on stable. Walk `stage: ten` in a step of its own, run smoke-test with `tags: core, pay` and `connect-to` the new side, then go on.',
    );
    expect(both).toMatchObject({ verdict: 'promote', outputs: { stage: 'half' } });
  });

  test('leaves the success to the smoke test that comes after', async () => {
    const own = policy.replace('every: 10s', 'every: 10s\n    smoke: {after: full}');
    const world = aWorld({}, own);
    new Users(world);
    const id = await began(world);
    world.github.files.set('.github/smoke.yml', 'version: 1');

    await step(world, given());

    expect(world.github.story(id).at(-1)).toBe('in_progress: canary complete: green 100 %');
  });

  test('a router that refuses is a hold that says what the router said', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    const refusing = { ...world.traffic.router };
    refusing.set = async (weights) => {
      if ((weights.green ?? 0) > 0) world.traffic.refuses = true;
      const told = await world.traffic.router.set(weights).finally(() => {
        world.traffic.refuses = false;
      });
      return told;
    };

    const outcome = await step({ ...world, router: () => refusing }, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'router-refused', exit: 1 });
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('a router that cannot be read at the start moves nothing', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    world.traffic.reachable = false;

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'router-unreachable', exit: 1 });
  });

  test('a dry run looks and writes nothing', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);

    const outcome = await step(world, given({ 'dry-run': 'true' }));

    expect(outcome).toMatchObject({ verdict: 'nothing-due', reason: 'dry-run', exit: 0, silent: true });
    expect(outcome.outputs['stable-side']).toBe('blue');
    expect(world.traffic.log).toEqual([]);
    expect(world.github.story(id)).toHaveLength(1);
  });

  test('under enforce: report it walks on and only says what it would have done', async () => {
    const world = aWorld({}, policy.replace('version: 1\n', 'version: 1\nenforce: report\n'));
    const users = new Users(world);
    users.failing.green = 0.2;
    await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'limit:error-rate', exit: 0, rollback: false });
    expect(world.traffic.weights.green).toBe(100);
    expect(outcome.evidence?.reportOnly).toBe(true);
  });

  test('a bake longer than a job may last does not begin', async () => {
    const own = policy.replace('weight: 50 %, bake: 1m', 'weight: 50 %, bake: 6h');
    const world = aWorld({}, own);
    new Users(world);
    await began(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'held-unwatched' });
    expect(world.traffic.log).toEqual([]);
  });

  test.each([
    [{ answer: 'promote' }, 'waits for an answer'],
    [{ 'deployment-id': '4711' }, 'no deployment 4711'],
    [{ 'expected-sha': sha('e'), 'deployment-id': '9001' }, `not of ${sha('e')}`],
  ])('refuses %j with a message', async (values, message) => {
    const world = aWorld();
    await began(world);

    await expect(step(world, given(values as Record<string, string>))).rejects.toThrow(message);
  });

  describe('by health alone', () => {
    const own = policy
      .replace('url: "${ROUTER}/weights"', 'url: "${ROUTER}/weights", at: {blue: "http://b", green: "http://g"}')
      .replace('bake: 1m}\n      - {id: half, weight: 50 %, bake: 1m}', 'bake: 30s}')
      .replace(
        /metrics:[\s\S]*/,
        'limits:\n  - {metric: health, continue: passing}\n  - {metric: health, breach: failing, severity: P0, then: rollback}\n',
      );

    test.each([
      [200, 'promote', 'completed'],
      [503, 'rollback', 'limit:health'],
    ])('a side that answers %d is told %s', async (status, verdict, reason) => {
      const http = () => ({ kind: 'reply', status, headers: {}, body: '', truncated: false, durationMs: 1 }) as const;
      const world = aWorld({ http }, own);
      await began(world);

      const outcome = await step(world, given());

      expect(outcome).toMatchObject({ verdict, reason });
      expect(world.requests[0]?.url).toBe('http://g/health');
    });
  });

  test('tells the log what it sees, and keeps the poll log in the result', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);

    const outcome = await step(world, given({ stage: 'ten' }));

    expect(world.told).toContain('info: green has 10 % of the users');
    expect(world.told).toContain('info: promote: error-rate 0 % / 0 % · 600 / 5 400 requests, share 10 % (set 10 %)');
    expect(outcome.result).toHaveProperty('polls.length', 7);
  });

  test('without a policy file it stops before touching anything, with the lines to paste', async () => {
    const world = memoryWorld();

    await expect(step(world, given())).rejects.toThrow(/traffic:\n {2}router: command/);
  });
});

describe('the post of canary-step', () => {
  test('restores and ends the deployment when main was killed in a bake', async () => {
    const world = aWorld();
    new Users(world);
    const id = await began(world);
    world.clock.after(15_000, () => {
      throw new Error('SIGKILL');
    });
    await expect(step(world, given())).rejects.toThrow('SIGKILL');

    const outcome = await finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'cancelled' } }));
    const again = await finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'cancelled' } }));

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'cancelled', deploymentId: id });
    expect(again.evidence).toBeUndefined();
    expect(world.traffic.weights).toEqual(atStable);
    expect(world.github.story(id).slice(-2)).toEqual([
      'in_progress: traffic restored: blue 100 %, the job was cancelled',
      'error: cancelled: the job was cancelled',
    ]);
  });

  test.each([
    ['cancelled', 'cancelled', 0],
    ['failed', 'failure', 0],
    ['went well', 'success', 10],
  ] as const)(
    'between two stages, the job %s: the new version has the share it should',
    async (_name, jobStatus, green) => {
      const world = aWorld();
      new Users(world);
      await began(world);
      await step(world, given({ stage: 'ten' }));

      await finish(aWorld({ after: world, states: world.states, run: { jobStatus } }));

      expect(world.traffic.weights.green).toBe(green);
    },
  );

  test('leaves a complete plan alone when a later step of the job fails', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    const first = new Map<string, string>();
    await step(aWorld({ after: world, states: first }), given({ stage: 'ten' }));
    await step(aWorld({ after: world }), given());

    await finish(aWorld({ after: world, states: first, run: { jobStatus: 'failure' } }));

    expect(world.traffic.weights.green).toBe(100);
  });

  test('restores its own split from the router alone when GitHub is down, and warns', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    await step(world, given({ stage: 'ten' }));
    world.github.down = true;
    world.github.silent.set('deployments', { kind: 'unknown', because: '503', remedy: 'wait' });

    const outcome = await finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'failure' } }));

    expect(world.traffic.weights).toEqual(atStable);
    expect(outcome.warnings[0]).toContain('not recorded');
  });

  test('says loudly, with the command to type, when the router cannot be reached', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);
    await step(world, given({ stage: 'ten' }));
    world.traffic.reachable = false;

    const post = finish(aWorld({ after: world, states: world.states, run: { jobStatus: 'failure' } }));

    await expect(post).rejects.toThrow(
      `curl -X PUT -H 'content-type: application/json' -d '{"blue":100,"green":0}' "\${ROUTER}/weights"`,
    );
  });

  test('does nothing when main never owned a plan', async () => {
    const outcome = await finish(aWorld({ run: { jobStatus: 'failure' } }));

    expect(outcome).toMatchObject({ verdict: 'nothing-due', exit: 0, evidence: undefined });
  });
});
