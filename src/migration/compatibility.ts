// What a migration means for code that still runs on the schema before it: none, expand or contract. Read from statement heads; a grammar comes later.
import { tableActions } from './action.ts';
import { type Compatibility, contract, expand, type Meaning, unnoticed, worstOf } from './meaning.ts';
import { headOf, type Statement } from './statement.ts';

export interface Reading {
  readonly compatibility: Compatibility;
  /** Why, for people; empty for none. */
  readonly because: string;
  readonly line: number;
  readonly column: number;
}

export interface Compatible {
  readonly compatibility: Compatibility;
  /** The statements that made it so. */
  readonly readings: readonly Reading[];
}

/** The worst of the statements. A table made in the same file has no old readers, so what happens to it later in the file is expand. */
export function compatibilityOf(statements: readonly Statement[]): Compatible {
  const made = new Set<string>();
  const readings = statements.map((statement): Reading => {
    const { compatibility, because } = meaningOf(statement, made);
    const table = madeBy(statement);
    if (table !== undefined) made.add(table);
    return { compatibility, because, line: statement.line, column: statement.column };
  });
  const worst = worstOf(readings.map(({ compatibility }) => compatibility));
  return {
    compatibility: worst,
    readings: readings.filter((reading) => worst !== 'none' && reading.compatibility === worst),
  };
}

const quiet = [
  'SELECT',
  'SET',
  'RESET',
  'SHOW',
  'COMMENT',
  'ANALYZE',
  'VACUUM',
  'REINDEX',
  'EXPLAIN',
  'SAVEPOINT',
  'RELEASE',
  'LOCK',
  'NOTIFY',
  'VALUES',
  'TABLE',
  'CHECKPOINT',
];
const adding = ['GRANT', 'INSERT', 'UPDATE', 'REFRESH', 'COPY'];
const made = [
  'TABLE',
  'SCHEMA',
  'TYPE',
  'EXTENSION',
  'SEQUENCE',
  'VIEW',
  'MATERIALIZED',
  'DOMAIN',
  'FUNCTION',
  'PROCEDURE',
  'AGGREGATE',
  'COLLATION',
  'ROLE',
  'USER',
  'STATISTICS',
  'PUBLICATION',
  'INDEX',
  'TRIGGER',
  'CAST',
  'OPERATOR',
  'EVENT',
];
const adjectives = [
  'OR',
  'REPLACE',
  'TEMP',
  'TEMPORARY',
  'UNLOGGED',
  'LOCAL',
  'GLOBAL',
  'RECURSIVE',
  'CONSTRAINT',
  'FOREIGN',
];

function meaningOf(statement: Statement, madeHere: ReadonlySet<string>): Meaning {
  const [first = '', second = ''] = headOf(statement);
  if (quiet.includes(first)) return unnoticed;
  if (adding.includes(first)) return expand(`${first} changes data or rights, the schema stays`);
  if (first === 'WITH' && !words(statement).some((word) => word === 'DELETE' || word === 'MERGE'))
    return expand('WITH changes data, the schema stays');
  if (first === 'CREATE') return creation(statement, madeHere);
  if (first === 'ALTER' && (second === 'TABLE' || third(statement, 'FOREIGN'))) {
    const table = nameAfter(statement, 'TABLE');
    if (table !== undefined && madeHere.has(table)) return expand('the table is made in the same file');
    return worstMeaning(tableActions(statement.tokens));
  }
  if (
    first === 'ALTER' &&
    second === 'TYPE' &&
    words(statement).includes('VALUE') &&
    words(statement).includes('ADD')
  ) {
    return expand('a value is added to an enum');
  }
  if (first === 'ALTER' && (second === 'SEQUENCE' || second === 'DEFAULT') && !words(statement).includes('RENAME')) {
    return expand(`${first} ${second}`);
  }
  if (first === 'DROP') return contract(`DROP ${second} takes away what old code may use`);
  if (first === 'DELETE' || first === 'TRUNCATE') return contract(`${first} removes rows that old code may read`);
  if (first === 'REVOKE') return contract('REVOKE takes rights away');
  if (words(statement).includes('RENAME')) return contract(`${first} ${second} … RENAME: old code knows the old name`);
  return contract(`${`${first} ${second}`.trim()} cannot be judged from its text`);
}

function creation(statement: Statement, madeHere: ReadonlySet<string>): Meaning {
  const all = words(statement);
  const kind = all.slice(1).find((word) => !adjectives.includes(word)) ?? '';
  if (kind === 'UNIQUE') {
    const table = nameAfter(statement, 'ON');
    if (table !== undefined && madeHere.has(table)) return expand('the table is made in the same file');
    return contract('a unique index refuses rows that old code may write');
  }
  if (made.includes(kind)) return kind === 'INDEX' ? unnoticed : expand(`CREATE ${kind} adds`);
  return contract(`CREATE ${kind} can change what old code reads or writes`);
}

/** Table that a CREATE TABLE makes; one with IF NOT EXISTS may have been there before. */
function madeBy(statement: Statement): string | undefined {
  const all = words(statement);
  if (all[0] !== 'CREATE' || !all.slice(1, 4).includes('TABLE') || all.slice(0, 8).join(' ').includes('IF NOT EXISTS'))
    return undefined;
  return nameAfter(statement, 'TABLE');
}

/** The (possibly qualified) name behind a keyword, as Postgres folds it. */
function nameAfter(statement: Statement, keyword: string): string | undefined {
  const tokens = statement.tokens;
  let at = tokens.findIndex((token) => token.kind === 'word' && token.text === keyword) + 1;
  if (at === 0) return undefined;
  while (['IF', 'NOT', 'EXISTS', 'ONLY'].includes(tokens[at]?.text ?? '')) at += 1;
  const parts = [tokens[at]?.text ?? ''];
  while (tokens[at + 1]?.text === '.') {
    at += 2;
    parts.push(tokens[at]?.text ?? '');
  }
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase())).join('.');
}

function worstMeaning(meanings: readonly Meaning[]): Meaning {
  const worst = worstOf(meanings.map(({ compatibility }) => compatibility));
  return meanings.find(({ compatibility }) => compatibility === worst) ?? contract('ALTER TABLE without an action');
}

function words(statement: Statement): readonly string[] {
  return headOf(statement, statement.tokens.length);
}

function third(statement: Statement, second: string): boolean {
  const [, two, three] = headOf(statement);
  return two === second && three === 'TABLE';
}
