// The part of the world that a migration meets, as its rooms need it: databases, log, record, files, commands.
import type { DatabaseOptions, MigrationDatabase, Shadow, ShadowOptions } from '../evidence/database.ts';
import type { Run } from '../evidence/run.ts';
import type { Announcing } from '../record/announcing.ts';
import type { DeploymentStore } from '../record/store.ts';

export interface Field {
  readonly run: Run;
  readonly clock: { now(): number };
  readonly log: {
    beat<T>(name: string, run: () => Promise<T>): Promise<T>;
    info(line: string): void;
    warn(line: string): void;
  };
  readonly state: { save(key: string, value: string): void };
  readonly deployments: DeploymentStore;
  readonly files: { read(path: string): Promise<string | undefined> };
  readonly command: (options: {
    readonly line: string | readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  }) => Promise<{
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
    readonly timedOut: boolean;
  }>;
  /** A variable of the step's environment; undefined when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** Tells people on the channels of its lines; never throws. */
  readonly announce: (event: Announcing) => Promise<void>;
  /** Aborted when the job is cancelled. */
  readonly cancelled: AbortSignal;
  readonly database: (options: DatabaseOptions) => MigrationDatabase;
  readonly shadow: (options: ShadowOptions) => Promise<Shadow>;
}

/** The inputs that say where a migration goes and how far. */
export interface Aims {
  readonly 'database-url': string;
  readonly 'shadow-url': string;
  readonly 'dry-run': boolean;
}
