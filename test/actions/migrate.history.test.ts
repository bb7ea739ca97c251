// Migrate against a real Postgres whose history does not match the files, that cannot be reached, that answers validations, and that is given much.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inputs } from '../../actions/migrate/inputs.ts';
import { step } from '../../actions/migrate/migrate.ts';
import { database, rows } from '../io/migrations/server.ts';
import { memoryWorld } from '../world/memory/world.ts';
import { neighbour } from '../world/neighbour.ts';
import { freePort } from '../world/port.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../world/postgres.ts';

const first = { 'V001__orders.sql': 'create table orders (id int);', 'V001__orders.down.sql': 'drop table orders;' };
const second = {
  'V002__note.sql': 'alter table orders add column note text;',
  'V002__note.down.sql': 'alter table orders drop column note;',
};
const third = {
  'V003__parcels.sql': 'create table parcels (id int);',
  'V003__parcels.down.sql': 'drop table parcels;',
};

neighbour('Postgres', postgresAvailable())('migrate on a Postgres', () => {
  let server: Postgres;
  let url: string;
  let id = 7000;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
  });

  interface Given {
    readonly at?: string;
    readonly policy?: string;
    readonly set?: string;
  }

  async function migrate(texts: Readonly<Record<string, string>>, { at = url, policy = '', set = 'due' }: Given = {}) {
    id += 1;
    const run = id;
    const world = memoryWorld({
      run: { id: run },
      ...(policy === '' ? {} : { policy: `version: 1\nenvironments: {production: {}}\n${policy}` }),
      database: (options) => database(options.url, { ...options, session: `${run}.1`, lockTimeoutMs: 100 }),
    });
    for (const [name, text] of Object.entries(texts)) world.github.workspace.set(`db/migrations/${name}`, text);
    const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
    return step(world, inputs.parse({ ...empty, phase: 'apply', 'database-url': at, set }));
  }
  const history = async () =>
    (await rows(url, 'select id from boring_deploys_migrations order by applied_at, id')).map((row) => row.id);
  const tables = async () =>
    (await rows(url, "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"))
      .map((row) => row.relname)
      .sort();
  const said = (outcome: Awaited<ReturnType<typeof step>>) => JSON.stringify(outcome);

  describe('whose history does not match the files', () => {
    test('an edited file is named and not run again', async () => {
      await migrate({ ...first, ...second });
      const outcome = await migrate({ ...first, ...second, 'V002__note.sql': 'drop table orders;' });

      expect(outcome.verdict).toBe('nothing-pending');
      expect(said(outcome)).toContain('V002__note.sql was edited after it was applied');
      expect(await tables()).toContain('orders');
    });

    test('a version without a file is named, and what is pending goes in all the same', async () => {
      await migrate({ ...first, ...second });
      const outcome = await migrate({ ...first, ...third });

      expect(outcome).toMatchObject({ verdict: 'applied', outputs: { applied: '1' } });
      expect(said(outcome)).toContain("V002 is in the database's history and not among the files");
      expect(await history()).toEqual(['V001', 'V002', 'V003']);
    });

    test('a file that comes late is named and goes in after those that are there', async () => {
      await migrate({ ...first, ...third });
      const outcome = await migrate({ ...first, ...second, ...third });

      expect(outcome).toMatchObject({ verdict: 'applied', outputs: { applied: '1' } });
      expect(said(outcome)).toContain('V002__note.sql comes before files that are applied already');
      expect(await history()).toEqual(['V001', 'V003', 'V002']);
    });

    test('two files of one version are refused, and neither goes in', async () => {
      await migrate(first);
      const outcome = await migrate({ ...first, ...second, 'V2__other.sql': 'create table other (id int);' });

      expect(outcome).toMatchObject({ verdict: 'failed', reason: 'lint:duplicate' });
      expect(await history()).toEqual(['V001']);
      expect(await tables()).not.toContain('other');
    });

    test('a table of that name that is none of ours is told, and nothing is written', async () => {
      await rows(url, 'create table boring_deploys_migrations (what text)');

      await expect(migrate(first)).rejects.toMatchObject({ parts: { reason: 'history-unreadable' } });
      expect(await tables()).toEqual(['boring_deploys_migrations']);
    });
  });

  test('that refuses the password is named without it, and nothing is written', async () => {
    const role = `clerk_${id}`;
    await rows(url, `create role ${role} login password 'the right one'`);
    const rules = join(server.dataFolder, 'pg_hba.conf');
    writeFileSync(rules, `host all ${role} all scram-sha-256\n${readFileSync(rules, 'utf8')}`);
    await rows(url, 'select pg_reload_conf()');
    const at = new URL(url);
    at.username = role;
    at.password = 'hunter2secret';
    // The server takes its new rules in its own time: until then everybody comes in.
    const deadline = Date.now() + 20_000;
    let error: any;
    do error = await migrate({}, { at: at.href }).catch((problem) => problem);
    while (error.parts === undefined && Date.now() < deadline);

    expect(error.parts).toMatchObject({ reason: 'database-login', what: expect.stringContaining(`"${role}"`) });
    expect(JSON.stringify(error.parts)).not.toContain('hunter2secret');
    expect(await tables()).toEqual([]);
  });

  test('that is not there is named with its place', async () => {
    const error = await migrate(first, {
      at: `postgres://boss:hunter2secret@127.0.0.1:${await freePort()}/shop`,
    }).catch((problem) => problem);

    expect(error.parts).toMatchObject({ reason: 'database-unreachable', what: expect.stringContaining('refused') });
    expect(JSON.stringify(error.parts)).not.toContain('hunter2secret');
  });

  describe('with validations', () => {
    const asking = (expectation: string, sql: string) =>
      `migrations: {validate: [{id: kept, sql: "${sql}", expect: ${expectation}}]}\n`;
    const negatives = 'select count(*) from orders where id < 0';
    const contents = 'select * from orders order by id';

    test.each([
      ['equals 0', negatives, 'update orders set id = 7 where id = 1;', 'applied'],
      ['equals 0', negatives, 'update orders set id = -id where id = 1;', 'failed'],
      ['checksums', contents, 'alter table orders add column note text;', 'applied'],
      ['checksums', contents, 'update orders set id = 20 where id = 2;', 'failed'],
      ['checksums', contents, 'delete from orders where id = 2;', 'failed'],
    ])('%s of %j after %j: %s', async (expectation, sql, text, verdict) => {
      await migrate(first);
      await rows(url, 'insert into orders values (1), (2), (3)');

      const outcome = await migrate(
        { ...first, 'V002__change.sql': text },
        { policy: asking(expectation, sql), set: 'all' },
      );

      expect(outcome.verdict).toBe(verdict);
      if (verdict === 'failed') expect(outcome).toMatchObject({ reason: 'validation:kept' });
      expect(await history()).toEqual(['V001', 'V002']);
    });
  });

  test('a validation of what is not there is refused on a migrated database, and is nothing yet on a new one', async () => {
    const policy = 'migrations: {validate: [{id: kept, sql: "select count(*) from orders", expect: not-lower}]}\n';

    expect(await migrate(first, { policy })).toMatchObject({ verdict: 'applied' });
    await rows(url, 'drop table orders');
    await expect(migrate({ ...first, ...third }, { policy })).rejects.toMatchObject({
      parts: { reason: 'nothing-there' },
    });
    expect(await history()).toEqual(['V001']);
  });

  test('a file of thousands of statements goes in whole, with its rows counted', async () => {
    const insert = 'insert into orders select generate_series(1, 3);\n';
    const outcome = await migrate({ ...first, 'V002__seed.sql': insert.repeat(5000) });

    expect(outcome).toMatchObject({ verdict: 'applied', outputs: { rows: '15000' } });
    expect(await rows(url, 'select count(*)::int as rows from orders')).toEqual([{ rows: 15_000 }]);
  });
});
