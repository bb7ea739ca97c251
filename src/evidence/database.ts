// The ports to databases: one with a migration history, and the throw-away one of a rehearsal.
import type { AppliedFact, CatalogueObject, MigrationFileText, MigrationStep, TableContents } from './migration.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly tool: string;
  /** Who we are in the server's list of sessions: `boring-deploys migrate <session>`. */
  readonly session: string;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** How long to wait for another run that holds the advisory lock. */
  readonly waitMs: number;
  /** A migration for which another session waits longer than this is cancelled; absent: nobody is watched over. */
  readonly victimLimitMs?: number;
  /** Ask for the locks after each statement: in a rehearsal, where a round trip more harms nobody. */
  readonly exactLocks?: boolean;
  /** The folder of the migrations, for tools that read it themselves. */
  readonly directory?: string;
  /** Ids of all migrations in order, for tools that note the newest alone. */
  readonly ids?: readonly string[];
  /** Where Liquibase begins to read. */
  readonly changelog?: Changelog;
  /** Command lines of the tool `command`. */
  readonly commands?: ToolCommands;
}

/** Paths from the root of the repository; an empty one is that root. */
export interface Changelog {
  /** The changelog that includes the others; undefined: each file stands for itself. */
  readonly path: string | undefined;
  /** Folder from which includes are read, and names of changelogs in the history are counted. */
  readonly searchPath: string;
}

/** What a tool of one's own is driven by; each gets DATABASE_URL, MIGRATION_ID and MIGRATION_FILE in its environment. */
export interface ToolCommands {
  /** Prints the ids of the applied migrations, one a line. */
  readonly history: string | readonly string[];
  readonly apply: string | readonly string[];
  /** Absent: the tool has no way back. */
  readonly revert?: string | readonly string[] | undefined;
}

export interface ShadowOptions {
  /** Input `shadow-url`; empty: server binaries of this machine. */
  readonly url: string;
  /** Input `database-url`: whose schema is restored; empty: none. */
  readonly like: string;
  /** Table in which the tool keeps what is applied; restored with its rows. */
  readonly historyTable: string;
  /** The tool is a program of its own and cannot speak to a Unix socket. */
  readonly tcp: boolean;
  /** Major version to rehearse on when the target cannot be asked; undefined: any. */
  readonly major: number | undefined;
  /** Binaries of another major version than the target's will not do. */
  readonly sameMajor: boolean;
}

export interface Shadow {
  /** `PostgreSQL 16.3, from shadow-url`. */
  readonly engine: string;
  /** URL of the database to rehearse in: with the schema of the target, or empty. */
  readonly url: string;
  /** False: the schema has to be made from the earlier migrations. */
  readonly restored: boolean;
  /** What a reader has to know: another major version, a schema that could not be read. */
  readonly remarks: readonly string[];
  /** A further empty database; undefined where the role may not make one. */
  another(): Promise<string | undefined>;
  /** Runs SQL text in the rehearsal database: the seed data. Throws a Problem that names `path`. */
  fill(sql: string, path: string): Promise<void>;
  close(): Promise<void>;
}

/** A database with a migration history. It connects on first use; `open` takes the advisory lock, `close` releases it. */
export interface MigrationDatabase {
  /**
   * Throws a Problem that names the holder when the lock stays taken for `waitMs`, or when the job is cancelled while waiting; and one for
   * a database that takes no writes. `told` hears once who is waited for.
   */
  open(signal: AbortSignal, told?: (line: string) => void): Promise<void>;
  /** What is applied, in order, as the tool's own history table says. */
  history(): Promise<readonly AppliedFact[]>;
  /** On cancel the running file gets a few seconds to finish, then it is cancelled and rolled back. */
  apply(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  revert(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  /** Runs the statements of an applied file once more and writes nothing down: whether it could be run again after stopping half way. */
  again(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  /** Every object of the database but those of the system, of extensions and of the tool's history, in one order. */
  catalogue(): Promise<readonly CatalogueObject[]>;
  /** Rows and checksums of all tables of at most a million rows; larger ones are left out. */
  contents(): Promise<readonly TableContents[]>;
  /** First column of the first row, as text; undefined when there is no row. For `validate`. */
  value(sql: string): Promise<string | undefined>;
  /** Server name and version for the report, e.g. `PostgreSQL 16.3`. */
  version(): Promise<string>;
  /** What the role may not see of other sessions, and which figures are lower bounds for that: a sentence; empty or absent: nothing is hidden. */
  sight?(): Promise<string>;
  /** Ends what outlived its job: sessions of this one, and while the lock is held those of every other. Says how many. */
  cancelLeftovers(): Promise<number>;
  close(): Promise<void>;
}
