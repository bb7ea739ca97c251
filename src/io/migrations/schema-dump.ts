// The schema of a database as SQL, by pg_dump: only where its version can read the server.
import { redact } from '../../kit/redact.ts';
import { plainText } from '../../kit/url-text.ts';
import type { Command } from '../../world.ts';
import type { DatabaseUrl } from './connection.ts';

const patience = 120_000;

export interface Dumping {
  readonly command: Command;
  /** Major version of the server. */
  readonly major: number;
  /** Table whose rows come along; empty: none. */
  readonly historyTable: string;
}

/** The schema and the rows of the history table. Without `sql`, `because` says why in a clause. */
export async function dumpOf(
  url: DatabaseUrl,
  { command, major, historyTable }: Dumping,
): Promise<{ readonly sql: string | undefined; readonly because: string }> {
  const version = await command({ line: ['pg_dump', '--version'], timeoutMs: 10_000 });
  const own = Number(/(\d+)/.exec(version.stdout)?.[1] ?? Number.NaN);
  if (version.code !== 0) return { sql: undefined, because: 'pg_dump is not installed' };
  if (own < major) return { sql: undefined, because: `pg_dump ${own} cannot read a server of version ${major}` };
  const plain = [
    '--no-owner',
    '--no-privileges',
    '--no-publications',
    '--no-subscriptions',
    '--lock-wait-timeout=5000',
  ];
  const schema = await command({
    line: ['pg_dump', '--schema-only', ...plain],
    env: variables(url),
    timeoutMs: patience,
  });
  if (schema.code !== 0) {
    const said = redact(schema.stderr.trim().split('\n').at(-1) ?? '', [url.password]);
    return { sql: undefined, because: `pg_dump failed (${said})` };
  }
  // Output of a command is kept to its last MiB: a schema that is cut at its beginning is none.
  if (!schema.stdout.startsWith('--\n-- PostgreSQL database dump'))
    return { sql: undefined, because: 'the schema is larger than 1 MB' };
  const rows =
    historyTable === ''
      ? undefined
      : await command({
          line: ['pg_dump', '--data-only', '--inserts', `--table=${historyTable}`, ...plain],
          env: variables(url),
          timeoutMs: patience,
        });
  return { sql: `${runnable(schema.stdout)}\n${rows?.code === 0 ? runnable(rows.stdout) : ''}`, because: '' };
}

/** Lines that only psql understands, and the schema that every database has, are left out. */
function runnable(dump: string): string {
  return dump.replace(/^\\(?:un)?restrict .*$/gm, '').replace(/^CREATE SCHEMA public;$/gm, '');
}

/** The URL as libpq's variables: nothing of it is seen among the processes. */
function variables(url: DatabaseUrl): Readonly<Record<string, string>> {
  const read = new URL(url.text);
  const host = read.searchParams.get('host') ?? read.hostname;
  const mode = read.searchParams.get('sslmode');
  const root = read.searchParams.get('sslrootcert');
  return {
    PGHOST: host === '' ? 'localhost' : host,
    PGPORT: read.searchParams.get('port') ?? (read.port || '5432'),
    PGUSER: url.user,
    PGPASSWORD: url.password,
    PGDATABASE: plainText(read.pathname.slice(1)),
    PGAPPNAME: 'boring deploys rehearsal',
    ...(mode === null ? {} : { PGSSLMODE: mode }),
    ...(root === null ? {} : { PGSSLROOTCERT: root }),
  };
}
