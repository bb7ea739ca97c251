// Where the databases of a rehearsal are made and dropped again: beside the one of shadow-url, with what killed rehearsals left there swept away.
import type pg from 'pg';
import { Problem } from '../../kit/problem.ts';
import { connect, connectionProblem, type DatabaseUrl, disconnect, readDatabaseUrl } from './connection.ts';

export const rehearsalName = 'boring deploys rehearsal';

/** Names of databases made here; `database-url` of another run never has it. */
export const prefix = 'boring_rehearsal_';

export interface Place {
  readonly engine: string;
  readonly major: number;
  /** Databases of killed rehearsals that were dropped. */
  readonly left: number;
  /** Makes an empty database; undefined where the role may not. */
  readonly fresh: () => Promise<string | undefined>;
  /** An empty database that is there already. */
  readonly own: string | undefined;
  readonly close: () => Promise<void>;
}

/** The server of shadow-url. `like`: the target, which it must not be. */
export async function givenPlace(text: string, like: string): Promise<Place> {
  const url = readDatabaseUrl(text, 'shadow-url');
  if (like !== '' && readDatabaseUrl(like).place === url.place)
    throw new Problem({
      what: 'shadow-url and database-url name the same database',
      where: 'input shadow-url',
      fix: 'Give a database that may be thrown away.',
      reason: 'shadow-is-target',
    });
  const { words, major } = await majorOf(url);
  const made: string[] = [];
  const run = `${prefix}${process.pid}_${Date.now().toString(36)}`;
  const own = (await isEmpty(url)) ? text : undefined;
  // As long as this session is there, nobody takes our databases for left ones.
  const keeper = await connect(url, run);
  const left = await dropLeft(keeper);
  const fresh = maker(text, run);
  return {
    engine: `PostgreSQL ${words}, from shadow-url`,
    major,
    left,
    fresh: async () => {
      const one = await fresh();
      if (one !== undefined) made.push(one);
      return one;
    },
    own,
    close: async () => {
      for (const one of made) await drop(url, one).catch(() => undefined);
      await disconnect(keeper);
    },
  };
}

/** Databases of rehearsals that were killed: those whose keeper is gone. What the role may not drop, or somebody uses, stays. Says how many went. */
async function dropLeft(keeper: pg.Client): Promise<number> {
  const { rows } = await keeper.query<{ name: string }>(
    `select d.datname as name from pg_database d where starts_with(d.datname, $1) and not exists (
       select from pg_stat_activity a where a.application_name <> '' and starts_with(d.datname, a.application_name || '_'))`,
    [prefix],
  );
  let gone = 0;
  for (const { name: database } of rows)
    await keeper.query(`drop database if exists ${keeper.escapeIdentifier(database)}`).then(
      () => {
        gone += 1;
      },
      () => undefined,
    );
  return gone;
}

/** Makes databases beside the one of `admin`. */
export function maker(admin: string, run: string): () => Promise<string | undefined> {
  let count = 0;
  return async () => {
    const url = readDatabaseUrl(admin);
    const client = await connect(url, rehearsalName);
    count += 1;
    const database = `${run}_${count}`;
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
  const client = await connect(admin, rehearsalName);
  const database = new URL(made).pathname.slice(1);
  try {
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
    await client.query(`drop database if exists ${database}`);
  } finally {
    await disconnect(client);
  }
}

async function isEmpty(url: DatabaseUrl): Promise<boolean> {
  const client = await connect(url, rehearsalName);
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

/** Version of a server, as it says it and as a number. */
export async function majorOf(url: DatabaseUrl): Promise<{ readonly words: string; readonly major: number }> {
  const client = await connect(url, rehearsalName);
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
