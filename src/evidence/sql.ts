// What a grammar of SQL tells of a text: its statements as syntax trees with their places, or why and where it cannot be read.
import type { Node } from 'libpg-query';

export type SqlDialect = 'postgres' | 'mysql' | 'mariadb';

/** A syntax tree of the real Postgres grammar. */
export type SqlTree = Node;

/** One statement inside the body of a DO block or of a PL/pgSQL function. */
export interface SqlInner {
  readonly tree: SqlTree;
  /** It stands behind an IF or in a block that catches exceptions: it may be skipped. */
  readonly guarded: boolean;
}

export interface SqlBody {
  readonly statements: readonly SqlInner[];
  /** It runs text that is put together at run time, or its language is not PL/pgSQL: nobody can tell what it does. */
  readonly opaque: boolean;
}

/** Offsets are UTF-16 code units of the text that was given. */
export interface SqlStatement {
  readonly start: number;
  readonly end: number;
  readonly tree: SqlTree;
  /** Of DO blocks and of functions in PL/pgSQL. */
  readonly body?: SqlBody;
}

/** A statement of MySQL or MariaDB, as its own parser tells it: JSON, to be read with care. */
export interface ForeignStatement {
  readonly start: number;
  readonly end: number;
  readonly tree: unknown;
}

export type SqlReading =
  | { readonly kind: 'postgres'; readonly statements: readonly SqlStatement[] }
  | { readonly kind: 'mysql'; readonly statements: readonly ForeignStatement[] }
  | { readonly kind: 'unread'; readonly because: string; readonly offset: number };

/** Reads SQL by the grammar of a dialect. Never throws for a text: what it cannot read is `unread`. */
export interface SqlGrammar {
  /** One reading a text, in order. Loads the grammar at the first text that is not blank. */
  read(texts: readonly string[], dialect: SqlDialect): Promise<readonly SqlReading[]>;
}
