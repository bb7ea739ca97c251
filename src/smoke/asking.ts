// What one attempt at a check is given, whatever its kind.
import type { Jar } from './cookie.ts';
import type { Redirects, Transport } from './exchange.ts';
import type { Values } from './template.ts';

export interface Asking extends Transport {
  readonly values: Values;
  readonly jar: Jar;
  /** Pages that other checks look for assets in, by the id of the check that asked for them. */
  readonly pages: Map<string, Page>;
  /** Ids of the checks whose page is wanted: no other is kept, for bodies are large. */
  readonly keeps: ReadonlySet<string>;
  readonly redirects: Redirects;
  /** For the whole attempt. */
  readonly timeoutMs: number;
  /** Reads environment variables, for `command.env`. */
  readonly env: (name: string) => string | undefined;
  /** Instant (ms) at which the run began: no report is older. */
  readonly runBegan: number;
}

export interface Page {
  readonly url: string;
  readonly html: string;
  /** Its end is not there. */
  readonly truncated: boolean;
}
