// Going back by a flag: new code goes off, the version stays; what is chosen where the press leaves it open.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import { unknown } from '../../src/evidence/answer.ts';
import { Problem } from '../../src/kit/problem.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { World } from '../../src/world.ts';
import { commit, forward, halfWay, migrated, promoted, turnedBack } from '../rollback/story.ts';
import { a, b, inputs, MemoryFlag, policyWith, press, town } from '../rollback/town.ts';

const flagged = policyWith('flag: new-checkout');

function setting(policy = flagged, facts = [a, b]) {
  const flag = new MemoryFlag();
  const world = town(facts, { policy, flag: () => flag });
  return { world, flag };
}

describe('how: flag', () => {
  test('turns the flag off, leaves version and traffic, and records which flag', async () => {
    const { world, flag } = setting();

    const outcome = await step(world, inputs({ how: 'flag', reason: 'checkout fails' }));

    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'flag', exit: 0, version: 'vb' });
    expect(flag.isOn).toBe(false);
    expect(world.traffic.log).toEqual([]);
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(made).toMatchObject({ sha: commit('b'), payload: { how: 'flag', version: 'vb' } });
    expect(world.github.story(made?.id ?? 0)).toEqual([
      'in_progress: rollback: switched flag new-checkout off',
      'success: rollback: verified The provider says that new-checkout is off',
    ]);
    // The version stays good: nothing was left.
    expect(world.github.story(2)).toHaveLength(3);
  });

  test('the number 1 is the same', async () => {
    const { world, flag } = setting();

    expect(await step(world, inputs({ how: '1' }))).toMatchObject({ reason: 'flag' });
    expect(flag.isOn).toBe(false);
  });

  test('waits until the provider says off, and says when it never does', async () => {
    const late = setting();
    late.flag.lag = 3;
    expect(await step(late.world, inputs({ how: 'flag' }))).toMatchObject({ verdict: 'restored' });

    const never = setting();
    never.flag.lag = 1_000_000;
    const outcome = await step(never.world, inputs({ how: 'flag' }));
    expect(outcome).toMatchObject({ verdict: 'unverified', exit: 1 });
    expect(outcome.error).toContain('still says that it is on');
  });

  test('a provider that refuses is a failure with the way out', async () => {
    const { world, flag } = setting();
    flag.refuses = true;

    const outcome = await step(world, inputs({ how: 'flag' }));

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'flag', exit: 1 });
    expect(outcome.error).toContain('how=traffic');
    expect(flag.told).toBe(1);
  });

  test('a flag that is off already is already there', async () => {
    const { world, flag } = setting();
    flag.isOn = false;

    expect(await step(world, inputs({ how: 'flag' }))).toMatchObject({ verdict: 'already-there', exit: 0 });
    expect(world.github.deployments).toHaveLength(2);
  });

  test('without a flag in the policy it is refused with the lines to add', async () => {
    const { world } = setting(policyWith());

    const outcome = await step(world, inputs({ how: 'flag' }));

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'no-flag' });
    expect(outcome.error).toContain('rollback: {flag:');
  });

  test('works with GitHub down, and is recorded when the job is run again', async () => {
    const { world, flag } = setting();
    world.github.workspace.set('.github/deploy-policy.yml', flagged);
    const silence = unknown('GitHub does not answer', 'try again');
    for (const kind of ['deployments', 'run', 'default-branch', 'file', 'branch'])
      world.github.silent.set(kind, silence);
    world.github.down = true;

    const outcome = await step(world, inputs({ how: 'flag' }));

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    expect(flag.isOn).toBe(false);

    world.github.silent.clear();
    world.github.down = false;
    const again = town([], { after: world, run: { ...press.run, attempt: 2 }, flag: () => flag });
    const second = await step(again, inputs({ how: 'flag' }));

    expect(second.verdict).toBe('already-there');
    expect(world.github.deployments.filter(({ task }) => task === 'deploy:rollback')).toHaveLength(1);
  });

  test('no schema stands in its way', async () => {
    const contract = migrated({
      id: 3,
      letter: 'b',
      parent: 2,
      compatibility: 'contract',
      said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
    });
    const { world, flag } = setting(flagged, [a, b, contract]);

    expect(await step(world, inputs())).toMatchObject({ verdict: 'refused', reason: 'contract-migration' });
    expect(await step(world, inputs({ how: 'flag' }))).toMatchObject({ verdict: 'restored' });
    expect(flag.isOn).toBe(false);
  });
});

describe('how: auto', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['the policy puts the flag first', 'flag', policyWith('flag: new-checkout\nhow: flag')],
    [
      'the change went out by a plan of the flag',
      'flag',
      policyWith(
        'flag: new-checkout',
        'plans: {canary: {by: flag, stages: [{id: ten, weight: 10 %, bake: 5m}, {id: full, weight: 100 %, bake: 5m}]}}',
      ),
    ],
    ['the policy only names a flag', 'traffic', flagged],
    ['the policy puts traffic first', 'traffic', policyWith('flag: new-checkout\nhow: traffic')],
  ];

  test.each(cases)('where %s: %s', async (_case, way, policy) => {
    const { world } = setting(policy);

    expect(await step(world, inputs())).toMatchObject({ verdict: 'restored', reason: way });
  });

  test('falls through to traffic when the flag is off already, or its provider is down', async () => {
    const off = setting(policyWith('flag: new-checkout\nhow: flag'));
    off.flag.isOn = false;
    expect(await step(off.world, inputs())).toMatchObject({ reason: 'traffic' });

    const down = setting(policyWith('flag: new-checkout\nhow: flag'));
    down.flag.isDown = true;
    expect(await step(down.world, inputs())).toMatchObject({ reason: 'traffic' });
  });

  test('a person who names a version gets the version', async () => {
    const { world, flag } = setting(policyWith('flag: new-checkout\nhow: flag'));

    expect(await step(world, inputs({ to: commit('a') }))).toMatchObject({ reason: 'traffic', version: 'va' });
    expect(flag.isOn).toBe(true);
  });

  test('the limit that was breached says how', async () => {
    const limits =
      'metrics: {sources: {main: {command: ./m.sh}}, queries: {error-rate: {value: x}}}\nlimits: [{id: errors, metric: error-rate, breach: "> 5 %", then: rollback, how: flag}]';
    const watched = forward({
      id: 2,
      letter: 'b',
      previous: { id: 1, letter: 'a' },
      said: [
        ...promoted,
        ['success', { kind: 'stage', stage: 'full', weight: 100, verdict: 'rollback', reason: 'limit:error-rate' }],
      ],
    });
    const { world, flag } = setting(policyWith('flag: new-checkout', limits), [a, watched]);

    expect(await step(world, inputs())).toMatchObject({ reason: 'flag' });
    expect(flag.isOn).toBe(false);
  });

  test('a second press after the flag confirms; naming a way brings the version back too', async () => {
    const { world, flag } = setting(policyWith('flag: new-checkout\nhow: flag'));
    await step(world, inputs());
    const second = town([], { after: world, run: { ...press.run, id: 501 }, flag: () => flag });

    expect(await step(second, inputs())).toMatchObject({ verdict: 'already-there', reason: 'rolled-back-already' });
    expect(world.traffic.log).toEqual([]);

    const third = town([], { after: world, run: { ...press.run, id: 502 }, flag: () => flag });
    expect(await step(third, inputs({ how: 'traffic' }))).toMatchObject({ verdict: 'restored', version: 'va' });
  });

  test('a canary that went back by itself is confirmed, not followed by a flag', async () => {
    const canary = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: turnedBack });
    const { world, flag } = setting(policyWith('flag: new-checkout\nhow: flag'), [a, canary]);
    world.traffic.weights = { blue: 100, green: 0 };

    expect(await step(world, inputs())).toMatchObject({ verdict: 'already-there' });
    expect(flag.isOn).toBe(true);
  });

  test('a half-way canary with the flag first: the flag goes off', async () => {
    const canary = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: halfWay });
    const { world, flag } = setting(policyWith('flag: new-checkout\nhow: flag'), [a, canary]);

    expect(await step(world, inputs())).toMatchObject({ reason: 'flag' });
    expect(flag.isOn).toBe(false);
  });
});

describe('how: database', () => {
  test('prints the steps in two phases and runs nothing', async () => {
    const contract = migrated({
      id: 3,
      letter: 'b',
      parent: 2,
      compatibility: 'contract',
      said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
    });
    const { world } = setting(flagged, [a, b, contract]);

    const outcome = await step(world, inputs({ how: 'database' }));

    expect(outcome).toMatchObject({ verdict: 'planned', reason: 'printed', exit: 0 });
    const plan = outcome.evidence?.details.find(({ heading }) => heading === 'The plan');
    expect(plan?.lines.join('\n')).toMatch(/how=flag[\s\S]*hotfix[\s\S]*V044__drop\.sql[\s\S]*rehearse[\s\S]*apply/);
    expect(world.traffic.log).toEqual([]);
    expect(world.github.deployments).toHaveLength(3);
  });
});

describe('a refusal', () => {
  test('lists what can be done, in order of harm, with the exact commands', async () => {
    const contract = migrated({
      id: 3,
      letter: 'b',
      parent: 2,
      compatibility: 'contract',
      said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
    });
    const { world } = setting(flagged, [a, b, contract]);

    const outcome = await step(world, inputs());

    const options: readonly { readonly does: string; readonly how: string }[] = JSON.parse(
      outcome.outputs.options ?? '',
    );
    expect(options.map(({ does }) => does)).toEqual([
      'Turn the flag new-checkout off',
      'Give back what the migration took away, then va: print the steps',
      'Hotfix forward',
      'Go back to va anyway',
    ]);
    expect(options[0]?.how).toBe('gh workflow run rollback.yml -f how=flag');
    expect(options.at(-1)?.how).toContain('-f override=contract-migration');
  });

  test('what is impossible is not listed', async () => {
    const contract = migrated({ id: 3, letter: 'b', parent: 2, compatibility: 'contract', said: [] });
    const { world, flag } = setting(flagged, [a, b, contract]);
    flag.isOn = false;

    const outcome = await step(world, inputs());

    expect(outcome.outputs.options).not.toContain('flag');
  });
});

describe('a deployment whose plan raised the flag', () => {
  const byFlag = policyWith(
    'flag: new-checkout',
    'plans: {canary: {by: flag, stages: [{id: ten, audience: [beta], weight: 0 %, bake: 5m}, {id: full, weight: 100 %, bake: 5m}]}}',
  ).replace('flags: {provider: unleash}', 'flags: {provider: http, url: "http://flags"}');
  const raised = (said: readonly Entry[]) => {
    const words = said.map((entry) => ['in_progress', entry] as const);
    return forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: words });
  };
  const beta: Entry = { kind: 'stage', stage: 'ten', weight: 0, verdict: 'baking', reason: '' };
  const before: Entry = { kind: 'before', weights: { off: 95, on: 5, beta: 0 } };

  test('goes back by it although only an audience has it yet', async () => {
    const { world, flag } = setting(byFlag, [a, raised([{ kind: 'sides', stable: 'off', canary: 'on' }, beta])]);

    expect(await step(world, inputs())).toMatchObject({ verdict: 'restored', reason: 'flag' });
    expect(flag.isOn).toBe(false);
  });

  test('also where the newest policy is broken: the record says that it went by a flag', async () => {
    const said: Entry[] = [{ kind: 'sides', stable: 'off', canary: 'on' }, beta];
    const { world, flag } = setting(byFlag.replace('id: ten', 'id: eleven'), [a, raised(said)]);

    expect(await step(world, inputs())).toMatchObject({ verdict: 'restored', reason: 'flag' });
    expect(flag.isOn).toBe(false);
  });

  test('gives back what some users had before, and says so', async () => {
    const { world, flag } = setting(byFlag, [
      a,
      raised([{ kind: 'sides', stable: 'off', canary: 'on' }, before, beta]),
    ]);
    world.traffic.weights = { off: 95, on: 5, beta: 100 };

    const outcome = await step(world, inputs({ how: 'flag' }));

    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'flag' });
    expect(world.traffic.weights).toEqual({ off: 95, on: 5, beta: 0 });
    expect(flag.told).toBe(0);
    expect(outcome.evidence?.title).toContain('flag new-checkout turned back to on 5 %');
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(world.github.story(made?.id ?? 0)[0]).toBe(
      'in_progress: rollback: switched flag new-checkout back to on 5 %',
    );
  });

  const shared = () => {
    const { world, flag } = setting(byFlag, [
      a,
      raised([{ kind: 'sides', stable: 'off', canary: 'on' }, before, beta]),
    ]);
    world.traffic.weights = { off: 95, on: 5, beta: 100 };
    return { world, flag };
  };

  test.each([
    ['refuses it', 'router-refused', 1],
    ['lacks a variable for it', 'variable-not-set', 1],
    ['does not answer for 5 s', 'router-unreachable', 11],
  ])(
    'where the provider %s, what some had before is lost and told: the flag is off for everybody',
    async (_how, reason, tries) => {
      const { world, flag } = shared();
      const began = world.clock.now();
      let tried = 0;
      const set = () => {
        tried += 1;
        return Promise.reject(new Problem({ what: 'It did not take 5 %', where: 'flags', fix: 'Look.', reason }));
      };
      const router: World['router'] = (options) => ({
        ...world.router(options),
        ...(options.by === 'flag' ? { set } : {}),
      });

      const outcome = await step({ ...world, router }, inputs({ how: 'flag' }));

      expect(outcome).toMatchObject({ verdict: 'restored', reason: 'flag', exit: 0 });
      expect([flag.isOn, flag.told, tried]).toEqual([false, 1, tries]);
      expect(world.clock.now() - began).toBeLessThanOrEqual(10_000);
      expect(outcome.evidence?.title).toMatch(/^flag new-checkout turned off/);
      const notes = JSON.stringify(outcome.evidence?.details);
      expect(notes).toContain('on 5 %, which some users had before, could not be given back: It did not take 5 %');
      const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
      expect(world.github.story(made?.id ?? 0)[0]).toBe('in_progress: rollback: switched flag new-checkout off');
    },
  );

  test('where nothing at all can be told to the provider it fails after its patience, with the way out', async () => {
    const { world, flag } = shared();
    const began = world.clock.now();
    flag.off = () =>
      Promise.reject(new Problem({ what: 'Silence', where: 'flags', fix: 'Look.', reason: 'flag-unreachable' }));
    const set = () =>
      Promise.reject(new Problem({ what: 'Mute', where: 'flags', fix: 'Look.', reason: 'router-unreachable' }));
    const router: World['router'] = (options) => ({ ...world.router(options), set });

    const outcome = await step({ ...world, router }, inputs({ how: 'flag' }));

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'flag', exit: 1 });
    expect(outcome.error).toContain('Silence');
    expect(outcome.error).toContain('how=traffic');
    expect(world.clock.now() - began).toBeLessThanOrEqual(27_000);
  });
});
