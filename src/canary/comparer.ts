// The comparer: follows one stage poll by poll and says how the new version stands against the stable one (rules R1 and R3 of reference canary 6.6).
import { formatPercent, formatPoints } from '../kit/percent.ts';
import type { Compared, Stage } from '../policy/parts.ts';
import { type Heard, type MetricComparison, type Weight, worstOf } from './comparison.ts';
import { Course } from './course.ts';
import { type Counts, differenceOf, type Interval, thinned } from './interval.ts';
import { isLook, widthOf } from './look.ts';
import { outlookOf } from './prospect.ts';
import type { Past, Poll } from './sample.ts';
import { shareFault } from './share.ts';
import { type Pair, together } from './tally.ts';

export interface Comparing {
  readonly stage: Stage;
  /** Instant at which the router had taken this stage's weight. */
  readonly shiftedAt: number;
  /** The compared metrics that are measured. */
  readonly compared: readonly Compared[];
  /** False-rollback probability of this stage and one metric: `alpha` split over both. */
  readonly alpha: number;
  /** The stable version before the shift. */
  readonly past: Past;
}

/** From here on the odds stop a promotion (reference canary 5, row 7). */
const suspicion = 20;
/** One-sided 80 %, for the last third alone (reference canary 6.6 g). */
const lateWidth = 0.84;
/** The newest time that may speak alone, at twice the effect (reference canary 6.6 e). ms */
const lately = 60_000;
/** Beyond this scatter the history holds an incident: the counts say next to nothing (reference canary 6.5, 8). */
const unstable = 20;

/** A counter makes up for a poll that was lost; what stays away so many polls in a row is not there. */
const forgiven = 3;

/** Whether both versions are under traffic in this stage: only then can they be compared. */
export function isCompared({ weight }: Stage): boolean {
  return weight > 0 && weight < 100;
}

export class Comparer {
  readonly #of: Comparing;
  readonly #courses = new Map<string, Course>();
  #elapsed = 0;

  constructor(of: Comparing) {
    this.#of = of;
  }

  /** Takes the newest poll. `elapsed`: ms since the shift. */
  hear(poll: Poll, elapsed: number): Heard {
    const { stage, compared } = this.#of;
    if (!isCompared(stage)) return { comparison: undefined, share: undefined, weights: this.#weights() };
    for (const metric in poll.samples) {
      const arms = poll.samples[metric];
      if (arms?.canary === undefined || arms.stable === undefined) continue;
      if (arms.canary.kind === 'value' || arms.stable.kind === 'value') continue;
      this.#courseOf(metric).hear(poll.warm, elapsed, arms.canary, arms.stable);
    }
    const final = isLook(stage, this.#elapsed, elapsed);
    this.#elapsed = elapsed;
    const metrics = compared.map((one) => this.#compare(one, elapsed, final));
    return { comparison: worstOf(metrics), share: this.#share(), weights: this.#weights() };
  }

  #courseOf(metric: string): Course {
    const known = this.#courses.get(metric);
    if (known !== undefined) return known;
    const course = new Course(this.#of.past[metric]);
    this.#courses.set(metric, course);
    return course;
  }

  #weights(): Readonly<Record<string, Weight>> {
    const weights: Record<string, Weight> = {};
    for (const [metric, course] of this.#courses) {
      weights[metric] = { phi: course.dispersion.phi, odds: course.compares ? Math.exp(course.odds.log) : undefined };
    }
    return weights;
  }

  /** Of the first compared metric, else of the one that counts most requests. */
  #share() {
    const { stage, compared } = this.#of;
    const [first] = compared.flatMap(({ metric }) => this.#courses.get(metric) ?? []);
    const busiest = [...this.#courses.values()].sort((a, b) => b.requests - a.requests)[0];
    const course = first ?? busiest;
    if (course === undefined) return undefined;
    return shareFault(course.turnouts, { from: stage.weight, to: stage.weightTo }, course.dispersion.phi);
  }

  #compare({ metric, margin, minEffect }: Compared, elapsed: number, final: boolean): MetricComparison {
    const { stage, alpha } = this.#of;
    const course = this.#courses.get(metric);
    const wanted = 1 / alpha;
    const z = widthOf(stage);
    const strata = course?.all.strata ?? [];
    const canary = together(strata, 'canary');
    const stable = together(strata, 'stable');
    const { phi, known } = course?.dispersion ?? { phi: 1, known: false };
    const log = course?.weakest ?? 0;
    const { difference, lower, upper } = differenceOf(strata.map(thin(phi)), z);
    const interval: Interval = { lower, upper };
    const late = course === undefined ? 1 : differenceOf(course.lastThird(elapsed).map(thin(phi)), lateWidth).upper;
    const figures = { metric, canary, stable, difference, interval, late, margin, minEffect, phi, wanted };
    const told = { ...figures, odds: Math.exp(Math.min(log, 700)), needed: 0, neededMs: 0, detectable: undefined };
    if (!Number.isFinite(log))
      return { ...told, odds: 0, kind: 'undecided', lack: 'judge-error', because: 'the evidence is no number' };
    if ((course?.missed ?? 0) >= forgiven) {
      const because = `the last ${course?.missed ?? 0} polls could not count both versions`;
      return { ...told, kind: 'undecided', lack: 'no-data', because };
    }
    if (canary.total <= 0 || stable.total <= 0) {
      const who = canary.total <= 0 ? 'the new version' : 'the stable version';
      return {
        ...told,
        ...this.#ahead(figures, elapsed),
        kind: 'undecided',
        lack: 'no-data',
        because: `no request of ${who} was counted`,
      };
    }
    const recent = course === undefined ? 0 : differenceOf(course.recent(elapsed, lately), z).difference;
    const strong = log >= Math.log(wanted);
    const grave = difference >= minEffect || recent >= 2 * minEffect;
    if (strong && grave && known) return { ...told, kind: 'worse', lack: '', because: worseWords(told) };
    if (log >= Math.log(suspicion) && (!strong || grave)) {
      const unsure = strong
        ? ', and no history says yet how its failures scatter'
        : `, ${Math.round(wanted)} : 1 would turn it back`;
      return { ...told, kind: 'suspicious', lack: '', because: `${worseWords(told)}${unsure}` };
    }
    const within = `${formatPoints(difference)}, at most ${formatPoints(upper)} (margin ${formatPoints(margin).replace('+', '')})`;
    if (upper <= margin && late <= margin) return { ...told, kind: 'no-worse', lack: '', because: within };
    const ahead = final ? this.#ahead(figures, elapsed) : {};
    const lack = strong ? 'worse-but-small' : phi > unstable ? 'baseline-unstable' : 'inconclusive';
    return {
      ...told,
      ...ahead,
      kind: 'undecided',
      lack,
      because: upper <= margin ? `in the last third at most ${formatPoints(late)}; ${within}` : within,
    };
  }

  #ahead(figures: { canary: Counts; stable: Counts; margin: number; wanted: number; phi: number }, elapsed: number) {
    const { stage } = this.#of;
    const endMs = Math.max(stage.bakeMs, stage.maxBakeMs ?? 0) - stage.warmupMs;
    return outlookOf(figures, { z: widthOf(stage), pastMs: Math.max(1, elapsed - stage.warmupMs), endMs });
  }
}

function thin(phi: number) {
  return ({ canary, stable }: Pair): Pair => ({ canary: thinned(canary, phi), stable: thinned(stable, phi) });
}

function worseWords({ canary, stable, odds }: Pick<MetricComparison, 'canary' | 'stable' | 'odds'>): string {
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
