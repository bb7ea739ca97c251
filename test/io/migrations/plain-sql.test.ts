// The plain-sql tool on a real Postgres: apply, fail, revert, lock, and what a killed run leaves.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { clock } from '../../../src/io/clock.ts';
import { Problem } from '../../../src/kit/problem.ts';
import type { MigrationDatabase, MigrationStep } from '../../../src/world.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { database, files, found, never, rows, session } from './server.ts';

const orders = {
  'V001__orders.sql':
    'create table orders (id int primary key, total int);\ninsert into orders values (1, 10), (2, 20);',
  'V001__orders.down.sql': 'drop table orders;',
};
const note = {
  'V002__note.sql': 'alter table orders add column note text;\nupdate orders set note = total::text;',
  'U002__note.sql': 'alter table orders drop column note;',
};

neighbour('Postgres', postgresAvailable())('plain-sql', () => {
  let server: Postgres;
  let url: string;
  let open: MigrationDatabase[];

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await Promise.all((open ?? []).map((one) => one.close()));
    open = [];
    url = await server.createDatabase();
  });

  const connected = async (...options: Parameters<typeof database> extends [string, ...infer Rest] ? Rest : never) => {
    const one = database(url, ...options);
    open.push(one);
    await one.open(never);
    return one;
  };
  const ids = async (one: MigrationDatabase) => (await one.history()).map(({ id }) => id);
  const failed = (step: MigrationStep) => {
    if (step.kind !== 'failed') throw new Error('it did not fail');
    return step;
  };

  test('applies files in order, counts the rows they change, and keeps them in its history with their digests', async () => {
    const one = await connected();
    const [first, second] = files({ ...orders, ...note });

    expect(await one.history()).toEqual([]);
    expect(await one.apply(first!, never)).toMatchObject({ kind: 'done', id: 'V001', rows: 2 });
    expect(await one.apply(second!, never)).toMatchObject({ kind: 'done', id: 'V002', rows: 2 });

    expect(await one.history()).toEqual([
      { id: 'V001', sha256: first!.sha256 },
      { id: 'V002', sha256: second!.sha256 },
    ]);
    expect(await rows(url, 'select note from orders order by id')).toEqual([{ note: '10' }, { note: '20' }]);
    expect(await one.version()).toMatch(/^PostgreSQL \d+\.\d+$/);
  });

  test('asking for the history makes no table', async () => {
    const one = await connected();
    await one.history();

    expect(await rows(url, "select to_regclass('boring_deploys_migrations')::text as name")).toEqual([{ name: null }]);
  });

  test('rolls a failing file back as a whole and says where, why and with which code', async () => {
    const one = await connected();
    const [first, bad] = files({
      ...orders,
      'V002__bad.sql': '-- adds ä column\nalter table orders add column note text;\n\n  update orders\n  set nota = 1;',
    });
    await one.apply(first!, never);

    const step = failed(await one.apply(bad!, never));

    expect(step.where).toBe('db/migrations/V002__bad.sql:5:7');
    expect(step.what).toContain('column "nota" of relation "orders" does not exist [42703]');
    expect(step.left).toBe('as-before');
    expect(await ids(one)).toEqual(['V001']);
    expect(
      await rows(url, "select 1 from pg_attribute where attrelid = 'orders'::regclass and attname = 'note'"),
    ).toEqual([]);
  });

  test('points at the right character behind letters that take two code units', async () => {
    const one = await connected();

    const step = failed(await one.apply(files({ 'V1__x.sql': "select '😀😀', nothing;" })[0]!, never));

    expect(step.where).toBe('db/migrations/V1__x.sql:1:16');
  });

  test('a fault that shows only at commit rolls back too', async () => {
    const one = await connected();
    const text =
      'create table a (id int primary key);\ncreate table b (a int references a deferrable initially deferred);\ninsert into b values (7);';

    const step = failed(await one.apply(files({ 'V1__x.sql': text })[0]!, never));

    expect(step).toMatchObject({ left: 'as-before', where: 'db/migrations/V1__x.sql' });
    expect(step.what).toContain('Key (a)=(7) is not present');
    expect(await ids(one)).toEqual([]);
  });

  test('a file that turns the search_path away still gets its line in the one history', async () => {
    const one = await connected();

    await one.apply(
      files({
        'V1__x.sql': "create schema other; select set_config('search_path', 'other', false); create table t (id int);",
      })[0]!,
      never,
    );

    expect(await ids(one)).toEqual(['V1']);
  });

  test('reverts a file with its down and takes its line away; without a down it changes nothing', async () => {
    const one = await connected();
    const [first, second, third] = files({ ...orders, ...note, 'V003__none.sql': 'create table t (id int);' });
    for (const file of [first!, second!, third!]) await one.apply(file, never);

    expect(failed(await one.revert(third!, never))).toMatchObject({ reason: 'no-down', left: 'as-before' });
    expect(await one.revert(second!, never)).toMatchObject({ kind: 'done' });

    expect(await ids(one)).toEqual(['V001', 'V003']);
    expect(await rows(url, 'select * from orders where id = 1')).toEqual([{ id: 1, total: 10 }]);
  });

  test('runs CREATE INDEX CONCURRENTLY outside a transaction', async () => {
    const one = await connected();
    const [first, index] = files({
      ...orders,
      'V002__index.sql': 'create index concurrently orders_total on orders (total);',
    });
    await one.apply(first!, never);

    expect(await one.apply(index!, never)).toMatchObject({ kind: 'done' });

    expect(await rows(url, "select indisvalid from pg_index where indexrelid = 'orders_total'::regclass")).toEqual([
      { indisvalid: true },
    ]);
  });

  test('a half-done file without a transaction says so, names the invalid index, and goes on behind what is done', async () => {
    const one = await connected();
    const text =
      '-- transaction:false\ninsert into orders values (3, 10);\ncreate unique index concurrently by_total on orders (total);';
    const [first, half] = files({ ...orders, 'V002__half.sql': text });
    await one.apply(first!, never);

    const step = failed(await one.apply(half!, never));

    expect(step).toMatchObject({ left: 'half-done', where: 'db/migrations/V002__half.sql:3:1' });
    expect(step.what).toContain('an invalid index was left: by_total');
    expect(step.fix).toContain('drop index concurrently by_total');
    expect(await ids(one)).toEqual(['V001']);

    await rows(url, 'drop index by_total');
    await rows(url, 'delete from orders where id = 1');
    expect(await one.apply(half!, never)).toMatchObject({ kind: 'done', rows: 0 });
    expect(await ids(one)).toEqual(['V001', 'V002']);
    expect(await rows(url, 'select id from orders order by id')).toEqual([{ id: 2 }, { id: 3 }]);
  });

  test('gives up a lock that does not come after its tries, names the way out, and changes nothing', async () => {
    const one = await connected();
    const [first, second] = files({ ...orders, ...note });
    await one.apply(first!, never);
    const reader = await session(url, 'select * from orders');

    const step = failed(await one.apply(second!, never));
    await reader.end();

    expect(step).toMatchObject({
      reason: 'lock-timeout',
      left: 'as-before',
      where: 'db/migrations/V002__note.sql:1:1',
    });
    expect(step.what).toContain('canceling statement due to lock timeout [55P03]');
    expect(await ids(one)).toEqual(['V001']);
  });

  test('asks again for a lock, and goes in when the other session is done', async () => {
    const one = await connected();
    const [first, second] = files({ ...orders, ...note });
    await one.apply(first!, never);
    const reader = await session(url, 'select * from orders');

    const applying = one.apply(second!, never);
    setTimeout(() => void reader.end(), 300);

    expect(await applying).toMatchObject({ kind: 'done' });
  });

  test('measures how long it held a lock and how long others waited for it', async () => {
    const one = await connected({ lockTimeoutMs: 2_000 });
    const [first, slow] = files({
      ...orders,
      'V002__slow.sql': 'alter table orders add column note text;\nselect pg_sleep(1.5);',
    });
    await one.apply(first!, never);

    const applying = one.apply(slow!, never);
    await found(url, "select 1 from pg_locks where mode = 'AccessExclusiveLock' and relation = 'orders'::regclass");
    const reading = rows(url, 'select * from orders');
    const step = await applying;
    await reading;

    if (step.kind !== 'done') throw new Error(step.what);
    expect(step.lockMs).toBeGreaterThan(300);
    expect(step.lockMs).toBeLessThanOrEqual(step.durationMs);
    expect(step.blockedMs).toBeGreaterThan(100);
    expect(step.blockedMs).toBeLessThan(step.lockMs);
  });

  test('of two runs at once the second waits, and finds nothing left to do', async () => {
    const [first] = files(orders);
    const run = async (name: string) => {
      const one = await connected({ session: name });
      const pending = (await ids(one)).length === 0;
      const step = pending ? await one.apply(first!, never) : undefined;
      await one.close();
      return step?.kind;
    };

    expect((await Promise.all([run('1.1'), run('2.1')])).sort()).toEqual(['done', undefined]);
  });

  test('a run that waits too long for the lock names who holds it', async () => {
    await connected({ session: '1.1' });
    const second = database(url, { session: '2.1', waitMs: 300 });
    open.push(second);

    const problem = await second.open(never).catch((error) => error);

    expect(problem).toBeInstanceOf(Problem);
    expect(problem.parts.reason).toBe('locked');
    expect(problem.message).toMatch(/"boring-deploys lock 1\.1" \(pid \d+, idle, connected since 2/);
  });

  test('a cancelled job does not go on waiting for the lock', async () => {
    await connected({ session: '1.1' });
    const second = database(url, { session: '2.1', waitMs: 60_000 });
    open.push(second);
    const cancel = new AbortController();

    const waiting = second.open(cancel.signal).catch((error) => error);
    setTimeout(() => cancel.abort(), 100);

    expect((await waiting).parts.reason).toBe('cancelled');
  });

  test('a run that was killed in the middle of a file leaves nothing, and the next one goes in', async () => {
    const [first] = files(orders);
    const dead = new pg.Client({ connectionString: url, application_name: 'boring-deploys migrate 1.1' });
    dead.on('error', () => undefined);
    await dead.connect();
    await dead.query('begin');
    await dead.query('create table orders (id int)');
    const running = dead.query('select pg_sleep(60)').catch((error) => error);

    const one = await connected({ session: '2.1' });
    expect(await one.cancelLeftovers()).toBe(1);
    expect(await one.apply(first!, never)).toMatchObject({ kind: 'done' });

    expect((await running).code).toBe('57P01');
    expect(await ids(one)).toEqual(['V001']);
    await dead.end().catch(() => undefined);
  });

  test('a cancelled job lets the running file end by itself for a moment, then cancels and rolls it back', async () => {
    const hurried = {
      now: clock.now,
      steady: clock.steady,
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms / 20, signal),
    };
    const one = await connected({}, { clock: hurried });
    const [quick, endless] = files({
      ...orders,
      'V002__endless.sql': 'create table t (id int);\nselect pg_sleep(60);',
    });
    const cancel = new AbortController();
    cancel.abort();

    expect(await one.apply(quick!, cancel.signal)).toMatchObject({ kind: 'done' });
    const step = failed(await one.apply(endless!, cancel.signal));

    expect(step).toMatchObject({ reason: 'statement-cancelled', left: 'as-before' });
    expect(await ids(one)).toEqual(['V001']);
  });

  test('without the lock only sessions of the same job are ended', async () => {
    const other = new pg.Client({ connectionString: url, application_name: 'boring-deploys migrate 1.1' });
    await other.connect();
    const one = database(url, { session: '2.1' });
    open.push(one);

    expect(await one.cancelLeftovers()).toBe(0);
    await other.end();
  });

  test('a server that goes away in the middle is said to be away, and the file is not in the history', async () => {
    const one = await connected();
    const applying = one.apply(files({ 'V1__x.sql': 'create table t (id int);\nselect pg_sleep(60);' })[0]!, never);
    await found(url, "select 1 from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()");
    await rows(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'boring-deploys migrate %'",
    );

    const step = failed(await applying);

    expect(step).toMatchObject({ reason: 'connection-lost', left: 'as-before' });
    expect(await one.history()).toEqual([]);
  });

  test('a lock that is gone stops the next file', async () => {
    const one = await connected();
    await rows(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'boring-deploys lock %'",
    );

    const problem = await one.apply(files(orders)[0]!, never).catch((error) => error);

    expect(problem).toBeInstanceOf(Problem);
    expect(await rows(url, "select to_regclass('orders')::text as name")).toEqual([{ name: null }]);
  });

  test('without the lock nothing is applied, though the connection is well', async () => {
    const one = database(url);
    try {
      const problem = await one.apply(files(orders)[0]!, never).catch((error) => error);

      expect(problem).toBeInstanceOf(Problem);
      expect(await rows(url, "select to_regclass('orders')::text as name")).toEqual([{ name: null }]);
    } finally {
      await one.close();
    }
  });

  test('a first statement that leaves an invalid index leaves the file half done', async () => {
    const one = await connected();
    const text = '-- transaction:false\ncreate unique index concurrently by_total on orders (total);';
    const [first, half] = files({ ...orders, 'V002__half.sql': text });
    await one.apply(first!, never);
    await rows(url, 'insert into orders values (3, 10)');

    expect(failed(await one.apply(half!, never))).toMatchObject({ left: 'half-done' });
  });

  test.each(['', 'if not exists '])(
    'an invalid index that a run left is made anew by the next: "%s"',
    async (unless) => {
      const one = await connected();
      const text = `-- transaction:false\ncreate unique index concurrently ${unless}by_total on orders (total);`;
      const [first, half] = files({ ...orders, 'V002__half.sql': text });
      await one.apply(first!, never);
      await rows(url, 'insert into orders values (3, 10)');
      failed(await one.apply(half!, never));
      await rows(url, 'delete from orders where id = 3');

      expect(await one.apply(half!, never)).toMatchObject({ kind: 'done' });

      const made = await rows(url, "select indisvalid from pg_index where indexrelid = to_regclass('by_total')");
      expect(made).toEqual([{ indisvalid: true }]);
    },
  );

  test('validation reads the first value, and may not write', async () => {
    const one = await connected();
    await one.apply(files(orders)[0]!, never);

    expect(await one.value('select count(*) from orders')).toBe('2');
    expect(await one.value('select id from orders where id > 9')).toBeUndefined();
    const problem = await one.value('delete from orders').catch((error) => error);
    expect(problem.message).toContain('read-only transaction');
    expect(await one.value('select count(*) from orders')).toBe('2');
  });
});
