// Makes of an error of Postgres what a person needs: message, code, detail, and the line and column of the file.
import { redact } from '../../kit/redact.ts';
import type { StatementText } from '../../world.ts';

export interface Failure {
  readonly code: string;
  readonly reason: string;
  readonly what: string;
  readonly where: string;
  readonly fix: string;
}

/** SQLSTATEs that are told in words of their own; all others keep what Postgres says. */
const known: Readonly<Record<string, { readonly reason: string; readonly fix: string }>> = {
  '55P03': {
    reason: 'lock-timeout',
    fix: 'Someone uses the table for longer than migrations.limits.lock-timeout: run again at a quieter time, end the long query, or raise the limit.',
  },
  '57014': {
    reason: 'statement-cancelled',
    fix: 'It ran longer than migrations.limits.duration, or was cancelled: make it smaller (batches, CONCURRENTLY, NOT VALID), or raise the limit.',
  },
  '40P01': {
    reason: 'deadlock',
    fix: 'Another session and the migration waited for each other: run again at a quieter time.',
  },
  '25001': {
    reason: 'transaction',
    fix: 'This statement cannot run in a transaction: put it into a file of its own with the line "-- transaction:false".',
  },
  '42501': { reason: 'permission', fix: 'Give the role of database-url the right, or use the owner of the table.' },
  '25006': {
    reason: 'read-only',
    fix: 'The server takes no writes (a replica, or read-only by default): give the primary in database-url.',
  },
};

/** The failure of one statement. `path` is its file; the position Postgres gives counts characters of the statement. */
export function failureOf(
  error: any,
  at: { readonly path: string; readonly statement?: StatementText | undefined; readonly secrets: readonly string[] },
): Failure {
  const code = typeof error?.code === 'string' ? error.code : '';
  const detail = error?.detail === undefined ? '' : ` (${error.detail})`;
  const said = redact(`${error?.message ?? error}${detail}`, at.secrets);
  const hint = error?.hint === undefined ? '' : `${redact(String(error.hint), at.secrets).replace(/\.?$/, '.')} `;
  const words = known[code];
  return {
    code,
    reason: words?.reason ?? (isLost(error) ? 'connection-lost' : 'migration-failed'),
    what: `${said}${/^[0-9A-Z]{5}$/.test(code) ? ` [${code}]` : ''}`,
    where: at.statement === undefined ? at.path : `${at.path}:${placeIn(at.statement, Number(error?.position))}`,
    fix: `${hint}${words?.fix ?? (isLost(error) ? 'Run again when the database is back.' : 'Correct the statement.')}`,
  };
}

/** True when the connection broke, so that nobody told how the statement ended. Class 57P is the server going down. */
export function isLost(error: any): boolean {
  const code = String(error?.code ?? '');
  return (
    code.startsWith('57P') ||
    /^E[A-Z]+$/.test(code) ||
    /Connection terminated|not queryable|Client was closed/.test(String(error?.message ?? ''))
  );
}

function placeIn(statement: StatementText, position: number): string {
  if (!Number.isInteger(position) || position < 1) return `${statement.line}:${statement.column}`;
  const lines = [...statement.sql]
    .slice(0, position - 1)
    .join('')
    .split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return lines.length === 1
    ? `${statement.line}:${statement.column + column - 1}`
    : `${statement.line + lines.length - 1}:${column}`;
}
