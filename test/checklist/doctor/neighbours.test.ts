// The doctor among the service's neighbours: databases, channels, the flag provider and the traffic, each well, ill and not there.
import { describe, expect, test } from '@jest/globals';
import { asksNeighbours, neighbourSymptoms } from '../../../src/checklist/doctor/neighbours.ts';
import { type Answer, keyOf, known, unknown } from '../../../src/evidence/answer.ts';
import type { NetworkKind } from '../../../src/evidence/network.ts';
import type { Question } from '../../../src/evidence/question.ts';
import { gather } from '../../../src/evidence/round.ts';
import { effectiveOf, trustedPolicy } from '../../../src/policy/trusted.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { memoryWorld } from '../../world/memory/world.ts';

type Told = (question: Question) => Answer<NetworkKind> | undefined;

const base = 'version: 1\ntimezone: UTC\nextends: []\n';

async function linesOf(policy: string, env: Readonly<Record<string, string>>, told: Told, line = 'ci-all-green') {
  const world = memoryWorld({ policy: `${base}checklist: [${line}]\n${policy}` });
  const place = { path: '.github/deploy-policy.yml', source: 'trusted', run: world.run } as const;
  const trusted = await trustedPolicy(world.ask, place, vocabulary);
  const effective = effectiveOf(trusted, { environment: 'production', leg: '' });
  const read = (name: string) => env[name];
  const asked = asksNeighbours(effective, read);
  for (const question of asked) {
    const answer = told(question);
    if (answer !== undefined) world.github.network.set(keyOf(question), answer);
  }
  const answers = await gather(world.ask, () => asked);
  const symptoms = neighbourSymptoms(trusted, effective, read, answers);
  return symptoms.map(({ what, standing, found }) => `${standing} | ${what} | ${found}`);
}

describe('databases', () => {
  const direct = 'plans: {direct: {stages: [{id: full, weight: 100 %, bake: 0s}]}}';
  const row =
    (...first: readonly string[]): Told =>
    (question) =>
      question.kind === 'sql' ? known({ first }) : undefined;
  const env = { DATABASE_URL: 'postgres://me:hush-hush@db/shop' };

  test.each([
    [
      row('PostgreSQL 16.3', 'reader', 'false', 'false', 'false'),
      'pass | database DATABASE_URL | PostgreSQL 16.3, as reader',
    ],
    [
      row('PostgreSQL 16.3', 'owner', 'false', 'true', 'true'),
      'pass | database DATABASE_URL | PostgreSQL 16.3, as owner: may create schemas, sees what other sessions do',
    ],
    [
      row('PostgreSQL 16.3', 'postgres', 'true', 'true', 'true'),
      'warn | database DATABASE_URL | PostgreSQL 16.3, as postgres: may do everything',
    ],
    [() => unknown('db:5432 refused', 'start it'), 'fail | database DATABASE_URL | db:5432 refused'],
  ])('%#: %s', async (told, line) => {
    expect(await linesOf(direct, env, told)).toEqual([line]);
  });

  test('that a line asks and nobody names fail by the name of the variable', async () => {
    const policy = `env: [REPLICA_URL]\n${direct}`;
    const line = '{id: own, sql: {query: select 1, expect: 1, url: "${REPLICA_URL}"}}';

    expect(await linesOf(policy, {}, () => undefined, line)).toEqual([
      'fail | database REPLICA_URL | REPLICA_URL is not set, and a line of the checklist asks it',
    ]);
    expect(
      await linesOf(policy, { REPLICA_URL: 'mysql://db/shop' }, row('MySQL 8.4', 'gate@%', 'false'), line),
    ).toEqual(['pass | database REPLICA_URL | MySQL 8.4, as gate@%']);
  });

  test('are not asked where nothing names one, and the password is in no line', async () => {
    expect(await linesOf(direct, {}, () => undefined)).toEqual([]);
    expect((await linesOf(direct, env, row('x', 'y'))).join()).not.toContain('hush-hush');
  });
});

describe('channels', () => {
  const policy =
    'env: [SLACK_WEBHOOK]\nplans: {direct: {stages: [{id: full, weight: 100 %, bake: 0s}]}}\nannounce: [{id: team, when: [done], slack: "${SLACK_WEBHOOK}"}, {id: mail, when: [done], mail: ops@example.org}]';
  const env = { SLACK_WEBHOOK: 'https://hooks.slack.example/services/hush-hush' };
  const records =
    (v4: readonly string[]): Told =>
    (question) =>
      question.kind === 'dns' && question.host === 'hooks.slack.example' ? known({ v4, v6: [], alias: [] }) : undefined;

  test.each([
    [env, records(['192.0.2.1']), 'pass | announce team: slack | hooks.slack.example resolves, nothing was sent'],
    [env, records([]), 'fail | announce team: slack | hooks.slack.example does not resolve'],
    [env, () => unknown('DNS is silent', 'look'), 'unknown | announce team: slack | DNS is silent'],
    [{}, records([]), 'fail | announce team: slack | SLACK_WEBHOOK is not set: nobody is told'],
    [{ SLACK_WEBHOOK: 'https:// ' }, records([]), 'fail | announce team: slack | its address is no URL'],
  ])('%#: %s', async (variables, told, line) => {
    const lines = await linesOf(policy, variables, told);

    expect(lines).toEqual([line]);
    expect(lines.join()).not.toContain('hush-hush');
  });
});

describe('the flag of the rollback', () => {
  const policy =
    'flags: {provider: unleash}\nrollback: {flag: new-checkout}\nplans: {direct: {stages: [{id: full, weight: 100 %, bake: 0s}]}}';
  const fact = { found: true, enabled: true, archived: false, off: 'false', parents: [], targets: [] };

  test.each([
    [known(fact), 'pass | flag new-checkout | unleash: enabled'],
    [known({ ...fact, found: false }), 'fail | flag new-checkout | unleash has no such flag'],
    [unknown('GET answered 401', 'token'), 'fail | flag new-checkout | GET answered 401'],
  ])('%j: %s', async (answer, line) => {
    expect(await linesOf(policy, {}, ({ kind }) => (kind === 'flag' ? answer : undefined))).toEqual([line]);
  });
});

describe('the traffic', () => {
  const policy = `
metrics: {sources: {main: {prometheus: "http://p.example"}}, queries: {error-rate: {bad: 'b[{{window}}]', total: 'a[{{window}}]'}}}
limits: [{id: errors, metric: error-rate, continue: "< 1 %"}]
plans: {canary: {stages: [{id: ten, weight: 10 %, bake: 10m}, {id: full, weight: 100 %, bake: 1m}]}}
`;
  const week = 7 * 24 * 3600;
  const counted =
    (total: number): Told =>
    ({ kind }) =>
      kind === 'metric'
        ? known([
            { kind: 'value', value: 0 },
            { kind: 'value', value: total },
          ] as const)
        : undefined;

  test('that is enough passes, with the smallest difference it shows', async () => {
    const lines = await linesOf(policy, {}, counted(10 * week));

    expect(lines[0]).toBe('pass | traffic of last week | 10 requests a second');
    expect(lines[1]).toMatch(/^pass \| plan canary \| ten: 600 requests, shows \+\d+(\.\d+)? pp$/);
    expect(lines).toHaveLength(2);
  });

  test('that is too little warns of the plan, and of the limit by its line', async () => {
    const lines = await linesOf(policy, {}, counted(week));

    expect(lines).toEqual([
      'pass | traffic of last week | one request a second',
      'warn | plan canary | ten sees 60 requests at the traffic of last week, error-rate < 1 % needs 300',
      expect.stringMatching(
        /^warn \| limits \| \.github\/deploy-policy\.yml:7:\d+: the limit errors \(< 1 %\) needs 300 requests by the rule of three; at the traffic of last week ten of canary sees 60 in 10 min/,
      ),
    ]);
  });

  test('that nobody tells is a warning, and without a query not configured', async () => {
    expect(await linesOf(policy, {}, () => unknown('down', 'start it'))).toEqual([
      'warn | traffic of last week | down',
    ]);
    const without = policy.replace(/metrics.*\n/, '').replace(/limits.*\n/, '');
    expect((await linesOf(without, {}, () => undefined))[0]).toMatch(/^not-configured \| traffic of last week/);
  });
});
