// Tallies: sums of both versions' counts by stratum, over a whole stage or over its newest part.
import type { Counts } from './interval.ts';
import type { Strata } from './odds.ts';

/** The counts of both versions in one stretch of time. */
export interface Pair {
  readonly canary: Counts;
  readonly stable: Counts;
}

/** Summed in place: a poll adds to every tally of every metric. */
interface Sums {
  readonly canary: { bad: number; total: number };
  readonly stable: { bad: number; total: number };
}

interface Entry {
  readonly at: number;
  readonly canary: Strata;
  readonly stable: Strata;
}

const nothing: Counts = { bad: 0, total: 0 };

/** Sums what is added; with `trim` only what came after an instant. */
export class Tally {
  readonly #sums = new Map<string, Sums>();
  #strata: readonly Sums[] = [];
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

  /** The sums as they stand now. */
  get strata(): readonly Pair[] {
    return this.#strata;
  }

  #shift({ canary, stable }: Entry, sign: 1 | -1): void {
    for (const name in canary) this.#move(name, 'canary', canary[name] ?? nothing, sign);
    for (const name in stable) this.#move(name, 'stable', stable[name] ?? nothing, sign);
  }

  #move(name: string, arm: 'canary' | 'stable', { bad, total }: Counts, sign: 1 | -1): void {
    const sums = this.#sums.get(name) ?? this.#begin(name);
    const counts = sums[arm];
    counts.bad = Math.max(0, counts.bad + sign * bad);
    counts.total = Math.max(0, counts.total + sign * total);
  }

  #begin(name: string): Sums {
    const sums = { canary: { bad: 0, total: 0 }, stable: { bad: 0, total: 0 } };
    this.#sums.set(name, sums);
    this.#strata = [...this.#sums.values()];
    return sums;
  }
}

/** All strata together. */
export function together(strata: readonly Pair[], arm: 'canary' | 'stable'): Counts {
  let bad = 0;
  let total = 0;
  for (const one of strata) {
    bad += one[arm].bad;
    total += one[arm].total;
  }
  return { bad, total };
}
