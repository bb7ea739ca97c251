// The linter: what is allowed and most likely not meant. Each rule with what it says, and with the neighbour it leaves alone.
import { describe, expect, test } from '@jest/globals';
import { formatFault } from '../../src/policy/fault.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { presets } from '../../src/policy/presets/bundle.ts';
import { vocabulary } from '../../src/vocabulary.ts';

/** Warnings of a file that stands on nothing unless it says so. */
function warnings(...lines: readonly string[]): readonly string[] {
  const basis = lines.some((line) => line.startsWith('extends:')) ? [] : ['extends: []'];
  const told = readPolicy(`${['version: 1', ...basis, ...lines].join('\n')}\n`, vocabulary, { path: 'p.yml' });
  return (told.kind === 'policy' ? told.warnings() : told.faults).map(
    (fault) => `${told.kind === 'policy' ? '' : 'fault '}${formatFault(fault)}`,
  );
}

const source = 'sources: {main: {prometheus: "http://prometheus"}}';
const ratio = (range: string) =>
  `metrics: {${source}, queries: {error-rate: {bad: "sum(increase(bad[${range}]))", total: "sum(increase(all[{{window}}]))"}}}`;
const value = `metrics: {${source}, queries: {error-rate: {value: bad}, latency: {value: slow}}}`;

describe('the linter', () => {
  test('finds a stage with less traffic than the one before', () => {
    const plan = (second: string) =>
      `plans: {p: {stages: [{id: one, weight: 25 %, bake: 5m}, {id: two, weight: ${second}, bake: 5m}]}}`;

    expect(warnings(plan('10 %'))).toEqual([
      'p.yml:3:57: the stage two of p has 10 %, less than one before it with 25 %. Put the stages in the order in which the traffic grows',
    ]);
    expect(warnings(plan('25 %'))).toEqual([]);
    expect(warnings(plan('5..30 %'))).toEqual([]);
  });

  describe('finds a plan by flag that nobody can raise', () => {
    const plan = (audience = '') =>
      `plans: {p: {by: flag, stages: [{id: one, weight: 1 %, bake: 5m${audience}}, {id: full, weight: 100 %, bake: 5m}]}}`;
    const provider = (more = '') => `flags: {provider: unleash${more}}`;
    const flag = 'rollback: {flag: new-checkout}';

    test.each([
      ['all is named', [plan(), provider(), flag], []],
      [
        'no flag',
        [plan(), provider()],
        ['p.yml:3:17: the plan p raises a flag, and nothing names it. Add rollback: {flag: new-checkout}'],
      ],
      [
        'no provider',
        [plan(), flag],
        ['the plan p raises a flag, and no provider is named. Name one under flags.provider'],
      ],
      [
        'a provider without shares',
        [plan(), flag, 'flags: {provider: file}'],
        ['the plan p raises a flag, and the provider file gives no shares'],
      ],
      [
        'a flag of an environment',
        [plan(), provider(), 'environments: {production: {rollback: {flag: new-checkout}}}'],
        [],
      ],
      ['an audience that is a segment', [plan(', audience: [beta]'), provider(), flag], []],
      [
        'an audience nearly as declared',
        [plan(', audience: [insider]'), provider(', audiences: {insiders: {users: [ada]}}'), flag],
        [
          'flags.audiences does not know the audience “insider”: a segment of that name is looked for. Did you mean “insiders”?',
        ],
      ],
      [
        'an audience in a plan by traffic',
        [plan(', audience: [beta]').replace('by: flag, ', '')],
        [
          'the plan p has the audience “beta”, and a router knows shares of users, no names. Write by: flag in the plan',
        ],
      ],
    ])('%s', (_name, lines, wanted) => {
      const told = warnings(...lines);

      expect(told).toHaveLength(wanted.length);
      for (const [index, words] of wanted.entries()) expect(told[index]).toContain(words);
    });

    test('and leaves alone those of presets that nothing chooses', () => {
      const of = (preset: string, ...lines: readonly string[]) =>
        warnings(`extends: [${preset}]`, 'timezone: UTC', ...lines).filter((one) => one.includes('raises a flag'));

      expect(of('strict-blue-green@1')).toEqual([]);
      expect(of('strict-blue-green@1', 'types: {feature-flag: {plan: flag-week}}')).toEqual([
        expect.stringMatching(/^p\.yml:4:\d+: the plan flag-week raises a flag, and nothing names it/),
        expect.stringMatching(/no provider is named/),
      ]);
    });
  });

  test('finds smoke tests of a last stage, behind which nothing waits for them', () => {
    const plan = (ten: string, full: string) =>
      `plans: {p: {stages: [{id: ten, weight: 10 %, bake: 5m${ten}}, {id: full, weight: 100 %, bake: 5m${full}}]}}`;

    expect(warnings(plan('', ', smoke: [core]'))).toEqual([
      expect.stringMatching(
        /^p\.yml:3:\d+: the last stage full of p has smoke tests, core, and no stage behind it that waits for them\. Write plans\.p\.smoke: \{after: full\} instead: then the deployment ends when a smoke test has passed$/,
      ),
    ]);
    expect(warnings(plan(', smoke: [core]', ''))).toEqual([]);
  });

  describe('finds a smoke test before a stage of a rollout', () => {
    const stages = 'stages: [{id: two, weight: 20 %, bake: 0s}, {id: full, weight: 100 %, bake: 10m}]';
    const plan = (smoke: string, by = 'rollout') => `plans: {rolling: {by: ${by}, ${smoke}${stages}}}`;
    const router = 'traffic: {router: kubernetes-rollout, deployment: shop}';

    test('where no address leads to the new version alone', () => {
      expect(warnings(router, plan('smoke: {before: two}, '))).toEqual([
        'p.yml:4:48: the plan rolling wants a smoke test before two, which none can pass: nothing says where the new instances of a rollout answer by themselves. Write plans.rolling.smoke: {before: null}, or give traffic.at the address of a service of theirs',
      ]);
    });

    test('also where the preset wants it and the file rolls out', () => {
      const own = (plans: string) => warnings('extends: [production-checklist@1]', 'timezone: UTC', router, plans);
      const told = expect.stringMatching(/^p\.yml:5:\d+: the plan canary wants a smoke test before /);

      expect(own('plans: {canary: {by: rollout}}')).toContainEqual(told);
      expect(own('plans: {canary: {by: rollout, smoke: {before: null}}}')).not.toContainEqual(told);
    });

    test.each([
      ['one after the plan', [router, plan('smoke: {after: full}, ')]],
      ['one of a plan that shifts traffic', [router, plan('smoke: {before: two}, ', 'traffic')]],
      [
        'a rollout whose instances have a service',
        [`${router.slice(0, -1)}, at: {new: "shop-new:80"}}`, plan('smoke: {before: two}, ')],
      ],
      [
        'one whose instances have a service in an environment',
        [router, plan('smoke: {before: two}, '), 'environments: {production: {traffic: {at: {new: "shop-new:80"}}}}'],
      ],
    ])('and leaves %s alone', (_name, lines) => {
      expect(warnings(...lines).filter((one) => /smoke|fault/.test(one))).toEqual([]);
    });
  });

  test('finds a query that looks back longer than its limit waits', () => {
    const limit = 'limits: [{metric: error-rate, breach: "> 5 %", for: 2m, then: rollback}]';

    expect(warnings(ratio('5m'), limit)).toEqual([
      'p.yml:3:91: the query looks back 5 min, the limit error-rate-breach-1 (p.yml:4) waits 2 min only. Write [{{window}}], which fits the limit, or a longer for',
    ]);
    expect(warnings(ratio('2m'), limit)).toEqual([]);
    expect(warnings(ratio('{{window}}'), limit)).toEqual([]);
    expect(warnings(ratio('5m'), 'limits: [{metric: error-rate, breach: "> 5 %", then: rollback}]')).toEqual([]);
  });

  test.each([
    [
      'a deny line covers it',
      'allow: [{days: [fri], from: "10:00", to: "14:00"}], deny: [{days: [fri]}]',
      ['p.yml:4:19: this window never opens: p.yml:4 denies it'],
    ],
    [
      'two deny lines cover it together',
      'allow: [{days: [fri], from: "10:00", to: "14:00"}], deny: [{days: [fri], to: "12:00"}, {days: [fri], from: "12:00"}]',
      ['p.yml:4:19: this window never opens'],
    ],
    ['one minute stays', 'allow: [{days: [fri], from: "10:00", to: "14:00"}], deny: [{days: [fri], to: "13:59"}]', []],
    ['one day of two stays', 'allow: [{days: [thu, fri]}], deny: [{days: [fri]}]', []],
    [
      'it crosses midnight into a day that is open',
      'allow: [{days: [fri], from: "22:00", to: "02:00"}], deny: [{days: [fri]}]',
      [],
    ],
    [
      'it crosses midnight into a day that is not',
      'allow: [{days: [fri], from: "22:00", to: "02:00"}], deny: [{days: [fri, sat]}]',
      ['never opens'],
    ],
    ['a freeze is over some day', 'allow: [{days: [fri]}], deny: [{dates: "2026-12-20..2027-01-03"}]', []],
    [
      'its dates lie in a freeze',
      'allow: [{dates: "2026-12-24..2026-12-26"}], deny: [{dates: "2026-12-20..2027-01-03"}]',
      ['never opens: p.yml:4 denies it'],
    ],
    [
      'its only date is a holiday',
      'allow: [{dates: "2026-12-25"}], holidays: ["2026-12-25"]',
      ['none of its days comes, or all are denied'],
    ],
    ['its day never falls on its date', 'allow: [{days: [mon], dates: "2026-12-25"}]', ['none of its days comes']],
    [
      'the week is denied whole',
      'deny: [{days: [mon, tue, wed, thu, fri]}, {days: [sat, sun]}]',
      ['no hour of the week is open'],
    ],
  ])('finds a window that never opens: %s', (_case, windows, expected) => {
    const told = warnings('timezone: UTC', `windows: {${windows}}`);

    expect(told).toHaveLength(expected.length);
    for (const [index, words] of expected.entries()) expect(told[index]).toContain(words);
  });

  test('finds a window that only one environment shuts', () => {
    const told = warnings(
      'timezone: UTC',
      'windows: {allow: [{days: [fri]}]}',
      'environments: {production: {windows: {deny: [{days: [fri]}]}}, staging: {}}',
    );

    expect(told).toEqual([expect.stringContaining('p.yml:4:19: this window never opens: p.yml:5 denies it')]);
  });

  test.each([
    [
      'go on and stop at once',
      '{metric: latency, continue: "< 2s"}, {metric: latency, breach: "> 1s", then: hold}',
      'latency-continue-1 (continue “< 2s”, p.yml:4) lets a stage go on where latency-breach-1 (breach “> 1s”, p.yml:4) stops it',
    ],
    [
      'touching at one value',
      '{metric: latency, continue: "<= 2s"}, {metric: latency, breach: ">= 2s", then: hold}',
      'lets a stage go on',
    ],
    [
      'never good enough for both',
      '{metric: latency, continue: "< 1s"}, {metric: latency, continue: "> 2s"}',
      'never hold together',
    ],
    ['touching at no value', '{metric: latency, continue: "< 2s"}, {metric: latency, breach: ">= 2s", then: hold}', ''],
    [
      'at different times',
      '{metric: latency, continue: "< 2s", during: [canary]}, {metric: latency, breach: "> 1s", then: hold, during: [watch]}',
      '',
    ],
    ['a page stops nothing', '{metric: latency, continue: "< 2s"}, {metric: latency, breach: "> 1s", then: page}', ''],
    [
      'on different scales',
      '{metric: latency, continue: "< 2s"}, {metric: latency, breach: "> 1.5x baseline", then: hold}',
      '',
    ],
  ])('finds limits that contradict each other: %s', (_case, limits, words) => {
    const told = warnings(value, `limits: [${limits}]`);

    expect(told).toHaveLength(words === '' ? 0 : 1);
    expect(told.join()).toContain(words);
  });

  test('finds a limit that is looser than the preset’s, and names both lines', () => {
    const own = (limit: string) => warnings('extends: starter@1', value, `limits: [${limit}]`);

    expect(own('{id: error-rate-breach-1, breach: "> 8 %"}')).toEqual([
      expect.stringMatching(
        /^p\.yml:4:\d+: the limit error-rate-breach-1 is looser than in preset starter@1:\d+: breach > 5 % there, > 8 % here/,
      ),
    ]);
    expect(own('{id: error-rate-breach-1, for: 5m}').join()).toContain('for 2m there, 5m here');
    expect(own('{id: error-rate-breach-1, then: hold}').join()).toContain('then rollback there, hold here');
    expect(own('{id: error-rate-breach-1, breach: "> 4 %", for: 1m}')).toEqual([]);
    expect(own('{metric: error-rate, breach: "> 8 %", for: 5m, then: hold}')).toEqual([
      expect.stringMatching(
        /the limit error-rate-breach-2 never decides: error-rate-breach-1 \(preset starter@1:\d+, “> 5 %”\) is as strict or stricter/,
      ),
    ]);
    expect(own('{metric: error-rate, breach: "> 8 %", for: 30s, then: rollback}')).toEqual([]);
  });

  test('finds P0 limits where only the caretaker looks', () => {
    const plan = (bake: string) =>
      `plans: {slow: {stages: [{id: ten, weight: 10 %, bake: ${bake}}], watch: [{id: night, to: 24h, every: 1h}]}}`;
    const limit = (during: string) =>
      `limits: [{metric: latency, breach: "> 3s", severity: P0, then: rollback, during: ${during}}]`;

    expect(warnings(value, plan('10m'), limit('[watch, night]')).join()).toContain(
      'is asked in the watch only, which the caretaker carries: every 5 min',
    );
    expect(warnings(value, plan('10m'), limit('[canary, watch]'))).toEqual([]);
    expect(warnings(value, plan('6h'), limit('[canary]'))).toEqual([
      expect.stringContaining(
        'p.yml:4:15: the plan slow takes 6 h, more than a job holds (5 h): the caretaker carries it',
      ),
    ]);
    expect(warnings(value, plan('6h'), limit('[canary]')).join()).toContain(
      'wake the caretaker’s workflow by repository_dispatch',
    );
    expect(warnings('caretaker: {workflow: tend.yml}', value, plan('10m'), limit('[watch]')).join()).toContain(
      'Let your alert manager wake tend.yml by repository_dispatch',
    );
    expect(warnings(value, plan('5h'), limit('[canary]'))).toEqual([]);
  });

  test('finds a count without a bound that must stay unchanged', () => {
    const validate = (sql: string, expected: string) =>
      warnings(`migrations: {validate: [{id: orders, sql: "${sql}", expect: ${expected}}]}`);

    expect(validate('select count(*) from orders', 'unchanged').join()).toContain(
      'has no bound: rows that users write',
    );
    expect(validate('select count(*) from orders where created_at < $start', 'unchanged')).toEqual([]);
    expect(validate('select count(*) from orders', 'not-lower')).toEqual([]);
  });

  test('finds overrides of what nothing is called', () => {
    const allow = (ids: string) =>
      warnings(
        'roles: {lead: [alice]}',
        value,
        'limits: [{id: slow, metric: latency, breach: "> 3s", then: hold}]',
        `overrides: {allow: [${ids}], by: [lead]}`,
      );

    expect(allow('deploy-windw, ci-all-green')).toEqual([
      'p.yml:6:21: overrides.allow: nothing is called “deploy-windw”. Did you mean “deploy-window”?',
    ]);
    expect(allow('deploy-window-*, sign-off-*, approval-*, contract-migration, slow, condemned')).toEqual([]);
  });

  test('finds a drill in an environment that is not declared', () => {
    const drill = 'rollback: {drill: {every: 7d, environment: stagin}}';

    expect(warnings('environments: {staging: {}}', drill)).toEqual([
      'p.yml:4:44: there is no environment “stagin”. Did you mean “staging”?',
    ]);
    expect(warnings(drill)).toEqual([]);
  });

  test('finds roles that are asked and that nobody holds', () => {
    const approvals = 'tiers: {apply: {high: {approvals: [{role: dba}]}}}';

    expect(warnings('roles: {dba: [], idle: []}', approvals)).toEqual([
      'p.yml:3:14: nobody holds the role dba, and it is asked. Name people or teams: roles: {dba: [alice, "@org/team"]}',
    ]);
    expect(warnings('roles: {dba: [carol]}', approvals)).toEqual([]);
  });

  test.each([...presets.keys()])('says of %s alone at most who has to be named', (name) => {
    const told = warnings(`extends: ${name}`, 'timezone: UTC');

    expect(told.filter((line) => !line.includes('nobody holds'))).toEqual([]);
  });
});
