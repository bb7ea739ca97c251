// An earlier time as the baseline of a stage where everybody is on the new version: the whole service then, whichever side served it.
import type { Measure } from '../policy/measure.ts';
import type { Stage } from '../policy/parts.ts';
import type { Strata } from './odds.ts';
import type { Fault } from './query-fault.ts';
import type { Sample } from './sample.ts';

/** How long ago the baseline of a stage is, ms; undefined where stable stands beside the new version, or nothing was asked for. */
export function earlierMs({ weight, baselineOffsetMs }: Stage): number | undefined {
  return weight >= 100 ? baselineOffsetMs : undefined;
}

/** The sides that a measure is asked of at the earlier time: both where its query names one, as nobody says which of them had the users then. A
 * query by version cannot be asked: the version of that time has another name. */
export function sidesThen(
  measure: Measure,
  texts: readonly string[],
  sides: { readonly canary: string; readonly stable: string },
): readonly string[] | Fault {
  const names = (what: string) => texts.some((text) => new RegExp(`\\{\\{\\s*${what}\\s*\\}\\}`).test(text));
  if (names('version')) {
    const because = `${measure.metric} is asked by {{version}}, and the version of that time has another name`;
    const remedy = 'Ask it by {{side}} or {{track}}, or leave `baseline` out of the stage.';
    return { kind: 'error', because, remedy, retryable: false };
  }
  return names('side') ? [sides.stable, sides.canary] : [sides.stable];
}

/** What a source that remembers nothing says of an earlier time. */
export function noMemory({ metric, source }: Measure): Fault {
  const because = `the source ${source} of ${metric} knows the present only`;
  const remedy = 'Ask it of a Prometheus, or leave `baseline` out of the stage.';
  return { kind: 'error', because, remedy, retryable: false };
}

/** Both sides together. Counts add up, and a side without any adds none; of values only one that stands alone says who had the users. */
export function whole(samples: readonly Sample[]): Sample {
  const failed = samples.find(({ kind }) => kind === 'error');
  if (failed !== undefined) return failed;
  const known = samples.filter((one) => one.kind === 'counts' || one.kind === 'value');
  const [first] = known;
  if (first === undefined) return samples[0] ?? { kind: 'no-data', because: 'nothing was asked' };
  if (known.length === 1 || first.kind !== 'counts') {
    const because = 'both sides have a value then, and nobody says which of them had the users';
    return known.length === 1 ? first : { kind: 'no-data', because };
  }
  return known.reduce<Sample>((sum, one) => (sum.kind === 'counts' && one.kind === 'counts' ? added(sum, one) : sum), {
    ...first,
    bad: 0,
    total: 0,
    ...(first.strata === undefined ? {} : { strata: {} }),
  });
}

type Counted = Extract<Sample, { readonly kind: 'counts' }>;

function added(one: Counted, other: Counted): Counted {
  const sum = { ...one, bad: one.bad + other.bad, total: one.total + other.total };
  return one.strata === undefined ? sum : { ...sum, strata: strataOf(one.strata, other.strata ?? {}) };
}

function strataOf(one: Strata, other: Strata): Strata {
  const sums: Record<string, { readonly bad: number; readonly total: number }> = { ...one };
  for (const [name, { bad, total }] of Object.entries(other)) {
    sums[name] = { bad: (sums[name]?.bad ?? 0) + bad, total: (sums[name]?.total ?? 0) + total };
  }
  return sums;
}
