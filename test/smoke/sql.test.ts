// SQL through the user's own client: how it is called, what is read from its output, and a real Postgres asked by psql.
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { clientOf, firstOf, rowsOf } from '../../src/smoke/sql.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { type Mariadb, mariadbAvailable, startMariadb } from '../world/mariadb.ts';
import { neighbour } from '../world/neighbour.ts';
import { freePort } from '../world/port.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../world/postgres.ts';
import { checkOf, failuresIn, Neighbours } from './neighbours.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

const how = { timeoutMs: 5_000, writes: false };

describe('the client', () => {
  test('gets the password where nobody else on the machine sees it', () => {
    const psql = clientOf(
      { client: 'psql', url: 'postgres://me:p%40ss@db.example:6432/shop?sslmode=require', query: 'select 1' },
      how,
    );
    const mysql = clientOf({ client: 'mysql', url: 'mysql://me:p%40ss@db.example/shop', query: 'select 1' }, how);

    expect(psql?.env).toMatchObject({
      PGHOST: 'db.example',
      PGPORT: '6432',
      PGUSER: 'me',
      PGPASSWORD: 'p@ss',
      PGDATABASE: 'shop',
      PGSSLMODE: 'require',
    });
    expect(mysql?.env).toEqual({ MYSQL_PWD: 'p@ss' });
    expect([psql?.line, mysql?.line].flat().join(' ')).not.toContain('p@ss');
  });

  test('takes a password that is pasted as it is, percent signs and all', () => {
    const asked = { query: 'select 1' } as const;

    expect(clientOf({ ...asked, client: 'psql', url: 'postgres://me:p%ss@db/shop' }, how)?.env.PGPASSWORD).toBe('p%ss');
    expect(clientOf({ ...asked, client: 'mysql', url: 'mysql://me:100%@db/shop' }, how)?.env.MYSQL_PWD).toBe('100%');
  });

  test('is ended by the server itself when its time is over', () => {
    const asked = { url: 'postgres://me@db/shop', query: 'select 1' } as const;

    expect(clientOf({ ...asked, client: 'psql' }, how)?.env.PGOPTIONS).toContain('-c statement_timeout=5000');
    expect(clientOf({ ...asked, client: 'mysql', url: 'mysql://db/x' }, how)?.line.join(' ')).toMatch(
      /max_execution_time = 5000 .*max_statement_time = 5 /,
    );
  });

  test('can only read, unless the check writes', () => {
    const asked = { client: 'psql', url: 'postgres://me@db/shop', query: 'select 1' } as const;

    expect(clientOf(asked, how)?.env.PGOPTIONS).toContain('default_transaction_read_only=on');
    expect(clientOf(asked, { ...how, writes: true })?.env.PGOPTIONS).not.toContain('read_only');
  });

  test.each([
    ['psql', 'mysql://db/x'],
    ['mysql', 'postgres://db/x'],
    ['psql', 'db.example'],
  ] as const)('%s is not given %s', (client, url) => {
    expect(clientOf({ client, url, query: 'x' }, how)).toBeUndefined();
  });
});

describe('a database', () => {
  test.each([
    ['psql: error: connection to server at "db" (10.0.0.1), port 5432 failed: Connection refused', 3],
    ['psql: error: connection to server at "db", port 5432 failed: timeout expired', 3],
    ['psql: error: could not connect to server: No route to host', 3],
    ["ERROR 2002 (HY000): Can't connect to server on 'db' (115)", 3],
    ['psql: error: connection to server at "db" failed: FATAL:  password authentication failed for user "me"', 1],
    ['ERROR:  relation "orders" does not exist', 1],
  ])('that says %j is asked %i times', async (stderr, times) => {
    let asked = 0;
    const service = aService(() => aReply());
    const command = async () => {
      asked += 1;
      return { code: 2, stdout: '', stderr, timedOut: false };
    };
    const suite = aSuite('secrets: [DB]\nchecks: [{id: q, sql: {url: "{{ secrets.DB }}", query: select 1}}]');

    const result = await runSuite(
      { ...service, command },
      suite,
      aWalk({ env: () => 'postgres://me:s3cret-pw@db/shop' }),
    );

    expect([asked, result.verdict]).toEqual([times, 'fail']);
    expect(JSON.stringify(result)).not.toContain('s3cret-pw');
  });
});

describe('the output', () => {
  test('of psql is CSV', () => {
    const rows = rowsOf('psql', 'id,name,note\n1,"Tea, green","says ""hi""\nthere"\n2,,0012\n');

    expect(rows).toEqual([
      { id: 1, name: 'Tea, green', note: 'says "hi"\nthere' },
      { id: 2, name: '', note: '0012' },
    ]);
    expect(firstOf(rows)).toBe(1);
  });

  test('of mysql is parted by tabs', () => {
    expect(rowsOf('mysql', 'id\tname\n1\ta\\tb\n2\tNULL\n')).toEqual([
      { id: 1, name: 'a\tb' },
      { id: 2, name: null },
    ]);
    expect(firstOf(rowsOf('mysql', ''))).toBeUndefined();
  });
});

const hasPsql = spawnSync('psql', ['--version']).status === 0;

neighbour('psql or Postgres', hasPsql && postgresAvailable())('a real Postgres', () => {
  let postgres: Postgres;
  let url = '';
  let around: Neighbours;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    const made = spawnSync('psql', [
      url,
      '--no-psqlrc',
      '-c',
      "create table orders (id int, state text); insert into orders values (1, 'open'), (2, 'paid')",
    ]);
    if (made.status !== 0) throw new Error(String(made.stderr));
  });
  afterAll(() => postgres.stop());
  beforeEach(() => {
    around = new Neighbours();
  });
  afterEach(() => around.stop());

  const run = (line: string, at = url) =>
    around.run(`secrets: [DB]\ndefaults: {retry: none}\nchecks: [{id: db, ${line}}]`, 'http://127.0.0.1:1', {
      env: () => at,
    });

  test.each([
    ['count(*)', '{value: 2, rows: 1}', 'pass', []],
    ['count(*)', '{value: {gte: 3}}', 'fail', ['value: >= 3, got 2']],
    ['state', '{rows: {gte: 3}}', 'fail', ['rows: >= 3, got 2']],
    ['id, state', '{json: {"$[?@.state == \'paid\'].id": {contains: 2}}}', 'pass', []],
    ['missing', '{rows: 1}', 'fail', [/query: an answer, got .*column "missing" does not exist/]],
  ])('select %s with %s: %s', async (columns, expectation, verdict, failures) => {
    const result = await run(
      `sql: {url: "{{ secrets.DB }}", query: "select ${columns} from orders"}, expect: ${expectation}`,
    );

    expect(failuresIn(result, 'db')).toEqual(
      failures.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
    expect(result.verdict).toBe(verdict);
  });

  test('is not written to, unless the check says so', async () => {
    const query = `sql: {url: "{{ secrets.DB }}", query: "delete from orders where id = 99"}`;

    expect(failuresIn(await run(query), 'db').join()).toMatch(/read-only transaction/);
    expect((await run(`${query}, writes: allowed`)).verdict).toBe('pass');
  });

  test('a query that hangs is ended in the database too', async () => {
    const result = await run('timeout: 1s, sql: {url: "{{ secrets.DB }}", query: "select pg_sleep(60)"}');

    expect(result.verdict).toBe('fail');
    expect(failuresIn(result, 'db').join()).toMatch(/time/);
  });

  test('nobody there is a failure of the check, and its password stands nowhere', async () => {
    const result = await run(
      'sql: {url: "{{ secrets.DB }}", query: "select 1"}',
      `postgres://me:hush-hush@127.0.0.1:${await freePort()}/x`,
    );

    expect(checkOf(result, 'db').outcome).toBe('fail');
    expect(JSON.stringify(result)).not.toContain('hush-hush');
  });
});

neighbour('MariaDB', mariadbAvailable())('a real MariaDB', () => {
  let mariadb: Mariadb;
  let url = '';
  let around: Neighbours;
  beforeAll(async () => {
    mariadb = await startMariadb();
    url = mariadb.createDatabase('shop');
    mariadb.lines('shop', "create table orders (id int, state text); insert into orders values (1, 'open'), (2, null)");
  });
  afterAll(() => mariadb?.stop());
  beforeEach(() => {
    around = new Neighbours();
  });
  afterEach(() => around.stop());

  const run = (line: string) =>
    around.run(`secrets: [DB]\ndefaults: {retry: none}\nchecks: [{id: db, ${line}}]`, 'http://127.0.0.1:1', {
      env: () => url,
    });
  const sql = (query: string) => `sql: {client: mariadb, url: "{{ secrets.DB }}", query: "${query}"}`;

  test.each([
    ['count(*)', '{value: 2, rows: 1}', []],
    ['count(*)', '{value: {gte: 3}}', ['value: >= 3, got 2']],
    ['state', '{rows: {gte: 3}}', ['rows: >= 3, got 2']],
    ['id, state', '{json: {"$[?@.state == null].id": {contains: 2}}}', []],
    ['missing', '{rows: 1}', [/query: an answer, got .*Unknown column 'missing'/]],
  ])('select %s with %s fails with %j', async (columns, expectation, failures) => {
    const result = await run(`${sql(`select ${columns} from orders`)}, expect: ${expectation}`);

    expect(failuresIn(result, 'db')).toEqual(
      failures.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
  });

  test('is not written to, unless the check says so', async () => {
    expect(failuresIn(await run(sql('delete from orders where id = 99')), 'db').join()).toMatch(
      /READ ONLY transaction/,
    );
    expect((await run(`${sql('delete from orders where id = 99')}, writes: allowed`)).verdict).toBe('pass');
  });

  test('a query that hangs is a failure at the end of its time, and is ended on the server too', async () => {
    // Not one that notices that its client is gone.
    const endless = 'select benchmark(4000000000, sha2(1, 512)) as endless';
    const result = await run(`timeout: 1s, ${sql(endless)}`);

    expect(result.verdict).toBe('fail');
    expect(failuresIn(result, 'db').join()).toMatch(/time|took/);
    const running = () =>
      mariadb.lines(
        'shop',
        "select count(*) from information_schema.processlist where info like '%endless%' and id <> connection_id()",
      )[0];
    for (const until = Date.now() + 60_000; running() !== '0' && Date.now() < until; )
      await new Promise((next) => setTimeout(next, 100));
    expect(running()).toBe('0');
  });
});
