// Odds: the evidence that the new version fails more requests than the stable one, valid at every look (reference canary 4 and 6.6).
import type { Counts } from './interval.ts';

/** Counts of one poll by stratum; without strata there is one, with the empty name. */
export type Strata = Readonly<Record<string, Counts>>;

/** How much more often it may fail: the mixture's points, as fractions. */
const steps = [0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5] as const;
/** One poll alone multiplies the odds by at most this, so that a single scrape cannot turn a version back. */
const cap = Math.log(20);
/** What stable is taken to be before anything is known of it: half a failure in fifty requests. */
const firstGuess: Counts = { bad: 0.5, total: 50 };
const least = 1e-6;
const most = 0.98;

/** Evidence in logarithms: a linear one overflows with strong polls, and goes blind after a day of healthy ones (6.2). */
export class Odds {
  readonly #mixed: number[] = steps.map(() => Number.NEGATIVE_INFINITY);
  readonly #stable = new Map<string, { bad: number; total: number }>();
  readonly #before: Strata;
  readonly #gains: number[] = steps.map(() => 0);
  #rest = 0;
  #log = 0;
  #polls = 0;

  /** `before`: the stable version's counts in the five minutes before the shift. */
  constructor(before: Strata = {}) {
    this.#before = before;
  }

  /** Takes the stable version's counts of a poll that is no evidence yet: of the warm-up. */
  learn(stable: Strata): void {
    for (const name in stable) {
      const counts = stable[name];
      if (counts === undefined) continue;
      const known = this.#stable.get(name) ?? this.#begin(name);
      known.bad += counts.bad;
      known.total += counts.total;
    }
  }

  /** Takes a poll's counts of both versions. `phi`: how much more the failures scatter than independent ones would, at least 1. With one
   * version missing the poll is no evidence, but the time passes and stable is learned. */
  advance(canary: Strata, stable: Strata, phi: number): void {
    this.#polls += 1;
    // A regression may begin at any poll: half the belief at the first, then slowly less, so that long bakes are not blind at their end.
    const share = this.#polls === 1 ? 0.5 : 1 / (this.#polls + 18);
    const begin = this.#rest + Math.log(share);
    this.#rest += Math.log1p(-share);
    this.#weigh(canary, stable);
    for (let place = 0; place < steps.length; place += 1) {
      const gain = (this.#gains[place] ?? 0) / phi;
      this.#mixed[place] = sum(this.#mixed[place] ?? Number.NEGATIVE_INFINITY, begin) + Math.min(gain, cap);
    }
    this.learn(stable);
    this.#log = this.#total();
  }

  /** Natural logarithm of the odds; under an equal version `P(ever ≥ ln x) ≤ 1/x`. */
  get log(): number {
    return this.#log;
  }

  /** The mean over the steps, and the belief that nothing has begun yet. */
  #total(): number {
    let most = this.#rest;
    for (const mixed of this.#mixed) most = Math.max(most, mixed);
    let mixture = 0;
    for (const mixed of this.#mixed) mixture += Math.exp(mixed - most);
    return most + Math.log(mixture / steps.length + Math.exp(this.#rest - most));
  }

  #begin(name: string): { bad: number; total: number } {
    const before = this.#before[name] ?? { bad: 0, total: 0 };
    const known = { bad: before.bad + firstGuess.bad, total: before.total + firstGuess.total };
    this.#stable.set(name, known);
    return known;
  }

  /** Log likelihood ratio of each step against "both fail at the poll's common rate". */
  #weigh(canary: Strata, stable: Strata): void {
    const gains = this.#gains;
    gains.fill(0);
    for (const name in canary) {
      const own = canary[name];
      const other = stable[name];
      if (own === undefined || other === undefined || own.total <= 0 || other.total <= 0) continue;
      const { bad, total } = this.#stable.get(name) ?? this.#begin(name);
      const rate = Math.min(most, Math.max(least, bad / total));
      const logBad = Math.log(rate);
      const logGood = Math.log1p(-rate);
      const all = own.total + other.total;
      for (let place = 0; place < steps.length; place += 1) {
        const worse = Math.min(0.99, rate + (steps[place] ?? 0));
        const common = (own.total * worse + other.total * rate) / all;
        const commonBad = Math.log(common);
        const commonGood = Math.log1p(-common);
        gains[place] =
          (gains[place] ?? 0) +
          own.bad * (Math.log(worse) - commonBad) +
          (own.total - own.bad) * (Math.log1p(-worse) - commonGood) +
          other.bad * (logBad - commonBad) +
          (other.total - other.bad) * (logGood - commonGood);
      }
    }
  }
}

/** ln(eᵃ + eᵇ) without leaving the range of numbers. */
function sum(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  if (b === Number.NEGATIVE_INFINITY) return a;
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
