// Tools that are not to be had here, by stand-ins: each is called with the words of its documentation, leaves the history table it would, and prints what it prints.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clock } from '../../../src/io/clock.ts';
import { profileOf } from '../../../src/providers/tools.ts';
import type { CommandOptions, CommandReply, MigrationFileText } from '../../../src/world.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { database, never, rows } from './server.ts';

interface Recorded {
  readonly tool: string;
  readonly ids: readonly string[];
  readonly path: string;
  /** The command line for the first file, as a pattern. */
  readonly line: RegExp;
  readonly table: string;
  readonly insert: string;
  readonly output: string;
  readonly wayBack: boolean;
}

const all: readonly Recorded[] = [
  {
    tool: 'flyway',
    ids: ['V1', 'V2'],
    path: 'db/V1__orders.sql',
    line: /^flyway migrate -outputType=json -target=1 -locations=filesystem:\/work\/db$/,
    table:
      'create table flyway_schema_history (installed_rank int primary key, version text, description text, type text, script text, checksum int, installed_by text, installed_on timestamp default now(), execution_time int, success boolean)',
    insert:
      "insert into flyway_schema_history values (1, '1', 'orders', 'SQL', 'V1__orders.sql', 1, 'shop', now(), 4, true)",
    output: '{"schemaVersion": "1", "migrationsExecuted": 1, "success": true}',
    wayBack: false,
  },
  {
    tool: 'prisma',
    ids: ['20260101000000_orders', '20260102000000_note'],
    path: 'db/20260101000000_orders/migration.sql',
    line: /^node_modules\/\.bin\/prisma migrate deploy$/,
    table:
      'create table _prisma_migrations (id text primary key, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz default now(), applied_steps_count int)',
    insert:
      "insert into _prisma_migrations values ('a', 'x', now(), '20260101000000_orders', null, null, now(), 1), ('b', 'x', now(), '20260102000000_note', null, null, now(), 1)",
    output: 'The following migration(s) have been applied:',
    wayBack: false,
  },
  {
    tool: 'golang-migrate',
    ids: ['001', '002'],
    path: 'db/001_orders.up.sql',
    line: /^migrate -path \/work\/db -database postgres:\/\/postgres@127\.0\.0\.1:\d+\/\S+ goto 1$/,
    table: 'create table schema_migrations (version bigint primary key, dirty boolean not null)',
    insert: 'insert into schema_migrations values (1, false)',
    output: '1/u orders (12.3ms)',
    wayBack: true,
  },
  {
    tool: 'rails',
    ids: ['20260101000000', '20260102000000'],
    path: 'db/20260101000000_orders.rb',
    line: /^bin\/rails db:migrate:up VERSION=20260101000000$/,
    table: 'create table schema_migrations (version varchar primary key)',
    insert: "insert into schema_migrations values ('20260101000000')",
    output: '== 20260101000000 Orders: migrated (0.0021s) ==',
    wayBack: true,
  },
];

neighbour('Postgres', postgresAvailable())('recorded tools', () => {
  let server: Postgres;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test.each(all)('$tool', async ({ tool, ids, path, line, table, insert, output, wayBack }) => {
    expect(profileOf(tool)?.tested).toBe('recorded');
    const url = await server.createDatabase();
    await rows(url, table);
    const calls: CommandOptions[] = [];
    let fails = true;
    const command = async (asked: CommandOptions): Promise<CommandReply> => {
      const words = typeof asked.line === 'string' ? asked.line : asked.line.join(' ');
      const well = { code: 0, stdout: output, stderr: '', timedOut: false };
      if (words === 'pwd') return { ...well, stdout: '/work\n' };
      if (/-?-version$/.test(words)) return well;
      calls.push(asked);
      if (fails)
        return { ...well, code: 1, stdout: '', stderr: 'ERROR: relation "parcels" does not exist\n  at line 3' };
      await rows(url, insert);
      return well;
    };
    const at = database(url, { tool, ids, directory: 'db' }, { command, clock });
    const file: MigrationFileText = {
      ...{ id: ids[0]!, path, sha256: '', text: '', down: undefined },
      up: { path, transactional: true, statements: [] },
    };
    try {
      await at.open(never);
      expect(await at.apply(file, never)).toMatchObject({
        kind: 'failed',
        what: `${tool}: ERROR: relation "parcels" does not exist`,
      });
      fails = false;
      expect(await at.apply(file, never)).toMatchObject({ kind: 'done', id: ids[0] });
      expect([calls[1]?.line ?? ''].flat().join(' ')).toMatch(line);
      expect(calls[1]?.env).toMatchObject({ PGOPTIONS: expect.stringContaining('lock_timeout=100') });
      expect((await at.history())[0]).toEqual({ id: ids[0], sha256: '' });
      const back = await at.revert(file, never);
      if (!wayBack) expect(back).toMatchObject({ kind: 'failed', reason: 'no-down', left: 'as-before' });
      expect(calls).toHaveLength(wayBack ? 3 : 2);
    } finally {
      await at.close();
    }
  });

  test('golang-migrate: a version that it calls dirty is not applied', async () => {
    const url = await server.createDatabase();
    await rows(url, 'create table schema_migrations (version bigint primary key, dirty boolean not null)');
    await rows(url, 'insert into schema_migrations values (2, true)');
    const at = database(url, { tool: 'golang-migrate', ids: ['001', '002'] });
    expect(await at.history()).toEqual([{ id: '001', sha256: '' }]);
    await at.close();
  });
});
