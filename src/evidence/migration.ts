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
