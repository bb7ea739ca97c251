// One changeset of Liquibase as its changelog tells it, and what is known of the changes by their names.

export interface Changeset {
  readonly id: string;
  readonly author: string;
  /** Path of the changelog that holds it, from the root of the repository. */
  readonly path: string;
  /** `logicalFilePath`: the name under which the history has it; absent: its path from the search path. */
  readonly logicalPath?: string;
  /** Line of the changelog on which it begins, and what stands there. */
  readonly line: number;
  readonly text: string;
  /** context, labels, dbms, runInTransaction and the like. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of its changes (`createTable`); a changeset of formatted SQL has `sql` alone. */
  readonly changes: readonly string[];
  /** Liquibase can take it back: it says how, or all its changes have a way back of their own. */
  readonly revertible: boolean;
  /** Statements of formatted SQL; absent: markup. */
  readonly sql?: { readonly up: SqlPart; readonly down: SqlPart };
}

export interface SqlPart {
  readonly text: string;
  /** Line of the changelog on which it begins. */
  readonly line: number;
}

/** Changes for which Liquibase makes the way back itself. */
const automatic = new Set(
  'addAutoIncrement addColumn addDefaultValue addForeignKeyConstraint addLookupTable addNotNullConstraint addPrimaryKey addUniqueConstraint createIndex createSequence createTable createView dropNotNullConstraint renameColumn renameSequence renameTable renameView setColumnRemarks setTableRemarks tagDatabase'.split(
    ' ',
  ),
);

/** Elements of a changeset that change nothing. */
const beside = new Set(['comment', 'preConditions', 'rollback', 'validCheckSum', 'modifySql', 'property']);

/** Names of the changes among the elements of a changeset. */
export function changesAmong(elements: readonly string[]): readonly string[] {
  return elements.filter((name) => !beside.has(name) && !/^[@#?:]/.test(name));
}

/** Whether every change of the list has a way back of Liquibase's own. */
export function isAutomatic(changes: readonly string[]): boolean {
  return changes.every((name) => automatic.has(name));
}

const silent = new Set(['tagDatabase', 'setTableRemarks', 'setColumnRemarks', 'output', 'empty']);
const additive = new Set(['createTable', 'createSequence', 'createView', 'createIndex', 'addColumn']);
/** Words that turn an addition into something old code may meet: a column that must be filled, a unique index, a view put in another's place. */
const strict = /\b(?:nullable["']?\s*[=:]\s*["']?false|unique["']?\s*[=:]\s*["']?true|replaceIfExists)/;

/** What its changes mean to code that runs, where their names alone say so; undefined: somebody has to look. */
export function meaningOfChanges({ changes, text, sql }: Changeset): 'none' | 'expand' | undefined {
  if (sql !== undefined) return undefined;
  if (changes.every((name) => silent.has(name))) return 'none';
  const isMade = changes.includes('createTable');
  const isPlain = changes.every((name) => silent.has(name) || additive.has(name));
  // Columns of a new table may be as strict as they like.
  const isNewOnly = isMade && changes.every((name) => silent.has(name) || name === 'createTable');
  return isPlain && (isNewOnly || !strict.test(text)) ? 'expand' : undefined;
}

export interface Choosing {
  /** Contexts and labels of liquibase.properties; empty: none is set, and every changeset runs. */
  readonly contexts: readonly string[];
  readonly labels: readonly string[];
}

/** Whether Liquibase leaves the changeset out on Postgres: another database's, or of contexts and labels that are not set. */
export function isLeftOut({ attributes }: Changeset, { contexts, labels }: Choosing): boolean {
  const dbms = attributes.dbms ?? '';
  if (dbms !== '' && !isMet(dbms, ['postgresql', 'all'])) return true;
  const context = attributes.contextFilter ?? attributes.context ?? '';
  if (contexts.length > 0 && context !== '' && !isMet(context, contexts)) return true;
  const own = (attributes.labels ?? '').split(',').map((one) => one.trim().toLowerCase());
  return labels.length > 0 && own.some((one) => one !== '') && !labels.some((one) => own.includes(one));
}

/** `a, b`, `a or b`, `a and !b`; brackets are not read, and what has them counts as met. */
function isMet(words: string, set: readonly string[]): boolean {
  if (/[()]/.test(words)) return true;
  const met = (term: string): boolean => {
    const bare = term.trim().toLowerCase();
    const negated = /^(?:!|not\s+)\s*/.exec(bare)?.[0] ?? '';
    return set.includes(bare.slice(negated.length)) === (negated === '');
  };
  return words.split(/,|\s+or\s+/i).some((any) => any.split(/\s+and\s+/i).every(met));
}
