// Dispersion: how much more a service's failures scatter than independent requests would, learned from blocks of its own history.
import type { Counts } from './interval.ts';

/** Blocks of one length, of the stable version alone. */
export interface Blocks {
  readonly lengthMs: number;
  readonly counts: readonly Counts[];
}

export interface Dispersion {
  /** Requests count as this many times fewer; 1 where they are as good as independent. */
  readonly phi: number;
  /** False: no length had enough blocks, nobody knows. */
  readonly known: boolean;
  /** Lengths that had too few blocks, ms. */
  readonly skipped: readonly number[];
}

/** Fewer blocks of a length tell nothing of its scatter (reference canary 6.6 a). */
export const leastBlocks = 8;
/** Under this, scatter is within what chance does with an hour's blocks (reference canary 6.6 a). */
const negligible = 1.5;

/** The sums behind one length's scatter: chi² of its blocks against their common rate, over its degrees of freedom. */
export class Scatter {
  #blocks = 0;
  #bad = 0;
  #total = 0;
  #squares = 0;

  add({ bad, total }: Counts): void {
    if (!(total > 0) || !(bad >= 0)) return;
    this.#blocks += 1;
    this.#bad += bad;
    this.#total += total;
    this.#squares += (bad * bad) / total;
  }

  /** Undefined under eight blocks; 1 where all or none failed. */
  get ratio(): number | undefined {
    if (this.#blocks < leastBlocks) return undefined;
    if (this.#bad <= 0 || this.#bad >= this.#total) return 1;
    const rate = this.#bad / this.#total;
    const chi = (this.#squares - rate * this.#bad) / (rate * (1 - rate));
    return Math.max(0, chi) / (this.#blocks - 1);
  }
}

/** The greatest scatter over all lengths: what is correlated over minutes is seen only in blocks of minutes. */
export function dispersionOf(lengths: readonly Blocks[]): Dispersion {
  const scatters = lengths.map(({ lengthMs, counts }) => {
    const scatter = new Scatter();
    for (const block of counts) scatter.add(block);
    return { lengthMs, scatter };
  });
  return largest(scatters);
}

/** The dispersion of a history that grows poll by poll, for a source that has no past to ask. */
export class Growing {
  readonly #polls = { lengthMs: 0, scatter: new Scatter() };
  readonly #longer = [60_000, 300_000].map((lengthMs) => ({
    lengthMs,
    scatter: new Scatter(),
    open: { bad: 0, total: 0 },
    from: Number.NaN,
  }));

  add(at: number, counts: Counts): void {
    this.#polls.scatter.add(counts);
    for (const length of this.#longer) {
      if (Number.isNaN(length.from)) length.from = at;
      length.open = { bad: length.open.bad + counts.bad, total: length.open.total + counts.total };
      if (at - length.from < length.lengthMs) continue;
      length.scatter.add(length.open);
      length.open = { bad: 0, total: 0 };
      length.from = at;
    }
  }

  get dispersion(): Dispersion {
    return largest([this.#polls, ...this.#longer]);
  }
}

function largest(lengths: readonly { readonly lengthMs: number; readonly scatter: Scatter }[]): Dispersion {
  const told = lengths.map(({ lengthMs, scatter }) => ({ lengthMs, ratio: scatter.ratio }));
  const ratios = told.flatMap(({ ratio }) => (ratio === undefined ? [] : [ratio]));
  const skipped = told.filter(({ ratio }) => ratio === undefined).map(({ lengthMs }) => lengthMs);
  const greatest = Math.max(1, ...ratios);
  return { phi: greatest < negligible ? 1 : greatest, known: ratios.length > 0, skipped };
}
