// What a rule of the linter is: what it looks at, what it says of itself, what it finds.
import type { Act, ActOf } from '../act.ts';
import type { Compatible } from '../compatibility.ts';
import type { ParsedFile, ParsedStatement } from '../parsed.ts';
import type { Surroundings } from '../rewrite.ts';

export type Level = 'error' | 'warn' | 'info' | 'disabled';

export interface Found {
  /** What is wrong, with the names of this place. */
  readonly what: string;
  /** Absent: the rule's own way. */
  readonly fix?: string;
  /** Absent: the statement, or the first line of the file. */
  readonly at?: { readonly line: number; readonly column: number };
  /** The statement as it is mended, where that is mechanical. */
  readonly suggestion?: string | undefined;
}

export interface Server {
  readonly dialect: 'postgres' | 'mysql' | 'mariadb';
  /** Undefined: nobody says, so rules hold for every major that is still supported. */
  readonly major: number | undefined;
  readonly minor: number | undefined;
}

/** How a tool runs a file. */
export interface Profile {
  readonly tool: string;
  /** It sets `lock_timeout` and `statement_timeout` itself. */
  readonly setsTimeouts: boolean;
}

/** One act of a file that is linted, and all that is known where it stands. */
export interface Here extends Surroundings {
  readonly act: Act;
  readonly guarded: boolean;
  readonly statement: ParsedStatement;
  /** Acts of the same file before this one. */
  readonly before: readonly Act[];
  /** Acts of the same file behind it. */
  readonly after: readonly Act[];
  /** Texts of the statements behind this one. */
  readonly laterTexts: readonly string[];
  readonly transactional: boolean;
  readonly server: Server;
  readonly profile: Profile;
  readonly release: Release;
  /** The table was made in this file: nobody waits for it and it has no rows. */
  readonly isNew: (table: string) => boolean;
  readonly isNewColumn: (table: string, column: string) => boolean;
}

/** What the change as a whole tells, beside single acts. */
export interface Release {
  readonly files: readonly ParsedFile[];
  /** Files of this change, migrations and others, with what happened to them; undefined when that is not known. */
  readonly changed: ReadonlyMap<string, 'added' | 'modified' | 'removed' | 'renamed'> | undefined;
  readonly isOwn: (path: string) => boolean;
  /** False: which files this change brings is not known, and every one counts as its own. */
  readonly known: boolean;
  readonly directory: string;
  readonly separationMs: number;
  /** Releases that a deprecation must have been out for. */
  readonly retention: number;
  /** How many successful releases came with or after the one that brought this file; undefined when the records do not tell. */
  readonly releasesSince: (path: string) => number | undefined;
}

/** A file that is linted, as a whole. */
export interface Whole {
  readonly parsed: ParsedFile;
  readonly statements: readonly ParsedStatement[];
  readonly release: Release;
  readonly compatible: Compatible;
  /** As it lies on disk. */
  readonly raw: string;
  readonly server: Server;
  readonly profile: Profile;
}

export interface Rule {
  readonly id: string;
  /** Unless the policy says otherwise. */
  readonly level: Level;
  readonly title: string;
  readonly why: string;
  /** Locks that it is about and what they keep out; empty when it is not about locks. */
  readonly locks: string;
  readonly versions: string;
  readonly fix: string;
  readonly dialects?: readonly Server['dialect'][];
  /** Files that break it and that keep it, behind the schema of `rules/example.ts`. */
  readonly bad: string;
  readonly good: string;
  /** Kinds of acts that `finds` can say something about; absent: any. A seed file has thousands of statements that hardly a rule is about. */
  readonly about?: readonly Act['kind'][];
  readonly finds?: (here: Here) => Found | undefined;
  readonly looks?: (whole: Whole) => readonly Found[];
}

/** A rule, with Postgres as the database it is about unless it says otherwise. */
export function rule(made: Rule): Rule {
  return made;
}

/** The act when it is of this kind and about a table that was there before the file. */
export function onOld<K extends Act['kind']>(here: Here, kind: K): ActOf<K> | undefined {
  const { act } = here;
  if (!isKind(act, kind)) return undefined;
  const table =
    'table' in act && typeof act.table === 'string'
      ? act.table
      : 'name' in act && typeof act.name === 'string'
        ? act.name
        : '';
  return here.isNew(table) ? undefined : act;
}

function isKind<K extends Act['kind']>(act: Act, kind: K): act is ActOf<K> {
  return act.kind === kind;
}
