// Phrases of a comparison: its numbers as people read them.
import { formatDuration } from '../kit/duration.ts';
import { formatPercent, formatPoints } from '../kit/percent.ts';
import type { MetricComparison } from './comparison.ts';
import type { Counts } from './interval.ts';

/** An earlier time was another day: who compares with it cannot tell the version from all else that changed since. */
export function driftWords(earlierMs: number): string {
  return `but stable is that of ${formatDuration(earlierMs)} earlier: all that changed since then may be the cause, not the version alone`;
}

/** The bound of the last third of the stage. */
export function lateWords(late: number): string {
  return late >= 1 ? 'too few requests in the last third' : `in the last third at most ${formatPoints(late)}`;
}

/** Both rates and the evidence. */
export function worseWords({ canary, stable, odds }: Pick<MetricComparison, 'canary' | 'stable' | 'odds'>): string {
  const share = ({ bad, total }: Counts) => formatPercent(total === 0 ? 0 : bad / total);
  return `${share(canary)} against ${share(stable)} of stable, evidence ${spokenOdds(odds)} that it is worse`;
}

/** `340 : 1`, `over 1 000 000 : 1`; two digits are enough. */
export function spokenOdds(odds: number): string {
  if (odds < 1) return 'none';
  if (odds >= 1e6) return 'over 1 000 000 : 1';
  const round = odds < 10 ? Number(odds.toFixed(1)) : Number(odds.toPrecision(2));
  return `${String(round).replace(/\B(?=(\d{3})+$)/g, ' ')} : 1`;
}
