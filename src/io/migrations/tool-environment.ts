// The environment of a migration tool: the database in the words of each, our name, and limits that its sessions begin with.
import { type DatabaseUrl, withParameters } from './connection.ts';

interface Limits {
  readonly worker: string;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** Variables that the tools read. Passwords stand here, and never among the arguments, which everybody on the machine can see. */
export function toolEnvironment(
  url: DatabaseUrl,
  { worker, lockTimeoutMs, statementTimeoutMs }: Limits,
): Readonly<Record<string, string>> {
  const read = new URL(url.text);
  const host = read.searchParams.get('host') ?? read.hostname;
  const port = read.port || '5432';
  const name = decodeURIComponent(read.pathname.slice(1));
  const mode = read.searchParams.get('sslmode');
  const options = `-c lock_timeout=${lockTimeoutMs} -c statement_timeout=${statementTimeoutMs}`;
  const jdbc = new URLSearchParams({ ApplicationName: worker, options, ...(mode === null ? {} : { sslmode: mode }) });
  const jdbcUrl = `jdbc:postgresql://${host}:${port}/${name}?${jdbc.toString().replaceAll('+', '%20')}`;
  return {
    DATABASE_URL: withParameters(url, { application_name: worker }),
    PGHOST: host,
    PGPORT: port,
    PGUSER: url.user,
    PGPASSWORD: url.password,
    PGDATABASE: name,
    PGAPPNAME: worker,
    PGOPTIONS: options,
    ...(mode === null ? {} : { PGSSLMODE: mode }),
    ...{ FLYWAY_URL: jdbcUrl, FLYWAY_USER: url.user, FLYWAY_PASSWORD: url.password },
    LIQUIBASE_COMMAND_URL: jdbcUrl,
    ...{ LIQUIBASE_COMMAND_USERNAME: url.user, LIQUIBASE_COMMAND_PASSWORD: url.password },
    SQITCH_PASSWORD: url.password,
  };
}

/** The URL for tools that take it as an argument: without its password, which they read from the environment. */
export function toolUrl(tool: string, url: DatabaseUrl): string {
  const bare = new URL(url.text);
  bare.password = '';
  return tool === 'sqitch' ? `db:${bare.toString().replace(/^postgres(ql)?:/, 'pg:')}` : bare.toString();
}
