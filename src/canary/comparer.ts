// The comparer: follows one stage poll by poll and says how the new version stands against the stable one (rules R1 and R3 of reference canary 6.6).
import { formatPoints } from '../kit/percent.ts';
import type { Compared, Stage } from '../policy/parts.ts';
import { type Heard, type MetricComparison, type Weight, worstOf } from './comparison.ts';
import { driftWords, lateWords, spokenOdds, worseWords } from './comparison-phrase.ts';
import { Course } from './course.ts';
import { earlierMs } from './earlier.ts';
import { earlyPart, isWorseEarly } from './early.ts';
import { differenceOf, thinned } from './interval.ts';
import { isLook, widthOf } from './look.ts';
import { outlookOf } from './prospect.ts';
import type { Past, Poll } from './sample.ts';
import { shareFault, shareOf } from './share.ts';
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

/** Whether both versions are under traffic in this stage, or the policy names an earlier time in place of stable: only then can they be compared. */
export function isCompared(stage: Stage): boolean {
  return stage.weight > 0 && (stage.weight < 100 || earlierMs(stage) !== undefined);
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
    if (!isCompared(stage)) return { comparison: undefined, share: undefined, look: true, weights: none };
    for (const metric in poll.samples) {
      const arms = poll.samples[metric];
      if (arms?.canary === undefined || arms.stable === undefined) continue;
      if (arms.canary.kind === 'value' || arms.stable.kind === 'value') continue;
      this.#courseOf(metric).hear(poll.warm, elapsed, arms.canary, arms.stable);
    }
    const final = isLook(stage, this.#elapsed, elapsed);
    this.#elapsed = elapsed;
    const metrics = compared.map((one) => this.#compare(one, elapsed, final));
    return {
      comparison: worstOf(metrics, earlierMs(stage)),
      share: this.#share(),
      look: final,
      weights: this.#weights(),
    };
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
    const isEarlier = earlierMs(this.#of.stage) !== undefined;
    for (const [metric, course] of this.#courses) {
      const { phi } = course.dispersion;
      // An earlier time is no witness of this hour: limits are read without it.
      weights[metric] = isEarlier
        ? { phi, odds: undefined, isEarlier }
        : { phi, odds: course.compares ? Math.exp(course.odds.log) : undefined };
    }
    return weights;
  }

  /** Of the first compared metric, else of the one that counts most requests. */
  #share() {
    const { stage, compared } = this.#of;
    const chosen = compared.find(({ metric }) => this.#courses.has(metric));
    let course = chosen === undefined ? undefined : this.#courses.get(chosen.metric);
    if (course === undefined) {
      for (const one of this.#courses.values()) if (one.requests > (course?.requests ?? -1)) course = one;
    }
    if (course === undefined) return undefined;
    // What an earlier time had does not hide that nobody asks the service now.
    const isEarlier = earlierMs(stage) !== undefined;
    const turnouts = isEarlier ? course.turnouts.map(({ canary }) => ({ canary, stable: 0 })) : course.turnouts;
    const weight = shareOf(stage);
    return shareFault(turnouts, weight, course.dispersion.phi, course.quiet(isEarlier));
  }

  #compare({ metric, margin, minEffect }: Compared, elapsed: number, final: boolean): MetricComparison {
    const { stage, alpha } = this.#of;
    const course = this.#courses.get(metric);
    const z = widthOf(stage);
    const strata = course?.all.strata ?? [];
    const { phi, known } = course?.dispersion ?? { phi: 1, known: false };
    const { difference, lower, upper } = boundsOf(strata, phi, z);
    const log = course?.weakest ?? 0;
    const figures = {
      metric,
      canary: together(strata, 'canary'),
      stable: together(strata, 'stable'),
      difference,
      interval: { lower, upper },
      // The bound of the last third is one of a look; between looks nobody asks for it.
      late: course === undefined || !final ? 1 : boundsOf(course.lastThird(elapsed), phi, lateWidth).upper,
      margin,
      minEffect,
      phi,
      wanted: 1 / ((1 - earlyPart) * alpha),
      odds: Math.exp(Math.min(log, most)),
    };
    const early = course !== undefined && isWorseEarly(course.first, alpha, phi);
    const finding = findingOf(figures, {
      log,
      known,
      early,
      final,
      missed: course?.missed ?? 0,
      earlierMs: earlierMs(stage),
      recent: () => (course === undefined ? 0 : boundsOf(course.recent(elapsed, lately), phi, z).difference),
    });
    const needsOutlook = final || finding.kind === 'worse' || finding.lack === 'no-data';
    const { needed, neededMs, detectable } = needsOutlook ? this.#outlook(figures, elapsed) : noOutlook;
    const settled = finding.kind === 'no-worse' || finding.kind === 'worse';
    // Written out, not spread: it is built at every poll of every metric.
    return {
      metric,
      kind: finding.kind,
      lack: finding.lack,
      canary: figures.canary,
      stable: figures.stable,
      difference,
      interval: figures.interval,
      late: figures.late,
      margin,
      minEffect,
      odds: figures.odds,
      wanted: figures.wanted,
      phi,
      because: finding.because,
      needed: settled ? 0 : needed,
      neededMs: settled ? 0 : neededMs,
      detectable,
    };
  }

  #outlook(figures: Parameters<typeof outlookOf>[0], elapsed: number) {
    const { stage } = this.#of;
    const endMs = Math.max(stage.bakeMs, stage.maxBakeMs ?? 0) - stage.warmupMs;
    return outlookOf(figures, { z: widthOf(stage), pastMs: Math.max(1, elapsed - stage.warmupMs), endMs });
  }
}

const none = {};
const noOutlook = { needed: 0, neededMs: 0, detectable: undefined };
/** The largest logarithm whose number is still one. */
const most = 700;

type Finding = Pick<MetricComparison, 'kind' | 'lack' | 'because'>;
type Figures = Omit<MetricComparison, keyof Finding | 'needed' | 'neededMs' | 'detectable'>;

/** What a metric's figures say; every state has its own row here. */
function findingOf(
  figures: Figures,
  at: {
    readonly log: number;
    readonly known: boolean;
    readonly early: boolean;
    readonly final: boolean;
    readonly missed: number;
    readonly earlierMs: number | undefined;
    readonly recent: () => number;
  },
): Finding {
  const { canary, stable, difference, interval, late, margin, minEffect, phi, wanted } = figures;
  const { log, missed } = at;
  if (!Number.isFinite(log)) return lacking('judge-error', 'the evidence is no number');
  if (missed >= forgiven) return lacking('no-data', `the last ${missed} polls could not count both versions`);
  if (canary.total <= 0) return lacking('no-data', 'no request of the new version was counted');
  if (stable.total <= 0) return lacking('no-data', 'no request of the stable version was counted');
  const strong = log >= Math.log(wanted) || at.early;
  const grave = strong && (difference >= minEffect || at.recent() >= 2 * minEffect);
  if (grave) {
    const worse = `${worseWords(figures)}${at.early ? ', and too many failures for chance at an early look' : ''}`;
    if (at.earlierMs !== undefined)
      return { kind: 'suspicious', lack: '', because: `${worse}, ${driftWords(at.earlierMs)}` };
    if (at.known) return { kind: 'worse', lack: '', because: worse };
    return { kind: 'suspicious', lack: '', because: `${worse}, and no history says yet how its failures scatter` };
  }
  if (log >= Math.log(suspicion) && !strong) {
    const because = `${worseWords(figures)}, ${spokenOdds(wanted)} would turn it back`;
    return { kind: 'suspicious', lack: '', because };
  }
  if (!at.final) return lacking('inconclusive', 'between two looks');
  const bound = `${formatPoints(difference)}, at most ${formatPoints(interval.upper)} (margin ${formatPoints(margin).replace('+', '')})`;
  const within = interval.upper <= margin;
  if (within && late <= margin) return { kind: 'no-worse', lack: '', because: bound };
  const said = within ? `${lateWords(late)}; ${bound}` : bound;
  if (strong) return lacking('worse-but-small', said);
  return lacking(phi > unstable ? 'baseline-unstable' : 'inconclusive', said);
}

function lacking(lack: string, because: string): Finding {
  return { kind: 'undecided', lack, because };
}

function boundsOf(strata: readonly Pair[], phi: number, z: number) {
  const thin = ({ canary, stable }: Pair): Pair => ({ canary: thinned(canary, phi), stable: thinned(stable, phi) });
  return differenceOf(phi === 1 ? strata : strata.map(thin), z);
}
