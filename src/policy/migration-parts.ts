/** The migrations block of an effective policy; times in ms. */
import type { CommandLine } from './words.ts';

export type Migrations = {
  readonly directory: string;
  readonly tool: string;
  /** `postgres 16`; undefined: any Postgres that is still supported. */
  readonly server: string | undefined;
  readonly rules: Readonly<Record<string, 'error' | 'warn' | 'info' | 'disabled'>>;
  readonly baseline?: string | undefined;
  readonly rehearse: readonly ('up' | 'twice' | 'down')[];
  /** SQL file with data for the rehearsal. */
  readonly seed?: string | undefined;
  /** Command lines of the tool `command`. */
  readonly commands?:
    | { readonly history: CommandLine; readonly apply: CommandLine; readonly revert?: CommandLine | undefined }
    | undefined;
  readonly limits: { readonly durationMs: number; readonly lockMs: number; readonly lockTimeoutMs: number };
  readonly backup?:
    | {
        readonly command?: CommandLine | undefined;
        readonly maxAgeMs?: number | undefined;
        readonly verify: 'decode' | 'restore' | 'none';
      }
    | undefined;
  readonly validate: readonly { readonly id: string; readonly sql: string; readonly expect: string }[];
  readonly onFailure: 'stop' | 'revert';
  readonly separation: { readonly expandMs: number; readonly contract: 'after-retire' | number };
  readonly retention: { readonly releases: number };
};
