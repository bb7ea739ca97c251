// What a database is told to run and what it tells of it: files as statements, lines of the history table, one step done or failed.

/** One statement with the place it begins at in its file, both from 1. */
export interface StatementText {
  readonly sql: string;
  readonly line: number;
  readonly column: number;
}

export interface MigrationScript {
  readonly path: string;
  readonly transactional: boolean;
  readonly statements: readonly StatementText[];
}

export interface MigrationFileText {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
  /** The file as it lies on disk: what a foreign tool is given. */
  readonly text: string;
  readonly up: MigrationScript;
  /** Undefined: there is no way to revert it. */
  readonly down: MigrationScript | undefined;
}

/** A line of the tool's history table; `sha256` is empty where the tool keeps none. */
export interface AppliedFact {
  readonly id: string;
  readonly sha256: string;
}

/** What one statement did to one table, seen from a second connection; all times in ms, 0 where they are shorter than a sample. */
export interface LockFact {
  /** Name with its schema, unless that is public. */
  readonly table: string;
  /** As in pg_locks, without `Lock`: `AccessExclusive`. */
  readonly mode: string;
  /** The first words of the statement that ran when the lock was first seen. */
  readonly statement: string;
  readonly heldMs: number;
  /** How long the migration itself waited for this lock. */
  readonly waitedMs: number;
  /** Longest wait of another session for this table because of it. */
  readonly victimMs: number;
  readonly rewritten: boolean;
}

/** One statement of a file as our own runner measured it. */
export interface StatementFact {
  readonly path: string;
  readonly line: number;
  /** Its first words. */
  readonly text: string;
  /** From the start of the step, ms. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly rows: number;
}

/** One object of a database's catalogue: kind and name are its key, `definition` is what may differ. */
export interface CatalogueObject {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
}

/** Rows of a table, and for each column a checksum over all of them that no order of rows changes. */
export interface TableContents {
  readonly table: string;
  readonly rows: number;
  readonly columns: Readonly<Record<string, string>>;
}

/** One file applied or reverted, or why not. `left`: how a failed file left the schema, as the history table and Postgres tell. */
export type MigrationStep =
  | {
      readonly kind: 'done';
      readonly id: string;
      readonly durationMs: number;
      /** Changed by INSERT, UPDATE, DELETE, MERGE and COPY; undefined where the tool does not tell. */
      readonly rows: number | undefined;
      /** Longest time a lock that keeps others out was seen held, and longest wait of a victim; sampled. */
      readonly lockMs: number;
      readonly blockedMs: number;
      readonly locks?: readonly LockFact[];
      /** Absent where a foreign tool ran them. */
      readonly statements?: readonly StatementFact[];
    }
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly reason: string;
      readonly what: string;
      readonly where: string;
      readonly fix: string;
      readonly durationMs: number;
      readonly left: 'as-before' | 'half-done' | 'unknown';
    };
