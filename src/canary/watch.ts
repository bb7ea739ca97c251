// The watch: what the caretaker looks at once the new version has everybody, band by band, and what it retires at the end.
import type { Limit, Plan, Stage, WatchBand } from '../policy/parts.ts';
import type { Evidence } from '../record/evidence.ts';
import { type Attempt, forwards, type History } from '../record/history.ts';

/** One look of the watch. */
export interface WatchLook {
  readonly band: WatchBand;
  /** Begin of the band, and until when this look sees: now, or the band's end. ms since the epoch */
  readonly from: number;
  readonly until: number;
  /** The band is over with this look: its `continue` limits must hold. */
  readonly last: boolean;
  /** Figures are to be posted: a heartbeat passed since the look before. */
  readonly heartbeat: boolean;
}

/** When the leg had everybody on the new version, and on which side; undefined while it has not. Without sides: when it succeeded. */
export function completionOf(
  attempt: Attempt,
  leg: string,
): { readonly at: number; readonly side: string } | undefined {
  const told = attempt.happened.filter((one) => one.leg === undefined || one.leg === leg);
  const last = told.findLast(({ entry }) => ['completed', 'restored', 'rolled-back'].includes(entry.kind));
  if (last?.entry.kind === 'completed') return { at: last.at, side: last.entry.side };
  if (last !== undefined || attempt.succeededAt === undefined) return undefined;
  return { at: attempt.succeededAt, side: '' };
}

/** The looks that are due now: one for each band that ended since the last look, and one of the present band where its interval has passed. */
export function looksDue(
  { watch }: Pick<Plan, 'watch'>,
  at: { readonly completedAt: number; readonly lastLook: number; readonly now: number; readonly asking?: boolean },
): readonly WatchLook[] {
  const { completedAt, now } = at;
  let from = completedAt;
  const due: WatchLook[] = [];
  for (const band of watch) {
    const end = completedAt + band.toMs;
    const seen = Math.max(at.lastLook, from);
    if (end > seen && from < now) {
      const until = Math.min(now, end);
      const grid = from + Math.floor((until - from) / band.everyMs) * band.everyMs;
      const last = until === end;
      const beat =
        band.heartbeatMs === undefined ? 0 : from + Math.floor((until - from) / band.heartbeatMs) * band.heartbeatMs;
      if (last || grid > seen || at.asking === true) due.push({ band, from, until, last, heartbeat: beat > seen });
    }
    from = end;
  }
  return due;
}

/** Whether every band is over, and has been looked at to its end. */
export function isWatched({ watch }: Pick<Plan, 'watch'>, completedAt: number, lastLook: number): boolean {
  const end = completedAt + Math.max(0, ...watch.map(({ toMs }) => toMs));
  return watch.length === 0 || lastLook >= end;
}

/** The limits of a band: those without `during`, of the whole watch, and of this band (NOTES A16). */
export function limitsOf(limits: readonly Limit[], band: string): readonly Limit[] {
  return limits
    .filter(({ during }) => during.length === 0 || during.includes('watch') || during.includes(band))
    .map((limit) => ({ ...limit, during: [] }));
}

/** The band as the judge sees it: everybody on the new version, to the band's end. */
export function stageOfBand({ band, from }: WatchLook, completedAt: number): Stage {
  return { id: band.id, weight: 100, weightTo: 100, bakeMs: completedAt + band.toMs - from, warmupMs: 0 };
}

/** The newest look of the watch of this leg; undefined before the first. */
export function lastLookOf(looks: readonly Evidence[], leg: string): Evidence | undefined {
  return looks.find(({ found }) => typeof found[watchKey(leg)] === 'number');
}

/** Name of the fact that says until when a leg has been watched. */
export function watchKey(leg: string): string {
  return leg === '' ? 'watched until' : `watched until [${leg}]`;
}

/** The Deployments whose version is retired when this one keeps its users: older ones with a standing success. */
export function retirable(history: History, attempt: Attempt): readonly Attempt[] {
  return forwards(history).filter(({ id, state }) => id < attempt.id && state === 'success');
}
