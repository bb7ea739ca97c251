// The neighbours of a service against the gate's questions: a real Prometheus, Postgres and MariaDB, and flag providers as their API answers.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { lagQuery } from '../../../src/checklist/criteria/metric-lines.ts';
import { nodesLine } from '../../../src/checklist/criteria/operation-lines.ts';
import { mysqlQuery, postgresQuery } from '../../../src/checklist/doctor/neighbours.ts';
import { type Ask, known } from '../../../src/evidence/answer.ts';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createNetwork, type NetworkOptions } from '../../../src/io/network/network.ts';
import { createRouter } from '../../../src/io/routers/router.ts';
import { createSource } from '../../../src/io/sources/source.ts';
import { neighbour } from '../../world/neighbour.ts';
import { freePort } from '../../world/port.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { type Prometheus, prometheusAvailable, startPrometheus } from '../../world/prometheus.ts';

function network(more: Partial<NetworkOptions> = {}): Ask {
  const cancelled = new AbortController().signal;
  const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => {} };
  const around = { http: createHttp(), command: createCommand(process.cwd(), cancelled), clock };
  return createNetwork({
    event: 'push',
    http: around.http,
    env: () => undefined,
    cancelled,
    now: clock.now,
    metrics: (options) => createSource(options, around),
    router: (options) => createRouter(options, around),
    command: around.command,
    ...more,
  });
}

neighbour('prometheus', prometheusAvailable())('a Prometheus', () => {
  let prometheus: Prometheus;
  const rules = [
    {
      name: 'shop',
      interval: '1s',
      rules: [
        { alert: 'DatabaseCpuHigh', expr: 'db_cpu_percent > 90' },
        { record: 'shop:up', expr: 'sum(up)' },
      ],
    },
  ];

  beforeAll(async () => {
    const port = await freePort();
    prometheus = await startPrometheus({ targets: [`127.0.0.1:${port}`], rules });
  });
  afterAll(() => prometheus?.stop());

  const metric = (texts: readonly string[], agoMs = 0) =>
    network({ env: (name) => (name === 'PROMETHEUS_URL' ? prometheus.url : undefined) })({
      kind: 'metric',
      provider: 'prometheus',
      options: { prometheus: '${PROMETHEUS_URL}' },
      texts,
      windowMs: 300_000,
      agoMs,
    });

  test('answers several texts of one instant, and says of each that has none why', async () => {
    expect(await metric(['vector(3)', 'nothing_total', 'vector(0)/vector(0)'])).toMatchObject({
      value: [
        { kind: 'value', value: 3 },
        { kind: 'nothing' },
        { kind: 'nothing', because: expect.stringMatching(/NaN/) },
      ],
    });
  });

  test('answers for an instant that has passed', async () => {
    const answer = await metric(['time()'], 7 * 86_400_000);
    const told = answer.kind === 'known' ? answer.value[0] : undefined;

    expect(told?.kind === 'value' ? Math.abs(told.value * 1000 - (Date.now() - 7 * 86_400_000)) : -1).toBeLessThan(
      60_000,
    );
  });

  test('knows the maximum and the mean of a week, as the criteria ask for them', async () => {
    const week = '[604800s:300s]';

    expect(await metric([`max_over_time((vector(3))${week})`, `avg_over_time((sum(vector(3)))${week})`])).toEqual(
      known([
        { kind: 'value', value: 3 },
        { kind: 'value', value: 3 },
      ]),
    );
  });

  test('with several series, or with nonsense, leaves all unknown and says how to mend it', async () => {
    const several = 'label_replace(vector(1),"a","1","","") or label_replace(vector(1),"a","2","","")';

    expect(await metric(['vector(1)', several])).toMatchObject({
      kind: 'unknown',
      remedy: expect.stringMatching(/sum/),
    });
    expect(await metric(['sum('])).toMatchObject({ kind: 'unknown', because: expect.stringMatching(/bad_data/) });
  });

  test('tells its alert rules, records left out, and that no alert manager takes them', async () => {
    const ask = network();

    expect(await ask({ kind: 'alerting', provider: 'prometheus', options: { prometheus: prometheus.url } })).toEqual(
      known({ rules: [{ name: 'DatabaseCpuHigh', query: 'db_cpu_percent > 90', healthy: true }], receivers: 0 }),
    );
  });
});

test('a source that is not there is unknown by its address, without what stands before @', async () => {
  const answer = await network()({
    kind: 'alerting',
    provider: 'prometheus',
    options: { prometheus: `http://me:hush-hush@127.0.0.1:${await freePort()}` },
  });

  expect(answer).toMatchObject({ kind: 'unknown', because: expect.stringMatching(/127\.0\.0\.1/) });
  expect(JSON.stringify(answer)).not.toContain('hush-hush');
});

test('a source that knows only the present is not asked about last week', async () => {
  const question = { kind: 'metric', provider: 'json', options: { json: 'http://127.0.0.1/' }, texts: ['/a'] } as const;

  expect(await network()({ ...question, windowMs: 1, agoMs: 1 })).toMatchObject({
    kind: 'unknown',
    because: expect.stringMatching(/present only/),
  });
});

test.each(['metric', 'sql', 'flag', 'weights', 'alerting'] as const)(
  '%s is not asked on a pull request',
  async (kind) => {
    const ask = network({ event: 'pull_request' });
    const question = { kind, provider: 'json', options: {}, texts: [], windowMs: 1, agoMs: 0, url: '', query: '' };

    expect(
      await ask({
        ...question,
        timeoutMs: 1,
        name: 'x',
        environment: 'y',
        router: '',
        sides: ['a', 'b'],
        leg: '',
      } as never),
    ).toMatchObject({
      kind: 'unknown',
      because: 'the network is not asked on pull requests',
    });
  },
);

neighbour('postgres', postgresAvailable())('a Postgres', () => {
  let postgres: Postgres;
  let url: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("create table orders (id int, note text); insert into orders values (1, 'first'), (2, null)");
    await client.query("create role reader login password 'hush-hush'");
    await client.end();
  });
  afterAll(() => postgres?.stop());

  const ask = (query: string, to = url, timeoutMs = 60_000) =>
    network({ env: (name) => (name === 'DATABASE_URL' ? to : undefined) })({
      kind: 'sql',
      url: '${DATABASE_URL}',
      query,
      timeoutMs,
    });

  test.each([
    ['select count(*) from orders', ['2']],
    ['select id, note from orders order by id desc;', ['2', null]],
    ['with o as (select 5 as n) select n from o', ['5']],
    ['show server_encoding', ['UTF8']],
    ['values (1.50)', ['1.50']],
    ['select 1 where false', undefined],
  ])('answers the first row of %s', async (query, first) => {
    expect(await ask(query)).toEqual(known({ first }));
  });

  test.each([
    ['delete from orders'],
    ['select 1; delete from orders'],
    ['select 1) ; drop table orders; --'],
    ["select set_config('transaction_read_only','off',false) from (select pg_advisory_lock(1), nextval('s')) x"],
    ['commit'],
    ['with gone as (delete from orders returning id) select * from gone'],
  ])('does not do %s', async (query) => {
    expect(await ask(query)).toMatchObject({ kind: 'unknown' });
    expect(await ask('select count(*) from orders')).toEqual(known({ first: ['2'] }));
  });

  test('answers the doctor: version, role and rights', async () => {
    const reader = url.replace('postgres@', 'reader:hush-hush@');

    expect(await ask(postgresQuery)).toEqual(
      known({ first: [expect.stringMatching(/^PostgreSQL \d/), 'postgres', 'true', 'true', 'true'] }),
    );
    expect(await ask(postgresQuery, reader)).toMatchObject({
      value: { first: [expect.anything(), 'reader', 'false', 'false', 'false'] },
    });
  });

  test('answers how far its replicas are behind: NULL where none is connected', async () => {
    expect(await ask(lagQuery)).toEqual(known({ first: [null] }));
  });

  test('that takes too long is given up', async () => {
    expect(await ask('select pg_sleep(20)', url, 100)).toMatchObject({ kind: 'unknown' });
  });

  test('that refuses the role says so without its password', async () => {
    const answer = await ask('select * from orders', url.replace('postgres@', 'reader:hush-hush@'));

    expect(answer).toMatchObject({ kind: 'unknown', because: expect.stringMatching(/permission denied.*orders/) });
    expect(JSON.stringify(answer)).not.toContain('hush-hush');
  });

  test('where nothing listens, or of another kind, is unknown; a variable that is not set is named', async () => {
    const nowhere = await ask('select 1', `postgres://me:hush-hush@127.0.0.1:${await freePort()}/shop`);

    expect(nowhere).toMatchObject({ kind: 'unknown' });
    expect(JSON.stringify(nowhere)).not.toContain('hush-hush');
    expect(await ask('select 1', 'sqlite://x')).toMatchObject({ because: expect.stringMatching(/none of Postgres/) });
    expect(await network()({ kind: 'sql', url: '${DATABASE_URL}', query: 'select 1', timeoutMs: 1 })).toMatchObject({
      because: expect.stringMatching(/DATABASE_URL/),
    });
  });
});

const mariadb = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld'].find((path) => existsSync(path)) ?? '';
const withMariadb = mariadb !== '' && spawnSync('mysql', ['--version']).status === 0;

neighbour('mariadb', withMariadb)('a MariaDB', () => {
  let url = '';
  let stop = async () => {};

  beforeAll(async () => {
    const home = mkdtempSync(join(tmpdir(), 'boring-mariadb-'));
    const port = await freePort();
    const user = process.getuid?.() === 0 ? ['--user=root'] : [];
    const shared = ['--no-defaults', `--datadir=${home}/data`, ...user];
    spawnSync('mariadb-install-db', [...shared, '--auth-root-authentication-method=normal', '--skip-test-db'], {
      cwd: home,
    });
    const words = [
      ...shared,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${home}/m.sock`,
      `--pid-file=${home}/m.pid`,
    ];
    const child = spawn(mariadb, words, { cwd: home, stdio: 'ignore' });
    stop = async () => {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await gone;
      rmSync(home, { recursive: true, force: true });
    };
    const sql = (text: string) =>
      spawnSync('mysql', ['--no-defaults', `--socket=${home}/m.sock`, '-uroot', `--execute=${text}`]).status;
    const until = Date.now() + 60_000;
    while (sql('select 1') !== 0) {
      if (Date.now() > until) throw new Error('mariadbd did not start');
      await new Promise((again) => setTimeout(again, 100));
    }
    const setUp =
      "create database shop; create table shop.orders (id int, note text); insert into shop.orders values (1,'a'),(2,null); create user 'gate'@'%' identified by 'hush-hush'; grant all on shop.* to 'gate'@'%';";
    expect(sql(setUp)).toBe(0);
    url = `mysql://gate:hush-hush@127.0.0.1:${port}/shop`;
  });
  afterAll(() => stop());

  const ask = (query: string, to = url) => network()({ kind: 'sql', url: to, query, timeoutMs: 60_000 });

  test.each([
    ['select count(*) from orders', ['2']],
    ['select id, note\nfrom orders order by id desc;', ['2', null]],
    ['select 1 from orders where false', undefined],
  ])('answers the first row of %s', async (query, first) => {
    expect(await ask(query)).toEqual(known({ first }));
  });

  test.each([
    ['delete from orders'],
    ['select 1; delete from orders'],
    ['select 1 \\! touch /tmp/boring-owned'],
    ['select * from orders into outfile "/tmp/boring-owned"'],
  ])('does not do %s', async (query) => {
    expect(await ask(query)).toMatchObject({ kind: 'unknown' });
    expect(await ask('select count(*) from orders')).toEqual(known({ first: ['2'] }));
    expect(existsSync('/tmp/boring-owned')).toBe(false);
  });

  test.each(['require', 'verify-full'])('asked for TLS (%s) is not asked without', async (mode) => {
    expect(await ask('select 1', `${url}?sslmode=${mode}`)).toMatchObject({
      kind: 'unknown',
      because: expect.stringMatching(/SSL|TLS/),
    });
  });

  test('answers the doctor: version and role', async () => {
    expect(await ask(mysqlQuery)).toEqual(
      known({ first: [expect.stringMatching(/^MySQL \d/), 'gate@%', 'false', 'false', 'false'] }),
    );
  });

  test('says what the server refused, without the password', async () => {
    const answer = await ask('select 1', url.replace('hush-hush', 'hush-other'));

    expect(answer).toMatchObject({ kind: 'unknown', because: expect.stringMatching(/Access denied/) });
    expect(JSON.stringify(answer)).not.toContain('hush-other');
  });
});

describe('a flag provider', () => {
  let server: Server;
  let url = '';
  const asked: IncomingMessage[] = [];
  // As Unleash 7 answers GET /api/admin/projects/{project}/features/{feature}.
  const unleash = {
    environments: [
      { name: 'development', enabled: true, type: 'development', sortOrder: 1, strategies: [] },
      {
        name: 'production',
        enabled: false,
        type: 'production',
        sortOrder: 2,
        strategies: [
          {
            id: '1',
            name: 'flexibleRollout',
            disabled: false,
            parameters: { rollout: '10', stickiness: 'tenantId', groupId: 'new-checkout' },
            constraints: [{ contextName: 'region', operator: 'IN', values: ['eu'], inverted: false }],
            segments: [4],
          },
          { id: '2', name: 'userWithId', disabled: true, parameters: { userIds: '7' }, constraints: [], segments: [] },
        ],
      },
    ],
    name: 'new-checkout',
    project: 'default',
    type: 'release',
    stale: false,
    archived: false,
    createdAt: '2026-09-01T10:00:00.000Z',
    dependencies: [{ feature: 'payments', enabled: true, variants: [] }],
    children: [],
  };
  // As LaunchDarkly answers GET /api/v2/flags/{project}/{flag}?env={environment}.
  const launchdarkly = {
    name: 'New checkout',
    kind: 'boolean',
    key: 'new-checkout',
    creationDate: 1_788_000_000_000,
    archived: false,
    variations: [
      { value: true, _id: 'a' },
      { value: false, _id: 'b' },
    ],
    defaults: { onVariation: 0, offVariation: 1 },
    environments: {
      prod: {
        on: true,
        archived: false,
        targets: [],
        contextTargets: [{ values: ['acme'], variation: 0, contextKind: 'organization' }],
        rules: [
          {
            clauses: [{ attribute: 'tenant', op: 'in', values: ['acme'], contextKind: 'user', negate: false }],
            variation: 0,
          },
        ],
        fallthrough: { variation: 1 },
        offVariation: 1,
        prerequisites: [{ key: 'payments', variation: 0 }],
      },
    },
  };

  beforeAll(async () => {
    server = createServer({ keepAlive: false }, (request, response) => {
      asked.push(request);
      const told = request.url?.startsWith('/api/admin/projects/default/features/new-checkout')
        ? unleash
        : request.url?.startsWith('/api/v2/flags/shop/new-checkout?env=prod')
          ? launchdarkly
          : undefined;
      if (request.headers.authorization !== 'token-of-a-reader') response.writeHead(401).end('{}');
      else response.writeHead(told === undefined ? 404 : 200).end(JSON.stringify(told ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const ask = (provider: string, more: object, name = 'new-checkout', token = 'token-of-a-reader') =>
    network({ env: (variable) => (variable === 'FLAG_TOKEN' ? token : undefined) })({
      kind: 'flag',
      provider,
      options: { url, token: '${FLAG_TOKEN}', ...more },
      environment: 'production',
      name,
    });

  test('unleash tells state, age, parents and by what it chooses; what is disabled does not count', async () => {
    expect(await ask('unleash', {})).toEqual(
      known({
        found: true,
        enabled: false,
        archived: false,
        off: 'false',
        createdAt: Date.UTC(2026, 8, 1, 10),
        parents: ['payments'],
        targets: ['region', 'segment', 'tenantId'],
      }),
    );
  });

  test('launchdarkly tells the same, what is served while off among it', async () => {
    expect(await ask('launchdarkly', { project: 'shop', environments: { production: 'prod' } })).toEqual(
      known({
        found: true,
        enabled: true,
        archived: false,
        off: 'false',
        createdAt: 1_788_000_000_000,
        parents: ['payments'],
        targets: ['tenant', 'user', 'organization'],
      }),
    );
  });

  test('only reads', () => {
    expect([...new Set(asked.map(({ method }) => method))]).toEqual(['GET']);
  });

  test('without such a flag says so; without such an environment nobody can tell', async () => {
    expect(await ask('unleash', {}, 'old-checkout')).toMatchObject({ value: { found: false } });
    expect(await ask('unleash', { environments: { production: 'live' } })).toMatchObject({
      kind: 'unknown',
      because: 'Unleash has no environment live for new-checkout',
    });
  });

  test('that refuses the token is unknown, and the token is in no message', async () => {
    const answer = await ask('unleash', {}, 'new-checkout', 'wrong-token-here');

    expect(answer).toMatchObject({ kind: 'unknown', because: expect.stringMatching(/answered 401/) });
    expect(JSON.stringify(answer)).not.toContain('wrong-token-here');
  });
});

test('the weights of a router are told as it tells them', async () => {
  const router = { router: 'command', sides: ['blue', 'green'], environment: 'production', leg: '' } as const;
  const options = { get: 'echo \'{"blue": 90, "green": 10}\'', set: 'false' };

  expect(await network()({ kind: 'weights', ...router, options })).toEqual(known({ blue: 90, green: 10 }));
});

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

neighbour('kubectl', kubectl)('kubectl', () => {
  test('lists nodes and their readiness as the criterion reads it', async () => {
    const node = (title: string, ready: string) => ({
      kind: 'Node',
      apiVersion: 'v1',
      metadata: { name: title },
      status: {
        conditions: [
          { type: 'MemoryPressure', status: 'False' },
          { type: 'Ready', status: ready },
        ],
      },
    });
    const answers: Readonly<Record<string, object>> = {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
      '/api/v1': {
        kind: 'APIResourceList',
        groupVersion: 'v1',
        resources: [
          {
            name: 'nodes',
            singularName: 'node',
            namespaced: false,
            kind: 'Node',
            verbs: ['get', 'list'],
            shortNames: ['no'],
          },
        ],
      },
      '/api/v1/nodes': {
        kind: 'NodeList',
        apiVersion: 'v1',
        metadata: {},
        items: [node('a', 'True'), node('b', 'Unknown')],
      },
    };
    const server = createServer({ keepAlive: false }, (request, response) => {
      const told = answers[request.url?.split('?')[0] ?? ''];
      response
        .writeHead(told === undefined ? 404 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(told ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const home = mkdtempSync(join(tmpdir(), 'boring-kubectl-'));
    try {
      const [, ...words] = nodesLine({});
      const command = createCommand(process.cwd(), new AbortController().signal);
      const api = `--server=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const line = ['kubectl', api, `--cache-dir=${home}`, ...words];
      const env = { HOME: home, KUBECONFIG: join(home, 'none') };

      expect(await command({ line, env, timeoutMs: 60_000 })).toMatchObject({
        code: 0,
        stdout: 'a\tTrue\nb\tUnknown\n',
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
      rmSync(home, { recursive: true, force: true });
    }
  });
});
