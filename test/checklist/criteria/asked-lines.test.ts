// Lines of the catalogue that the service and its neighbours answer: at each limit, where the policy names nothing to ask, and met ahead.
import { describe, expect, test } from '@jest/globals';
import { lagQuery } from '../../../src/checklist/criteria/metric-lines.ts';
import { nodesLine } from '../../../src/checklist/criteria/operation-lines.ts';
import { type Answer, keyOf, known, unknown } from '../../../src/evidence/answer.ts';
import type { NetworkKind } from '../../../src/evidence/network.ts';
import type { QuestionOf } from '../../../src/evidence/question.ts';
import type { AlertRule, FlagFact, MetricFact } from '../../../src/evidence/service.ts';
import { plain } from '../../../src/kit/phrase.ts';
import type { MemoryWorld } from '../../world/memory/world.ts';
import { aPull, deployStory, findingOf, noon, reviewStory, sha } from '../story.ts';

const day = 86_400_000;
type Told = readonly (readonly [QuestionOf<NetworkKind>, Answer<NetworkKind>])[];

const shop = 'environments: {production: {url: "https://shop.example/"}}';

function judged(line: string, told: Told, policy = shop, more: (world: MemoryWorld) => void = () => {}) {
  return findingOf(deployStory, line, {
    policy,
    change: (world) => {
      for (const [question, answer] of told) world.github.network.set(keyOf(question), answer);
      more(world);
    },
  });
}

const page = (url: string): QuestionOf<'http'> => ({ kind: 'http', url, timeoutMs: 10_000 });
const port = (address: string): QuestionOf<'tcp'> => ({ kind: 'tcp', address });
const name = (host: string): QuestionOf<'dns'> => ({ kind: 'dns', host });
const reply = (status: number) => known({ kind: 'reply', status, body: '', truncated: false } as const);
const open = known({ open: true, because: '' });
const shut = known({ open: false, because: 'refused' });
const addresses = known({ v4: ['192.0.2.1'], v6: [], alias: ['shop.cdn.example'] });
const certificate = (leftMs: number) =>
  known({ kind: 'trusted', name: 'shop.example', validFrom: noon - 30 * day, validTo: noon + leftMs } as const);
const shopCertificate = { kind: 'tls', host: 'shop.example' } as const;

describe('the network', () => {
  test.each<[string, Told, string]>([
    ['load-balancer-healthy', [[page('https://shop.example/'), reply(200)]], 'pass'],
    ['load-balancer-healthy', [[page('https://shop.example/'), reply(503)]], 'fail'],
    [
      '{id: load-balancer-healthy, with: {http: ["http://lb/a", "http://lb/b"]}}',
      [
        [page('http://lb/a'), reply(200)],
        [page('http://lb/b'), reply(502)],
      ],
      'fail',
    ],
    [
      '{id: waf-rules-deployed, with: {blocked: "https://shop.example/?q=x"}}',
      [[page('https://shop.example/?q=x'), reply(403)]],
      'pass',
    ],
    [
      '{id: waf-rules-deployed, with: {blocked: "https://shop.example/?q=x"}}',
      [[page('https://shop.example/?q=x'), reply(200)]],
      'fail',
    ],
    ['{id: cdn-origin-configured, with: {expect: shop.cdn.example}}', [[name('shop.example'), addresses]], 'pass'],
    ['{id: cdn-origin-configured, with: {expect: other.cdn.example}}', [[name('shop.example'), addresses]], 'fail'],
    ['dns-points-to-expected', [[name('shop.example'), addresses]], 'pass'],
    ['dns-points-to-expected', [[name('shop.example'), known({ v4: [], v6: [], alias: [] })]], 'fail'],
    ['{id: dns-points-to-expected, with: {expect: 192.0.2.2}}', [[name('shop.example'), addresses]], 'fail'],
    ['tls-certificate-valid', [[shopCertificate, certificate(14 * day)]], 'fail'],
    ['tls-certificate-valid', [[shopCertificate, certificate(14 * day + 1)]], 'pass'],
    ['{id: tls-certificate-valid, with: {above: 30d}}', [[shopCertificate, certificate(30 * day)]], 'fail'],
    ['{id: tls-certificate-valid, with: {above: 30d}}', [[shopCertificate, certificate(30 * day + 1)]], 'pass'],
    ['network-connectivity', [[port('shop.example:443'), open]], 'pass'],
    ['network-connectivity', [[port('shop.example:443'), shut]], 'fail'],
    [
      '{id: network-connectivity, with: {tcp: ["db:5432", "cache:6379"]}}',
      [
        [port('db:5432'), open],
        [port('cache:6379'), unknown('no such name', 'look')],
      ],
      'unknown',
    ],
    [
      '{id: external-dependencies-up, with: {http: "https://pay.example/status", tcp: "mail.example:587"}}',
      [
        [page('https://pay.example/status'), reply(200)],
        [port('mail.example:587'), open],
      ],
      'pass',
    ],
    [
      '{id: external-dependencies-up, with: {http: "https://pay.example/status"}}',
      [[page('https://pay.example/status'), reply(500)]],
      'fail',
    ],
    [
      '{id: error-tracking-configured, with: {http: "https://errors.example/health"}}',
      [[page('https://errors.example/health'), reply(200)]],
      'pass',
    ],
  ])('%s of %j: %s', async (line, told, outcome) => {
    expect((await judged(line, told)).outcome).toBe(outcome);
  });

  test('a port of the environment’s url counts, and where it has no TLS so does that', async () => {
    const policy = 'environments: {production: {url: "http://me:secret@shop.example:8080/x"}}';

    expect((await judged('network-connectivity', [[port('shop.example:8080'), open]], policy)).outcome).toBe('pass');
    expect((await judged('dns-points-to-expected', [[name('shop.example'), addresses]], policy)).outcome).toBe('pass');
    const plainHttp = 'environments: {production: {url: "http://shop.example"}}';
    expect((await judged('network-connectivity', [[port('shop.example:80'), open]], plainHttp)).outcome).toBe('pass');
  });
});

describe('met ahead', () => {
  const line = '{id: load-balancer-healthy, ahead: 7d}';
  const told: Told = [[page('https://shop.example/'), reply(200)]];
  const attested = (at: string) => (world: MemoryWorld) =>
    void world.github.files.set('.github/attestations/load-balancer-healthy.yml', `by: dave\nat: ${at}\n`);

  test.each([
    ['2026-11-10', 'pass'],
    ['2026-11-11', 'waiting'],
  ])('somebody’s word of %s says since when what is asked now is so: %s', async (at, outcome) => {
    expect((await judged(line, told, shop, attested(at))).outcome).toBe(outcome);
  });

  test('without a word nobody can tell since when', async () => {
    expect((await judged(line, told)).outcome).toBe('unknown');
  });

  test('a word does not help what fails now', async () => {
    const down: Told = [[page('https://shop.example/'), reply(503)]];

    expect((await judged(line, down, shop, attested('2026-11-01'))).outcome).toBe('fail');
  });

  test('a certificate itself tells since when it is valid', async () => {
    const finding = await judged('{id: tls-certificate-valid, ahead: 7d}', [[shopCertificate, certificate(60 * day)]]);

    expect(finding.outcome).toBe('pass');
  });
});

const metrics = `
metrics:
  sources: {main: {prometheus: "http://prometheus.example"}}
  queries:
    staging-log-errors: {value: 'sum(increase(log_errors[{{window}}]))'}
    backup-age: {value: 'max(backup_age_seconds)', unit: s}
    replication-lag: {value: 'max(lag_seconds)', unit: s}
    cpu: {value: 'max(cpu)', unit: percent}
    memory: {value: 'max(memory)', unit: percent}
    disk: {value: 'max(disk)', unit: percent}
    container-startup-time: {value: 'max(startup)', unit: s}
    request-rate: {value: 'sum(rate(requests[5m]))'}
    error-rate: {bad: 'sum(increase(bad[{{window}}]))', total: 'sum(increase(all[{{window}}]))'}
limits:
  - {metric: error-rate, continue: "< 1 %"}
  - {metric: cpu, breach: "> 90 %", then: hold}
`;
const options = { prometheus: 'http://prometheus.example' };
const asked = (texts: readonly string[], windowMs = 300_000): QuestionOf<'metric'> => ({
  kind: 'metric',
  provider: 'prometheus',
  options,
  texts,
  windowMs,
  agoMs: 0,
});
const number = (...values: readonly number[]) => known(values.map((value): MetricFact => ({ kind: 'value', value })));
const nothing = (...becauses: readonly string[]) =>
  known(becauses.map((because): MetricFact => ({ kind: 'nothing', because })));

describe('metrics', () => {
  const logs = asked(['sum(increase(log_errors[600s]))'], 600_000);
  const freshLogs = asked(['sum(increase(log_errors[300s]))']);
  const [cpu, memory, disk] = ['max(cpu)', 'max(memory)', 'max(disk)'].map((text) => asked([text]));
  const room = (c: number, m: number, d: number): Told =>
    cpu && memory && disk
      ? [
          [cpu, number(c)],
          [memory, number(m)],
          [disk, number(d)],
        ]
      : [];
  const rate = asked(['sum(rate(requests[5m]))']);
  const top = asked(['max_over_time((sum(rate(requests[5m])))[604800s:300s])']);

  test.each<[string, Told, string]>([
    [
      '{id: staging-logs-quiet, with: {window: 10m}}',
      [
        [logs, number(0)],
        [freshLogs, number(0)],
      ],
      'pass',
    ],
    [
      '{id: staging-logs-quiet, with: {window: 10m}}',
      [
        [logs, number(1)],
        [freshLogs, number(0)],
      ],
      'fail',
    ],
    [
      '{id: staging-logs-quiet, with: {window: 10m}}',
      [
        [logs, number(0)],
        [freshLogs, nothing('none')],
      ],
      'unknown',
    ],
    ['{id: backup-fresh, with: {max-age: 1h}}', [[asked(['max(backup_age_seconds)']), number(3600)]], 'pass'],
    ['{id: backup-fresh, with: {max-age: 1h}}', [[asked(['max(backup_age_seconds)']), number(3601)]], 'fail'],
    ['backup-fresh', [[asked(['max(backup_age_seconds)']), nothing('no series')]], 'unknown'],
    ['{id: replication-lag, with: {below: 100ms}}', [[asked(['max(lag_seconds)']), number(0.099)]], 'pass'],
    ['{id: replication-lag, with: {below: 100ms}}', [[asked(['max(lag_seconds)']), number(0.1)]], 'fail'],
    ['{id: server-capacity-headroom, with: {cpu: "< 60 %", memory: "< 70 %"}}', room(59, 69, 99), 'pass'],
    ['{id: server-capacity-headroom, with: {cpu: "< 60 %", memory: "< 70 %"}}', room(60, 69, 0), 'fail'],
    ['{id: server-capacity-headroom, with: {resources: [cpu, memory, storage]}}', room(79, 79, 79), 'pass'],
    ['{id: server-capacity-headroom, with: {resources: [cpu, memory, storage]}}', room(79, 79, 80), 'fail'],
    ['{id: server-capacity-headroom, with: {resources: [cpu, swap]}}', room(1, 1, 1), 'unknown'],
    ['{id: container-startup-time, with: {below: 30s}}', [[asked(['max(startup)']), number(29.9)]], 'pass'],
    ['{id: container-startup-time, with: {below: 30s}}', [[asked(['max(startup)']), number(30)]], 'fail'],
    [
      '{id: deploy-window-peak, with: {at-most: 80 %, of: 7d}}',
      [
        [rate, number(80)],
        [top, number(100)],
      ],
      'pass',
    ],
    [
      '{id: deploy-window-peak, with: {at-most: 80 %, of: 7d}}',
      [
        [rate, number(81)],
        [top, number(100)],
      ],
      'fail',
    ],
    [
      'deploy-window-peak',
      [
        [rate, number(0)],
        [top, number(0)],
      ],
      'unknown',
    ],
    [
      'deploy-window-peak',
      [
        [rate, number(5)],
        [top, nothing('no series')],
      ],
      'unknown',
    ],
  ])('%s of %j: %s', async (line, told, outcome) => {
    expect((await judged(line, told, metrics)).outcome).toBe(outcome);
  });

  test.each([
    [['0'], 'pass'],
    [['99.9'], 'pass'],
    [['100'], 'fail'],
    [[null], 'unknown'],
  ])('replication-lag asked of Postgres, %j: %s', async (first, outcome) => {
    const url = 'postgres://replica/';
    const question = { kind: 'sql', url, query: lagQuery, timeoutMs: 30_000 } as const;
    const line = `{id: replication-lag, with: {below: 100ms, url: "${url}"}}`;

    expect((await judged(line, [[question, known({ first })]])).outcome).toBe(outcome);
  });

  const counts = asked(['sum(increase(bad[300s]))', 'sum(increase(all[300s]))']);

  test.each<[string, Told, string]>([
    [
      'monitoring-active',
      [
        [counts, number(0, 10)],
        [asked(['max(cpu)']), number(1)],
      ],
      'pass',
    ],
    [
      'monitoring-active',
      [
        [counts, number(0, 0)],
        [asked(['max(cpu)']), number(1)],
      ],
      'pass',
    ],
    [
      'monitoring-active',
      [
        [counts, nothing('no series', 'no series')],
        [asked(['max(cpu)']), number(1)],
      ],
      'fail',
    ],
    [
      'monitoring-active',
      [
        [counts, unknown('down', 'start it')],
        [asked(['max(cpu)']), number(1)],
      ],
      'unknown',
    ],
    [
      '{id: metrics-collected, with: {metrics: [cpu, error-rate]}}',
      [
        [counts, number(0, 1)],
        [asked(['max(cpu)']), number(1)],
      ],
      'pass',
    ],
    [
      '{id: metrics-collected, with: {metrics: [cpu, error-rate]}}',
      [
        [counts, number(0, 1)],
        [asked(['max(cpu)']), nothing('NaN')],
      ],
      'fail',
    ],
    ['{id: metrics-collected, with: {metrics: [cpu, sales]}}', [[asked(['max(cpu)']), number(1)]], 'unknown'],
  ])('%s of %j: %s', async (line, told, outcome) => {
    expect((await judged(line, told, metrics)).outcome).toBe(outcome);
  });
});

describe('alert rules', () => {
  const question = { kind: 'alerting', provider: 'prometheus', options } as const;
  const rule = (title: string, query: string, healthy = true): AlertRule => ({ name: title, query, healthy });
  const all = [
    rule('DatabaseCpuHigh', 'node_cpu > 0.9'),
    rule('PgMemory', 'pg_memory_bytes > 1e9'),
    rule('TooMany', 'pg_stat_activity_connections > 90'),
  ];

  test.each<[string, readonly AlertRule[], number, string]>([
    ['alerts-configured', all, 1, 'pass'],
    ['alerts-configured', all, 0, 'fail'],
    ['alerts-configured', [], 1, 'fail'],
    ['alerts-configured', [rule('Broken', 'x', false)], 1, 'fail'],
    ['{id: alerts-configured, with: {rules: [PgMemory]}}', all, 1, 'pass'],
    ['{id: alerts-configured, with: {rules: [Checkout]}}', all, 1, 'fail'],
    ['{id: db-alerts-set, with: {metrics: [cpu, memory, connections]}}', all, 0, 'pass'],
    ['{id: db-alerts-set, with: {metrics: [cpu, memory, connections]}}', all.slice(1), 0, 'fail'],
    ['{id: db-alerts-set, with: {metrics: [cpu]}}', [rule('CpuHigh', 'node_cpu > 0.9')], 0, 'fail'],
  ])('%s of %j with %d managers: %s', async (line, rules, receivers, outcome) => {
    expect((await judged(line, [[question, known({ rules, receivers })]], metrics)).outcome).toBe(outcome);
  });

  test('that nobody tells are unknown', async () => {
    expect((await judged('alerts-configured', [[question, unknown('down', 'start it')]], metrics)).outcome).toBe(
      'unknown',
    );
  });
});

describe('flags that the change names', () => {
  const question = (flag: string) =>
    ({ kind: 'flag', provider: 'unleash', options: {}, environment: 'production', name: flag }) as const;
  const fact: FlagFact = { found: true, enabled: false, archived: false, off: 'false', parents: [], targets: [] };
  const named = (line: string, told: FlagFact | undefined, body: string, policy = 'flags: {provider: unleash}') =>
    findingOf(deployStory, line, {
      policy,
      pulls: [aPull({ number: 482, mergedAt: noon - 1, mergeSha: sha('c'), body })],
      change: ({ github }) => {
        for (const flag of ['new-checkout', 'other'])
          if (told !== undefined) github.network.set(keyOf(question(flag)), known(told));
      },
    });

  test.each<[string, FlagFact | undefined, string]>([
    ['flags-configured', fact, 'pass'],
    ['flags-configured', { ...fact, found: false }, 'fail'],
    ['flags-configured', { ...fact, archived: true }, 'fail'],
    ['flags-configured', { ...fact, off: 'true' }, 'fail'],
    ['flags-configured', undefined, 'unknown'],
    ['flag-safe-default', { ...fact, off: '"legacy"' }, 'fail'],
    ['{id: flag-safe-default, with: {old: [legacy]}}', { ...fact, off: '"legacy"' }, 'pass'],
    ['flag-not-nested', fact, 'pass'],
    ['flag-not-nested', { ...fact, parents: ['payments'] }, 'fail'],
    ['flag-instance-targeting', { ...fact, targets: ['tenantId'] }, 'pass'],
    ['flag-instance-targeting', { ...fact, targets: ['region'] }, 'fail'],
    ['{id: flag-instance-targeting, with: {by: [region]}}', { ...fact, targets: ['region'] }, 'pass'],
  ])('%s of %j: %s', async (line, told, outcome) => {
    expect((await named(line, told, 'Flag: new-checkout')).outcome).toBe(outcome);
  });

  test('several of a line are all asked; one in a comment is none', async () => {
    expect((await named('flag-not-nested', fact, 'Flags: `new-checkout`, other')).outcome).toBe('pass');
    expect((await named('flag-not-nested', fact, 'Flags: new-checkout, third')).outcome).toBe('unknown');
    expect((await named('flag-not-nested', fact, '<!-- Flag: third -->')).outcome).toBe('not-applicable');
  });

  test('without any the line is not applicable; without a provider somebody must attest it', async () => {
    expect((await named('flags-configured', fact, 'no word of it', '')).outcome).toBe('not-applicable');
    const open = await named('flags-configured', fact, 'Flag: new-checkout', '');

    expect(open.outcome).toBe('unknown');
    expect(plain(open.todo)).toMatch(/flags: \{provider: unleash\}/);
  });
});

describe('operations', () => {
  const run = (given: {
    readonly id: number;
    readonly ageMs: number;
    readonly conclusion: string;
    readonly branch?: string;
  }) => ({
    id: given.id,
    attempt: 1,
    path: '.github/workflows/restore.yml',
    event: 'schedule',
    headSha: sha('c'),
    headBranch: given.branch ?? 'main',
    status: 'completed' as const,
    conclusion: given.conclusion,
    createdAt: noon - given.ageMs,
    actor: 'bot',
    url: `https://github.example/runs/${given.id}`,
  });
  const success = { id: 1, conclusion: 'success' };

  test.each([
    [[run({ ...success, ageMs: 31 * day })], 'pass'],
    [[run({ ...success, ageMs: 31 * day + 1 })], 'fail'],
    [[run({ id: 2, conclusion: 'failure', ageMs: day }), run({ ...success, ageMs: 2 * day })], 'fail'],
    [[run({ ...success, ageMs: day, branch: 'attempt' })], 'fail'],
    [[], 'fail'],
  ])('backup-restorable of %j: %s', async (runs, outcome) => {
    const finding = await judged(
      '{id: backup-restorable, with: {workflow: restore.yml}}',
      [],
      '',
      ({ github }) => void github.workflowRuns.set('.github/workflows/restore.yml', runs),
    );

    expect(finding.outcome).toBe(outcome);
  });

  const nodes = (output: string, code = 0) => known({ code, timedOut: false, said: 'no cluster', output });

  test.each([
    [nodes('a\tTrue\nb\tTrue\n'), 'pass', '2 of 2 ready'],
    [nodes('a\tTrue\nb\tFalse\nc\tUnknown\nd\t\n'), 'fail', '3 of 4 not ready: b, c, d'],
    [nodes(''), 'unknown', 'kubectl lists no node'],
    [nodes('', 1), 'unknown', 'kubectl: exit 1: no cluster'],
    [known({ code: 0, timedOut: true, said: '' }), 'unknown', 'kubectl: it did not answer in time'],
    [unknown('no command', 'look'), 'unknown', 'kubectl: it could not be started'],
  ])('kubernetes-nodes-ready of %j: %s', async (answer, outcome, words) => {
    const finding = await judged(
      'kubernetes-nodes-ready',
      [],
      '',
      ({ github }) => void github.commands.set(JSON.stringify(nodesLine({})), answer),
    );

    expect([finding.outcome, plain(finding.evidence)]).toEqual([outcome, words]);
  });

  test.each([
    ['by: alice\nat: 2026-11-16\n', 'pass'],
    ['by: alice\nat: 2026-01-16\n', 'fail'],
  ])('where this job has no kubectl, somebody’s word counts: %j', async (text, outcome) => {
    const path = '.github/attestations/kubernetes-nodes-ready.yml';
    const finding = await judged('kubernetes-nodes-ready', [], '', ({ github }) => {
      github.files.set(path, text);
    });

    expect([finding.outcome, plain(finding.evidence).startsWith(path)]).toEqual([outcome, true]);
  });
});

const unconfigured = [
  'waf-rules-deployed',
  'cdn-origin-configured',
  'external-dependencies-up',
  'error-tracking-configured',
  'staging-logs-quiet',
  'backup-fresh',
  'replication-lag',
  'server-capacity-headroom',
  'container-startup-time',
  'deploy-window-peak',
  'metrics-collected',
  'monitoring-active',
  'alerts-configured',
  'db-alerts-set',
  'backup-restorable',
  'load-balancer-healthy',
  'dns-points-to-expected',
  'tls-certificate-valid',
  'network-connectivity',
];

describe.each(unconfigured)('%s, where the policy names nothing to ask', (id) => {
  test('is unknown with the way to name it, or is attested', async () => {
    const open = await judged(id, [], '');
    const attested = await judged(
      id,
      [],
      '',
      ({ github }) => void github.files.set(`.github/attestations/${id}.yml`, 'by: dave\nat: 2026-11-17T09:30:00Z\n'),
    );

    expect([open.outcome, attested.outcome]).toEqual(['unknown', 'pass']);
    expect(plain(open.todo)).toMatch(/metrics|with:|environments|Prometheus/i);
  });

  test('is asked at deploy only', async () => {
    expect((await findingOf(reviewStory, id)).outcome).toBe('asked-at-deploy');
    expect((await findingOf(reviewStory, `{id: ${id}, moment: review}`)).outcome).toBe('unknown');
  });
});
