// The course of one ratio through a stage: its evidence in both pairings, its sums, its dispersion.
import { type Dispersion, dispersionOf, Growing } from './dispersion.ts';
import { type EarlyPoll, lastLook } from './early.ts';
import { Odds, type Strata } from './odds.ts';
import type { PastMetric, Sample } from './sample.ts';
import type { Quiet, Turnout } from './share.ts';
import { type Pair, Tally } from './tally.ts';

const none: Strata = {};
/** No more newest polls are ever looked at for the share. */
const keptTurnouts = 12;

export class Course {
  /** Canary and stable of the same poll. */
  readonly odds: Odds;
  /** The canary of the poll before with stable of this one: a stable version that is scraped late must not look better than it is. */
  readonly lagged: Odds;
  /** Since the warm-up. */
  readonly all = new Tally();
  readonly turnouts: Turnout[] = [];
  /** The first polls after the warm-up, and one more, so that the looks at them are over. */
  readonly first: EarlyPoll[] = [];
  requests = 0;
  compares = false;
  /** Newest polls in a row in which one of the versions could not be counted. */
  missed = 0;
  #both = unheard;
  #own = unheard;
  readonly #third = new Tally();
  readonly #minute = new Tally();
  readonly #growing: Growing | undefined;
  #dispersion: Dispersion;
  #before: Strata = none;

  constructor(past: PastMetric | undefined) {
    this.odds = new Odds(past?.recent);
    this.lagged = new Odds(past?.recent);
    this.#dispersion = dispersionOf(past?.blocks ?? []);
    this.#growing = this.#dispersion.known ? undefined : new Growing();
  }

  /** What is known before this poll: evidence is weighed with what was known when it came. */
  get dispersion(): Dispersion {
    return this.#dispersion;
  }

  /** The weaker evidence of the two pairings, as natural logarithm: both must speak. */
  get weakest(): number {
    return Math.min(this.odds.log, this.lagged.log);
  }

  hear(warm: boolean, elapsed: number, canarySample: Sample, stableSample: Sample): void {
    const canary = strataOf(canarySample);
    const stable = strataOf(stableSample);
    if (warm) {
      const { phi } = this.#dispersion;
      this.odds.advance(canary, stable, phi);
      this.lagged.advance(this.#before, stable, phi);
      for (const tally of [this.all, this.#third, this.#minute]) tally.add(elapsed, canary, stable);
      const counted = canarySample.kind === 'counts' && stableSample.kind === 'counts';
      if (counted) this.#turnout(canary, stable);
      this.missed = counted ? 0 : this.missed + 1;
      if (this.first.length <= lastLook)
        this.first.push({ canary: sumOf(canary), before: sumOf(this.#before), stable: sumOf(stable) });
      this.compares = true;
    } else {
      this.odds.learn(stable);
      this.lagged.learn(stable);
    }
    this.#before = canary;
    if (this.#growing !== undefined) {
      this.#growing.add(elapsed, sumOf(stable));
      this.#dispersion = this.#growing.dispersion;
    }
  }

  /** Whether requests stay away: of both versions, or (`own`) of the new one where stable's are of another time. */
  quiet(own: boolean): Quiet {
    return own ? this.#own : this.#both;
  }

  /** The counts of the last third of the time since the shift. */
  lastThird(elapsed: number): readonly Pair[] {
    this.#third.trim((elapsed * 2) / 3);
    return this.#third.strata;
  }

  /** The counts of the newest `ms`. */
  recent(elapsed: number, ms: number): readonly Pair[] {
    this.#minute.trim(elapsed - ms);
    return this.#minute.strata;
  }

  #turnout(canary: Strata, stable: Strata): void {
    const turnout = { canary: sumOf(canary).total, stable: sumOf(stable).total };
    this.requests += turnout.canary + turnout.stable;
    this.#both = heard(this.#both, turnout.canary + turnout.stable);
    this.#own = heard(this.#own, turnout.canary);
    this.turnouts.push(turnout);
    if (this.turnouts.length > keptTurnouts) this.turnouts.shift();
  }
}

const unheard: Quiet = { requests: 0, polls: 0, silent: 0 };

function heard({ requests, polls, silent }: Quiet, more: number): Quiet {
  return { requests: requests + more, polls: polls + 1, silent: more > 0 ? 0 : silent + 1 };
}

function strataOf(sample: Sample): Strata {
  if (sample.kind !== 'counts') return none;
  return sample.strata ?? { '': sample };
}

function sumOf(strata: Strata): { readonly bad: number; readonly total: number } {
  let bad = 0;
  let total = 0;
  for (const name in strata) {
    bad += strata[name]?.bad ?? 0;
    total += strata[name]?.total ?? 0;
  }
  return { bad, total };
}
