// The comparison with the stable version at the same minutes: what the sequential test and the bound on the difference hand to the judge.
import type { Counts, Interval } from './interval.ts';
import type { ShareFault } from './share.ts';

export type ComparisonKind = 'no-worse' | 'worse' | 'suspicious' | 'undecided';

/** One metric compared, with every number that its state goes by. Rates and differences are fractions. */
export interface MetricComparison {
  readonly metric: string;
  readonly kind: ComparisonKind;
  /** Stable code of an undecided one: `inconclusive`, `worse-but-small`, `baseline-unstable`, `no-data`; else empty. */
  readonly lack: string;
  readonly canary: Counts;
  readonly stable: Counts;
  /** Rate of the new version less that of the stable one; by stratum, where there are strata. */
  readonly difference: number;
  /** Bounds of the difference at the width of a look. */
  readonly interval: Interval;
  /** Upper bound of the difference over the last third of the time, at one-sided 80 %. */
  readonly late: number;
  readonly margin: number;
  readonly minEffect: number;
  /** Evidence that the new version is worse, 340 means 340 : 1, and from where on it counts as worse. */
  readonly odds: number;
  readonly wanted: number;
  /** How many times fewer requests the counts are worth, since failures come in clusters. */
  readonly phi: number;
  readonly because: string;
  /** Requests of the new version, and ms at its present traffic, until it could be decided; 0 where that is not what is missing,
   * infinite where more of the same would not decide it. */
  readonly needed: number;
  readonly neededMs: number;
  /** The smallest difference that would be turned back four times of five with this stage's traffic; undefined: not computed yet. */
  readonly detectable: number | undefined;
}

/** How the arms compare over all compared metrics of the stage so far: the worst of them speaks. */
export interface Comparison {
  /** So long ago is what it is compared with, ms; undefined: the same minutes. */
  readonly earlierMs?: number | undefined;
  readonly kind: ComparisonKind;
  /** The metric that decided; empty when all agree. */
  readonly metric: string;
  /** Of the metric with the strongest evidence: 340 means 340 : 1. */
  readonly odds: number;
  /** Requests of the new version that are still needed before it can be decided. */
  readonly needed: number;
  readonly because: string;
  /** Stable code where it is undecided. */
  readonly lack: string;
  readonly metrics: readonly MetricComparison[];
}

/** What a limit on a ratio needs besides the counts. */
export interface Weight {
  readonly phi: number;
  /** Odds that the new version is worse in this metric; undefined without a stable version beside it. */
  readonly odds: number | undefined;
  /** Stable is of another time: an incident then excuses nothing now. */
  readonly isEarlier?: boolean | undefined;
}

/** What the newest poll brought, all metrics together. */
export interface Heard {
  /** Undefined: nothing is compared in this stage. */
  readonly comparison: Comparison | undefined;
  readonly share: ShareFault | undefined;
  /** Whether a promotion may be asked for at this poll. */
  readonly look: boolean;
  readonly weights: Readonly<Record<string, Weight>>;
}

const order: readonly ComparisonKind[] = ['worse', 'suspicious', 'undecided', 'no-worse'];

/** The worst of the metrics; undefined when there is none. */
export function worstOf(metrics: readonly MetricComparison[], earlierMs?: number): Comparison | undefined {
  let [first] = metrics;
  if (first === undefined) return undefined;
  for (const one of metrics) if (order.indexOf(one.kind) < order.indexOf(first.kind)) first = one;
  let odds = 0;
  let needed = 0;
  for (const one of metrics) {
    odds = Math.max(odds, one.odds);
    needed = Math.max(needed, one.needed);
  }
  const speaks = first.kind !== 'no-worse';
  return {
    kind: first.kind,
    metric: speaks ? first.metric : '',
    odds,
    needed,
    because: speaks
      ? `${first.metric}: ${first.because}`
      : metrics.map((one) => `${one.metric}: ${one.because}`).join('; '),
    lack: first.lack,
    metrics,
    earlierMs,
  };
}
