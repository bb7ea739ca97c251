// What runs, judged from the record: who has users, what was left behind by a rollback, what is still open.
import type { Entry } from './entry.ts';
import { type Attempt, type History, unfinished } from './history.ts';

export interface Sides {
  /** Empty on a first deployment. */
  readonly stable: string;
  readonly canary: string;
}

/** The newest Deployment that got users, finished or not; undefined when none ever did. For a rollback its `sha` and payload are the
 * target's, hence what runs. */
export function whatRuns(history: History): Attempt | undefined {
  return history.attempts.find(hasUsers);
}

/** The newest Deployment (forward or rollback) with a success that was not rolled back since: where the range of the next change begins. */
export function predecessorOf(history: History): Attempt | undefined {
  return history.attempts.find(
    (attempt) => movesVersions(attempt) && attempt.succeededAt !== undefined && !wasLeft(attempt),
  );
}

/** True when no Deployment of ours ever got users here: nothing to compare with, no way back. */
export function isFirst(history: History): boolean {
  return !history.attempts.some((attempt) => hasUsers(attempt) || (attempt.task === 'deploy' && hadUsers(attempt)));
}

/** Unfinished, or a standing success whose watch or kept old side is not over. `forMs`: the longer of the two, counted from the success. */
export function isOpen(attempt: Attempt, at: { readonly now: number; readonly forMs: number }): boolean {
  if (unfinished(attempt)) return true;
  if (attempt.state !== 'success' || attempt.succeededAt === undefined) return false;
  return at.now < attempt.succeededAt + at.forMs;
}

/** Unfinished and carried by nobody. `carried`: its run lives or a caretaker has it; undefined (not readable) counts as carried. */
export function isLeft(attempt: Attempt, carried: boolean | undefined): boolean {
  return unfinished(attempt) && carried === false;
}

/** The sides as the router told them when this Deployment began; without `leg` those told last. Undefined when nobody recorded them. */
export function sidesOf(attempt: Attempt, leg?: string): Sides | undefined {
  const told = entriesOf(attempt, leg).findLast((entry) => entry.kind === 'sides');
  return told?.kind === 'sides' ? { stable: told.stable, canary: told.canary } : undefined;
}

/** Share of the users (0 to 100 percent) that this Deployment's version has by the record; without `leg` the highest of all legs. */
export function weightOf(attempt: Attempt, leg?: string): number {
  const legs = leg === undefined ? legsTold(attempt) : [leg];
  return Math.max(...legs.map((one) => entriesOf(attempt, one).reduce(weightAfter, 0)));
}

/** Commits left by a rollback, a canary's own included, that have not succeeded going forward since: no target of a rollback. */
export function condemned(history: History): ReadonlySet<string> {
  const oldestFirst = [...history.attempts].sort((a, b) => a.id - b.id);
  return oldestFirst.reduce<ReadonlySet<string>>(condemnedAfter, new Set());
}

/** The legs that statuses of this Deployment speak of; `['']` when they name none. */
export function legsTold(attempt: Attempt): readonly string[] {
  const legs = new Set(attempt.happened.flatMap(({ leg }) => (leg === undefined ? [] : [leg])));
  return legs.size === 0 ? [''] : [...legs];
}

function condemnedAfter(before: ReadonlySet<string>, attempt: Attempt): ReadonlySet<string> {
  const { payload } = attempt;
  if (payload.kind === 'deploy') {
    const without = new Set([...before].filter((sha) => sha !== attempt.sha || attempt.succeededAt === undefined));
    return wasLeft(attempt) ? without.add(attempt.sha) : without;
  }
  if (payload.kind !== 'rollback' || !movesVersions(attempt) || !switched(attempt)) return before;
  const left = payload.from?.sha;
  return left === undefined || left === attempt.sha ? before : new Set([...before, left]);
}

function hasUsers(attempt: Attempt): boolean {
  if (attempt.task === 'deploy:rollback') return movesVersions(attempt) && switched(attempt);
  if (attempt.task !== 'deploy') return false;
  if (weightOf(attempt) > 0) return true;
  // A success without any canary: the version took over some other way.
  return attempt.succeededAt !== undefined && !hadUsers(attempt) && !wasLeft(attempt);
}

/** Whether its version ever had users by the record, finished or turned back since; `without`: stages that are left out. */
export function hadUsers(attempt: Attempt, without: ReadonlySet<string> = new Set()): boolean {
  return attempt.happened.some(
    ({ entry }) =>
      entry.kind === 'completed' || (entry.kind === 'stage' && entry.weight > 0 && !without.has(entry.stage)),
  );
}

/** A rollback by flag turns code off and leaves the version where it is. */
function movesVersions({ task, payload }: Attempt): boolean {
  return task === 'deploy' || (task === 'deploy:rollback' && payload.kind === 'rollback' && payload.how !== 'flag');
}

/** Whether a rollback has moved traffic, a flag or a version: it says so, or it succeeded. A twin that was pressed in the same instant and gave way
 * to another is none, whatever it said before: the other one is the record of that move. */
export function switched({ happened, succeededAt }: Attempt): boolean {
  if (succeededAt !== undefined) return true;
  const phases = happened.map(({ entry }) => (entry.kind === 'rollback' ? entry.phase : undefined));
  const gaveWay = happened.some(({ entry }) => entry.kind === 'ended' && entry.how === 'superseded');
  return !gaveWay && (phases.includes('switched') || phases.includes('verified'));
}

/** Turned back by its own canary, or left by a rollback. A restore after a cancel is neither. */
export function wasLeft({ happened }: Attempt): boolean {
  return happened.some(
    ({ entry }) => entry.kind === 'rolled-back' || (entry.kind === 'stage' && entry.verdict === 'rollback'),
  );
}

function weightAfter(before: number, entry: Entry): number {
  if (entry.kind === 'stage') return entry.weight;
  if (entry.kind === 'completed') return 100;
  return entry.kind === 'restored' || entry.kind === 'rolled-back' ? 0 : before;
}

/** Entries of one leg with those that were said for all; without `leg` every entry. */
function entriesOf({ happened }: Attempt, leg: string | undefined): readonly Entry[] {
  const told = happened.filter((one) => leg === undefined || one.leg === undefined || one.leg === leg);
  return told.map(({ entry }) => entry);
}
