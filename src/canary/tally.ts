// Tallies: sums of both versions' counts by stratum, over a whole stage or over its newest part.
import type { Counts } from './interval.ts';
import type { Strata } from './odds.ts';

/** The counts of both versions in one stretch of time. */
export interface Pair {
  readonly canary: Counts;
  readonly stable: Counts;
}

type Sums = Map<string, { canary: Counts; stable: Counts }>;

interface Entry {
  readonly at: number;
  readonly canary: Strata;
  readonly stable: Strata;
}

const nothing: Counts = { bad: 0, total: 0 };

/** Sums what is added; with `trim` only what came after an instant. */
export class Tally {
  readonly #sums: Sums = new Map();
  readonly #kept: Entry[] = [];
  #first = 0;

  add(at: number, canary: Strata, stable: Strata): void {
    this.#kept.push({ at, canary, stable });
    this.#shift({ at, canary, stable }, 1);
  }

  /** Leaves out what was counted up to this instant, inclusive. */
  trim(until: number): void {
    for (let entry = this.#kept[this.#first]; entry !== undefined && entry.at <= until; ) {
      this.#shift(entry, -1);
      this.#first += 1;
      entry = this.#kept[this.#first];
    }
  }

  get strata(): readonly Pair[] {
    return [...this.#sums.values()];
  }

  #shift({ canary, stable }: Entry, sign: 1 | -1): void {
    for (const name in canary) this.#move(name, 'canary', canary[name] ?? nothing, sign);
    for (const name in stable) this.#move(name, 'stable', stable[name] ?? nothing, sign);
  }

  #move(name: string, arm: 'canary' | 'stable', { bad, total }: Counts, sign: 1 | -1): void {
    const sums = this.#sums.get(name) ?? { canary: nothing, stable: nothing };
    if (!this.#sums.has(name)) this.#sums.set(name, sums);
    const before = sums[arm];
    sums[arm] = { bad: Math.max(0, before.bad + sign * bad), total: Math.max(0, before.total + sign * total) };
  }
}

/** All strata together. */
export function together(strata: readonly Pair[], arm: 'canary' | 'stable'): Counts {
  return strata.reduce<Counts>(
    (sum, one) => ({ bad: sum.bad + one[arm].bad, total: sum.total + one[arm].total }),
    nothing,
  );
}
