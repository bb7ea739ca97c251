// Criteria that a metric, a database or a flag provider answers: each at its limit, and what happens where nobody can tell; at deploy only.
import { describe, expect, test } from '@jest/globals';
import { type Answer, keyOf, known, unknown } from '../../../src/evidence/answer.ts';
import type { NetworkKind } from '../../../src/evidence/network.ts';
import type { QuestionOf } from '../../../src/evidence/question.ts';
import type { FlagFact, MetricFact } from '../../../src/evidence/service.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { deployStory, findingOf, noon, reviewStory } from '../story.ts';

type Told = readonly (readonly [QuestionOf<NetworkKind>, Answer<NetworkKind>])[];

const metrics = `
env: [PROMETHEUS_URL]
traffic: {router: http, sides: [blue, green], url: "http://router.example"}
metrics:
  sources: {main: {prometheus: "\${PROMETHEUS_URL}"}, page: {json: "http://page.example"}}
  queries:
    queue-depth: {value: 'max(queue_depth)'}
    cpu: {value: 'max(cpu_percent)', unit: percent}
    lag: {value: 'max(lag_seconds)', unit: s}
    errors: {bad: 'sum(increase(bad[{{window}}]))', total: 'sum(increase(all[{{window}}]))'}
    memory: {value: 'sum(memory{side="{{side}}"})'}
`;

const options = { prometheus: '${PROMETHEUS_URL}' };

function judged(line: string, told: Told, story = deployStory) {
  return findingOf(story, line, {
    policy: metrics,
    change: ({ github }) => {
      for (const [question, answer] of told) github.network.set(keyOf(question), answer);
    },
  });
}

function asked(texts: readonly string[], windowMs = 300_000, agoMs = 0): QuestionOf<'metric'> {
  return { kind: 'metric', provider: 'prometheus', options, texts, windowMs, agoMs };
}

const number = (...values: readonly number[]) => known(values.map((value): MetricFact => ({ kind: 'value', value })));
const nothing = known([{ kind: 'nothing', because: 'no series' } as const]);

describe('metric', () => {
  const depth = asked(['max(queue_depth)']);

  test.each([
    ['{metric: queue-depth, is: "< 100"}', depth, number(99), 'pass'],
    ['{metric: queue-depth, is: "< 100"}', depth, number(100), 'fail'],
    ['{metric: queue-depth, is: "<= 100"}', depth, number(100), 'pass'],
    ['{metric: queue-depth, is: "5..10"}', depth, number(11), 'fail'],
    ['{metric: queue-depth, is: "< 100"}', depth, nothing, 'unknown'],
    ['{metric: queue-depth, is: "< 100"}', depth, unknown('two series', 'sum it'), 'unknown'],
    ['{metric: queue-depth, is: passing}', depth, number(1), 'unknown'],
    ['{metric: cpu, is: "< 60 %"}', asked(['max(cpu_percent)']), number(59), 'pass'],
    ['{metric: cpu, is: "< 60 %"}', asked(['max(cpu_percent)']), number(60), 'fail'],
    ['{metric: lag, is: "< 100ms"}', asked(['max(lag_seconds)']), number(0.099), 'pass'],
    ['{metric: lag, is: "< 100ms"}', asked(['max(lag_seconds)']), number(0.1), 'fail'],
  ])('%s: %j answers %j: %s', async (line, question, answer, outcome) => {
    expect((await judged(`{id: own, metric: ${line}}`, [[question, answer]])).outcome).toBe(outcome);
  });

  const counts = (seconds: number) => [`sum(increase(bad[${seconds}s]))`, `sum(increase(all[${seconds}s]))`];

  test.each([
    [
      known([
        { kind: 'value', value: 9 },
        { kind: 'value', value: 1000 },
      ] as const),
      'pass',
      'errors 0.9 %',
    ],
    [
      known([
        { kind: 'value', value: 10 },
        { kind: 'value', value: 1000 },
      ] as const),
      'fail',
      'errors 1 %, must be < 1 %',
    ],
    [
      known([
        { kind: 'nothing', because: 'none' },
        { kind: 'value', value: 7 },
      ] as const),
      'pass',
      'errors 0 %',
    ],
    [
      known([
        { kind: 'nothing', because: 'none' },
        { kind: 'nothing', because: 'none' },
      ] as const),
      'unknown',
      'errors has no number: none',
    ],
    [number(0, 0), 'unknown', 'errors has no number: no request was counted'],
  ])('counts %j: %s', async (answer, outcome, words) => {
    const finding = await judged('{id: own, metric: {metric: errors, is: "< 1 %"}}', [[asked(counts(300)), answer]]);

    expect([finding.outcome, plain(finding.evidence)]).toEqual([outcome, words]);
  });

  test.each([
    [number(1, 10), 'fail'],
    [number(0, 10), 'fail'],
    [
      known([
        { kind: 'nothing', because: 'none' },
        { kind: 'nothing', because: 'none' },
      ] as const),
      'unknown',
    ],
  ])('over an hour of which the last minutes have %j is no number of now: %s', async (lately, outcome) => {
    const line = '{id: own, metric: {metric: errors, is: "< 1 %", over: 1h}}';
    const told: Told = [
      [asked(counts(3600), 3_600_000), number(50, 1000)],
      [asked(counts(300)), lately],
    ];

    expect((await judged(line, told)).outcome).toBe(outcome);
  });

  const week = 7 * 86_400_000;

  test.each([
    ['drop > 10 %', 89, 100, 'pass'],
    ['drop > 10 %', 90, 100, 'fail'],
    ['< 1.5x baseline', 149, 100, 'pass'],
    ['< 1.5x baseline', 150, 100, 'fail'],
    ['< 1.5x baseline', 1, undefined, 'unknown'],
  ])('%s: %d now, %p a week ago: %s', async (is, now, before, outcome) => {
    const past = before === undefined ? nothing : number(before);
    const told: Told = [
      [depth, number(now)],
      [asked(['max(queue_depth)'], 300_000, week), past],
    ];

    expect((await judged(`{id: own, metric: {metric: queue-depth, is: "${is}"}}`, told)).outcome).toBe(outcome);
  });

  test.each([
    [104, 'pass', 'queue-depth 104, 2 h ago 100 (+4 %)'],
    [110, 'fail', 'queue-depth 110, 2 h ago 100 (+10 %), must be rising < 5 %/h'],
  ])('rising: 100 two hours ago, %d now: %s', async (now, outcome, words) => {
    const told: Told = [
      [depth, number(now)],
      [asked(['max(queue_depth)'], 300_000, 7_200_000), number(100)],
    ];
    const finding = await judged('{id: own, metric: {metric: queue-depth, is: "rising < 5 %/h", over: 2h}}', told);

    expect([finding.outcome, plain(finding.evidence)]).toEqual([outcome, words]);
  });

  const weights = {
    kind: 'weights',
    router: 'http',
    sides: ['blue', 'green'],
    options: {
      after: 'swap',
      'keep-old': '24h',
      router: 'http',
      sides: ['blue', 'green'],
      url: 'http://router.example',
      at: {},
      version: { path: '/version' },
      health: { path: '/health' },
      hosts: [],
    },
    environment: 'production',
    leg: '',
  } as const;

  test('by side is asked of the side that has the users', async () => {
    const told: Told = [
      [weights, known({ blue: 0, green: 100 })],
      [asked(['sum(memory{side="green"})']), number(1)],
    ];

    expect((await judged('{id: own, metric: {metric: memory, is: "> 0"}}', told)).outcome).toBe('pass');
  });

  test('by side is unknown where the router does not tell', async () => {
    const told: Told = [[weights, unknown('the router is down', 'start it')]];
    const finding = await judged('{id: own, metric: {metric: memory, is: "> 0"}}', told);

    expect([finding.outcome, plain(finding.evidence)]).toEqual(['unknown', 'the router is down']);
  });
});

describe('sql', () => {
  const question = { kind: 'sql', url: '${DATABASE_URL}', query: 'select 1', timeoutMs: 30_000 } as const;

  test.each([
    ['0', ['0'], 'pass'],
    ['0', ['1'], 'fail'],
    ['"0"', ['0'], 'pass'],
    ['"< 100ms"', ['99.9'], 'pass'],
    ['"< 100ms"', ['100'], 'fail'],
    ['"5..10 %"', ['10'], 'pass'],
    ['"5..10 %"', ['10.1'], 'fail'],
    ['no rows', undefined, 'pass'],
    ['no rows', ['0'], 'fail'],
    ['rows', ['0'], 'pass'],
    ['rows', undefined, 'fail'],
    ['primary', ['primary'], 'pass'],
    ['primary', ['replica'], 'fail'],
    ['0', undefined, 'unknown'],
    ['0', [null], 'unknown'],
    ['0', [''], 'unknown'],
    ['"< 5"', ['many'], 'unknown'],
  ])('expect %s of %j: %s', async (wanted, first, outcome) => {
    const line = `{id: own, sql: {query: select 1, expect: ${wanted}}}`;

    expect((await judged(line, [[question, known({ first })]])).outcome).toBe(outcome);
  });

  test('never shows a value that is no number', async () => {
    const told: Told = [[question, known({ first: ['Jane Doe'] })]];
    const finding = await judged('{id: own, sql: {query: select 1, expect: primary}}', told);

    expect(`${plain(finding.evidence)} ${plain(finding.todo)}`).not.toContain('Jane');
  });

  test('of another database asks that one', async () => {
    const line = '{id: own, sql: {query: select 1, expect: 0, url: "${PROMETHEUS_URL}"}}';

    expect((await judged(line, [[{ ...question, url: '${PROMETHEUS_URL}' }, known({ first: ['0'] })]])).outcome).toBe(
      'pass',
    );
  });
});

describe('flag', () => {
  const day = 86_400_000;
  const question = {
    kind: 'flag',
    provider: 'unleash',
    options: {},
    environment: 'production',
    name: 'new-checkout',
  } as const;
  const flag: FlagFact = {
    found: true,
    enabled: false,
    archived: false,
    off: 'false',
    createdAt: noon - 30 * day,
    parents: [],
    targets: [],
  };
  const inStory = (line: string, fact: FlagFact | undefined, workspace = '') =>
    findingOf(deployStory, `{id: own, flag: {name: new-checkout, ${line}}}`, {
      policy: 'flags: {provider: unleash}',
      change: ({ github }) => {
        if (fact !== undefined) github.network.set(keyOf(question), known(fact));
        if (workspace !== '') github.workspace.set('junit.xml', workspace);
      },
    });

  test.each([
    ['is: disabled', flag, 'pass'],
    ['is: enabled', flag, 'fail'],
    ['is: enabled', { ...flag, enabled: true }, 'pass'],
    ['is: enabled', { ...flag, enabled: true, archived: true }, 'fail'],
    ['is: disabled', { ...flag, found: false }, 'fail'],
    ['is: disabled', undefined, 'unknown'],
    ['default: safe', flag, 'pass'],
    ['default: safe', { ...flag, off: 'true' }, 'fail'],
    ['default: safe', { ...flag, off: '"new"' }, 'fail'],
    ['default: safe', { ...flag, off: '' }, 'unknown'],
    ['max-age: 30d', flag, 'pass'],
    ['max-age: 29d', flag, 'fail'],
  ])('%s of %j: %s', async (line, fact, outcome) => {
    expect((await inStory(line, fact)).outcome).toBe(outcome);
  });

  test('without an age nobody can tell', async () => {
    const { createdAt: _, ...ageless } = flag;

    expect((await inStory('max-age: 30d', ageless)).outcome).toBe('unknown');
  });

  const report = (...names: readonly string[]) =>
    `<testsuite>${names.map((name) => `<testcase classname="shop" name="${name}"/>`).join('')}</testsuite>`;

  test.each([
    [['new-checkout on pays', 'new-checkout off pays'], 'pass'],
    [['new-checkout on pays', 'other off pays'], 'fail'],
    [['checkout pays'], 'fail'],
  ])('tested as %j: %s', async (names, outcome) => {
    expect((await inStory('tested: junit.xml', flag, report(...names))).outcome).toBe(outcome);
  });

  const ofFile = (text: string | undefined, line: string, story = deployStory) =>
    findingOf(story, `{id: own, moment: review, flag: {name: new-checkout, ${line}}}`, {
      policy: 'flags: {provider: file, path: ops/flags.yml}',
      change: ({ github }) => {
        if (text !== undefined) github.files.set('ops/flags.yml', text);
      },
    });

  test.each([
    ['new-checkout: false', 'is: disabled', 'pass'],
    ['new-checkout: {enabled: true, default: false}', 'is: enabled, default: safe', 'pass'],
    ['new-checkout: {enabled: true, default: true}', 'default: safe', 'fail'],
    ['{"new-checkout": {"enabled": false, "environments": {"production": {"enabled": true}}}}', 'is: enabled', 'pass'],
    ['new-checkout: {created: 2026-11-01}', 'max-age: 30d', 'pass'],
    ['new-checkout: {created: 2026-09-01}', 'max-age: 30d', 'fail'],
    ['other: false', 'is: disabled', 'fail'],
    ['- new-checkout', 'is: disabled', 'unknown'],
    ['new-checkout: {enabled: [', 'is: disabled', 'unknown'],
    [undefined, 'is: disabled', 'unknown'],
  ])('in the file %p %s: %s', async (text, line, outcome) => {
    expect((await ofFile(text, line)).outcome).toBe(outcome);
    expect((await ofFile(text, line, reviewStory)).outcome).toBe(outcome);
  });

  test('without a provider is unknown, and says the line to add', async () => {
    const finding = await findingOf(deployStory, '{id: own, flag: {name: x, is: enabled}}');

    expect([finding.outcome, plain(finding.evidence)]).toEqual(['unknown', 'the policy names no flag provider']);
  });
});

describe.each(['metric: {metric: cpu, is: "< 60 %"}', 'sql: {query: select 1, expect: 0}'])('%s', (evidence) => {
  test('is asked at deploy', async () => {
    expect((await judged(`{id: own, ${evidence}}`, [], reviewStory)).outcome).toBe('asked-at-deploy');
  });

  test('of moment review is not asked there either', async () => {
    expect((await judged(`{id: own, moment: review, ${evidence}}`, [], reviewStory)).outcome).toBe('unknown');
  });
});
