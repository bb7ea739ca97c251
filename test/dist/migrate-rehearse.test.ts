// The bundle of migrate on the machine's own Postgres: rehearsal on its binaries and on shadow-url, the report of an apply, the way back, and what gets in the way.
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { findBinaries, type LocalServer, startLocalServer } from '../../src/io/migrations/local-server.ts';
import { never, database as plainDatabase, rows, session, files as sqlFiles } from '../io/migrations/server.ts';
import { neighbour } from '../world/neighbour.ts';
import type { StepOptions } from '../world/runner/types.ts';
import type { SingleJob, Town } from '../world/town.ts';
import { errorsOf, landed, townOfBundles, warningsOf } from './ground.ts';

const policy = (lines = '') =>
  `version: 1
environments: {production: {}}
checklist: [{id: migration-backup-first, level: warn}]
migrations:
  limits: {duration: 1m, lock: 1s, lock-timeout: 300ms}
  rules: {backfill-in-migration: warn, change-column-type: warn, table-rewrite: warn, set-not-null: warn, add-check-constraint-valid: warn}
  seed: db/seed.sql
  validate:
    - {id: orders-kept, sql: select count(*) from orders, expect: not-lower}
    - {id: items-same, sql: "select id, item, total from orders order by id", expect: checksums}
${lines}`;

const first = {
  'V001__orders.sql':
    "create table orders (id int primary key, item text not null, total int not null default 0);\ninsert into orders select n, 'tea ' || n, n from generate_series(1, 300) n;\n",
  'V001__orders.down.sql': 'drop table orders;\n',
};
const seed = {
  'db/seed.sql':
    "insert into orders select n, 'seed ' || n, n from generate_series(1, 200) n on conflict do nothing;\n",
};
const wide = {
  'db/migrations/V002__wide.sql':
    'alter table orders alter column total type bigint;\nupdate orders set total = total + 0 where id > 0;\nselect pg_sleep(2.1) from orders having count(*) = 300;\n',
  'db/migrations/V002__wide.down.sql': 'alter table orders alter column total type int;\n',
};

const [binaries] = findBinaries(process.env.PATH ?? '');
const able = binaries !== undefined && spawnSync('pg_dump', ['--version']).status === 0;

neighbour('Postgres with initdb and pg_dump on PATH', able)('the bundle of migrate on this machine', () => {
  let server: LocalServer;
  let town: Town | undefined;
  let count = 0;

  beforeAll(async () => {
    if (binaries === undefined) throw new Error('no binaries');
    server = await startLocalServer(binaries, true);
  });
  afterEach(async () => {
    await town?.stop();
    town = undefined;
  });
  afterAll(() => server?.stop());

  const database = async (name = 'shop'): Promise<string> => {
    count += 1;
    await rows(server.url('postgres'), `create database ${name}_${count}`);
    return server.url(`${name}_${count}`);
  };
  /** A town whose repository has these files beside the old ones, merged; V001 is applied already. Gives the commit and the database. */
  const deployed = async (files: Readonly<Record<string, string>>, lines = '') => {
    town = await townOfBundles({
      policy: policy(lines),
      files: Object.fromEntries([
        ...Object.entries(first).map(([name, text]) => [`db/migrations/${name}`, text]),
        ...Object.entries(seed),
      ]),
    });
    const url = await database();
    const at = plainDatabase(url);
    await at.open(never);
    for (const file of sqlFiles(first)) await at.apply(file, never);
    await at.close();
    const { sha } = landed(town, files);
    return { at: town, sha, url };
  };
  const use = async (job: SingleJob, given: Readonly<Record<string, string>>, options: StepOptions = {}) => {
    const step = await job.uses('migrate', { ...options, with: { phase: 'apply', comment: 'false', ...given } });
    await job.finish();
    return step;
  };
  const typeOf = async (url: string) =>
    (
      await rows(
        url,
        "select data_type from information_schema.columns where table_name = 'orders' and column_name = 'total'",
      )
    )[0]?.data_type;

  test('rehearses on the binaries of the machine, applies, and reports locks, data and the four figures', async () => {
    const { at, sha, url } = await deployed(wide);

    const step = await use(at.job({ sha }), { 'database-url': url, set: 'all' });

    expect([errorsOf(step), step.outputs.verdict]).toEqual([[], 'applied']);
    expect(await typeOf(url)).toBe('bigint');
    expect(Number(step.outputs['duration-ms'])).toBeGreaterThan(2_000);
    expect(Number(step.outputs['lock-ms'])).toBeGreaterThan(1_900);
    expect([step.outputs.rows, step.outputs['blocked-ms']]).toEqual(['300', '0']);
    const major = binaries?.major;
    for (const words of [
      new RegExp(`Rehearsed on PostgreSQL ${major}[.\\d]*, server binaries of this machine: up, twice, down, up in`),
      /V002 · [\d.]+ s · 300 rows · 2 of 2 validations hold \(orders-kept, items-same\) · longest lock [\d.]+ s/,
      /\| `orders` \| ACCESS EXCLUSIVE \| reads and writes \| [\d.]+ s \| .* \| yes \| `alter table orders alter column total type bigint` \|/,
      /\| ✓ \| Data: items-same \| 300 rows with the same values in (?=.*id)(?=.*item)(?=.*total)/,
      /Timeline/,
      /The target has what its migrations make\./,
      /\*\*Way back\*\* From now on rollback ends at/,
    ])
      expect(step.summary).toMatch(words);
    expect(step.log.join('\n')).toMatch(/down: 1 file reverted, the schema is what it was before/);
  });

  test('on shadow-url, the drift of the target is a table, and what a killed rehearsal left is gone', async () => {
    const drifted = {
      'db/migrations/V002__moods.sql':
        "create type mood as enum ('sad', 'ok');\nalter table orders add column mood mood, add constraint positive check (total >= 0);\n",
      'db/migrations/V002__moods.down.sql':
        'alter table orders drop constraint positive, drop column mood;\ndrop type mood;\n',
    };
    const { at, sha, url } = await deployed(drifted);
    const shadow = server.url('postgres');
    expect(errorsOf(await use(at.job({ sha }), { 'database-url': url, set: 'all' }))).toEqual([]);
    for (const sql of [
      'create index by_hand on orders (total)',
      "alter table orders alter column item set default 'tea'",
      'alter table orders alter column total type bigint',
      "alter type mood add value 'happy'",
      'alter table orders drop constraint positive',
      'do $$ begin create role clerk; exception when duplicate_object then null; end $$',
      'grant select on orders to clerk',
      'create table kept_by_hand (id int)',
    ])
      await rows(url, sql);
    const next = landed(at, {
      'db/migrations/V003__gift.sql':
        "alter table orders add column gift text;\nselect pg_sleep(6) from pg_database where datname = 'slow_down';\n",
      'db/migrations/V003__gift.down.sql': 'alter table orders drop column gift;\n',
    });
    const given = { phase: 'rehearse', 'database-url': url, 'shadow-url': shadow };
    const left = () => rows(shadow, "select 1 from pg_database where datname like 'boring_rehearsal_%'");

    // Slow only where it is to be met in the middle.
    await rows(shadow, 'create database slow_down');
    const killed = at.job({ sha: next.sha });
    const handle = killed.start('migrate', { with: { comment: 'false', ...given } });
    await until(
      async () =>
        (await rows(shadow, "select 1 from pg_stat_activity where query like 'select pg_sleep(6)%'")).length > 0,
    );
    await handle.kill();
    await killed.finish();
    expect(await left()).not.toEqual([]);
    // The session of the killed run ends with its statement.
    await until(
      async () =>
        (await rows(shadow, "select 1 from pg_stat_activity where datname like 'boring_rehearsal_%'")).length === 0,
    );
    await rows(shadow, 'drop database slow_down');
    const step = await use(at.job({ sha: next.sha }), given);

    expect([errorsOf(step), step.outputs.verdict]).toEqual([[], 'rehearsed']);
    expect(await left()).toEqual([]);
    expect(warningsOf(step).join('\n')).toContain(
      'dropped a database that a killed rehearsal left on the shadow server',
    );
    expect(step.summary).toMatch(/Rehearsed on PostgreSQL [\d.]+, from shadow-url: up, twice, down, up/);
    for (const row of [
      '| `index public.by_hand` | – | `CREATE INDEX by_hand ON public.orders USING btree (total)` |',
      "| `column public.orders.item` | `text not null` | `text not null default 'tea'::text` |",
      '| `column public.orders.total` | `integer not null default 0` | `bigint not null default 0` |',
      '| `enum public.mood` | `sad, ok` | `sad, ok, happy` |',
      '| `constraint public.orders positive` | <code>CHECK ((total &gt;= 0))</code> | – |',
      '| `grant public.orders to clerk` | – | `SELECT` |',
      '| `table public.kept_by_hand` | – | `plain` |',
    ])
      expect(step.summary).toContain(row);
    expect(step.summary).not.toContain('kept_by_hand.id');
  });

  test('takes back exactly what it applied when asked to and when the rehearsal proved the way down', async () => {
    const { at, sha, url } = await deployed({
      'db/migrations/V002__note.sql': 'alter table orders add column note text;\n',
      'db/migrations/V002__note.down.sql': 'alter table orders drop column note;\n',
      'db/migrations/V003__positive.sql': 'alter table orders add constraint positive check (total > 0);\n',
      'db/migrations/V003__positive.down.sql': 'alter table orders drop constraint positive;\n',
    });
    // What only the rows of the target refuse: no rehearsal without them can tell.
    await rows(url, "insert into orders values (1000, 'gift', -1)");

    const step = await use(at.job({ sha }), { 'database-url': url, set: 'all', 'on-failure': 'revert' });

    expect([step.exitCode, step.outputs.verdict, step.outputs.applied, step.outputs.reverted]).toEqual([
      1,
      'reverted',
      '1',
      '1',
    ]);
    expect(errorsOf(step)).toEqual([expect.stringContaining('V003__positive.sql:1')]);
    expect(errorsOf(step).join()).toContain('The schema now has nothing of this set; not applied: V002, V003.');
    expect(await rows(url, 'select id from boring_deploys_migrations')).toEqual([{ id: 'V001' }]);
    expect(await rows(url, "select 1 from information_schema.columns where column_name = 'note'")).toEqual([]);
  });

  test('two at once: one applies, the other says whom it waits for and finds nothing pending', async () => {
    const { at, sha, url } = await deployed({
      'db/migrations/V002__note.sql':
        'alter table orders add column note text;\nselect pg_sleep(1.5) from orders having count(*) = 300;\n',
      'db/migrations/V002__note.down.sql': 'alter table orders drop column note;\n',
    });

    const steps = await Promise.all([0, 1].map(() => use(at.job({ sha }), { 'database-url': url })));

    expect(steps.map(({ outputs }) => outputs.verdict).sort()).toEqual(['applied', 'nothing-pending']);
    const waited = steps.find(({ outputs }) => outputs.verdict === 'nothing-pending');
    expect(waited?.log.join('\n')).toMatch(
      /Waits for the migration lock, which is held by "boring-deploys lock \d+\.1" \(pid \d+, \w+, connected since 20/,
    );
    expect(at.deployments('deploy:migration').filter(({ sha: one }) => one === sha)).toHaveLength(1);
  });

  test('a table that somebody holds: it gives up as it found it, names the file, and goes in when the table is free', async () => {
    const { at, sha, url } = await deployed({
      'db/migrations/V002__note.sql': 'alter table orders add column note text;\n',
      'db/migrations/V002__note.down.sql': 'alter table orders drop column note;\n',
    });
    const holder = await session(url, 'lock table orders in access share mode');

    const step = await use(at.job({ sha }), { 'database-url': url });
    await holder.end();
    const next = await use(at.job({ sha }), { 'database-url': url });

    expect([step.outputs.verdict, step.outputs.reason]).toEqual(['failed', 'lock-timeout']);
    expect(errorsOf(step).join()).toContain('db/migrations/V002__note.sql:1:1');
    expect(errorsOf(step).join()).toContain('The schema now has nothing of this set; not applied: V002.');
    expect([errorsOf(next), next.outputs.verdict]).toEqual([[], 'applied']);
  });

  test.each([
    [
      'whole',
      'pg_dump -Fc -d "$DATABASE_URL" -f "$RUNNER_TEMP/b"',
      'applied',
      'b, \\d+ bytes, sha256 [0-9a-f]{64}, restored into',
    ],
    [
      'cut',
      'pg_dump -Fc -d "$DATABASE_URL" -f "$RUNNER_TEMP/b"; truncate -s 3000 "$RUNNER_TEMP/b"',
      '',
      'cannot be read to its end',
    ],
    ['refused', 'echo no room on the disk >&2; exit 3', '', 'ended with code 3 and said "no room on the disk"'],
  ])('a backup that is %s', async (_how, command, verdict, words) => {
    const { at, sha, url } = await deployed(
      {
        'db/migrations/V002__note.sql': 'alter table orders add column note text;\n',
        'db/migrations/V002__note.down.sql': 'alter table orders drop column note;\n',
        'ops/backup.sh': `set -e\n${command}\necho "{\\"location\\": \\"$RUNNER_TEMP/b\\", \\"bytes\\": $(wc -c < "$RUNNER_TEMP/b")}"\n`,
      },
      '  backup: {command: [bash, ops/backup.sh], verify: restore}\n',
    );

    const step = await use(at.job({ sha }), { 'database-url': url });

    expect(step.outputs.verdict ?? '').toBe(verdict);
    expect(`${errorsOf(step).join()} ${step.outputs.backup ?? ''}`).toMatch(new RegExp(words));
    const own = at.deployments('deploy:migration').filter(({ sha: one }) => one === sha);
    expect(own).toHaveLength(verdict === '' ? 0 : 1);
    const seen = await rows(url, "select 1 from information_schema.columns where column_name = 'note'");
    expect(seen).toHaveLength(verdict === '' ? 0 : 1);
    if (verdict !== '')
      expect(warningsOf(step).join('\n')).toContain('let migrations.backup.command put it into a store');
  });
});

async function until(reached: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 1_200; look += 1) {
    if (await reached()) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error('it never came so far');
}
