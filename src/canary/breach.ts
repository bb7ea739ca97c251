// Breaches: which are graver, what each makes happen now, and until when people are asked about it.
import type { Limit, Severity } from '../policy/parts.ts';
import type { LimitReading } from './limit.ts';

const none: readonly LimitReading[] = [];
const severities: readonly Severity[] = ['P0', 'P1', 'P2', 'P3'];

/** An incident that hits both versions is no reason to go back, but for the gravest limits: the new version may be its cause. */
export function isExcused({ limit, common }: LimitReading): boolean {
  return common && limit.severity !== 'P0';
}

/** Breached limits, the gravest first. */
export function breaches(readings: readonly LimitReading[]): readonly LimitReading[] {
  if (!readings.some(({ state }) => state === 'breached')) return none;
  const rank = ({ limit }: LimitReading) => severities.indexOf(limit.severity);
  return readings.filter(({ state }) => state === 'breached').sort((a, b) => rank(a) - rank(b));
}

/** What a breach makes happen now: an unanswered `ask` becomes its `otherwise` once `within` is over. */
export function actionOf(reading: LimitReading, now: number): Limit['action'] {
  const { limit } = reading;
  if (limit.action !== 'ask') return limit.action;
  return now >= deadlineOf(reading) ? limit.otherwise : 'ask';
}

function deadlineOf({ limit, toldAt }: LimitReading): number {
  return toldAt + (limit.withinMs ?? 0);
}

/** A breach with the instant it was told first: people are asked from then on, whenever it began. */
export function dated(
  reading: LimitReading,
  before: { readonly readings: readonly LimitReading[] } | undefined,
  now: number,
): LimitReading {
  if (reading.state !== 'breached') return reading;
  const told = before?.readings.find(({ limit, state }) => limit.id === reading.limit.id && state === 'breached');
  const first = before === undefined ? reading.since + reading.limit.forMs : now;
  return { ...reading, toldAt: told?.toldAt ?? first };
}

/** The last deadline of all questions that stand; 0: none does. */
export function askedUntil(readings: readonly LimitReading[], now: number): number {
  const standing = breaches(readings);
  if (standing.length === 0) return 0;
  const asking = standing.filter((reading) => actionOf(reading, now) === 'ask');
  return Math.max(0, ...asking.map(deadlineOf));
}
