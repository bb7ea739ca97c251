// Connects to Postgres, and turns what can go wrong on the way into messages that name the server and never the password.
import type pg from 'pg';
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import { plainText } from '../../kit/url-text.ts';

/** How long a connection may take to be made, ms. */
const connectTimeout = 10_000;

export interface DatabaseUrl {
  readonly text: string;
  readonly user: string;
  readonly password: string;
  /** `host:port/name`, for messages. */
  readonly place: string;
  /** The input that it came from. */
  readonly input: string;
}

/** Reads the input database-url, or another one; a percent sign that begins no letter is itself. Throws a Problem when it is no URL of a Postgres
 * database. */
export function readDatabaseUrl(given: string, input = 'database-url'): DatabaseUrl {
  const text = given.replace(/%(?![0-9a-f]{2})/gi, '%25');
  const fix =
    'Give postgres://user:password@host:5432/name; write characters such as @ : / # in the password as %40 %3A %2F %23.';
  if (text === '')
    throw new Problem({
      what: 'There is no database to migrate',
      where: 'input database-url',
      fix,
      reason: 'no-database-url',
    });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    const what =
      url === undefined
        ? 'The database URL cannot be read'
        : `This release migrates Postgres only, not ${url.protocol.replace(':', '')}`;
    throw new Problem({ what, where: `input ${input}`, fix, reason: 'bad-database-url' });
  }
  const host = url.searchParams.get('host') ?? url.hostname;
  const name = plainText(url.pathname.slice(1));
  return {
    text,
    user: plainText(url.username),
    password: plainText(url.password),
    input,
    place: `${host === '' ? 'localhost' : host}:${url.port || '5432'}/${name}`,
  };
}

/** The URL with run-time parameters added; what it named itself of them is replaced. */
export function withParameters(url: DatabaseUrl, parameters: Readonly<Record<string, string>>): string {
  const changed = new URL(url.text);
  for (const [key, value] of Object.entries(parameters)) changed.searchParams.set(key, value);
  return changed.toString();
}

/** Opens a connection of this application name. Throws a Problem that says why it could not be made. */
export async function connect(url: DatabaseUrl, applicationName: string): Promise<pg.Client> {
  // Loaded with the first connection: the most runs of a rollback make none.
  const { default: driver } = await import('pg');
  let client: pg.Client | undefined;
  try {
    // A certificate that the URL names is read here.
    client = new driver.Client({
      // sslmode means here what it means to libpq, and so to the other tools that are given the same URL.
      connectionString: withParameters(url, { application_name: applicationName, uselibpqcompat: 'true' }),
      connectionTimeoutMillis: connectTimeout,
      keepAlive: true,
    });
    // Without a listener a connection that breaks while idle would end the process; the next query tells.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    await disconnect(client);
    throw connectionProblem(error, url);
  }
}

/** Closes a connection, broken ones too. */
export async function disconnect(client: pg.Client | undefined): Promise<void> {
  await client?.end().catch(() => undefined);
}

/** A failed connection as a Problem. */
export function connectionProblem(error: any, url: DatabaseUrl): Problem {
  const code: string = error?.code ?? error?.errors?.[0]?.code ?? '';
  const said = redact(String(error?.message || error?.errors?.[0]?.message || error), [url.password]);
  const { what, fix, reason } = explain(code, said, url);
  return new Problem({ what, where: url.place, fix: fix.replaceAll('database-url', url.input), reason });
}

function explain(code: string, said: string, url: DatabaseUrl): { what: string; fix: string; reason: string } {
  const unreachable = 'database-unreachable';
  const reach =
    'Check host and port in database-url, and that this runner may reach them (network, firewall, service container).';
  if (code === 'ENOENT' && !/^connect /.test(said))
    return {
      what: `A certificate that database-url names cannot be read: ${said}`,
      fix: 'Write the file before this step, and give its path in sslrootcert, sslcert or sslkey.',
      reason: 'database-tls',
    };
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return {
      what: 'Nothing listens where the database should be: connection refused',
      fix: reach,
      reason: unreachable,
    };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { what: 'The host name of the database is not known', fix: reach, reason: unreachable };
  if (code === 'ETIMEDOUT' || /^timeout expired$/.test(said))
    return {
      what: `The database did not answer within ${connectTimeout / 1000} s`,
      fix: `${reach} A firewall that drops packets looks like this.`,
      reason: unreachable,
    };
  if (/unsupported startup parameter/.test(said))
    return {
      what: `A pooler before the database does not take a parameter of the URL: ${said}`,
      fix: 'Take it out of database-url, or list it in ignore_startup_parameters of pgbouncer.',
      reason: 'pooler',
    };
  if (code === '28P01' || (code === '28000' && !/encryption|SSL/.test(said))) {
    return {
      what: `The database refused the login of "${url.user}": ${said}`,
      fix: 'Check user and password in database-url, and pg_hba.conf on the server.',
      reason: 'database-login',
    };
  }
  if (code === '3D000')
    return {
      what: said,
      fix: 'Check the name at the end of database-url; migrate does not create databases.',
      reason: 'database-unknown',
    };
  if (code === '53300')
    return {
      what: `The server takes no more connections: ${said}`,
      fix: 'Raise max_connections, or migrate when fewer are open; migrate needs two.',
      reason: unreachable,
    };
  if (/does not support SSL/i.test(said))
    return {
      what: 'The server speaks no TLS',
      fix: 'Add ?sslmode=disable to database-url if the network may be trusted.',
      reason: 'database-tls',
    };
  if (/no encryption/.test(said))
    return {
      what: `The server wants TLS: ${said}`,
      fix: 'Add ?sslmode=require to database-url.',
      reason: 'database-tls',
    };
  if (/certificate|CERT/i.test(said + code))
    return {
      what: `The server's certificate was not accepted: ${said}`,
      fix: 'Give the authority with ?sslrootcert=<file>, or encrypt without checking with ?sslmode=require.',
      reason: 'database-tls',
    };
  return {
    what: `The database cannot be reached: ${said}${code === '' ? '' : ` (${code})`}`,
    fix: reach,
    reason: unreachable,
  };
}
