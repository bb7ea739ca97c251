// The judge of a stage: a pure function of the poll log. First match wins, in the order of the decision table (reference canary 5).

import { formatDuration } from '../kit/duration.ts';
import type { Limit, Severity, Stage } from '../policy/parts.ts';
import { actionOf, askedUntil, breaches, dated, isExcused } from './breach.ts';
import { isCompared } from './comparer.ts';
import type { Comparison, Heard } from './comparison.ts';
import { earlierMs } from './earlier.ts';
import { asked, type LimitReading, readLimit } from './limit.ts';
import { type PollLog, sampleOf, values } from './sample.ts';
import type { ShareFault } from './share.ts';

export interface Verdict {
  readonly kind: 'baking' | 'promote' | 'hold' | 'rollback';
  /** Stable code: `limits-held`, `limit:error-rate`, `no-data`, `inconclusive`, … */
  readonly reason: string;
  /** Id of the limit, or name of the rule, that decided. */
  readonly rule: string;
  readonly severity: Severity | undefined;
  readonly because: string;
  readonly readings: readonly LimitReading[];
  readonly comparison: Comparison | undefined;
  readonly share: ShareFault | undefined;
  /** Requests of the new version that are still needed; 0 when that is not what is missing. */
  readonly needed: number;
  /** Until when people may answer an `ask` that stands, an instant; 0: nobody is asked. */
  readonly askedUntil: number;
  readonly at: number;
}

export interface Hearing {
  /** On steady time; its last poll is the newest. */
  readonly log: PollLog;
  /** The same without the polls of warm-ups, kept by who hears poll after poll. */
  readonly warm?: PollLog | undefined;
  /** How far the clock jumped, ms: negative backwards. */
  readonly jumped: number;
  /** Time since the shift that was watched, ms. */
  readonly elapsed: number;
  readonly stage: Stage;
  readonly limits: readonly Limit[];
  /** Metrics that a query or this action itself gives. */
  readonly measured: ReadonlySet<string>;
  /** Metrics without whose data nothing is promoted (policy `metrics.required`). */
  readonly required: readonly string[];
  /** What the comparer made of the same polls. */
  readonly heard: Heard | undefined;
  /** The instant of the newest poll, as the clock had it. */
  readonly now: number;
  readonly before: Verdict | undefined;
}

/** Polls in a row that may fail before the stage is held (reference canary 5, `onProviderError: {tolerate: 4}`). */
const toleratedErrors = 4;

/** Bad answers about health in a row that are no slow answer any more (ours). */
const deathly = 2;

const stillBaking = { kind: 'baking', reason: 'baking' } as const;

type Finding = Pick<Verdict, 'kind' | 'reason'> & Partial<Verdict>;

/** A hearing with what its limits say. */
interface Case extends Pick<Hearing, 'log' | 'jumped' | 'elapsed' | 'stage' | 'required' | 'heard' | 'now'> {
  readonly readings: readonly LimitReading[];
}

/** Judges the newest poll. A rollback stays a rollback, whatever is read later. */
export function judge(hearing: Hearing): Verdict {
  if (hearing.before?.kind === 'rollback') return hearing.before;
  const { heard, stage, measured, now, log, jumped, elapsed } = hearing;
  const steadyNow = log.at(-1)?.at ?? now;
  const warm = hearing.warm ?? log.filter((poll) => poll.warm);
  const readings: LimitReading[] = [];
  const unweighed = { phi: 1, odds: undefined, isEarlier: earlierMs(stage) !== undefined };
  for (const limit of hearing.limits) {
    if (!asked(limit, stage.id)) continue;
    const { metric } = limit;
    const reading = readLimit(limit, log, stage.id, measured.has(metric), heard?.weights[metric] ?? unweighed, warm);
    readings.push(dated(reading, hearing.before, steadyNow));
  }
  const at = { log, stage, required: hearing.required, heard, now: steadyNow, readings, elapsed, jumped };
  const finding = breachFinding(readings, steadyNow) ?? worseFinding(heard?.comparison) ?? restFinding(at);
  return {
    kind: finding.kind,
    reason: finding.reason,
    rule: finding.rule ?? '',
    severity: finding.severity,
    because: finding.because ?? '',
    readings,
    comparison: heard?.comparison,
    share: heard?.share,
    needed: finding.needed ?? 0,
    askedUntil: askedUntil(readings, steadyNow),
    at: now,
  };
}

/** Rows 3 and 4: breaches whose action is a rollback, the gravest first. */
function breachFinding(readings: readonly LimitReading[], now: number): Finding | undefined {
  const grave = breaches(readings).find((reading) => actionOf(reading, now) === 'rollback' && !isExcused(reading));
  return grave === undefined ? undefined : { ...limitFinding(grave), kind: 'rollback' };
}

/** Row 6. */
function worseFinding(comparison: Comparison | undefined): Finding | undefined {
  if (comparison?.kind !== 'worse') return undefined;
  const reason = 'worse-than-baseline';
  return { kind: 'rollback', reason, rule: reason, because: comparison.because };
}

/** Rows 5 and 7 to 12: with nothing in the way a look promotes; else the bake goes on until `max-bake`, and as long as somebody may answer. */
function restFinding(at: Case): Finding {
  const { stage, elapsed, heard, readings } = at;
  const hindrance = findHindrance(at);
  if (elapsed < stage.bakeMs) return hindrance === undefined ? stillBaking : { ...hindrance, kind: 'baking' };
  // A comparison is asked at instants fixed beforehand only: every further look is one more chance for a version that is worse.
  const look = heard?.comparison === undefined || heard.look;
  if (hindrance === undefined && look) return promotion(at);
  const over = elapsed >= Math.max(stage.bakeMs, stage.maxBakeMs ?? 0);
  if (hindrance === undefined)
    return { kind: over ? 'hold' : 'baking', reason: 'inconclusive', because: 'no look is left' };
  const asking = askedUntil(readings, at.now) > at.now;
  return { ...hindrance, kind: over && !asking ? 'hold' : 'baking' };
}

/** Row 10, in the words of what it rests on. */
function promotion({ heard, readings, stage }: Case): Finding {
  const { comparison } = heard ?? {};
  if (comparison !== undefined)
    return { kind: 'promote', reason: 'no-worse-than-baseline', because: comparison.because };
  const held = readings.some(({ state }) => state === 'holds' || state === 'clear');
  const because = isCompared(stage) ? '' : 'not compared: there is no second version under traffic';
  return { kind: 'promote', reason: held ? 'limits-held' : 'healthy', because };
}

/** What stands between this stage and its promotion; undefined: nothing. */
function findHindrance(at: Case): Finding | undefined {
  const { heard, now, readings, log, jumped } = at;
  const standing = breaches(readings).find((reading) => actionOf(reading, now) !== 'page');
  if (standing !== undefined) return limitFinding(standing);
  if (heard?.comparison?.kind === 'suspicious')
    return { kind: 'hold', reason: 'suspicious', because: heard.comparison.because };
  if (heard?.share !== undefined)
    return deathIn(log) ?? { kind: 'hold', reason: heard.share.reason, because: heard.share.because };
  const failing = failingMetric(at);
  if (failing !== undefined) return { kind: 'hold', reason: 'provider-error', ...failing };
  if (jumped < 0) {
    const because = `the clock jumped back by ${formatDuration(-jumped)}: nobody can say which minutes were watched`;
    return { kind: 'hold', reason: 'clock-jumped', because };
  }
  const broken = readings.find(({ state }) => state === 'broken');
  if (broken !== undefined) return limitFinding(broken);
  if (log.length === 0) return { kind: 'hold', reason: 'no-data', because: 'nothing was polled' };
  const lack = findLack(at);
  // Scrapes that come late leave a dead version's numbers undecided; that it died says more than that they lack.
  return lack === undefined ? undefined : (deathIn(log) ?? lack);
}

/** The new version said that it is well, and in the newest polls does not. One that never said so may have no such answer. */
function deathIn(log: PollLog): Finding | undefined {
  const told = values(log, 'health', 'canary');
  const ill = told.length - 1 - told.findLastIndex(({ value }) => value === 1);
  if (ill < deathly || ill === told.length) return undefined;
  const because = `the new version was well and is not any more: its health was asked ${ill} times in a row without a good answer`;
  return { kind: 'hold', reason: 'canary-silent', because };
}

/** A metric of a limit or of the comparison whose source failed too often in a row. */
function failingMetric({ readings, heard, log }: Case): Pick<Verdict, 'rule' | 'because'> | undefined {
  const fails = (metric: string) => errorsInARow(log, metric) > toleratedErrors;
  const limit = readings.map((one) => one.limit).find(({ metric }) => fails(metric));
  const metric = limit?.metric ?? heard?.comparison?.metrics.find((one) => fails(one.metric))?.metric;
  if (metric === undefined) return undefined;
  const told = Object.values(log.at(-1)?.samples[metric] ?? {});
  const why = told.flatMap((sample) => (sample?.kind === 'error' ? [sample.because] : []))[0] ?? 'no answer';
  return { rule: limit?.id ?? '', because: `${metric} cannot be read: ${why}` };
}

/** No data is no promotion: what has not been learned yet. */
function findLack(at: Case): Finding | undefined {
  const { readings, heard, stage } = at;
  if (isHealthEnough(at)) return undefined;
  const wanted = readings.filter(({ limit, state }) => limit.kind === 'continue' && state !== 'not-measured');
  const few = wanted.find(({ state }) => state === 'too-few');
  if (few !== undefined) {
    return { kind: 'hold', reason: 'too-few-requests', rule: few.limit.id, because: few.because, needed: few.needed };
  }
  const silent = wanted.find(({ state }) => state === 'no-data' || state === 'error');
  if (silent !== undefined) {
    const because = `${silent.limit.metric}: ${silent.because}`;
    return { kind: 'hold', reason: 'no-data', rule: silent.limit.id, because };
  }
  const missing = at.required.find((metric) => !hasData(at.log, stage.id, metric));
  if (missing !== undefined)
    return { kind: 'hold', reason: 'no-data', because: `${missing} is required and has no data` };
  const comparison = heard?.comparison;
  if (comparison?.kind === 'undecided') {
    const reason = comparison.lack === '' ? 'inconclusive' : comparison.lack;
    return { kind: 'hold', reason, because: comparison.because, needed: comparison.needed };
  }
  if (wanted.length > 0 || comparison?.kind === 'no-worse' || isSeenWhole(at)) return undefined;
  return { kind: 'hold', reason: 'no-data', because: 'no continue limit and no comparison had data in this stage' };
}

/** With all users on the new version there is nothing to compare: a full bake in which some limit had data and none was breached is enough. */
function isSeenWhole({ stage, readings }: Case): boolean {
  return (
    stage.weight >= 100 && stage.bakeMs > 0 && readings.some(({ state }) => state === 'clear' || state === 'holds')
  );
}

/** A stage without users or without a bake can have no requests: the new version's own health is its evidence. */
function isHealthEnough({ stage, log }: Case): boolean {
  const hasUsers = stage.weight > 0 || (stage.audience ?? []).length > 0;
  if (hasUsers && stage.bakeMs > 0) return false;
  const newest = log.at(-1);
  return newest !== undefined && values([newest], 'health', 'canary').at(-1)?.value === 1;
}

function limitFinding(reading: LimitReading): Finding {
  const { limit } = reading;
  const said = reading.canary?.said === undefined ? '' : `: ${reading.canary.said}`;
  const excused = reading.state === 'breached' && limit.action === 'rollback' && isExcused(reading);
  const reason = excused ? 'common-mode' : `limit:${limit.metric}`;
  const because = excused
    ? `${limit.metric} breaks ${limit.condition.text} on the stable version too`
    : `${limit.metric} ${reading.state === 'broken' ? 'does not keep' : 'breaks'} ${limit.condition.text}${said}`;
  return { kind: 'hold', reason, rule: limit.id, severity: limit.severity, because };
}

function hasData(log: PollLog, stage: string, metric: string): boolean {
  return log.some((poll) => {
    const sample = sampleOf(poll, metric, 'canary');
    return poll.stage === stage && (sample?.kind === 'value' || (sample?.kind === 'counts' && sample.total > 0));
  });
}

/** Polls in a row in which either version could not be asked. */
function errorsInARow(log: PollLog, metric: string): number {
  const failed = (poll: PollLog[number]) =>
    sampleOf(poll, metric, 'canary')?.kind === 'error' || sampleOf(poll, metric, 'stable')?.kind === 'error';
  return log.length - 1 - log.findLastIndex((poll) => !failed(poll));
}
