// What a real Postgres does with a migration: which tables it writes anew, which locks it takes, whether it runs twice, and what code of the release before meets.
import pg from 'pg';
import type { Postgres } from '../world/postgres.ts';

export interface Truth {
  /** The message of a first run that failed; empty when it went through. */
  readonly failed: string;
  readonly rewrites: boolean;
  readonly blocksWrites: boolean;
  readonly repeats: boolean;
  readonly contract: boolean;
}

/** What the code of the release before does. */
const oldCode: readonly string[] = [
  'select id, customer_id, total, quantity, note, state, placed_at, paid_at, code, tags, network, weight, flags, wait, extra from orders where id = 1',
  'select id, discount from orders where id <= 20 order by id',
  'insert into orders (discount, weight) values (99999999.99, 1)',
  "insert into orders (customer_id, total, quantity, note, state, weight) values (1, 9.99, 2, 'x', 'new', 5)",
  'insert into orders (customer_id, weight) values (null, 1)',
  "insert into orders (customer_id, note, quantity, weight) values (999999, 'x', -5, -5)",
  `insert into orders (note, weight) values ('${'n'.repeat(50)}', 1)`,
  "insert into orders (total, network, wait, weight) values (99999999.99, '10.0.0.0/8', '1 day 1.23', 1)",
  `insert into orders (state, quantity, weight) values ('${'s'.repeat(60)}', 500, 1)`,
  "update orders set note = 'y', state = 'paid' where id = 1 returning extra as stamp",
  'delete from orders where id = 49',
  "insert into customers (email, name) values ('one@shop.example', 'Other') on conflict (email) do nothing",
  "insert into customers (email) values ('another@shop.example')",
  'select id, email, name from customers where id = 1',
  "insert into items (order_id, sku, price) values (1, 'sku-9', 1.5)",
  "insert into items (order_id, sku, price) values (999999, 'sku-8', 1.5)",
  'select order_id, sku, price from items where order_id = 1',
  'select id, old_name, payload from legacy order by 1',
  "insert into legacy (id, old_name) values (1, 'same') on conflict (id) do nothing",
  "insert into legacy (id, old_name) values (501, 'same'), (502, 'same')",
  "select at, what from events where at < '2026-01-01' order by 1",
  "insert into events (at, what) values ('2025-05-05', 'party')",
  'select id, feeling from feelings order by 1',
  "insert into feelings (id, feeling) values (50, 'sad')",
  "insert into stock (sku, amount, shelf) values ('s', -7, 3)",
  "insert into stock (sku) values ('n')",
  'delete from legacy where id = 5',
  'select sku, amount, shelf from stock order by 1',
  'select customer_id, total from order_totals order by 1',
  'select customer_id, total from totals order by 1',
  "select nextval('invoice_numbers')",
  'select steady(), changing()',
  'select to_json(placed_at) as placed_at, to_json(paid_at) as paid_at from orders where id = 1',
  "select id from feelings where feeling = cast('happy' as mood)",
  `select count(*) from orders where extra @> '{"a": 1}'`,
  "insert into items (order_id, sku) values (1, 'sku-1') on conflict on constraint items_pk do nothing",
  `insert into orders (state, weight) values ('${'s'.repeat(500)}', 1)`,
  'set local role app',
  'select id, old_name from legacy order by 1',
  'insert into legacy (id) values (901)',
  'select id, state from orders where id = 2',
  'select customer_id from order_totals order by 1',
  'select customer_id from totals order by 1',
  'reset role',
];

/** Columns whose values no data migration of the corpus touches: their meaning must stay. */
const exact = ['total', 'discount', 'placed_at', 'paid_at', 'code', 'tags', 'network', 'wait', 'customer_id', 'stamp'];

const rows = `
insert into customers (email, name) select case i when 1 then 'one@shop.example' else 'c' || i || '@shop.example' end, 'C' || i from generate_series(1, 20) i;
insert into orders (customer_id, total, discount, quantity, note, placed_at, paid_at, code, tags, network, weight, flags, wait, extra)
  select 1 + i % 20, 9.99, 0.99, case i when 7 then null else i end, case i when 9 then null else 'n' || i end, '2026-01-01 12:00:00.25', '2026-01-01 12:00:00.25+00', 'ab', array['a'], '10.0.0.0/8', i, b'101', '1 day 1.25', '{"a": 1}' from generate_series(1, 50) i;
insert into items (order_id, sku, price) select i, 'sku-' || i, 2.5 from generate_series(1, 40) i;
insert into legacy (id, old_name, payload) select i, case i when 3 then 'gone' else 'o' || i end, 'p' from generate_series(1, 30) i;
insert into events (at, what) select date '2025-01-01' + i, 'e' from generate_series(0, 20) i;
insert into feelings (id) select i from generate_series(1, 5) i;
refresh materialized view totals;
`;

/** The database of the corpus, with rows. */
export async function prepare(server: Postgres, schema: string): Promise<string> {
  const url = await server.createDatabase();
  await withClient(url, async (client) => {
    await client.query(schema);
    await client.query(rows);
  });
  return url;
}

/** Watches a migration whose statements run in one transaction; nothing of it stays. */
export async function watchTransaction(client: pg.Client, statements: readonly string[]): Promise<Truth> {
  const before = await relations(client);
  const asBefore = await oldCodeMeets(client, false);
  await client.query('begin');
  try {
    const failed = await run(client, statements);
    if (failed !== '') return { failed, rewrites: false, blocksWrites: false, repeats: false, contract: false };
    const modes = await client.query<{ mode: string; oid: number }>(
      "select mode, relation::int as oid from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and granted",
    );
    const rewrites = rewrittenSince(before, await relations(client));
    const contract = await differs(client, asBefore, true);
    const first = await fingerprint(client);
    await client.query('set constraints all immediate');
    const again = await run(client, statements);
    const repeats = again === '' && (await fingerprint(client)) === first;
    return {
      failed,
      rewrites,
      blocksWrites: modes.rows.some(({ mode, oid }) => blocking(mode) && before.has(oid)),
      repeats,
      contract,
    };
  } finally {
    await client.query('rollback');
  }
}

/** Watches a migration that runs without a transaction, in a database of its own; a writer beside it makes it show its locks. */
export async function watchAlone(url: string, statements: readonly string[]): Promise<Truth> {
  return withClient(url, (client) =>
    withClient(url, (writer) =>
      withClient(url, async (sampler) => {
        const before = await relations(client);
        const asBefore = await oldCodeMeets(client, false);
        const pid = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
        const seen = new Set<string>();
        let failed = '';
        for (const statement of statements) {
          await writer.query('begin; lock table orders, legacy, events in row exclusive mode');
          let over = false;
          const running = run(client, [statement]).finally(() => {
            over = true;
          });
          for (let look = 0; look < 100 && !over; look += 1) {
            const sample = await sampler.query<{ mode: string; oid: number }>(
              "select mode, relation::int as oid from pg_locks where pid = $1 and locktype = 'relation'",
              [pid],
            );
            for (const { mode, oid } of sample.rows) if (before.has(oid)) seen.add(mode);
          }
          await writer.query('rollback');
          failed = await running;
          if (failed !== '') break;
        }
        if (failed !== '') return { failed, rewrites: false, blocksWrites: false, repeats: false, contract: false };
        const rewrites = rewrittenSince(before, await relations(client));
        const contract = await differs(client, asBefore, false);
        const first = await fingerprint(client);
        const repeats = (await run(client, statements)) === '' && (await fingerprint(client)) === first;
        return { failed, rewrites, blocksWrites: [...seen].some(blocking), repeats, contract };
      }),
    ),
  );
}

/** Opens a connection whose time zone is none of UTC: servers of users often are, and then changing a clock's type rewrites. */
export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set timezone = 'Europe/Berlin'");
    return await use(client);
  } finally {
    await client.end();
  }
}

async function run(client: pg.Client, statements: readonly string[]): Promise<string> {
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return '';
}

/** Tables that are there, with the file that holds their rows and whether they have some. */
async function relations(
  client: pg.Client,
): Promise<ReadonlyMap<number, { readonly file: number; readonly full: boolean }>> {
  const found = await client.query<{ oid: number; file: number; size: string }>(
    "select oid::int, relfilenode::int as file, pg_relation_size(oid) as size from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relpersistence <> 't'",
  );
  return new Map(found.rows.map(({ oid, file, size }) => [oid, { file, full: Number(size) > 0 }]));
}

/** A new file for rows that were and are there; TRUNCATE leaves a new file too, but no rows. */
function rewrittenSince(
  before: Awaited<ReturnType<typeof relations>>,
  now: Awaited<ReturnType<typeof relations>>,
): boolean {
  return [...before].some(([oid, { file, full }]) => {
    const later = now.get(oid);
    return later !== undefined && later.file !== file && full && later.full;
  });
}

function blocking(mode: string): boolean {
  return ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'].includes(mode);
}

interface Met {
  readonly rows: number;
  readonly first: Readonly<Record<string, unknown>> | undefined;
}

/** Runs old code, each query on its own, and takes everything back; a query that fails has nothing to tell. */
async function oldCodeMeets(client: pg.Client, inside: boolean): Promise<readonly (Met | string)[]> {
  const met: (Met | string)[] = [];
  await client.query(inside ? 'savepoint old_code' : 'begin');
  await client.query("set local timezone = 'Europe/Berlin'");
  await client.query('set local search_path = public; set constraints all immediate');
  for (const query of oldCode) {
    await client.query('savepoint one');
    try {
      const answer = await client.query(query);
      met.push({ rows: answer.rowCount ?? 0, first: answer.rows[0] });
      if (!query.includes('role')) await client.query('rollback to savepoint one');
    } catch (error) {
      met.push(error instanceof Error ? error.message : String(error));
      await client.query('rollback to savepoint one');
    }
  }
  await client.query(inside ? 'rollback to savepoint old_code' : 'rollback');
  return met;
}

/** Whether a query of old code that worked before fails now, finds fewer rows, or gets other values. */
async function differs(client: pg.Client, before: readonly (Met | string)[], inside: boolean): Promise<boolean> {
  const now = await oldCodeMeets(client, inside);
  return before.some((old, place) => {
    const later = now[place];
    if (typeof old === 'string' || later === undefined) return false;
    if (typeof later === 'string' || later.rows < old.rows) return true;
    return Object.entries(old.first ?? {}).some(([column, value]) => {
      const found = later.first?.[column];
      if (exact.includes(column)) return JSON.stringify(found) !== JSON.stringify(value);
      return value !== null && found !== null && typeof found !== typeof value;
    });
  });
}

/** All rows of all tables as one number, whatever their order. */
async function fingerprint(client: pg.Client): Promise<string> {
  const tables = await client.query<{ name: string }>(
    "select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname not like 'pg\\_%' and nspname <> 'information_schema' order by 1",
  );
  const sums: string[] = [];
  for (const { name } of tables.rows) {
    const sum = await client.query<{ sum: string }>(
      `select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from ${name} t`,
    );
    sums.push(`${name} ${sum.rows[0]?.sum}`);
  }
  return sums.join('\n');
}
