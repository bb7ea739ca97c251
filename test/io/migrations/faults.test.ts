// What can go wrong around an apply, on a real server: each ends in a stated state, with words that help.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { findBinaries, type LocalServer, startLocalServer } from '../../../src/io/migrations/local-server.ts';
import { restoreLine, tryBackup } from '../../../src/migration/backup-proof.ts';
import { defaultLimits } from '../../../src/migration/budget.ts';
import { neighbour } from '../../world/neighbour.ts';
import { freePort } from '../../world/port.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { database, files, found, never, rows, session } from './server.ts';

neighbour('Postgres', postgresAvailable())('an apply in trouble', () => {
  let server: Postgres;
  let url: string;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    await rows(url, 'create table orders (id int); insert into orders values (1), (2)');
  });

  const slow = { 'V001__slow.sql': 'alter table orders add column note text; select pg_sleep(60);' };

  test('the watchdog cancels it when another session waits longer than the limit, and names who waited', async () => {
    const at = database(url, { victimLimitMs: 300 });
    try {
      await at.open(never);
      const [file] = files(slow);
      const step = at.apply(file!, never);
      await found(url, "select 1 from pg_locks where mode = 'AccessExclusiveLock' and relation = 'orders'::regclass");
      const victim = session(url, 'select * from orders');

      const ended = await step;
      await (await victim).end();

      expect(ended).toMatchObject({ kind: 'failed', reason: 'victim-waits', left: 'as-before' });
      expect(ended.kind === 'failed' ? ended.what : '').toMatch(/the session pid \d+ "shop" waited .* s for orders/);
      expect(await at.history()).toEqual([]);
    } finally {
      await at.close();
    }
  });

  test('the watchdog cancels a run that is over its limit though no statement is', async () => {
    const at = database(url, { statementTimeoutMs: 2_000 });
    try {
      await at.open(never);
      const [file] = files({ 'V001__slow.sql': 'select pg_sleep(0.9); select pg_sleep(0.9); select pg_sleep(0.9);' });

      expect(await at.apply(file!, never)).toMatchObject({ kind: 'failed', reason: 'too-long', left: 'as-before' });
    } finally {
      await at.close();
    }
  });

  test('a role that may not see other sessions still sees who waits', async () => {
    await rows(
      url,
      'do $$ begin create role clerk login; exception when duplicate_object then null; end $$; alter table orders owner to clerk; grant create on schema public to clerk',
    );
    const at = database(url.replace('postgres://postgres@', 'postgres://clerk@'));
    try {
      await at.open(never);
      const [file] = files({ 'V001__a.sql': 'alter table orders add column note text; select pg_sleep(2);' });
      const step = at.apply(file!, never);
      await found(url, "select 1 from pg_locks where mode = 'AccessExclusiveLock' and relation = 'orders'::regclass");
      const victim = session(url, 'select * from orders');
      const done = await step;
      await (await victim).end();

      expect(done.kind === 'done' ? done.blockedMs : 0).toBeGreaterThan(100);
      expect(done.kind === 'done' ? done.locks?.[0] : undefined).toMatchObject({
        table: 'orders',
        mode: 'AccessExclusive',
      });
      // What it measures is whole; what it does not see is said, with the way to see it.
      expect(await at.sight?.()).toContain('grant pg_monitor to clerk');
      const boss = database(url);
      expect(await boss.sight?.()).toBe('');
      await boss.close();
    } finally {
      await at.close();
    }
  });

  test('a rehearsal knows the statement that took a lock, of tables that were there before alone', async () => {
    const at = database(url, { exactLocks: true });
    try {
      await at.open(never);
      const [file] = files({
        'V001__wide.sql':
          'create table gifts (id int); alter table gifts add column n int; alter table orders alter column id type bigint; select pg_sleep(0.2);',
      });

      const done = await at.apply(file!, never);

      const locks = done.kind === 'done' ? done.locks : [];
      expect(new Set(locks?.map(({ table }) => table))).toEqual(new Set(['orders']));
      expect(locks?.find(({ mode }) => mode === 'AccessExclusive')).toMatchObject({
        mode: 'AccessExclusive',
        statement: 'alter table orders alter column id type bigint',
        rewritten: true,
      });
      expect(locks?.[0]?.heldMs).toBeGreaterThanOrEqual(200);
    } finally {
      await at.close();
    }
  });

  test('a database that takes no writes is named as one before anything is locked', async () => {
    const name = new URL(url).pathname.slice(1);
    await rows(url, `alter database ${name} set default_transaction_read_only = on`);
    const at = database(url);
    try {
      const { parts } = await at.open(never).catch((error) => error);

      expect(parts).toMatchObject({ reason: 'read-only' });
      expect(parts.what).toContain('default_transaction_read_only is on');
      expect(parts.fix).toContain('Give the primary');
      expect(await rows(url, "select 1 from pg_locks where locktype = 'advisory'")).toEqual([]);
    } finally {
      await at.close();
    }
  });

  test('a hot standby is named as one, whatever its settings say', async () => {
    const name = new URL(url).pathname.slice(1);
    // What a standby answers, given by a function that is found before the server's own.
    await rows(url, 'create schema standby');
    await rows(url, 'create function standby.pg_is_in_recovery() returns boolean language sql as $$ select true $$');
    await rows(url, `alter database ${name} set search_path = standby, pg_catalog, public`);
    const at = database(url);
    try {
      const { parts } = await at.open(never).catch((error) => error);

      expect(parts).toMatchObject({ reason: 'read-only', where: new URL(url).host + new URL(url).pathname });
      expect(parts.what).toContain('it is a hot standby, which only repeats what its primary does');
      expect(parts.fix).toContain('Give the primary');
      expect(await rows(url, "select 1 from pg_locks where locktype = 'advisory'")).toEqual([]);
    } finally {
      await at.close();
    }
  });

  test('a command that prints more than is kept: its end is told, and a list without its beginning is refused', async () => {
    const [file] = files({ 'V001__a.sql': 'select 1;' });
    const flood = 'seq 1 300000';
    const commands = { history: 'true', apply: `${flood}; echo "ERROR: no such parcel" >&2; exit 1` };
    const at = database(url, { tool: 'command', commands });
    const counted = database(url, { tool: 'command', commands: { ...commands, history: 'seq 1 300000' } });
    try {
      await at.open(never);
      const step = await at.apply(file!, never);

      expect(step).toMatchObject({ kind: 'failed', left: 'unknown' });
      expect(step.kind === 'failed' ? step.what : '').toBe(
        'command: ERROR: no such parcel (it printed more than 1 MiB, of which the end was kept)',
      );
      await expect(counted.history()).rejects.toThrow('the beginning of its list is gone');
    } finally {
      await at.close();
      await counted.close();
    }
  });

  neighbour('pgbouncer', spawnSync('pgbouncer', ['--version']).status === 0)('behind pgbouncer', () => {
    test.each([
      ['transaction', 'A pooler in transaction mode'],
      ['session', ''],
    ])('in %s mode: "%s"', async (mode, words) => {
      const port = await freePort();
      const folder = mkdtempSync('/tmp/boring-bouncer-');
      const name = new URL(url).pathname.slice(1);
      const config = join(folder, 'pgbouncer.ini');
      writeFileSync(
        config,
        `[databases]\n${name} = host=127.0.0.1 port=${server.port} dbname=${name} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = ${mode}\nignore_startup_parameters = extra_float_digits\n`,
      );
      chmodSync(folder, 0o755);
      const root = process.getuid?.() === 0;
      if (root) chownSync(folder, 65_534, 65_534);
      const bouncer = spawn('pgbouncer', [config], { stdio: 'ignore', ...(root ? { uid: 65_534, gid: 65_534 } : {}) });
      const through = `postgres://postgres@127.0.0.1:${port}/${name}?sslmode=disable`;
      const at = database(through);
      try {
        await found(through, 'select 1');
        const opened = await at.open(never).then(
          () => '',
          (error: Error) => error.message,
        );
        expect(opened.slice(0, words.length)).toBe(words);
        expect(opened === '').toBe(words === '');
        expect(await rows(url, "select 1 from pg_locks where locktype = 'advisory'")).toHaveLength(
          words === '' ? 1 : 0,
        );
      } finally {
        await at.close();
        bouncer.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
});

const binaries = findBinaries(process.env.PATH ?? '');

neighbour('Postgres with pg_dump on PATH', binaries.length > 0 && spawnSync('pg_dump', ['--version']).status === 0)(
  'a backup',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'boring-backup-'));
    const command = createCommand(process.cwd(), never);
    const settings = { verifyBackup: 'decode' as const, limits: defaultLimits };
    let server: LocalServer;

    beforeAll(async () => {
      server = await startLocalServer(binaries[0]!, true);
      await rows(
        server.url('postgres'),
        'create table orders as select n, md5(n::text) as note from generate_series(1, 20000) n',
      );
    });
    afterAll(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const dump = async (name: string, line: string): Promise<string> => {
      const path = join(folder, name);
      const made = await command({ line, env: { SOURCE: server.url('postgres'), TO: path }, timeoutMs: 120_000 });
      expect(made).toMatchObject({ code: 0 });
      return path;
    };

    describe.each([
      ['custom', 'pg_dump -Fc -d "$SOURCE" -f "$TO"'],
      ['plain', 'pg_dump -d "$SOURCE" -f "$TO"'],
      ['gzip', 'set -o pipefail; pg_dump -d "$SOURCE" | gzip > "$TO"'],
    ])('in the format %s', (format, line) => {
      test('is whole, or found to be cut', async () => {
        const location = await dump(`${format}.dump`, line);

        const whole = await tryBackup(command, { location }, settings);
        truncateSync(location, 100_000);
        const cut = await tryBackup(command, { location }, settings);

        expect(whole).toMatchObject({ broken: '', tried: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
        expect(cut.broken).toContain('cannot be read to its end');
      });
    });

    test('of another size or digest than its maker said is none', async () => {
      const location = await dump('said.dump', 'pg_dump -Fc -d "$SOURCE" -f "$TO"');

      expect((await tryBackup(command, { location, bytes: 12 }, settings)).broken).toContain('should have 12');
      expect((await tryBackup(command, { location, sha256: 'ab' }, settings)).broken).toContain('digest');
      expect((await tryBackup(command, { location: join(folder, 'absent') }, settings)).broken).toContain(
        'cannot be read',
      );
    });

    test('that goes into a throw-away database is whole; one in another place is believed', async () => {
      const location = await dump('restored.dump', 'pg_dump -Fc -d "$SOURCE" -f "$TO"');
      await rows(server.url('postgres'), 'create database again');

      const line = restoreLine({ location });
      const made = await command({ line: line ?? [], env: { SHADOW: server.url('again') }, timeoutMs: 120_000 });

      expect(made).toMatchObject({ code: 0 });
      expect(await rows(server.url('again'), 'select count(*)::int as n from orders')).toEqual([{ n: 20_000 }]);
      expect(restoreLine({ location: 's3://backups/1' })).toBeUndefined();
      expect(await tryBackup(command, { location: 's3://backups/1' }, settings)).toEqual({ broken: '', tried: false });
    });
  },
);
