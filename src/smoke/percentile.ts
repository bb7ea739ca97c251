// Figures of a probe: percentiles by nearest rank, and how many samples one needs to be more than a guess.

/** Latencies in ms that a probe measured, without the warm-up. */
export interface Latencies {
  readonly n: number;
  readonly min: number;
  readonly avg: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export const figureNames = ['min', 'avg', 'p50', 'p90', 'p95', 'p99', 'max'] as const;
export type FigureName = (typeof figureNames)[number];

/** Fewest samples for a figure: below that, nearest rank gives the largest sample, whatever the percentile (1 / (1 - p)). */
export const fewest: Readonly<Record<FigureName, number>> = {
  min: 1,
  avg: 1,
  p50: 2,
  p90: 10,
  p95: 20,
  p99: 100,
  max: 1,
};

/** The figures of at least one sample; nearest rank: the smallest sample that the share of all samples does not exceed. */
export function latenciesOf(samples: readonly number[]): Latencies {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const sum = sorted.reduce((total, one) => total + one, 0);
  return {
    n: sorted.length,
    min: at(0),
    avg: Math.round((sum / Math.max(1, sorted.length)) * 10) / 10,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
