// Middle and tail of a handful of numbers: median and 90th percentile, always with how many there were.

export interface Spread {
  readonly n: number;
  /** Absent without any number. */
  readonly median?: number;
  readonly p90?: number;
}

/** Median (mean of the middle two) and the 90th percentile by nearest rank, in the unit of the values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const at = (index: number) => sorted[index] ?? 0;
  if (n === 0) return { n };
  const half = Math.floor(n / 2);
  const median = n % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { n, median, p90: at(Math.ceil(0.9 * n) - 1) };
}
