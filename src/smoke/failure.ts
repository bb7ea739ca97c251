// One expectation that did not hold: what it was about, what was expected, and what came.
import type { TransportTrouble } from './port.ts';

/** What went wrong: with the connection, with what came, or (`setup`, `samples`) with the asking, so that nobody can tell. */
export type Trouble = Exclude<TransportTrouble, 'refused'> | 'assertion' | 'setup' | 'samples';

export interface Failure {
  /** `status`, `header content-type`, `$.status`, `body`, `time`, `certificate`. */
  readonly about: string;
  readonly expected: string;
  readonly got: string;
}

/** What stays away as a whole. */
const sought = ['answer', 'answer of DNS', 'connection', 'handshake'];

/** `status: expected 200, got 404`, `no answer: connection refused by shop.example:443`. */
export function failureText({ about, expected, got }: Failure): string {
  if (sought.includes(about) && /^an? /.test(expected)) return `no ${about}: ${got}`;
  return `${about}: expected ${expected}, got ${got}`;
}
