// Samples: what one poll brought about one metric and arm, and how cumulative counters become counts of one interval.
import type { Arm } from '../policy/measure.ts';
import type { Blocks } from './dispersion.ts';
import type { Counts } from './interval.ts';
import type { Strata } from './odds.ts';

export type { Arm };

export type Sample =
  /** Requests since the poll before: intervals never overlap, so their sum counts each request once. `good`: the metric names the share that
   * went well, such as a conversion. `strata`: the same counts by the value of a label. */
  | ({ readonly kind: 'counts'; readonly good?: true | undefined; readonly strata?: Strata | undefined } & Counts)
  /** `said`: what the number is made of, such as the names of the alerts that it counts. */
  | { readonly kind: 'value'; readonly value: number; readonly said?: string | undefined }
  | { readonly kind: 'no-data'; readonly because: string }
  | { readonly kind: 'error'; readonly because: string; readonly remedy: string; readonly retryable: boolean };

export type Samples = Readonly<Record<string, { readonly [arm in Arm]?: Sample | undefined }>>;

/** One look at all metrics. `warm` is false while the stage warms up. */
export interface Poll {
  readonly at: number;
  readonly stage: string;
  readonly warm: boolean;
  readonly samples: Samples;
}

/** Everything a judge may know: the polls of this walk, oldest first. Judging the same log again gives the same verdict. */
export type PollLog = readonly Poll[];

/** The stable version before the shift, in one metric: blocks of its last hour by length, and its newest five minutes by stratum. */
export interface PastMetric {
  readonly blocks: readonly Blocks[];
  readonly recent: Strata;
}

/** What is known of the stable version before the shift; a metric whose source has no past is not in it. */
export type Past = Readonly<Record<string, PastMetric>>;

/** What a counter stood at when it was read last; `most`: the most requests that it counted between two readings so far. */
export interface Mark extends Counts {
  readonly most?: number | undefined;
}

/** A process that was just restarted has not counted more than so many times what was ever counted between two readings. */
const plausible = 3;

/** How a counter counts: `ever`, since its process began; `walk`, since the beginning of this walk (its query has `{{window}}`). */
export type Counting = 'ever' | 'walk';

/** Counts between two readings, never negative, bad never above total. The first reading of an `ever` counter is only its mark. A lower
 * `ever` counter was restarted and counts from 0, but where it stands higher than that can be, only one of the processes in its sum was: then nobody
 * can say what was counted since, and old failures are not counted again; a lower `walk` reading is an estimate that wavered, so the mark stays where it was. */
export function difference(
  before: Mark | undefined,
  read: Mark,
  counting: Counting,
): { readonly counts: Counts; readonly mark: Mark } {
  if (before === undefined && counting === 'ever') return { counts: { bad: 0, total: 0 }, mark: read };
  const from = before ?? { bad: 0, total: 0 };
  if (counting === 'ever') {
    const counts = sinceReading(from, read);
    return { counts, mark: { ...read, most: Math.max(from.most ?? 0, counts.total) } };
  }
  const mark = { bad: Math.max(from.bad, read.bad), total: Math.max(from.total, read.total) };
  return { counts: between(from, mark), mark };
}

function sinceReading(from: Mark, read: Counts): Counts {
  if (read.total >= from.total) return between(read.bad < from.bad ? { ...from, bad: 0 } : from, read);
  const isFresh = from.most === undefined || read.total <= plausible * from.most;
  return isFresh ? between({ bad: 0, total: 0 }, read) : { bad: 0, total: 0 };
}

function between(from: Mark, to: Mark): Counts {
  const total = Math.max(0, to.total - from.total);
  return { bad: Math.min(total, Math.max(0, to.bad - from.bad)), total };
}

/** The sample of a metric and arm in a poll; undefined when it was not asked. */
export function sampleOf(poll: Poll, metric: string, arm: Arm): Sample | undefined {
  return poll.samples[metric]?.[arm];
}

/** Counts over some polls; `good`: the metric names the share that went well. */
export interface Pooled extends Counts {
  readonly good: boolean;
}

/** Sum of the counts of a metric and arm over polls; undefined when no poll has counts of it. */
export function pooled(polls: PollLog, metric: string, arm: Arm): Pooled | undefined {
  let bad = 0;
  let total = 0;
  let good: boolean | undefined;
  for (const poll of polls) {
    const sample = sampleOf(poll, metric, arm);
    if (sample?.kind !== 'counts') continue;
    bad += sample.bad;
    total += sample.total;
    good = sample.good === true;
  }
  return good === undefined ? undefined : { bad, total, good };
}

/** Values of a gauge and arm over polls, oldest first, with their instants. */
export function values(
  polls: PollLog,
  metric: string,
  arm: Arm,
): readonly { readonly at: number; readonly value: number }[] {
  return polls.flatMap((poll) => {
    const sample = sampleOf(poll, metric, arm);
    return sample?.kind === 'value' ? [{ at: poll.at, value: sample.value }] : [];
  });
}
