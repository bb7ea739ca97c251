// Delivery figures of one environment and unit, computed from our records alone. Definitions: docs/metrics.md.
import { type Rhythm, rhythms } from '../policy/target.ts';
import { type Delivery, deliveriesOf, isHotfix, realRollbacks } from './deliveries.ts';
import { type Attempt, forwards, type History } from './history.ts';
import { type Spread, spreadOf } from './spread.ts';

const dayMs = 24 * 60 * 60 * 1000;
const weekMs = 7 * dayMs;
const monthMs = 30 * dayMs;

/** From (included) to (excluded), ms since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A share with its counts; `share` 0..1, absent without any. */
export interface Share {
  readonly n: number;
  readonly count: number;
  readonly share?: number;
}

export interface DeliveryFigures {
  readonly window: Window;
  /** Successful deployments, re-runs collapsed. */
  readonly frequency: {
    readonly n: number;
    readonly perDay: number;
    readonly rhythm: Rhythm;
    /** Of each week of the window, oldest first. */
    readonly weeks: readonly number[];
  };
  /** Successful or turned back with users: failed ones of all that users met. */
  readonly changeFailure: Share;
  readonly recovery: Spread;
  /** Share of the failed that were well within five minutes (the rollback budget of the processes). */
  readonly recoveredInFive: Share;
  readonly rework: Share;
  readonly rollback: Share;
  readonly success: Share;
  /** From begin to success, ms. */
  readonly duration: Spread;
  /** From the begin of a rollback to its proof, ms. */
  readonly rollbackDuration: Spread;
  readonly uneventful: Share;
  readonly incidents: Share;
  /** Beside the figures: what never got users, and what is not ours. */
  readonly failedAttempts: number;
  readonly rollbacks: number;
  readonly foreign: number;
}

/** The figures of a window. `type`: of the deployments of this type alone. `incidents`: ids of Deployments that incident issues name. */
export function deliveryOf(
  history: History,
  window: Window,
  { incidents = new Set(), type }: { readonly incidents?: ReadonlySet<number>; readonly type?: string } = {},
): DeliveryFigures {
  const within = (at: number) => at >= window.from && at < window.to;
  const ofType = (one: string) => type === undefined || one === type;
  const met = deliveriesOf(history, incidents).filter((one) => within(one.at) && ofType(one.type));
  const deployed = met.filter(({ succeeded }) => succeeded);
  const backs = realRollbacks(history).filter(({ beganAt }) => within(beganAt));
  const failed = met.filter((one) => one.failed !== '');
  const recoveries = failed.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  const ended = forwards(history).filter((one) => isOver(one) && within(one.endedAt ?? 0) && ofType(typeOf(one)));
  const succeeded = ended.filter(({ succeededAt }) => succeededAt !== undefined);
  const repairs = deployed.filter((one) => isHotfix(one.type)).length;
  const durations = backs.flatMap(({ succeededAt, beganAt }) =>
    succeededAt === undefined ? [] : [succeededAt - beganAt],
  );
  return {
    window,
    frequency: frequencyOf(deployed, window),
    changeFailure: shareOf(failed.length, met.length),
    recovery: spreadOf(recoveries),
    recoveredInFive: shareOf(recoveries.filter((ms) => ms <= 5 * 60_000).length, recoveries.length),
    rework: shareOf(repairs + backs.length, deployed.length + backs.length),
    rollback: shareOf(met.filter(({ turnedBack }) => turnedBack).length, met.length),
    success: shareOf(succeeded.length, ended.length),
    duration: spreadOf(deployed.map(({ at, beganAt }) => at - beganAt)),
    rollbackDuration: spreadOf(durations),
    uneventful: shareOf(met.filter(({ uneventful }) => uneventful).length, met.length),
    incidents: shareOf(met.filter(({ ids }) => ids.some((id) => incidents.has(id))).length, met.length),
    failedAttempts: ended.length - succeeded.length,
    rollbacks: backs.length,
    foreign: history.foreign,
  };
}

/** The pairs of successive deployments whose commits tell the lead time, newest first; the first deployment of all has no pair. */
export function leadPairs(history: History, window: Window): readonly LeadPair[] {
  const deployed = deliveriesOf(history).filter(({ succeeded }) => succeeded);
  const pairs = deployed.flatMap((one, index): readonly LeadPair[] => {
    const before = deployed[index - 1];
    if (before === undefined || one.at < window.from || one.at >= window.to) return [];
    return [{ base: before.sha, head: one.sha, at: one.at, type: one.type }];
  });
  return pairs.reverse();
}

export interface LeadPair {
  readonly base: string;
  readonly head: string;
  /** When the head had its first success, ms. */
  readonly at: number;
  readonly type: string;
}

function frequencyOf(deployed: readonly Delivery[], { from, to }: Window): DeliveryFigures['frequency'] {
  const weeks = bucketed(deployed, { from, to }, weekMs).map((days) => days.total);
  const n = deployed.length;
  return { n, perDay: to > from ? (n * dayMs) / (to - from) : 0, rhythm: rhythmOf(deployed, { from, to }), weeks };
}

/** Daily: in the median week deployments on at least three days; weekly: on one; monthly: in the median month one (reference, 5). */
function rhythmOf(deployed: readonly Delivery[], window: Window): Rhythm {
  const weeks = spreadOf(bucketed(deployed, window, weekMs).map(({ days }) => days)).median ?? 0;
  const months = spreadOf(bucketed(deployed, window, monthMs).map(({ total }) => total)).median ?? 0;
  const [slowest, monthly, weekly, daily] = rhythms;
  if (weeks >= 3) return daily;
  if (weeks >= 1) return weekly;
  return months >= 1 ? monthly : slowest;
}

/** Deployments and days with one, for each whole stretch of the window counted back from its end, oldest first; a shorter rest is left out. */
function bucketed(
  deployed: readonly Delivery[],
  { from, to }: Window,
  length: number,
): readonly { readonly total: number; readonly days: number }[] {
  const count = Math.max(1, Math.floor((to - from) / length));
  return Array.from({ length: count }, (_, index) => {
    const end = to - (count - 1 - index) * length;
    const within = deployed.filter(({ at }) => at >= end - length && at < end);
    return { total: within.length, days: new Set(within.map(({ at }) => Math.floor(at / dayMs))).size };
  });
}

function shareOf(count: number, n: number): Share {
  return n === 0 ? { n, count } : { n, count, share: count / n };
}

/** Ended by itself: not while under way, and not when a later one or a twin took its place. */
function isOver({ endedAt, succeededAt, happened }: Attempt): boolean {
  if (succeededAt !== undefined) return true;
  const superseded = happened.some(({ entry }) => entry.kind === 'ended' && entry.how === 'superseded');
  return endedAt !== undefined && !superseded;
}

function typeOf({ payload }: Attempt): string {
  return payload.kind === 'deploy' ? payload.type : '';
}
