// Splits SQL text into its statements, each with the place it begins at; says what cannot be split or not be run here.
import type { Fault } from './fault.ts';
import { eachToken, type Token } from './token.ts';

export interface Statement {
  readonly sql: string;
  /** Both from 1, in the file. */
  readonly line: number;
  readonly column: number;
  /** Its words in upper case, strings and symbols left out; of one that only reads or writes rows the first few. */
  readonly words: readonly string[];
}

export interface Split {
  readonly statements: readonly Statement[];
  readonly faults: readonly Fault[];
}

/** The statements of a piece of a file; `line` is the line of the file on which the text begins. A quote or comment without an end is a fault. */
export function splitStatements(text: string, place: { readonly path: string; readonly line: number }): Split {
  const placeAt = placesIn(text, place.line);
  const broken: Token[] = [];
  const statements: Statement[] = [];
  for (const group of groups(eachToken(text))) {
    statements.push(statementOf(text, group, placeAt));
    for (const token of group) if (token.kind === 'unterminated' || token.kind === 'meta') broken.push(token);
  }
  return {
    statements,
    faults: broken.map((token) => ({
      ...brokenToken(token),
      level: 'error' as const,
      path: place.path,
      ...placeAt(token.start),
    })),
  };
}

/** The first words of a statement, upper case, strings and symbols left out: `CREATE UNIQUE INDEX CONCURRENTLY`. */
export function headOf({ words }: Statement, most = 3): readonly string[] {
  return words.slice(0, most);
}

/**
 * Why a statement cannot run inside a transaction, as Postgres' documentation of each command says; undefined when it can.
 * ALTER TYPE … ADD VALUE is not among them: since PostgreSQL 12 it can.
 */
export function whyNoTransaction(statement: Statement): string | undefined {
  const [first = '', second = '', third = ''] = headOf(statement);
  const { words } = statement;
  const early = words.slice(0, 8);
  if (['CREATE', 'DROP', 'REINDEX'].includes(first) && early.includes('CONCURRENTLY')) return `${first} … CONCURRENTLY`;
  if (first === 'ALTER' && words.includes('DETACH') && words.includes('CONCURRENTLY')) return 'DETACH … CONCURRENTLY';
  if (first === 'VACUUM') return 'VACUUM';
  if (first === 'REINDEX' && ['DATABASE', 'SYSTEM', 'SCHEMA'].includes(second)) return `REINDEX ${second}`;
  if (['CREATE', 'DROP'].includes(first) && ['DATABASE', 'TABLESPACE'].includes(second)) return `${first} ${second}`;
  if (first === 'ALTER' && second === 'SYSTEM') return 'ALTER SYSTEM';
  if (first === 'ALTER' && second === 'DATABASE' && third !== '' && words.includes('TABLESPACE'))
    return 'ALTER DATABASE … SET TABLESPACE';
  return undefined;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Tells line and column, from 1, of offsets in a text that begins on `line`. */
export function placesIn(text: string, line: number): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: line + low, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function statementOf(text: string, group: readonly Token[], placeAt: (offset: number) => Place): Statement {
  const start = group[0]?.start ?? 0;
  const end = group.at(-1)?.end ?? text.length;
  return { sql: text.slice(start, end), ...placeAt(start), words: wordsOf(group) };
}

/** Of rows nobody asks for more words than these. */
const fewWords = 8;

function wordsOf(group: readonly Token[]): readonly string[] {
  const words = group.filter(({ kind }) => kind === 'word');
  const isOfRows = ['INSERT', 'UPDATE', 'DELETE', 'SELECT', 'VALUES'].includes(words[0]?.text ?? '');
  return (isOfRows ? words.slice(0, fewWords) : words).map(({ text }) => text);
}

/** Cuts at each `;` outside parentheses and outside the body of a function written in SQL (BEGIN ATOMIC … END). */
function* groups(tokens: Iterable<Token>): Generator<readonly Token[], void> {
  let group: Token[] = [];
  let depth = 0;
  let bodies = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth = Math.max(0, depth - 1);
    if (token.kind === 'word') bodies = Math.max(0, bodies + bodyStep(token.text, group, bodies));
    if (token.text === ';' && token.kind === 'symbol' && depth === 0 && bodies === 0) {
      if (group.length > 0) yield group;
      group = [];
    } else group.push(token);
  }
  if (group.length > 0) yield group;
}

/** +1 where a body or a CASE inside it begins, -1 at its END. */
function bodyStep(text: string, group: readonly Token[], open: number): number {
  if (open === 0) return text === 'ATOMIC' && group.at(-1)?.text === 'BEGIN' && group[0]?.text === 'CREATE' ? 1 : 0;
  if (text === 'CASE') return 1;
  return text === 'END' ? -1 : 0;
}

function brokenToken(token: Token): { readonly rule: string; readonly what: string; readonly fix: string } {
  if (token.kind === 'meta') {
    return {
      rule: 'psql-command',
      what: `"${token.text.trim().slice(0, 40)}" is a command of psql, not SQL`,
      fix: 'Write it as SQL, or remove the line.',
    };
  }
  return {
    rule: 'unterminated',
    what: `What begins here with ${token.text} never ends`,
    fix: 'Close the quote or the comment.',
  };
}
