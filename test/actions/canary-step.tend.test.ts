// The caretaker of canary-step against the whole World in memory: plans of days, runners that die, people who are asked.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/canary-step/canary-step.ts';
import { plain } from '../../src/kit/phrase.ts';
import type { Entry } from '../../src/record/entry.ts';
import { checkRunOf } from '../../src/record/keep.ts';
import { statusOf } from '../../src/record/words.ts';
import type { Outcome, World } from '../../src/world.ts';
import { RememberedUsers } from '../canary/memory-users.ts';
import { aRun, atStable, aWorld, began, given, newSha, oldSha, sides, stage } from '../canary/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';

const minute = 60_000;
const hour = 60 * minute;

const head = (stages: string, more = '') => `version: 1
extends: []
env: [ROUTER]
environments:
  production: {url: "https://shop.example"}
traffic: {router: http, sides: [blue, green], url: "\${ROUTER}/weights", keep-old: 24h}
caretaker: {workflow: caretaker.yml, every: 5m, max-job-time: 1h}
plans:
  canary:
    every: 15s
    stages:
${stages}
    ${more}
metrics:
  sources: {main: {prometheus: "http://prometheus.example"}}
  queries: {error-rate: {bad: "errors {{side}} {{window}}", total: "requests {{side}} {{window}}"}}
`;
const limits = `limits:
  - {metric: error-rate, continue: "< 1 %"}
  - {metric: error-rate, breach: "> 10 %", severity: P0, then: rollback}
`;
const sixStages = `      - {id: one, weight: 1 %, bake: 8h}
      - {id: five, weight: 5 %, bake: 8h}
      - {id: ten, weight: 10 %, bake: 16h}
      - {id: quarter, weight: 25 %, bake: 16h}
      - {id: half, weight: 50 %, bake: 24h}
      - {id: full, weight: 100 %, bake: 8h}`;
const long = head(sixStages, 'watch: [{id: active, to: 1h, every: 5m}, {id: passive, to: 24h, every: 1h}]') + limits;

interface Town {
  readonly world: MemoryWorld;
  readonly users: RememberedUsers;
  readonly outcomes: Outcome[];
  /** One round of the caretaker, an interval later. */
  tend(inputs?: Readonly<Record<string, string>>, over?: Partial<World>): Promise<Outcome>;
  tendUntil(stops: (outcome: Outcome) => boolean, most?: number): Promise<Outcome>;
}

function aTown(policy = long, pause = 5 * minute): Town {
  const world = aWorld({}, policy);
  const users = new RememberedUsers(world);
  const outcomes: Outcome[] = [];
  let id = 8000;
  world.github.runs.set(7001, aRun(7001, 'completed'));
  const tend: Town['tend'] = async (inputs = {}, over = {}) => {
    await world.clock.advance(pause);
    id += 1;
    const run = { event: 'schedule', id, sha: oldSha, byPerson: false };
    const next = aWorld({ after: world, run }, policy);
    const called = {
      ...next,
      metrics: () => users.source,
      incident: async () => ({ url: 'issue', warnings: [] }),
      ...over,
    };
    const outcome = await step(called, given({ mode: 'tend', ...inputs }));
    outcomes.push(outcome);
    alive(world);
    keep(world, outcome);
    return outcome;
  };
  const tendUntil: Town['tendUntil'] = async (stops, most = 1500) => {
    for (let round = 0; round < most; round += 1) {
      const outcome = await tend();
      if (stops(outcome)) return outcome;
    }
    throw new Error(`not in ${most} rounds: ${JSON.stringify(outcomes.at(-1)?.result)}`);
  };
  return { world, users, outcomes, tend, tendUntil };
}

/** The check run that shell would write. */
function keep({ github, clock }: MemoryWorld, { evidence }: Outcome): void {
  if (evidence === undefined) return;
  const kept = checkRunOf(evidence);
  const fact = { id: clock.now(), app: 'github-actions', completedAt: clock.now(), url: '', ...kept };
  github.records.set(evidence.sha, [...(github.records.get(evidence.sha) ?? []), fact]);
}

/** The caretaker's newest run succeeded just now. */
function alive({ github, clock }: MemoryWorld, agoMs = 0): void {
  const run = { ...aRun(8000, 'completed'), conclusion: 'success', createdAt: clock.now() - agoMs };
  github.workflowRuns.set('caretaker.yml', [run]);
}

const bakeWith = ({ world, users }: Town, inputs = {}) =>
  step({ ...world, metrics: () => users.source }, given(inputs));

describe('canary-step hands over', () => {
  test('a stage that does not fit into its job, after the shift, to a living caretaker', async () => {
    const town = aTown();
    const id = await began(town.world);
    alive(town.world, 5 * minute);

    const outcome = await bakeWith(town);

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'handed-over', exit: 0, rollback: false });
    expect(outcome.outputs).toMatchObject({ stage: 'one', weight: '1' });
    expect(town.world.traffic.weights.green).toBe(1);
    expect(town.world.github.story(id).at(-1)).toBe('in_progress: canary one 1 %: baking, handed-over');
    expect(town.world.states.get('canary-plan')).toBe('');
  });

  test.each([
    ['there never was one', undefined],
    ['it came three intervals ago', 15 * minute],
  ])('nothing when %s: nothing is moved', async (_name, ago) => {
    const town = aTown();
    await began(town.world);
    if (ago !== undefined) alive(town.world, ago);

    const outcome = await bakeWith(town);

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'held-unwatched', exit: 1 });
    expect(town.world.traffic.log).toEqual([]);
  });

  test('nothing when the caretaker died meanwhile: the users go back', async () => {
    const town = aTown(
      head('      - {id: ten, weight: 10 %, bake: 30m}\n      - {id: full, weight: 100 %, bake: 4h}') + limits,
    );
    await began(town.world);
    alive(town.world);

    const outcome = await bakeWith(town);

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'held-unwatched', exit: 1 });
    expect(town.world.traffic.log.map(({ weights }) => weights.green)).toEqual([10, 0]);
  });

  test('and a job that is run again leaves the stage with the caretaker', async () => {
    const town = aTown();
    await began(town.world);
    alive(town.world);
    await bakeWith(town);

    const again = await bakeWith(town);

    expect(again).toMatchObject({ verdict: 'hold', reason: 'handed-over', exit: 0, evidence: undefined });
    expect(town.world.traffic.log).toHaveLength(1);
  });
});

describe('the caretaker', () => {
  test('carries a plan of six stages through 80 hours, three dead runners, the watch, and retires the version before', async () => {
    const town = aTown(long.replace('every: 5m, max', 'every: 1h, max'), hour);
    const { world } = town;
    const before = await began(world, [{ kind: 'completed', side: 'blue' }], {
      sha: oldSha,
      run: { id: 1, attempt: 1, url: '' },
    });
    world.github.say(before, { state: 'success', description: 'finished', logUrl: '' });
    const id = await began(world, [], { previous: { deploymentId: before, sha: oldSha, version: 'v1.0.0' } });
    alive(world);
    const start = world.clock.now();
    await bakeWith(town);
    // Three rounds die: before the router is told, after it is told and before the record hears it, and while they read.
    const dies = (at: string) => async () => {
      throw new Error(`the runner died ${at}`);
    };
    const deaths = [
      { router: () => ({ ...world.traffic.router, set: dies('before the shift') }) },
      { metrics: () => ({ read: dies('reading'), range: dies('reading') }) },
      { deployments: { ...world.github.store, say: dies('saying') } },
    ] as unknown as Partial<World>[];
    for (const [place, death] of deaths.entries()) {
      await town.tendUntil(() => world.clock.now() - start > (place + 1) * 8 * hour - 1.1 * hour);
      await town.tend({}, death).catch(() => undefined);
    }

    const done = await town.tendUntil(({ reason }) => reason === 'completed');

    expect(world.traffic.log.map(({ weights }) => weights.green)).toEqual([1, 5, 10, 25, 50, 100]);
    expect((world.clock.now() - start) / hour).toBeGreaterThan(80);
    expect((world.clock.now() - start) / hour).toBeLessThan(90);
    expect(done).toMatchObject({ verdict: 'promote', exit: 0, outputs: { stage: 'full', weight: '100' } });
    expect(world.github.story(id).at(-1)).toBe('success: canary complete: green 100 %');
    const looks = town.outcomes.length;
    const retired = await town.tendUntil(({ verdict }) => verdict === 'retired');
    expect(retired.exit).toBe(0);
    expect(world.github.story(before).at(-1)).toMatch(/^inactive: retired: deployment \d+ has kept its users/);
    const healthy = town.outcomes.slice(looks).filter(({ verdict }) => verdict === 'healthy');
    expect(healthy).toHaveLength(24);
    const asked = world.github.asked.length;
    expect(await town.tend()).toMatchObject({ verdict: 'nothing-due', exit: 0, silent: true, evidence: undefined });
    expect(world.github.asked.length - asked).toBeLessThanOrEqual(2);
  });

  test('writes nothing while a stage bakes, and makes at most one shift a call', async () => {
    const town = aTown();
    const id = await began(town.world);
    alive(town.world);
    await bakeWith(town);
    const told = town.world.github.story(id).length;

    const baking = await town.tend();

    expect(baking).toMatchObject({ verdict: 'hold', reason: 'baking', exit: 0, evidence: undefined });
    expect(town.world.github.story(id)).toHaveLength(told);
    await town.world.clock.advance(8 * hour);
    const promoted = await town.tend();
    expect(promoted).toMatchObject({ verdict: 'promote', exit: 0 });
    expect(town.world.traffic.log).toHaveLength(2);
    expect(promoted.outputs).toMatchObject({ stage: 'five', weight: '5', 'next-stage': 'ten' });
    expect(promoted.evidence?.moments.map(({ stage: name }) => name)).toEqual(['canary one 1 %']);
  });

  test('tells progress as often as a line of the policy wants, though it comes by more often', async () => {
    const heard = 'announce: [{id: team, when: [done], heartbeat: 15m, webhook: "https://hooks.example/x"}]\n';
    const town = aTown(long + heard);
    await began(town.world);
    alive(town.world);
    await bakeWith(town);
    const told: string[][] = [];

    for (let round = 0; round < 7; round += 1) {
      const heardNow: string[] = [];
      const announce: World['announce'] = async (event) => {
        heardNow.push(`${event.event} ${event.progress}`);
      };
      await town.tend({}, { announce });
      told.push(heardNow);
    }

    expect(told.map((round) => round.length)).toEqual([0, 0, 1, 0, 0, 1, 0]);
    expect(told[2]?.[0]).toMatch(
      /^progress one, 1 % of the users for 15 min, 7 h 45 min of bake left: error-rate 0\.1 %/,
    );
  });

  test('turns a stage back that has gone bad, and asks for the rollback job', async () => {
    const town = aTown();
    const id = await began(town.world);
    alive(town.world);
    await bakeWith(town);
    town.users.failing = (side) => (side === 'green' ? 0.3 : 0.001);
    town.users.rate = 200;

    const outcome = await town.tend();

    expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'limit:error-rate', exit: 1, rollback: true });
    expect(town.world.traffic.weights).toEqual(atStable);
    expect(town.world.github.story(id).at(-1)).toBe('failure: traffic restored: blue 100 %, limit:error-rate');
    expect(await town.tend()).toMatchObject({ verdict: 'nothing-due' });
  });

  test('leaves a walk alone whose job lives, and carries it when the job has died', async () => {
    const town = aTown();
    await began(town.world, [sides, stage('one', 1, 'baking')]);
    town.world.traffic.weights = { blue: 99, green: 1 };
    town.world.github.runs.set(7001, aRun(7001, 'in_progress'));

    expect(await town.tend()).toMatchObject({ verdict: 'nothing-due' });

    town.world.github.runs.set(7001, aRun(7001, 'completed'));
    expect(await town.tend()).toMatchObject({ verdict: 'hold', reason: 'baking', exit: 0 });
  });

  test.each([
    ['between two stages', [sides, stage('one', 1, 'promote')], 40, 'contested'],
    ['between two stages, as the record has it', [sides, stage('one', 1, 'promote')], 1, 'limits-held'],
    ['in a shift', [sides, stage('one', 1, 'promote'), stage('five', 5, 'shifting')], 40, 'contested'],
    ['in a shift that never came', [sides, stage('one', 1, 'promote'), stage('five', 5, 'shifting')], 1, 'baking'],
  ] as const)('goes by what the router says where a job died %s', async (_when, told, green, reason) => {
    const town = aTown();
    await began(town.world, told);
    town.world.traffic.weights = { blue: 100 - green, green };

    expect(await town.tend()).toMatchObject({ reason });
    expect(town.world.traffic.weights).toEqual(reason === 'contested' ? atStable : { blue: 95, green: 5 });
  });

  test('turns back a stage whose weight somebody else has changed', async () => {
    const town = aTown();
    await began(town.world);
    alive(town.world);
    await bakeWith(town);
    town.world.traffic.weights = { blue: 60, green: 40 };

    expect(await town.tend()).toMatchObject({ verdict: 'hold', reason: 'contested', exit: 1 });
    expect(town.world.traffic.weights).toEqual(atStable);
  });

  test('goes on when the numbers cannot be read for a while', async () => {
    const town = aTown();
    await began(town.world);
    alive(town.world);
    await bakeWith(town);
    town.users.down = true;

    const blind = await town.tend();

    expect(blind).toMatchObject({ verdict: 'hold', reason: 'baking', exit: 0, evidence: undefined });
    town.users.down = false;
    await town.world.clock.advance(8 * hour);
    expect(await town.tend()).toMatchObject({ verdict: 'promote' });
  });

  test('never promotes a stage whose numbers stay away: its users go back', async () => {
    const town = aTown();
    await began(town.world);
    alive(town.world);
    await bakeWith(town);
    town.users.down = true;

    await town.world.clock.advance(7.9 * hour);
    expect(await town.tend()).toMatchObject({ reason: 'baking', exit: 0 });
    await town.world.clock.advance(hour);
    expect(await town.tend()).toMatchObject({ verdict: 'hold', exit: 1 });
    expect(town.world.traffic.weights).toEqual(atStable);
  });

  test('samples a source without a past for two minutes a call, and keeps the counts in the record', async () => {
    const policy = long.replace('{prometheus: "http://prometheus.example"}', '{json: "http://stats.example"}');
    const town = aTown(policy);
    await began(town.world, [sides, { ...stage('one', 1, 'baking'), reason: 'carried' } as Entry]);
    town.world.traffic.weights = { blue: 99, green: 1 };
    town.world.traffic.log.push({ at: town.world.clock.now(), weights: town.world.traffic.weights });
    const begin = town.world.clock.now();

    const first = await town.tend();
    const second = await town.tend();

    expect(first).toMatchObject({ verdict: 'hold', reason: 'baking', exit: 0 });
    const counted = (outcome: Outcome) => JSON.parse(String(outcome.evidence?.found['kept one']));
    expect(counted(first)).toHaveLength(1);
    expect(counted(second)).toHaveLength(2);
    expect(counted(second)[0]).toEqual(counted(first)[0]);
    expect(town.world.clock.now() - begin).toBeGreaterThanOrEqual(14 * minute);
  });
});

describe('a question to people', () => {
  const asks =
    head(
      '      - {id: ten, weight: 10 %, bake: 2h}\n      - {id: full, weight: 100 %, bake: 2h}',
      'inconclusive: ask',
    ) +
    `limits:
  - {metric: error-rate, continue: "< 0.5 %"}
overrides: {allow: ["*"], by: [sre]}
roles: {sre: [alice]}
`;

  async function asked(): Promise<{ town: Town; id: number }> {
    const town = aTown(asks);
    town.users.failing = () => 0.008;
    const id = await began(town.world);
    alive(town.world);
    await bakeWith(town);
    const outcome = await town.tendUntil(({ reason }) => reason === 'asking');
    expect(outcome).toMatchObject({ verdict: 'hold', exit: 0 });
    expect(plain(outcome.evidence?.sentence ?? '')).toMatch(
      /^error-rate does not keep < 0\.5 %: people decide until 2026-11-18T\S+Z\. Without an answer: the users go back to stable\. gh workflow run caretaker\.yml -f answer=promote · gh workflow run caretaker\.yml -f answer=rollback · /,
    );
    return { town, id };
  }
  const person = { byPerson: true, event: 'workflow_dispatch', triggeringActor: 'bob' };
  const answering = (town: Town, values: Readonly<Record<string, string>>, by = {}) => {
    const next = aWorld({ after: town.world, run: { id: 9, ...person, ...by } }, asks);
    return step({ ...next, metrics: () => town.users.source }, given({ mode: 'tend', ...values }));
  };

  test('stands in the record with its deadline, and is asked once', async () => {
    const { town, id } = await asked();

    expect(town.world.github.story(id).at(-1)).toMatch(
      /canary ten 10 %: hold, asking until 2026-11-18T\S+Z: limit:error-rate/,
    );
    const told = town.world.github.story(id).length;
    expect(await town.tend()).toMatchObject({ reason: 'asking', evidence: undefined });
    expect(town.world.github.story(id)).toHaveLength(told);
  });

  test('that nobody answers in time ends as if the answer were to go back', async () => {
    const { town } = await asked();
    await town.world.clock.advance(25 * hour);

    const end = await town.tend();

    expect(end).toMatchObject({ verdict: 'hold', reason: 'inconclusive' });
    expect(town.world.traffic.weights).toEqual(atStable);
  });

  test.each([
    ['promote', { verdict: 'promote', exit: 0 }, 100],
    ['hold', { verdict: 'hold', reason: 'baking', exit: 0 }, 10],
    ['rollback', { verdict: 'rollback', reason: 'answer', exit: 1, rollback: true }, 0],
  ])('is answered with %s by any person who may start the workflow', async (answer, expected, weight) => {
    const { town, id } = await asked();

    expect(await answering(town, { answer })).toMatchObject(expected);

    expect(town.world.traffic.weights.green).toBe(weight);
    expect(town.world.github.story(id).join('\n')).toContain(
      answer === 'rollback' ? 'rollback, answer' : `answered ${answer} by bob`,
    );
  });

  test('that was answered with hold is not closed by its deadline', async () => {
    const { town } = await asked();
    await answering(town, { answer: 'hold' });

    await town.world.clock.advance(25 * hour);
    expect(await town.tend()).toMatchObject({ reason: 'baking', exit: 0 });

    expect(town.world.traffic.weights.green).toBe(10);
  });

  test('is answered by no schedule', async () => {
    const { town } = await asked();

    await expect(answering(town, { answer: 'promote' }, { byPerson: false })).rejects.toThrow('Only a person answers');
  });

  test.each([
    ['bob', 'the numbers are those of a bot', 'bob may not go against the judge'],
    ['alice', 'short', 'at least 10 characters'],
  ])('that nobody asked is no question: %s cannot promote because "%s"', async (triggeringActor, reason, message) => {
    const town = aTown(asks);
    await began(town.world);
    alive(town.world);
    await bakeWith(town);

    const against = answering(town, { answer: 'promote', 'override-reason': reason }, { triggeringActor });

    await expect(against).rejects.toThrow(message);
    expect(town.world.traffic.weights.green).toBe(10);
  });

  test('is not needed by a role with a reason: alice promotes against the judge', async () => {
    const town = aTown(asks);
    await began(town.world);
    alive(town.world);
    await bakeWith(town);

    const outcome = await answering(
      town,
      { answer: 'promote', 'override-reason': 'the numbers are those of a bot' },
      { triggeringActor: 'alice' },
    );

    expect(outcome).toMatchObject({ verdict: 'promote', outputs: { stage: 'full' } });
  });

  test('has to be one: with nothing under way an answer is refused', async () => {
    const town = aTown(asks);
    await began(town.world);

    await expect(answering(town, { answer: 'promote' })).rejects.toThrow('Nothing in production waits for an answer');
  });
});

describe('a contract migration that went in meanwhile', () => {
  const contract: Entry = { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' };

  test('keeps the users where they are, and calls people: the version before cannot live with that schema', async () => {
    const town = aTown();
    const id = await began(town.world);
    alive(town.world);
    await bakeWith(town);
    town.world.github.say(id, statusOf({ state: 'in_progress', entry: contract, logUrl: '' }));
    town.users.failing = (side) => (side === 'green' ? 0.3 : 0.001);
    town.users.rate = 200;

    const outcome = await town.tend();

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'contract-migration', exit: 1, rollback: false });
    expect(outcome.error).toContain('override: contract-migration');
    expect(outcome.warnings.join()).toContain('Page P0');
    expect(town.world.traffic.weights.green).toBe(1);
  });

  test('is gone past on a word of a role', async () => {
    const policy = `${long}overrides: {allow: [contract-migration], by: [sre]}\nroles: {sre: [alice]}\n`;
    const town = aTown(policy);
    const id = await began(town.world, [contract]);
    alive(town.world);
    await bakeWith(town);
    town.users.failing = (side) => (side === 'green' ? 0.3 : 0.001);
    town.users.rate = 200;
    await town.world.clock.advance(5 * minute);
    const next = aWorld({ after: town.world, run: { id: 9, byPerson: true, triggeringActor: 'alice' } }, policy);
    const inputs = { mode: 'tend', override: 'contract-migration', 'override-reason': 'the column is not read by v1' };

    const outcome = await step({ ...next, metrics: () => town.users.source }, given(inputs));

    expect(outcome).toMatchObject({ verdict: 'rollback', exit: 1 });
    expect(town.world.traffic.weights).toEqual(atStable);
    expect(town.world.github.story(id).at(-1)).toContain('traffic restored');
  });
});

describe('legs', () => {
  const legged = long.replace(
    'production: {url: "https://shop.example"}',
    'production: {url: "https://shop.example", legs: {eu: {}, us: {}}}',
  );
  const on = (leg: string, entries: readonly Entry[], world: MemoryWorld, id: number) => {
    for (const entry of entries) world.github.say(id, statusOf({ state: 'in_progress', entry, logUrl: '', leg }));
  };
  const handed: Entry = { kind: 'stage', stage: 'one', weight: 1, verdict: 'baking', reason: 'handed-over' };

  test('are all tended by one call, and the worst verdict counts', async () => {
    const town = aTown(legged);
    const id = await began(town.world, [], { legs: ['eu', 'us'] });
    on('eu', [sides, handed], town.world, id);
    on('us', [sides, handed], town.world, id);
    town.world.traffic.weights = { blue: 99, green: 1 };

    const outcome = await town.tend();

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'baking', exit: 0 });
  });

  test.each<readonly [string, readonly Entry[], string]>([
    ['never came', [], 'eu has everybody on v2, and the leg us never began: its job did not come, or died'],
    [
      'gave up',
      [sides, handed, { kind: 'restored', side: 'blue', because: 'no-data' }],
      'eu has everybody on v2, and the leg us gave up (no-data)',
    ],
  ])('of which one %s are told of once, and nothing is moved', async (_how, words, because) => {
    const town = aTown(legged);
    const id = await began(town.world, [], { legs: ['eu', 'us'] });
    on('eu', [sides, handed, { kind: 'completed', side: 'green' }], town.world, id);
    on('us', words, town.world, id);

    const outcome = await town.tend({ leg: 'us' });

    expect(outcome).toMatchObject({ verdict: 'hold', reason: 'leg-silent', exit: 0, rollback: false });
    expect(plain(outcome.evidence?.sentence ?? '')).toBe(
      `${because}. Re-run the job of us, or go back with the rollback workflow.`,
    );
    expect((await town.tend({ leg: 'us' })).evidence).toBeUndefined();
    expect(town.world.traffic.log).toEqual([]);
  });

  test('that are under way go back when another was rolled back', async () => {
    const town = aTown(legged);
    const id = await began(town.world, [], { legs: ['eu', 'us'] });
    on('us', [sides, handed], town.world, id);
    on(
      'eu',
      [
        sides,
        { ...handed, verdict: 'rollback', reason: 'limit:error-rate' },
        { kind: 'restored', side: 'blue', because: '' },
      ],
      town.world,
      id,
    );
    town.world.traffic.weights = { blue: 99, green: 1 };

    const outcome = await town.tend();

    expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'leg-rolled-back', exit: 1, rollback: true });
    expect(town.world.traffic.weights).toEqual(atStable);
  });
});

describe('after: replace', () => {
  const replacing = long
    .replace('keep-old: 24h', 'after: replace, keep-old: 24h')
    .replace(sixStages, '      - {id: full, weight: 100 %, bake: 10m}');

  test('stable takes the users back once it runs the new version too', async () => {
    const town = aTown(replacing);
    const id = await began(town.world);
    const first = await bakeWith(town);
    expect(first).toMatchObject({ verdict: 'promote', reason: 'limits-held', exit: 0 });
    expect(first.warnings.join()).toContain('Install v2 on blue');
    expect(town.world.traffic.weights).toEqual({ blue: 0, green: 100 });
    town.world.traffic.sides.blue = { version: 'v2', sha: newSha, answers: true };

    const done = await town.tend();

    expect(done).toMatchObject({ verdict: 'promote', reason: 'completed' });
    expect(town.world.traffic.weights).toEqual(atStable);
    expect(town.world.github.story(id).at(-1)).toBe('success: canary complete: blue 100 %');
  });
});

describe('a stage with smoke tests of its own', () => {
  const smoky = long.replace(
    sixStages,
    '      - {id: ten, weight: 10 %, bake: 10m, smoke: [checkout]}\n      - {id: full, weight: 100 %, bake: 10m}',
  );
  const pass = { kind: 'smoke', verdict: 'pass', passed: 3, total: 3 } as const;

  test('goes on when they have passed at its weight, and not before', async () => {
    const town = aTown(smoky);
    town.world.github.files.set('.github/smoke.yml', 'version: 1');
    const id = await began(town.world, [pass]);
    alive(town.world);
    expect(await bakeWith(town)).toMatchObject({ verdict: 'hold', reason: 'handed-over', exit: 0 });
    await town.world.clock.advance(10 * minute);

    const missing = await town.tend();
    expect(missing).toMatchObject({ verdict: 'hold', reason: 'smoke-missing', exit: 0 });
    expect(plain(missing.evidence?.sentence ?? '')).toContain(
      'no pass of checkout. Run smoke-test with `tags: checkout` and `connect-to` the new side, then go on.',
    );
    expect(town.world.traffic.weights.green).toBe(10);

    const front: Entry = { ...pass, tags: ['front'] };
    town.world.github.say(id, statusOf({ state: 'in_progress', entry: front, logUrl: '' }));
    expect(await town.tend()).toMatchObject({
      verdict: 'hold',
      reason: 'smoke-missing',
      result: { because: expect.stringContaining('the record has no pass of checkout, only of front') },
    });
    expect(town.world.traffic.weights.green).toBe(10);

    town.world.github.say(id, statusOf({ state: 'in_progress', entry: pass, logUrl: '' }));
    expect(await town.tend()).toMatchObject({ verdict: 'promote', outputs: { stage: 'full', weight: '100' } });
  });
});

describe('the watch', () => {
  const watched = head(
    '      - {id: full, weight: 100 %, bake: 10m}',
    'watch: [{id: early, to: 1h, every: 5m, heartbeat: 15m}, {id: late, to: 24h, every: 1h}]',
  );
  const rules = `limits:
  - {id: away, metric: error-rate, breach: "> 20 %", severity: P0, then: rollback}
  - {id: call, metric: error-rate, breach: "> 5 %", during: [watch], then: page}
  - {id: early-only, metric: error-rate, breach: "> 2 %", during: [early], then: hold}
  - {id: settled, metric: error-rate, continue: "< 1 %", during: [late]}
`;
  async function completed() {
    const town = aTown(watched + rules);
    const id = await began(town.world);
    expect(await bakeWith(town)).toMatchObject({ verdict: 'promote', reason: 'completed' });
    return { town, id };
  }

  test.each([
    ['is well', 0.001, { verdict: 'healthy', reason: 'limits-held', exit: 0, rollback: false }],
    [
      'tells people of what holds in its band',
      0.03,
      { verdict: 'hold', reason: 'limit:error-rate', exit: 0, rollback: false },
    ],
    ['calls people and asks for nothing', 0.08, { exit: 0, rollback: false }],
    [
      'asks for a rollback and moves nothing itself',
      0.5,
      { verdict: 'rollback', reason: 'limit:error-rate', exit: 1, rollback: true },
    ],
  ])('%s', async (_name, failing, expected) => {
    const { town, id } = await completed();
    const told = town.world.github.story(id).length;
    town.users.failing = () => failing;
    town.users.rate = 100;

    const outcome = await town.tend();

    expect(outcome).toMatchObject(expected);
    expect(outcome.warnings.join().includes('Page')).toBe(failing > 0.05);
    expect(town.world.traffic.weights).toEqual({ blue: 0, green: 100 });
    expect(town.world.github.story(id)).toHaveLength(told);
  });

  test('posts figures as often as its band says', async () => {
    const { town } = await completed();

    const beats = [];
    for (let round = 0; round < 7; round += 1) beats.push((await town.tend()).evidence?.found.heartbeat);

    expect(beats).toEqual([false, false, true, false, false, true, false]);
  });

  test('tells its figures to the lines of the policy that want progress, as often as its band posts them', async () => {
    const heard = 'announce: [{id: team, when: [done], heartbeat: 5m, webhook: "https://hooks.example/x"}]\n';
    const town = aTown(watched + rules + heard);
    await began(town.world);
    await bakeWith(town);
    const told: string[] = [];
    const announce: World['announce'] = async ({ event, title, progress }) => {
      told.push(`${event} ${title}: ${progress}`);
    };

    for (let round = 0; round < 4; round += 1) await town.tend({}, { announce });

    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^progress watch early: error-rate 0\.1 %/);
  });

  test('holds at the end of a band whose continue limit does not hold', async () => {
    const { town } = await completed();
    town.users.failing = () => 0.015;
    await town.world.clock.advance(23 * hour);

    expect(await town.tendUntil(({ verdict }) => verdict === 'hold', 20)).toMatchObject({
      reason: 'limit:error-rate',
      exit: 0,
    });
  });
});

describe('three deployments in a row on the same two sides', () => {
  test('change sides each time, and the version before is the way back', async () => {
    const town = aTown(
      long.replace(
        sixStages,
        '      - {id: half, weight: 50 %, bake: 10m}\n      - {id: full, weight: 100 %, bake: 10m}',
      ),
    );
    const { world } = town;
    const seen: unknown[] = [];
    for (const [place, letter] of ['c', 'd', 'e'].entries()) {
      const sha = letter.repeat(40);
      const canary = place % 2 === 0 ? 'green' : 'blue';
      world.traffic.sides[canary] = { version: `v${place + 2}`, sha, answers: true };
      const run = { id: 7001 + place, attempt: 1, url: '' };
      await began(world, [], { sha, version: `v${place + 2}`, run });
      const next = aWorld({ after: world, run: { id: run.id, sha } }, long);
      const policy = world.github.files.get('.github/deploy-policy.yml');
      if (policy !== undefined)
        world.github.files.set(
          '.github/deploy-policy.yml',
          policy.replace(
            sixStages,
            '      - {id: half, weight: 50 %, bake: 10m}\n      - {id: full, weight: 100 %, bake: 10m}',
          ),
        );
      const outcome = await step({ ...next, metrics: () => town.users.source }, given());
      seen.push([outcome.reason, outcome.outputs['stable-side'], world.traffic.weights[canary]]);
      await world.clock.advance(hour);
    }

    expect(seen).toEqual([
      ['completed', 'blue', 100],
      ['completed', 'green', 100],
      ['completed', 'blue', 100],
    ]);
  });
});

test('the version before is not retired before keep-old is over', async () => {
  const policy = long.replace(sixStages, '      - {id: full, weight: 100 %, bake: 10m}').replace(/watch: .*/, '');
  const town = aTown(policy);
  const { world } = town;
  const over = { sha: oldSha, run: { id: 1, attempt: 1, url: '' } };
  const before = await began(world, [{ kind: 'completed', side: 'blue' }], over);
  world.github.say(before, { state: 'success', description: 'finished', logUrl: '' });
  await began(world, [], { previous: { deploymentId: before, sha: oldSha, version: 'v1.0.0' } });
  await bakeWith(town);
  await world.clock.advance(23 * hour);

  expect(await town.tend()).toMatchObject({ verdict: 'nothing-due', evidence: undefined });

  await world.clock.advance(hour);
  expect(await town.tend()).toMatchObject({ verdict: 'retired', exit: 0 });
});
