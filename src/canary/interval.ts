// The interval of a ratio: what its counts can say, so that a handful of requests neither breaches nor clears a limit.

export interface Counts {
  readonly bad: number;
  readonly total: number;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Two-sided 99.8 %: what keeps the false breaches of hundreds of looks in one bake rare (simulated, reference canary 6.6 f). */
export const cautious = 3.09;

/** Under ten requests a ratio says nothing either way (reference canary, rule R2). */
export const leastRequests = 10;

/** Bounds of bad/total, 0..1, after Wilson: ((p + z²/2n) ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), with p = bad/n and n = total
 * (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927). Without a request anything is possible: 0..1. */
export function wilson({ bad, total }: Counts, z: number = cautious): Interval {
  if (total <= 0) return { lower: 0, upper: 1 };
  const rate = Math.min(1, Math.max(0, bad / total));
  const square = (z * z) / total;
  const middle = rate + square / 2;
  const reach = z * Math.sqrt((rate * (1 - rate)) / total + square / (4 * total));
  const scale = 1 + square;
  return { lower: Math.max(0, (middle - reach) / scale), upper: Math.min(1, (middle + reach) / scale) };
}

/** As many requests as the counts are worth when failures come in clusters of `phi`. */
export function thinned({ bad, total }: Counts, phi: number): Counts {
  return { bad: bad / phi, total: total / phi };
}

/** Bounds of the difference of two rates, canary less stable, by stratum and weighted with the stable version's requests. Each rate has its Wilson
 * interval, and their reaches add up as squares (R. G. Newcombe, Statist. Med. 17, 1998, method 10). Nothing on one side: -1..1. */
export function differenceOf(
  strata: readonly { readonly canary: Counts; readonly stable: Counts }[],
  z: number,
): Interval & { readonly difference: number } {
  let all = 0;
  for (const { canary, stable } of strata) if (canary.total > 0) all += stable.total;
  if (all === 0) return { difference: 0, lower: -1, upper: 1 };
  let difference = 0;
  let above = 0;
  let below = 0;
  for (const { canary, stable } of strata) {
    if (canary.total <= 0 || stable.total <= 0) continue;
    const weight = stable.total / all;
    const own = canary.bad / canary.total;
    const other = stable.bad / stable.total;
    const ownBounds = wilson(canary, z);
    const otherBounds = wilson(stable, z);
    difference += weight * (own - other);
    above += weight ** 2 * ((ownBounds.upper - own) ** 2 + (other - otherBounds.lower) ** 2);
    below += weight ** 2 * ((own - ownBounds.lower) ** 2 + (otherBounds.upper - other) ** 2);
  }
  return { difference, lower: difference - Math.sqrt(below), upper: difference + Math.sqrt(above) };
}
