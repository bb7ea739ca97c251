// A rollback and a drill over several legs: side by side, one deadline, each leg's own times, and one leg's trouble is not another's.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import { Problem } from '../../src/kit/problem.ts';
import type { NewStatus } from '../../src/record/store.ts';
import type { Router, World } from '../../src/world.ts';
import { IdleClock } from '../rollback/idle.ts';
import { commit } from '../rollback/story.ts';
import { a, b, inputs, MemoryFlag, policyWith, town } from '../rollback/town.ts';
import { MemoryTraffic } from '../world/memory/traffic.ts';
import { MemoryClock, type MemoryWorld } from '../world/memory/world.ts';

const second = 1_000;
const policyOf = (order: string, rollback = '') =>
  policyWith(
    `verify: [version]\ndrill: {every: 7d, environment: production}\n${rollback}`,
    `environments:
  production:
    order: ${order}
    legs:
      eu: {traffic: {url: "http://eu.example/weights"}}
      us: {traffic: {url: "http://us.example/weights"}}
`,
  );

type LegName = 'eu' | 'us';

interface Legs {
  readonly world: World;
  readonly memory: MemoryWorld;
  readonly traffic: Readonly<Record<LegName, MemoryTraffic>>;
  /** Every word of the record: seconds since the press, state and words. */
  readonly said: { readonly at: number; readonly state: string; readonly words: string }[];
}

/** Both legs have everybody on green. `us` changes what its router does; time passes for both at once. */
function twoLegs(
  policy: string,
  change: (router: Router, clock: IdleClock) => Partial<Router>,
  changed: readonly string[] = ['us'],
): Legs {
  const memory = town([a, b], { policy });
  const from = memory.clock.now();
  const clock = new IdleClock(from);
  const traffic = { eu: memory.traffic, us: new MemoryTraffic(new MemoryClock(from)) };
  for (const one of Object.values(traffic)) {
    one.weights = { blue: 0, green: 100 };
    one.sides.blue = { version: 'va', sha: commit('a'), answers: true };
    one.sides.green = { version: 'vb', sha: commit('b'), answers: true };
  }
  memory.github.workspace.set('.github/deploy-policy.yml', policy);
  const said: Legs['said'] = [];
  const world: World = {
    ...memory,
    clock,
    router: ({ leg }) => {
      const { router } = leg === 'us' ? traffic.us : traffic.eu;
      return changed.includes(leg) ? { ...router, ...change(router, clock) } : router;
    },
    deployments: {
      ...memory.deployments,
      say: async (id: number, status: NewStatus) => {
        said.push({ at: (clock.now() - from) / second, state: status.state, words: status.description });
        return memory.deployments.say(id, status);
      },
    },
  };
  return { world, memory, traffic, said };
}

const slow = (ms: number) => (router: Router, clock: IdleClock) => ({
  set: async (weights: Parameters<Router['set']>[0]) => {
    await clock.sleep(ms);
    return router.set(weights);
  },
});
/** The router of us stands in a variable that the job does not set. */
const lacking = (policy: string) => `env: [US_ROUTER]\n${policy.replace('http://us.example', '${US_ROUTER}')}`;
const isBack = { blue: 100, green: 0 };

/** What the report says of the legs, and of their phases. */
function shown(outcome: Awaited<ReturnType<typeof step>>) {
  const { details = [], moments = [] } = outcome.evidence ?? {};
  const lines = details.find(({ heading }) => heading === 'Legs')?.lines ?? [];
  return { lines, moments: moments.map(({ stage, figures }) => [stage, figures]), notes: JSON.stringify(details) };
}

describe('a rollback over two legs', () => {
  test('goes side by side: the slow leg is the time of the whole, and holds up neither proof nor record of the quick one', async () => {
    const { world, traffic, said } = twoLegs(policyOf('one-by-one'), slow(40 * second));

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    expect([traffic.eu.weights, traffic.us.weights]).toEqual([isBack, isBack]);
    expect(JSON.parse(outcome.outputs['phase-times'] ?? '')).toMatchObject({ switch: 40_000, verify: 0 });
    expect(shown(outcome).moments).toEqual([
      ['rollback us', 'switch 40 s'],
      ['rollback eu', ''],
    ]);
    expect(shown(outcome).lines).toEqual(['us: restored, traffic · switch 40 s', 'eu: restored, traffic']);
    expect(outcome.evidence?.title).toBe('rolled back to va in 40 s');
    expect(said.filter(({ state }) => state === 'success').map(({ at }) => at)).toEqual([0, 40]);
  });

  test.each([
    ['breaks off with what nobody foresaw', () => Promise.reject(new Error('EPIPE')), 'switch-broke', 'EPIPE'],
    [
      'is refused by its router',
      () => Promise.reject(new Problem({ what: 'No', where: 'us', fix: 'Look.', reason: 'router-refused' })),
      'router',
      'blue could not be given 100 %',
    ],
  ])(
    'where one %s: failed, with the command by hand, and the other is back, proven and recorded',
    async (_how, set, reason, words) => {
      const { world, memory, traffic } = twoLegs(policyOf('together'), () => ({ set }));

      const outcome = await step(world, inputs());

      expect(outcome).toMatchObject({ verdict: 'failed', reason, exit: 1 });
      expect(outcome.error).toContain(words);
      expect(outcome.error).toContain('http://us.example/weights');
      expect([traffic.eu.weights, traffic.us.weights]).toEqual([isBack, { blue: 0, green: 100 }]);
      expect(shown(outcome).lines.at(-1)).toMatch(/^eu: restored, traffic/);
      const states = memory.github.deployments.flatMap(({ task, payload, statuses }) =>
        task === 'deploy:rollback' ? [[(payload as { leg: string }).leg, statuses.at(-1)?.state]] : [],
      );
      expect(states).toEqual([
        ['eu', 'success'],
        ['us', 'failure'],
      ]);
    },
  );

  test('where one cannot even be decided: refused for it, and the other goes back', async () => {
    const { world, traffic } = twoLegs(policyOf('together'), () => ({
      get: () => Promise.reject(new Problem({ what: 'No key', where: 'env', fix: 'Set it.', reason: 'no-key' })),
    }));

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'no-key', exit: 1 });
    expect(outcome.error).toContain('No key (env). Set it.');
    expect(traffic.eu.weights).toEqual(isBack);
  });

  test('where a variable of one is not set: refused for it, naming the variable, and the other goes back and is recorded', async () => {
    const policy = lacking(policyOf('together'));
    const { world, traffic, said } = twoLegs(policy, (router) => router);

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'variable-not-set', exit: 1 });
    expect(outcome.error).toContain('${US_ROUTER}, which is not set');
    expect(outcome.error).toContain('Set US_ROUTER under `env:`');
    expect(shown(outcome).lines).toEqual(['us: refused, variable-not-set', 'eu: restored, traffic']);
    expect([traffic.eu.weights, traffic.us.weights]).toEqual([isBack, { blue: 0, green: 100 }]);
    expect(said.map(({ state }) => state)).toContain('success');
  });

  test('a variable of one that is not set stops no flag, which needs no router', async () => {
    const policy = lacking(policyOf('together', 'flag: new-checkout'));
    const { world } = twoLegs(policy, (router) => router);
    const flag = new MemoryFlag();

    const outcome = await step({ ...world, flag: () => flag }, inputs({ how: 'flag' }));

    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'flag', exit: 0 });
    expect(flag.isOn).toBe(false);
  });

  test.each([
    ['flag', 'restored', 'flag', 0],
    ['traffic', 'refused', 'variable-not-set', 1],
  ])('where the only leg lacks it, how: %s is %s', async (how, verdict, reason, exit) => {
    const policy = lacking(policyWith('verify: [version]\nflag: new-checkout')).replace(
      '//router.example',
      '//${US_ROUTER}',
    );
    const flag = new MemoryFlag();
    const world = town([a, b], { policy, flag: () => flag });

    const outcome = await step(world, inputs({ how }));

    expect(outcome).toMatchObject({ verdict, reason, exit });
    expect(flag.isOn).toBe(how !== 'flag');
    expect(world.traffic.log).toEqual([]);
  });

  test('a drill of legs of which one lacks a variable refuses it, and goes there and back on the other', async () => {
    const policy = lacking(policyOf('together'));
    const { world, traffic } = twoLegs(policy, (router) => router);

    const outcome = await step(world, inputs({ mode: 'drill' }));

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'variable-not-set', exit: 1 });
    expect(shown(outcome).lines.at(-1)).toMatch(/^eu: restored, drill/);
    expect(traffic.eu.weights).toEqual({ blue: 0, green: 100 });
  });

  test('where one cannot be verified: unverified, and both are recorded', async () => {
    let asked = 0;
    const { world, traffic, said } = twoLegs(policyOf('together'), ({ side }) => ({
      side: async (name) => {
        asked += 1;
        if (asked > 2) throw new Error('ECONNRESET');
        return side(name);
      },
    }));

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'unverified', exit: 1 });
    expect(outcome.error).toContain('ECONNRESET');
    expect([traffic.eu.weights, traffic.us.weights]).toEqual([isBack, isBack]);
    expect(said.flatMap(({ state }) => (state === 'in_progress' ? [] : state)).sort()).toEqual(
      expect.arrayContaining(['failure', 'success']),
    );
  });

  test.each([
    [30, ''],
    [31, 'switch took 31 s, rollback.budget gives it 30 s'],
  ])('a switch of %d s of a budget of 30 s: "%s"', async (seconds, note) => {
    const policy = policyOf('together', 'budget: {total: 5m, switch: 30s}');
    const { world } = twoLegs(policy, slow(seconds * second));

    const { notes } = shown(await step(world, inputs()));

    expect(notes.includes('Over its budget')).toBe(note !== '');
    expect(notes).toContain(note);
  });
});

describe('a drill over two legs', () => {
  test.each([
    ['together', [40, 40]],
    ['one-by-one', [40, 80]],
  ])('%s: each leg tells its own time, however long it waited for its turn', async (order, ends) => {
    const { world, traffic, said } = twoLegs(policyOf(order), slow(20 * second), ['eu', 'us']);

    const outcome = await step(world, inputs({ mode: 'drill' }));

    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'drill', exit: 0 });
    for (const one of [traffic.eu, traffic.us]) expect(one.weights).toEqual({ blue: 0, green: 100 });
    const told = said.filter(({ words }) => words.includes('there in'));
    expect(told.map(({ words }) => /there in ([^,]+),/.exec(words)?.[1])).toEqual(['20 s', '20 s']);
    expect(told.map(({ at }) => at)).toEqual(ends);
  });

  test('one-by-one: the second has its whole deadline', async () => {
    const policy = policyOf('one-by-one', 'budget: {total: 1m}');
    const { world } = twoLegs(policy, slow(25 * second), ['eu', 'us']);

    expect(shown(await step(world, inputs({ mode: 'drill' }))).notes).not.toContain('Over its budget');
  });
});

describe('a rollback that takes long', () => {
  const line = 'announce: [{when: [rolled-back], heartbeat: 10m, slack: "https://hooks.slack.example/T"}]\n';

  test.each([
    [599, []],
    [600, ['switching, 10 min since the press']],
    [1_300, ['switching, 10 min since the press', 'switching, 20 min since the press']],
  ])('%d s: who wants a heartbeat every 10 min hears %j', async (seconds, wanted) => {
    const policy = `${policyOf('together')}${line}`;
    const { world, memory } = twoLegs(policy, slow(seconds * second + 1));

    const outcome = await step(world, inputs());

    expect(outcome.verdict).toBe('restored');
    const told = memory.announced.filter(({ event }) => event === 'progress');
    expect(told.map(({ progress }) => progress)).toEqual(wanted);
    for (const one of told) expect(one).toMatchObject({ leg: 'us', version: 'vb', deploymentId: 2, silent: false });
  });

  test('a channel that hangs or throws holds nobody up', async () => {
    const { world, traffic } = twoLegs(`${policyOf('together')}${line}`, slow(1_300 * second));
    let tried = 0;
    const announce: World['announce'] = () => {
      tried += 1;
      return tried === 1 ? new Promise(() => undefined) : Promise.reject(new Error('dead'));
    };

    expect(await step({ ...world, announce }, inputs())).toMatchObject({ verdict: 'restored' });
    expect(tried).toBe(2);
    expect(traffic.us.weights).toEqual(isBack);
  });
});
