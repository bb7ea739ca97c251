/** One way in which a file is looser than the base that it stands on. */
import type { Place } from './traced.ts';

/** What is said below, what above (absent: removed), and in which way it is looser. */
export type Loosening = {
  readonly key: string;
  readonly below: Place;
  readonly above: Place | undefined;
  readonly how: string;
};
