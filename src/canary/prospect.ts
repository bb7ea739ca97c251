// The prospect: how many more requests and minutes a comparison needs, and what difference this traffic can show at all.
import { smallestRise } from '../policy/decidable.ts';
import type { MetricComparison } from './comparison.ts';
import { type Counts, differenceOf, thinned } from './interval.ts';

export interface Outlook {
  readonly needed: number;
  readonly neededMs: number;
  readonly detectable: number | undefined;
}

/** `z` of the looks; `pastMs` is what the counts took, `endMs` the whole stage. */
export function outlookOf(
  compared: Pick<MetricComparison, 'canary' | 'stable' | 'margin' | 'wanted' | 'phi'>,
  { z, pastMs, endMs }: { readonly z: number; readonly pastMs: number; readonly endMs: number },
): Outlook {
  const { canary, stable, margin, wanted, phi } = compared;
  const needed = neededFor({ canary, stable, margin, phi, z });
  const rate = canary.total / Math.max(1, pastMs);
  const neededMs = needed === 0 || rate === 0 ? (needed === 0 ? 0 : Number.POSITIVE_INFINITY) : needed / rate;
  const scale = Math.max(1, endMs / Math.max(1, pastMs));
  const own = (canary.total * scale) / phi;
  const other = (stable.total * scale) / phi;
  const base = (stable.bad + 0.5) / (stable.total + 50);
  return {
    needed,
    neededMs,
    detectable: smallestRise({ own, other, base, odds: wanted }),
  };
}

/** More requests of the new version until the upper bound of the difference is within the margin, at the rates and shares seen so far. */
function neededFor(at: {
  readonly canary: Counts;
  readonly stable: Counts;
  readonly margin: number;
  readonly phi: number;
  readonly z: number;
}): number {
  const { canary, stable, margin, phi, z } = at;
  if (canary.total <= 0 || stable.total <= 0) return Math.ceil((phi * z * z * (1 - margin)) / margin);
  const scaled = ({ bad, total }: Counts, times: number) => thinned({ bad: bad * times, total: total * times }, phi);
  const upper = (times: number) =>
    differenceOf([{ canary: scaled(canary, times), stable: scaled(stable, times) }], z).upper;
  if (upper(1) <= margin) return 0;
  let most = 2;
  while (upper(most) > margin && most < 1e9) most *= 2;
  if (most >= 1e9) return Number.POSITIVE_INFINITY;
  const times = smallest(most / 2, most, (many) => upper(many) <= margin);
  return Math.ceil((times - 1) * canary.total);
}

function smallest(no: number, yes: number, is: (value: number) => boolean): number {
  let low = no;
  let high = yes;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (is(middle)) high = middle;
    else low = middle;
  }
  return high;
}
