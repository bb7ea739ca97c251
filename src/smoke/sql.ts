// A query through the user's own client: program, arguments and environment, and the rows in what it printed.
import { withoutBrackets } from '../kit/address.ts';
import { plainText } from '../kit/url-text.ts';

export interface Client {
  readonly line: readonly string[];
  /** Passwords go here: arguments are seen by everyone on the machine. */
  readonly env: Readonly<Record<string, string>>;
}

interface Asked {
  readonly client: 'psql' | 'mysql' | 'mariadb';
  readonly url: string;
  readonly query: string;
}

export type Row = Readonly<Record<string, string | number | null>>;

/** The client's command; undefined when the url is not one of a database. Read-only unless `writes`. */
export function clientOf(
  asked: Asked,
  { timeoutMs, writes }: { timeoutMs: number; writes: boolean },
): Client | undefined {
  if (!URL.canParse(asked.url)) return undefined;
  const url = new URL(asked.url);
  const isPostgres = /^postgres(ql)?:$/.test(url.protocol);
  if (asked.client === 'psql' ? !isPostgres : !/^(mysql|mariadb):$/.test(url.protocol)) return undefined;
  return isPostgres ? psql(url, asked.query, timeoutMs, writes) : mysql(url, asked, timeoutMs, writes);
}

function psql(url: URL, query: string, timeoutMs: number, writes: boolean): Client {
  const seconds = String(Math.max(2, Math.ceil(timeoutMs / 1_000)));
  const options = [`-c statement_timeout=${timeoutMs}`, ...(writes ? [] : ['-c default_transaction_read_only=on'])];
  const mode = url.searchParams.get('sslmode');
  return {
    line: ['psql', '--no-psqlrc', '--no-password', '--csv', '--set=ON_ERROR_STOP=1', '--command', query],
    env: {
      PGHOST: withoutBrackets(url.hostname) || 'localhost',
      PGPORT: url.port || '5432',
      PGUSER: plainText(url.username),
      PGPASSWORD: plainText(url.password),
      PGDATABASE: plainText(url.pathname.slice(1)) || plainText(url.username),
      PGCONNECT_TIMEOUT: seconds,
      PGOPTIONS: options.join(' '),
      PGAPPNAME: 'boring-deploys smoke-test',
      ...(mode === null ? {} : { PGSSLMODE: mode }),
    },
  };
}

function mysql(url: URL, { client, query }: Asked, timeoutMs: number, writes: boolean): Client {
  const seconds = Math.max(2, Math.ceil(timeoutMs / 1_000));
  const socket = url.searchParams.get('socket');
  const place =
    socket === null
      ? [`--host=${withoutBrackets(url.hostname)}`, `--port=${url.port || '3306'}`, '--protocol=TCP']
      : [`--socket=${socket}`, '--protocol=SOCKET'];
  const readOnly = writes ? [] : ['--init-command=SET SESSION TRANSACTION READ ONLY'];
  return {
    line: [
      client,
      '--no-defaults',
      ...place,
      `--user=${plainText(url.username)}`,
      `--connect-timeout=${seconds}`,
      '--batch',
      '--comments',
      ...readOnly,
      `--database=${plainText(url.pathname.slice(1))}`,
      `--execute=${endAfter(timeoutMs)};${query}`,
    ],
    env: { MYSQL_PWD: plainText(url.password) },
  };
}

/** Has the server itself end the query, for the end of its client does not. MySQL from 5.7.8 on and MariaDB from 10.1 on have words of their own,
 * which the others pass by as comments; MySQL's holds for what reads. */
function endAfter(timeoutMs: number): string {
  const mysqls = `/*!50708 , SESSION max_execution_time = ${timeoutMs} */`;
  return `SET @boring_deploys = 1 ${mysqls} /*M!100101 , SESSION max_statement_time = ${timeoutMs / 1_000} */`;
}

/** Rows by column name; what reads as a plain number is one. */
export function rowsOf(client: Asked['client'], text: string): readonly Row[] {
  const [head = [], ...rest] = client === 'psql' ? csv(text) : tsv(text);
  return rest.map((cells) => Object.fromEntries(head.map((name, at) => [name, typed(cells[at] ?? null)])));
}

/** First column of the first row. */
export function firstOf(rows: readonly Row[]): string | number | undefined {
  return Object.values(rows[0] ?? {})[0] ?? undefined;
}

function typed(text: string | null): string | number | null {
  return text !== null && /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text) ? Number(text) : text;
}

/** RFC 4180. */
function csv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted && letter === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === ',' || letter === '\n')) {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (letter === '\n') {
        rows.push(row);
        row = [];
      }
    } else cell += letter ?? '';
  }
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]];
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', '0': '\0' };

/** As `mysql --batch` writes it. */
function tsv(text: string): readonly (readonly (string | null)[])[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const cells = (line: string) => line.split('\t').map((cell) => (cell === 'NULL' ? null : unescaped(cell)));
  return lines.map(cells);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_whole, letter: string) => escapes[letter] ?? letter);
}
