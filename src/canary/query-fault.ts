// Faults of queries: what cannot be asked as the policy has it, whatever the source says.
import type { Measure } from '../policy/measure.ts';

/** Never better at another try. */
export interface Fault {
  readonly kind: 'error';
  readonly because: string;
  readonly remedy: string;
  readonly retryable: boolean;
}

/** More values of a label than this are no groups of requests any more. */
export const mostStrata = 100;

/** The source has no numbers by label. */
export function noParts({ source, metric }: Measure): Fault {
  const because = `the source ${source} cannot part ${metric} by a label`;
  return { kind: 'error', because, remedy: 'Leave compare.*.strata out, or use prometheus or json.', retryable: false };
}

/** The label is none of groups. */
export function tooMany({ metric }: Measure, label: string): Fault {
  const because = `${metric} has more than ${mostStrata} values of ${label}`;
  return { kind: 'error', because, remedy: 'Choose a label with few values, such as a route.', retryable: false };
}

/** The query names a source that the policy has not. */
export function noSource({ source }: Measure): Fault {
  const because = `there is no metric source ${source}`;
  return { kind: 'error', because, remedy: 'Name one under metrics.sources.', retryable: false };
}
