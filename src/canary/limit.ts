// Fixed limits: what each says of the poll log, with every number it went by.
import { type Condition, holds, needsBaseline } from '../policy/condition.ts';
import type { Limit } from '../policy/parts.ts';
import type { Weight } from './comparison.ts';
import { type Counts, type Interval, leastRequests, thinned, wilson } from './interval.ts';
import { type Arm, type Poll, type PollLog, pooled, sampleOf, values } from './sample.ts';

/** One arm in figures: a rate with its counts and interval, or a value. */
export interface Figure {
  readonly value: number;
  /** What a value is made of, such as the names of the alerts that fire. */
  readonly said?: string | undefined;
  readonly counts?: Counts;
  readonly interval?: Interval;
}

/** `holds` and `broken` of a `continue`, `breached` and `clear` of a `breach`; the others say why it could not be told. */
export type LimitState = 'holds' | 'broken' | 'breached' | 'clear' | 'too-few' | 'no-data' | 'error' | 'not-measured';

export interface LimitReading {
  readonly limit: Limit;
  readonly state: LimitState;
  readonly canary: Figure | undefined;
  readonly stable: Figure | undefined;
  /** Instant since which the breach stands; 0 when there is none. */
  readonly since: number;
  /** Instant at which the breach was told first, as long as it is told without a break; 0 when there is none. */
  readonly toldAt: number;
  /** The stable version breaks the same limit: an incident of both, not of the new version. */
  readonly common: boolean;
  /** Requests that are still needed before the limit can be told; 0 otherwise. */
  readonly needed: number;
  readonly because: string;
  /** What a person does about an answer that is an error; empty otherwise. */
  readonly remedy: string;
}

/** A ratio without `for` is read over the last 30 s (reference canary, rule R2: "last-30 s point"). */
const recent = 30_000;

/** The share of a limit from which the stable version counts as breaking it too (reference canary, rule R2). */
const commonShare = 0.8;

/** Odds without which a limit that is not the gravest is not breached where stable stands beside it. Reference canary 6.6 f has 3; over an hour at 1
 * request a second and base 3 % that turns back 2.7 % of equal versions [2.1-3.3, 3000 runs], where 2.5 % is the aim, and 4 turns back 1.6 % [1.2-2.1]. */
const leastOdds = 4;

/** Whether a limit is asked in a stage: without `during`, in all canary stages, or in this one. */
export function asked(limit: Limit, stage: string): boolean {
  return limit.during.length === 0 || limit.during.includes('canary') || limit.during.includes(stage);
}

/** Reads one limit at the newest poll. `measured` false: no query gives its metric. A P0 limit is live from the shift, others after
 * the warm-up. A breach must stand for the limit's `for`; of a ratio its interval must exclude the limit besides, with the requests as few as
 * `weight` says they are worth, and unless it is a P0 some evidence against stable must speak for it. `warm`: the log without its warm-up, for who
 * keeps it and reads at every poll. */
export function readLimit(
  limit: Limit,
  log: PollLog,
  stage: string,
  measured: boolean,
  weight: Weight = { phi: 1, odds: undefined },
  warm: PollLog = log.filter((poll) => poll.warm),
): LimitReading {
  const newest = log.at(-1);
  if (!measured) return unread(limit, 'not-measured', `no query gives ${limit.metric}`);
  const live = limit.severity === 'P0' && limit.kind === 'breach';
  const last = newest === undefined ? undefined : sampleOf(newest, limit.metric, 'canary');
  if (newest === undefined || last === undefined || !(live || newest.warm)) {
    return unread(limit, 'no-data', 'still warming up');
  }
  if (last.kind === 'error') return { ...unread(limit, 'error', last.because), remedy: last.remedy };
  if (last.kind === 'no-data') return unread(limit, 'no-data', last.because);
  const view = { limit, polls: live ? log : warm, now: newest.at, stage, weight };
  const told = last.kind === 'counts' ? readRatio(view) : readValue(view, last);
  return readingOf(limit, told);
}

function unread(limit: Limit, state: LimitState, because: string): LimitReading {
  return readingOf(limit, { state, because });
}

/** Written out, not spread: it is built at every poll for every limit. */
function readingOf(limit: Limit, told: Told): LimitReading {
  const { state, canary, stable, since = 0, common = false, needed = 0, because = '' } = told;
  return { limit, state, canary, stable, since, toldAt: 0, common, needed, because, remedy: '' };
}

interface View {
  readonly limit: Limit;
  readonly polls: PollLog;
  readonly now: number;
  readonly stage: string;
  readonly weight: Weight;
}

type Told = Partial<LimitReading> & Pick<LimitReading, 'state'>;

function readRatio({ limit, polls, now, stage, weight }: View): Told {
  const { condition, forMs, metric, kind } = limit;
  const { phi } = weight;
  const whole = kind === 'continue' && forMs === 0;
  const span = whole ? polls.filter((poll) => poll.stage === stage) : newestOf(polls, now - (forMs || recent));
  const canary = ratioOf(span, metric, 'canary', phi);
  const stable = ratioOf(span, metric, 'stable', phi);
  if (canary === undefined || canary.counts.total === 0) return { state: 'no-data', because: 'no request was counted' };
  const least = kind === 'continue' ? leastRequests : leastRequests * phi;
  if (canary.counts.total < least) {
    const needed = Math.ceil(least - canary.counts.total);
    return {
      canary,
      stable,
      state: 'too-few',
      needed,
      because: `${Math.round(canary.counts.total)} requests decide nothing`,
    };
  }
  if (needsBaseline(condition) && (stable === undefined || stable.counts.total < least)) {
    return { canary, stable, state: 'no-data', because: 'the stable version has too few requests to compare with' };
  }
  if (kind === 'continue') return { canary, stable, state: verdictOf(holds(condition, canary.value, stable?.value)) };
  const lately = () => ratioOf(newestOf(polls, now - recent), metric, 'canary', phi) ?? canary;
  const certain =
    surely(condition, canary, stable?.interval) && holds(condition, lately().value, stable?.value) === true;
  const since = certain ? standingSince(polls, (poll) => !contradicts(condition, poll, metric, phi)) : 0;
  if (since === 0 || now - since < forMs) return { canary, stable, state: 'clear' };
  const common = weight.isEarlier !== true && isCommon(condition, stable);
  // An incident of both is told by `common`; what only chance makes of a small window has no evidence behind it.
  const chance = limit.severity !== 'P0' && !common && weight.odds !== undefined && weight.odds < leastOdds;
  if (chance)
    return { canary, stable, state: 'clear', because: 'stable does as badly: no evidence that it is the new version' };
  return { canary, stable, state: 'breached', since, common };
}

function readValue({ limit, polls, now, weight }: View, { value, said }: Figure): Told {
  const { condition, forMs, metric, kind } = limit;
  const stable = newestValue(polls, metric, 'stable');
  const figures = { canary: { value, said }, stable: stable === undefined ? undefined : { value: stable } };
  if (needsBaseline(condition) && stable === undefined) {
    return { ...figures, state: 'no-data', because: 'the stable version has no value to compare with' };
  }
  if (condition.kind === 'rising') return { ...figures, ...readRise(limit, values(polls, metric, 'canary'), now) };
  const holdsAt = (poll: Poll) => {
    const [own] = values([poll], metric, 'canary');
    const [against] = values([poll], metric, 'stable');
    return own === undefined ? undefined : holds(condition, own.value, against?.value);
  };
  const since = standingSince(polls, holdsAt);
  const stands = since > 0 && now - since >= forMs;
  if (kind === 'continue') return { ...figures, state: verdictOf(stands) };
  if (!stands) return { ...figures, state: 'clear' };
  const isBeside = stable !== undefined && weight.isEarlier !== true;
  const common = isBeside && !needsBaseline(condition) && holds(condition, stable) === true;
  return { ...figures, state: 'breached', since, common };
}

/** Growth relative to the value `for` ago, scaled to the limit's unit of time. */
function readRise(limit: Limit, own: ReturnType<typeof values>, now: number): Told {
  const { condition, forMs, kind } = limit;
  const first = own.findLast(({ at }) => now - at >= forMs && at < now);
  const last = own.at(-1);
  if (condition.kind !== 'rising' || first === undefined || last === undefined || first.value === 0) {
    return { state: 'no-data', because: 'not watched for long enough to see a rise' };
  }
  const growth = ((last.value - first.value) / Math.abs(first.value)) * (condition.perMs / (last.at - first.at));
  const met = holds(condition, growth) === true;
  if (kind === 'continue') return { state: verdictOf(met) };
  return met ? { state: 'breached', since: first.at } : { state: 'clear' };
}

function verdictOf(met: boolean | undefined): LimitState {
  if (met === undefined) return 'no-data';
  return met ? 'holds' : 'broken';
}

/** The polls after an instant. Only these are touched: a limit is read at every poll of a bake that may last for days. */
function newestOf(polls: PollLog, after: number): PollLog {
  let from = polls.length;
  while (from > 0 && (polls[from - 1]?.at ?? 0) > after) from -= 1;
  return polls.slice(from);
}

function newestValue(polls: PollLog, metric: string, arm: Arm): number | undefined {
  for (let place = polls.length - 1; place >= 0; place -= 1) {
    const poll = polls[place];
    const sample = poll === undefined ? undefined : sampleOf(poll, metric, arm);
    if (sample?.kind === 'value') return sample.value;
  }
  return undefined;
}

/** The rate that the metric names, with its interval: of what went wrong, or of what went well. */
function ratioOf(polls: PollLog, metric: string, arm: Arm, phi: number) {
  const sums = pooled(polls, metric, arm);
  if (sums === undefined) return undefined;
  const { bad, total, good } = sums;
  const counts = { bad, total };
  const value = total === 0 ? 0 : bad / total;
  const interval = wilson(thinned(counts, phi));
  if (!good) return { value, counts, interval };
  return { value: 1 - value, counts, interval: { lower: 1 - interval.upper, upper: 1 - interval.lower } };
}

/** Start of the newest unbroken run of polls for which `stands` is true; polls that tell nothing neither break nor begin it. 0: none. */
function standingSince(polls: PollLog, stands: (poll: Poll) => boolean | undefined): number {
  let since = 0;
  for (let place = polls.length - 1; place >= 0; place -= 1) {
    const poll = polls[place];
    if (poll === undefined) break;
    const told = stands(poll);
    if (told === false) break;
    if (told === true) since = poll.at;
  }
  return since;
}

/** True when the requests of this one poll alone rule the condition out. */
function contradicts(condition: Condition, poll: Poll, metric: string, phi: number): boolean {
  const own = ratioOf([poll], metric, 'canary', phi);
  if (own === undefined || own.counts.total === 0) return false;
  const stable = ratioOf([poll], metric, 'stable', phi)?.interval;
  return isEverywhere(condition, own.interval, stable, false);
}

/** True when the condition holds wherever in its interval the true rate lies. A band is entered surely from below; which end it has
 * passed, the limit above it says. */
function surely(condition: Condition, figure: Figure & { readonly interval: Interval }, stable?: Interval): boolean {
  if (condition.kind === 'band') return figure.interval.lower >= condition.from && figure.value <= condition.to;
  return isEverywhere(condition, figure.interval, stable, true);
}

/** Whether the condition is `told` at every corner of the two intervals; it is monotone in both. */
function isEverywhere(condition: Condition, { lower, upper }: Interval, stable: Interval | undefined, told: boolean) {
  if (stable === undefined || !needsBaseline(condition))
    return holds(condition, lower) === told && holds(condition, upper) === told;
  const at = (value: number, against: number) => holds(condition, value, against) === told;
  return at(lower, stable.lower) && at(lower, stable.upper) && at(upper, stable.lower) && at(upper, stable.upper);
}

function isCommon(condition: Condition, stable: (Figure & { readonly interval: Interval }) | undefined): boolean {
  if (stable === undefined || needsBaseline(condition) || (stable.counts?.total ?? 0) < leastRequests) return false;
  if (condition.kind === 'compare' && condition.is.startsWith('>')) {
    return stable.interval.lower > commonShare * condition.value;
  }
  return surely(condition, stable);
}
