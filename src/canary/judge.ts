// The judge of a stage: a pure function of the poll log. First match wins, in the order of the decision table (reference canary 5).
import type { Limit, Severity, Stage } from '../policy/parts.ts';
import type { Comparison } from './comparison.ts';
import { asked, type LimitReading, readLimit } from './limit.ts';
import { type PollLog, sampleOf, values } from './sample.ts';

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
  /** Requests of the new version that are still needed; 0 when that is not what is missing. */
  readonly needed: number;
  readonly at: number;
}

export interface Hearing {
  readonly log: PollLog;
  readonly stage: Stage;
  /** Instant at which the router had taken this stage's weight. */
  readonly shiftedAt: number;
  readonly limits: readonly Limit[];
  /** Metrics that a query or this action itself gives. */
  readonly measured: ReadonlySet<string>;
  /** Metrics without whose data nothing is promoted (policy `metrics.required`). */
  readonly required: readonly string[];
  readonly comparison: Comparison | undefined;
  readonly now: number;
  readonly before: Verdict | undefined;
}

/** Polls in a row that may fail before the stage is held (reference canary 5, `onProviderError: {tolerate: 4}`). */
const toleratedErrors = 4;

const severities: readonly Severity[] = ['P0', 'P1', 'P2', 'P3'];

type Finding = Pick<Verdict, 'kind' | 'reason'> & Partial<Verdict>;

/** Judges the newest poll. A rollback stays a rollback, whatever is read later. */
export function judge(hearing: Hearing): Verdict {
  if (hearing.before?.kind === 'rollback') return hearing.before;
  const { log, stage, measured, comparison, now } = hearing;
  const readings = hearing.limits
    .filter((limit) => asked(limit, stage.id))
    .map((limit) => readLimit(limit, log, stage.id, measured.has(limit.metric)));
  const finding =
    breachFinding(readings, now) ??
    worseFinding(comparison) ??
    restFinding(hearing, readings, findHindrance(hearing, readings));
  return { rule: '', severity: undefined, because: '', needed: 0, ...finding, readings, comparison, at: now };
}

/** Rows 3 to 5: breaches whose action is a rollback, the gravest first. */
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

/** Rows 7 to 12: with nothing in the way the end of the bake promotes; else it goes on until `max-bake`, then it is a hold. */
function restFinding(
  { stage, shiftedAt, now }: Hearing,
  readings: readonly LimitReading[],
  hindrance: Finding | undefined,
): Finding {
  const baked = now - shiftedAt;
  if (baked < stage.bakeMs) return { reason: 'baking', ...hindrance, kind: 'baking' };
  if (hindrance === undefined) {
    const compared = readings.some(({ state }) => state === 'holds');
    return { kind: 'promote', reason: compared ? 'limits-held' : 'no-worse-than-baseline' };
  }
  const over = baked >= Math.max(stage.bakeMs, stage.maxBakeMs ?? 0);
  return { ...hindrance, kind: over ? 'hold' : 'baking' };
}

/** What stands between this stage and its promotion; undefined: nothing. */
function findHindrance(hearing: Hearing, readings: readonly LimitReading[]): Finding | undefined {
  const { comparison, now } = hearing;
  const standing = breaches(readings).find((reading) => actionOf(reading, now) !== 'page');
  if (standing !== undefined) return limitFinding(standing);
  if (comparison?.kind === 'suspicious') return { kind: 'hold', reason: 'suspicious', because: comparison.because };
  const failing = readings.find(({ limit }) => errorsInARow(hearing.log, limit.metric) > toleratedErrors);
  if (failing !== undefined)
    return { kind: 'hold', reason: 'provider-error', rule: failing.limit.id, because: failing.because };
  const broken = readings.find(({ state }) => state === 'broken');
  if (broken !== undefined) return limitFinding(broken);
  return findLack(hearing, readings);
}

/** No data is no promotion: what has not been learned yet. */
function findLack(hearing: Hearing, readings: readonly LimitReading[]): Finding | undefined {
  const wanted = readings.filter(({ limit, state }) => limit.kind === 'continue' && state !== 'not-measured');
  const few = wanted.find(({ state }) => state === 'too-few');
  if (few !== undefined) {
    return { kind: 'hold', reason: 'too-few-requests', rule: few.limit.id, because: few.because, needed: few.needed };
  }
  const silent = wanted.find(({ state }) => state === 'no-data' || state === 'error');
  if (silent !== undefined) {
    return {
      kind: 'hold',
      reason: 'no-data',
      rule: silent.limit.id,
      because: `${silent.limit.metric}: ${silent.because}`,
    };
  }
  const missing = hearing.required.find((metric) => !hasData(hearing.log, hearing.stage.id, metric));
  if (missing !== undefined)
    return { kind: 'hold', reason: 'no-data', because: `${missing} is required and has no data` };
  const { comparison } = hearing;
  if (comparison?.kind === 'undecided') {
    return { kind: 'hold', reason: 'inconclusive', because: comparison.because, needed: comparison.needed };
  }
  if (wanted.length > 0 || comparison?.kind === 'no-worse' || isHealthEnough(hearing)) return undefined;
  return { kind: 'hold', reason: 'no-data', because: 'no continue limit and no comparison had data in this stage' };
}

/** A stage without users or without a bake can have no requests: the new version's own health is its evidence. */
function isHealthEnough({ stage, log }: Hearing): boolean {
  if (stage.weight > 0 && stage.bakeMs > 0) return false;
  const newest = log.at(-1);
  return newest !== undefined && values([newest], 'health', 'canary').at(-1)?.value === 1;
}

/** An incident that hits both versions is no reason to go back, but for the gravest limits: the new version may be its cause. */
function isExcused({ limit, common }: LimitReading): boolean {
  return common && limit.severity !== 'P0';
}

/** Breached limits, the gravest first. */
function breaches(readings: readonly LimitReading[]): readonly LimitReading[] {
  const rank = ({ limit }: LimitReading) => severities.indexOf(limit.severity);
  return readings.filter(({ state }) => state === 'breached').sort((a, b) => rank(a) - rank(b));
}

/** What a breach makes happen now: an unanswered `ask` becomes its `otherwise` once `within` is over. */
function actionOf({ limit, since }: LimitReading, now: number): Limit['action'] {
  if (limit.action !== 'ask') return limit.action;
  return now - since >= limit.forMs + (limit.withinMs ?? 0) ? limit.otherwise : 'ask';
}

function limitFinding(reading: LimitReading): Finding {
  const { limit } = reading;
  const excused = reading.state === 'breached' && limit.action === 'rollback' && isExcused(reading);
  const reason = excused ? 'common-mode' : `limit:${limit.metric}`;
  const because = excused
    ? `${limit.metric} breaks ${limit.condition.text} on the stable version too`
    : `${limit.metric} ${reading.state === 'broken' ? 'does not keep' : 'breaks'} ${limit.condition.text}`;
  return { kind: 'hold', reason, rule: limit.id, severity: limit.severity, because };
}

function hasData(log: PollLog, stage: string, metric: string): boolean {
  return log.some((poll) => {
    const sample = sampleOf(poll, metric, 'canary');
    return poll.stage === stage && (sample?.kind === 'value' || (sample?.kind === 'counts' && sample.total > 0));
  });
}

function errorsInARow(log: PollLog, metric: string): number {
  const lastGood = log.findLastIndex((poll) => sampleOf(poll, metric, 'canary')?.kind !== 'error');
  return log.length - 1 - lastGood;
}
