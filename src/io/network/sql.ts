// One read-only statement on the database of a URL: Postgres over its own protocol, MySQL and MariaDB through the client mysql. No shell is involved.
import { type Answer, known, unknown } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { redact } from '../../kit/redact.ts';
import { plainText } from '../../kit/url-text.ts';
import type { Command } from '../../world.ts';
import { connect, disconnect, readDatabaseUrl } from '../migrations/connection.ts';
import { failureOf } from '../migrations/failure.ts';

/** Who we are in the server's list of sessions. */
const session = 'boring-deploys gate';

/** Tells the first row of the result. What the database refuses is unknown with its words, never with the password. Throws a Problem for a connection that fails. */
export function firstRow(command: Command, question: QuestionOf<'sql'>): Promise<Answer<'sql'>> {
  const { url } = question;
  const scheme = /^([a-z0-9+]+):\/\//i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (scheme === 'postgres' || scheme === 'postgresql') return ofPostgres(question);
  if (scheme === 'mysql' || scheme === 'mariadb') return ofMysql(command, question);
  const remedy = 'give postgres://user:password@host:5432/name, or mysql://…, in the variable that the line names';
  return Promise.resolve(unknown('the database URL is none of Postgres or MySQL', remedy));
}

/** The extended protocol takes one statement only, and a cursor reads no more of the result than is asked for. */
async function ofPostgres({ url, query, timeoutMs }: QuestionOf<'sql'>): Promise<Answer<'sql'>> {
  const place = readDatabaseUrl(url);
  const client = await connect(place, session);
  const late = setTimeout(() => void disconnect(client), timeoutMs + 5_000);
  try {
    await client.query('begin transaction read only');
    await client.query("select set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true)", [
      String(timeoutMs),
    ]);
    const direct = /^\s*show\b/i.test(query);
    if (!direct) await client.query(extended(`declare boring_deploys no scroll cursor for ${trimmed(query)}`));
    const result = await client.query(extended(direct ? trimmed(query) : 'fetch 1 from boring_deploys'));
    const [row] = result.rows as readonly (readonly (string | null)[])[];
    return known({ first: row });
  } catch (error) {
    const { what } = failureOf(error, { path: place.place, secrets: [place.password, url] });
    return unknown(`${place.place}: ${what}`, 'correct the query, or give the role the right to read');
  } finally {
    clearTimeout(late);
    await client.query('rollback').catch(() => undefined);
    await disconnect(client);
  }
}

/** Values stay the text that the server sent. */
function extended(text: string) {
  return {
    text,
    queryMode: 'extended',
    rowMode: 'array',
    types: { getTypeParser: () => (value: string) => value },
  } as any;
}

function trimmed(query: string): string {
  return query.trim().replace(/;\s*$/, '');
}

/** The client's own commands (\\!, source, delimiter) begin a line or have a backslash: neither gets to it. */
async function ofMysql(command: Command, { url, query, timeoutMs }: QuestionOf<'sql'>): Promise<Answer<'sql'>> {
  const to = URL.canParse(url) ? new URL(url) : undefined;
  const statement = trimmed(query).replace(/\s+/g, ' ');
  if (to === undefined) return unknown('the database URL cannot be read', 'write characters such as @ : / # as %40 …');
  if (/[;\\]|\binto\s+(out|dump)file\b/i.test(statement) || !/^(select|with|show|values|table|\()/i.test(statement))
    return unknown('the query is not one statement that reads', 'write one select, without ; and backslashes');
  const name = plainText(to.pathname.slice(1));
  const line = [
    ...['mysql', '--no-defaults', '--batch', '--skip-column-names', '--binary-mode', '--connect-timeout=10'],
    ...[`--host=${to.hostname || 'localhost'}`, `--port=${to.port || '3306'}`, '--protocol=TCP'],
    ...[`--user=${plainText(to.username)}`, `--database=${name}`, ...encryptionOf(to)],
    `--execute=SET SESSION sql_select_limit=1; START TRANSACTION READ ONLY; ${statement}; ROLLBACK`,
  ];
  const password = plainText(to.password);
  const reply = await command({ line, env: { MYSQL_PWD: password }, timeoutMs });
  const place = `${to.host}/${name}`;
  if (reply.timedOut) return unknown(`${place} did not answer in time`, 'make the query quicker');
  if (reply.code === 127) return unknown('there is no program mysql here', 'install the MySQL client before the gate');
  if (reply.code !== 0) {
    const said = reply.stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
    return unknown(
      redact(`${place}: ${said}`, [password, url]),
      'correct the query, or give the role the right to read',
    );
  }
  const [row] = reply.stdout.split('\n').filter((one) => one !== '');
  return known({ first: row?.split('\t').map((value) => (value === 'NULL' ? null : value)) });
}

/** `?sslmode=` and `?sslrootcert=` as Postgres has them. MySQL's client and MariaDB's know different words, so each passes by the other's
 * (loose). MariaDB's falls back to plain text unless it verifies: `require` means that too. */
function encryptionOf({ searchParams }: URL): readonly string[] {
  const authority = searchParams.get('sslrootcert');
  if (!['require', 'verify-ca', 'verify-full'].includes(searchParams.get('sslmode') ?? '')) return [];
  const verified = ['--loose-ssl-mode=VERIFY_IDENTITY', '--loose-ssl', '--loose-ssl-verify-server-cert'];
  return authority === null ? verified : [...verified, `--ssl-ca=${authority}`];
}
