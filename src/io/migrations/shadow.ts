// The throw-away database of a rehearsal: on the server of shadow-url, else on server binaries of this machine; with the target's schema where it can be had.
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import type { Shadow, ShadowOptions } from '../../world.ts';
import type { Around } from './around.ts';
import { connect, connectionProblem, type DatabaseUrl, disconnect, readDatabaseUrl } from './connection.ts';
import { failureOf } from './failure.ts';
import { type Binaries, findBinaries, startLocalServer } from './local-server.ts';
import { dumpOf } from './schema-dump.ts';
import { isUnwatched } from './unwatched.ts';

const name = 'boring deploys rehearsal';

/** Names of databases made here; `database-url` of another run never has it. */
const prefix = 'boring_rehearsal_';

interface Place {
  readonly engine: string;
  readonly major: number;
  /** Makes an empty database; undefined where the role may not. */
  readonly fresh: () => Promise<string | undefined>;
  /** An empty database that is there already. */
  readonly own: string | undefined;
  readonly close: () => Promise<void>;
}

/** Serves `Shadow`. Throws a Problem where there is no server, and where the schema of the target does not go in. */
export async function createShadow(options: ShadowOptions, around: Around): Promise<Shadow> {
  if (isUnwatched(options.like)) throw noServer(undefined, 'only Postgres is rehearsed');
  const target = options.like === '' ? undefined : await majorOf(readDatabaseUrl(options.like));
  const wanted = target?.major ?? options.major;
  const place =
    options.url === '' ? await localPlace(options, wanted, around) : await givenPlace(options.url, options.like);
  try {
    const url = (await place.fresh()) ?? place.own;
    if (url === undefined) throw cannotMake(options.url);
    const dump =
      options.like === ''
        ? { sql: undefined, because: '' }
        : await dumpOf(readDatabaseUrl(options.like), {
            ...around,
            major: target?.major ?? 0,
            historyTable: options.historyTable,
          });
    if (dump.sql !== undefined) await fill(url, dump.sql, 'the schema of the target');
    return {
      engine: place.engine,
      url,
      restored: dump.sql !== undefined,
      remarks: [
        ...(wanted !== undefined && wanted !== place.major
          ? [
              `rehearsed on PostgreSQL ${place.major}, while the target has ${wanted}: what differs between them was not tried`,
            ]
          : []),
        ...(dump.because === '' ? [] : [`${dump.because}: the earlier migrations were replayed instead`]),
      ],
      another: () => place.fresh(),
      fill: (sql, path) => fill(url, sql, path),
      close: () => place.close(),
    };
  } catch (error) {
    await place.close();
    throw error;
  }
}

async function localPlace(options: ShadowOptions, wanted: number | undefined, around: Around): Promise<Place> {
  const found = around.binaries ?? findBinaries(process.env.PATH ?? '');
  const chosen = found.find(({ major }) => major === wanted) ?? (options.sameMajor ? undefined : found[0]);
  if (chosen === undefined)
    throw noServer(
      wanted,
      found.length === 0
        ? undefined
        : `The server binaries of this machine are not of version ${wanted ?? 'the target'}`,
    );
  const server = await start(chosen, options.tcp, wanted);
  const admin = server.url('postgres');
  try {
    const { words, major } = await majorOf(readDatabaseUrl(admin));
    return {
      engine: `PostgreSQL ${words}, server binaries of this machine`,
      major,
      fresh: maker(admin),
      own: undefined,
      close: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function start(chosen: Binaries, tcp: boolean, wanted: number | undefined) {
  try {
    return await startLocalServer(chosen, tcp);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw noServer(wanted, `The server in ${chosen.folder} does not start (${said})`);
  }
}

async function givenPlace(text: string, like: string): Promise<Place> {
  const url = readDatabaseUrl(text);
  if (like !== '' && readDatabaseUrl(like).place === url.place)
    throw new Problem({
      what: 'shadow-url and database-url name the same database',
      where: 'input shadow-url',
      fix: 'Give a database that may be thrown away.',
      reason: 'shadow-is-target',
    });
  const { words, major } = await majorOf(url);
  const made: string[] = [];
  const fresh = maker(text);
  return {
    engine: `PostgreSQL ${words}, from shadow-url`,
    major,
    fresh: async () => {
      const one = await fresh();
      if (one !== undefined) made.push(one);
      return one;
    },
    own: (await isEmpty(url)) ? text : undefined,
    close: async () => {
      for (const one of made) await drop(url, one).catch(() => undefined);
    },
  };
}

let count = 0;

/** Makes databases beside the one of `admin`. */
function maker(admin: string): () => Promise<string | undefined> {
  return async () => {
    const url = readDatabaseUrl(admin);
    const client = await connect(url, name);
    count += 1;
    const database = `${prefix}${process.pid}_${Date.now().toString(36)}_${count}`;
    try {
      await client.query(`create database ${database} template template0 encoding 'UTF8'`);
    } catch (error: any) {
      if (error?.code === '42501') return undefined;
      throw connectionProblem(error, url);
    } finally {
      await disconnect(client);
    }
    const changed = new URL(admin);
    changed.pathname = `/${database}`;
    return changed.toString();
  };
}

async function drop(admin: DatabaseUrl, made: string): Promise<void> {
  const client = await connect(admin, name);
  const database = new URL(made).pathname.slice(1);
  try {
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
    await client.query(`drop database if exists ${database}`);
  } finally {
    await disconnect(client);
  }
}

async function isEmpty(url: DatabaseUrl): Promise<boolean> {
  const client = await connect(url, name);
  try {
    const found = await client.query(
      `select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname !~ '^(pg_|information_schema$)' and c.relkind in ('r', 'p', 'v', 'm', 'S') limit 1`,
    );
    return found.rows.length === 0;
  } finally {
    await disconnect(client);
  }
}

async function majorOf(url: DatabaseUrl): Promise<{ readonly words: string; readonly major: number }> {
  const client = await connect(url, name);
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const words = rows[0]?.server_version.split(' ')[0] ?? '';
    return { words, major: Number.parseInt(words, 10) };
  } catch (error) {
    throw connectionProblem(error, url);
  } finally {
    await disconnect(client);
  }
}

async function fill(text: string, sql: string, path: string): Promise<void> {
  const url = readDatabaseUrl(text);
  const client = await connect(url, name);
  try {
    await client.query(sql);
  } catch (error) {
    const { what } = failureOf(error, { path, secrets: [url.password] });
    throw new Problem({
      what: `${path} does not go into the shadow database: ${redact(what, [url.password])}`,
      where: path,
      fix: /extension/.test(what)
        ? 'Give in shadow-url a server that has the extension: a service container of the image you run.'
        : 'Correct it, or give in shadow-url a server like the target.',
      reason: 'shadow-fill',
    });
  } finally {
    await disconnect(client);
  }
}

function cannotMake(url: string): Problem {
  return new Problem({
    what: 'The role of shadow-url may not make databases, and its own database is not empty',
    where: readDatabaseUrl(url).place,
    fix: 'Give the role CREATEDB, or an empty database.',
    reason: 'shadow-not-empty',
  });
}

/** What to do without any server: five lines of the workflow. */
function noServer(wanted: number | undefined, because = 'This machine has no Postgres server binaries'): Problem {
  const image = `postgres:${wanted ?? 16}`;
  return new Problem({
    what: `There is no server to rehearse on: ${because}`,
    where: 'input shadow-url',
    fix:
      `Add to the job:\nservices:\n  shadow:\n    image: ${image}\n    env: {POSTGRES_PASSWORD: shadow}\n    ports: ['5432:5432']\n` +
      'and to the step `shadow-url: postgres://postgres:shadow@localhost:5432/postgres?sslmode=disable`.',
    reason: 'no-shadow',
  });
}
