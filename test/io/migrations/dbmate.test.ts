// The dbmate tool on a real Postgres with the real binary: exactly the chosen files, its own history, our lock around it.

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { Problem } from '../../../src/kit/problem.ts';
import type { MigrationDatabase } from '../../../src/world.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { database, files, never, rows, session } from './server.ts';

const texts = {
  '001_orders.sql': '-- migrate:up\ncreate table orders (id int primary key);\n\n-- migrate:down\ndrop table orders;\n',
  '002_note.sql':
    '-- migrate:up\nalter table orders add column note text;\n\n-- migrate:down\nalter table orders drop column note;\n',
  '003_index.sql':
    '-- migrate:up transaction:false\ncreate index concurrently orders_note on orders (note);\n\n-- migrate:down\ndrop index orders_note;\n',
};

neighbour('Postgres with dbmate', postgresAvailable() && existsSync('node_modules/.bin/dbmate'))('dbmate', () => {
  let server: Postgres;
  let url: string;
  let one: MigrationDatabase | undefined;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await one?.close();
    one = undefined;
    url = await server.createDatabase();
  });

  const connected = async (options: Parameters<typeof database>[1] = {}) => {
    const made = database(url, { tool: 'dbmate', ...options });
    one = made;
    await made.open(never);
    return made;
  };

  test('applies one file at a time, and its history is schema_migrations', async () => {
    const db = await connected();
    const [first, , third] = files(texts, 'dbmate');

    expect(await db.history()).toEqual([]);
    expect(await db.apply(first!, never)).toMatchObject({ kind: 'done', id: '001', rows: undefined });

    expect(await rows(url, 'select version from schema_migrations')).toEqual([{ version: '001' }]);
    expect(await db.history()).toEqual([{ id: '001', sha256: '' }]);
    expect(third!.up.transactional).toBe(false);
  });

  test('reverts exactly the file asked for, back to the schema before', async () => {
    const db = await connected();
    const all = files(texts, 'dbmate');
    for (const file of all) expect(await db.apply(file, never)).toMatchObject({ kind: 'done' });

    for (const file of [...all.slice(1)].reverse())
      expect(await db.revert(file, never)).toMatchObject({ kind: 'done' });

    expect(await db.history()).toEqual([{ id: '001', sha256: '' }]);
    expect(
      await rows(
        url,
        "select attname from pg_attribute where attrelid = 'orders'::regclass and attnum > 0 and not attisdropped",
      ),
    ).toEqual([{ attname: 'id' }]);
  });

  test('a failing file leaves nothing, and is told with line and column of the file', async () => {
    const db = await connected();
    const [first, bad] = files(
      {
        '001_orders.sql': texts['001_orders.sql'],
        '002_bad.sql':
          '-- migrate:up\nalter table orders add column a int;\nselect nothing from orders;\n-- migrate:down\n',
      },
      'dbmate',
    );
    await db.apply(first!, never);

    const step = await db.apply(bad!, never);

    expect(step).toMatchObject({
      kind: 'failed',
      where: 'db/migrations/002_bad.sql:3:8',
      left: 'as-before',
      what: 'dbmate: pq: column "nothing" does not exist',
    });
    expect(await db.history()).toEqual([{ id: '001', sha256: '' }]);
  });

  test('dbmate waits for a lock no longer than the limit says', async () => {
    const db = await connected();
    const [first, second] = files(texts, 'dbmate');
    await db.apply(first!, never);
    const reader = await session(url, 'select * from orders');

    const step = await db.apply(second!, never);
    await reader.end();

    expect(step).toMatchObject({ kind: 'failed', reason: 'lock-timeout', left: 'as-before' });
  });

  test('a dbmate that is ended with its job leaves no statement running, and nothing applied', async () => {
    const cancel = new AbortController();
    const db = database(url, { tool: 'dbmate' }, { command: createCommand(process.cwd(), cancel.signal) });
    one = db;
    await db.open(never);
    const [slow] = files(
      {
        '001_slow.sql':
          '-- migrate:up\ncreate table t (id int);\nselect pg_sleep(60);\n-- migrate:down\ndrop table t;\n',
      },
      'dbmate',
    );

    const applying = db.apply(slow!, cancel.signal);
    while (
      (await rows(url, "select 1 from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()"))
        .length === 0
    );
    cancel.abort();

    expect(await applying).toMatchObject({ kind: 'failed', left: 'as-before' });
    expect(await rows(url, "select to_regclass('t')::text as name")).toEqual([{ name: null }]);
    expect(
      await rows(url, "select 1 from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()"),
    ).toEqual([]);
  });

  test('without the binary it says how to get it', async () => {
    const db = database(
      url,
      { tool: 'dbmate' },
      { command: async () => ({ code: 127, stdout: '', stderr: 'not found', timedOut: false }) },
    );
    one = db;
    await db.open(never);

    const problem = await db.apply(files(texts, 'dbmate')[0]!, never).catch((error) => error);

    expect(problem).toBeInstanceOf(Problem);
    expect(problem.message).toContain('dbmate is not installed');
    expect(problem.message).toContain('tool: plain-sql');
  });
});
