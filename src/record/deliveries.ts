// Deliveries: the Deployments of a history that brought a change to users, which of them failed, and when users were well again.
import type { Happened } from './entry.ts';
import { type Attempt, forwards, type History, rollbacks } from './history.ts';
import type { RollbackPayload } from './payload.ts';
import { switched } from './running.ts';

/** One change that reached users: a Deployment that succeeded, with those after it of the same commit (a re-run is no deployment), or one
 * that had users and was turned back by its canary before it could succeed. */
export interface Delivery {
  readonly ids: readonly number[];
  readonly sha: string;
  readonly version: string;
  readonly type: string;
  readonly beganAt: number;
  /** When it first succeeded; of one that never did when its first users came. */
  readonly at: number;
  readonly succeeded: boolean;
  /** Users were taken back from it, by its canary or by a rollback. */
  readonly turnedBack: boolean;
  /** Why it counts as a failed change; empty when it does not. */
  readonly failed: '' | 'canary' | 'rollback' | 'incident' | 'hotfix';
  /** From its success (without one: from its first users) to users being well again, ms; absent while nobody can tell. */
  readonly recoveryMs?: number;
  /** Held by nothing, failed nowhere, turned back by nobody. */
  readonly uneventful: boolean;
}

type Told = Omit<Delivery, 'failed' | 'recoveryMs' | 'uneventful' | 'turnedBack'> & {
  readonly attempts: readonly Attempt[];
};

/** Every delivery of the history, oldest first. `incidents`: ids of Deployments that an incident issue names. Drills, Deployments that GitHub
 * made for a job's environment, and other units are none of them (readHistory leaves the latter two out). */
export function deliveriesOf(history: History, incidents: ReadonlySet<number> = new Set()): readonly Delivery[] {
  const told = collapsed([...forwards(history)].reverse().flatMap(reached));
  const backs = realRollbacks(history);
  return told.map((one, index) => judged(one, told[index + 1], { backs, incidents, drills: drillsOf(history) }));
}

/** The rollbacks that moved something, drills left out, newest first. */
export function realRollbacks(history: History): readonly (Attempt & { readonly payload: RollbackPayload })[] {
  return rollbacks(history).flatMap((attempt) => {
    const { payload } = attempt;
    return payload.kind === 'rollback' && !payload.drill && switched(attempt) ? [{ ...attempt, payload }] : [];
  });
}

/** A type that repairs what an earlier change broke: `hotfix`, `security-hotfix`. */
export function isHotfix(type: string): boolean {
  return /hotfix/.test(type);
}

function drillsOf(history: History): ReadonlySet<number> {
  const drills = history.attempts.filter(
    ({ task, payload }) => task === 'deploy:drill' || (payload.kind === 'rollback' && payload.drill),
  );
  return new Set(drills.map(({ id }) => id));
}

function reached(attempt: Attempt): readonly Told[] {
  const { payload, succeededAt, beganAt, id, sha } = attempt;
  if (payload.kind !== 'deploy') return [];
  const at = succeededAt ?? (turnedByCanary(attempt) === undefined ? undefined : exposedAt(attempt));
  if (at === undefined) return [];
  const { version, type } = payload;
  return [{ ids: [id], sha, version, type, beganAt, at, succeeded: succeededAt !== undefined, attempts: [attempt] }];
}

/** Successes of the same commit one after the other are one deployment: the first counts. */
function collapsed(told: readonly Told[]): readonly Told[] {
  const kept: Told[] = [];
  for (const one of told) {
    const last = kept.at(-1);
    const again = last?.sha === one.sha && last.succeeded && one.succeeded;
    if (last === undefined || !again) kept.push(one);
    else
      kept[kept.length - 1] = {
        ...last,
        ids: [...last.ids, ...one.ids],
        attempts: [...last.attempts, ...one.attempts],
      };
  }
  return kept;
}

interface Around {
  readonly backs: readonly (Attempt & { readonly payload: RollbackPayload })[];
  readonly incidents: ReadonlySet<number>;
  readonly drills: ReadonlySet<number>;
}

function judged({ attempts, ...one }: Told, next: Told | undefined, { backs, incidents, drills }: Around): Delivery {
  const canary = attempts.flatMap((attempt) => turnedByCanary(attempt) ?? []).at(0);
  const back = backs.findLast(({ payload }) => payload.from !== null && one.ids.includes(payload.from.deploymentId));
  const left = attempts.flatMap(({ happened }) => happened.filter((said) => leftBy(said, drills))).at(0);
  const repaired = next !== undefined && isHotfix(next.type) ? next : undefined;
  const incident = one.ids.some((id) => incidents.has(id));
  const turned = canary !== undefined || back !== undefined || left !== undefined;
  const failed =
    canary !== undefined
      ? 'canary'
      : turned
        ? 'rollback'
        : incident
          ? 'incident'
          : repaired === undefined
            ? ''
            : 'hotfix';
  const well = [canary?.wellAt, back === undefined ? undefined : wellAt(back), left?.at, repaired?.at];
  const ends = well.flatMap((at) => (at === undefined ? [] : [at]));
  // What was turned back before it succeeded hurt from its first users on.
  const from = canary !== undefined && canary.wellAt < one.at ? canary.exposedAt : one.at;
  const recovery = failed === '' || ends.length === 0 ? {} : { recoveryMs: Math.max(0, Math.min(...ends) - from) };
  const calm = attempts.every(({ happened }) => !happened.some(isTrouble)) && attempts.length === 1;
  return { ...one, turnedBack: turned, failed, ...recovery, uneventful: failed === '' && calm };
}

/** When a canary that was turned back got its first users, and when stable had everybody again. That words are written after the act makes the
 * verdict's own time useless as the begin of anything. */
function turnedByCanary(attempt: Attempt): { readonly exposedAt: number; readonly wellAt: number } | undefined {
  const { happened } = attempt;
  const turn = happened.find(({ entry }) => entry.kind === 'stage' && entry.verdict === 'rollback' && entry.weight > 0);
  if (turn === undefined) return undefined;
  const restored = happened.find(({ entry, at }) => entry.kind === 'restored' && at >= turn.at);
  return { exposedAt: exposedAt(attempt) ?? turn.at, wellAt: restored?.at ?? turn.at };
}

function exposedAt({ happened }: Attempt): number | undefined {
  return happened.find(({ entry }) => entry.kind === 'stage' && entry.weight > 0)?.at;
}

function leftBy({ entry }: Happened, drills: ReadonlySet<number>): boolean {
  return entry.kind === 'rolled-back' && !drills.has(entry.deploymentId);
}

/** When a rollback had its users back: proven, else switched. */
function wellAt({ succeededAt, happened }: Attempt): number | undefined {
  return succeededAt ?? happened.find(({ entry }) => entry.kind === 'rollback' && entry.phase === 'switched')?.at;
}

function isTrouble({ entry, state }: Happened): boolean {
  if (entry.kind === 'stage') return entry.verdict === 'hold' || entry.verdict === 'rollback';
  if (entry.kind === 'smoke') return entry.verdict !== 'pass';
  return entry.kind === 'restored' || entry.kind === 'rolled-back' || state === 'failure' || state === 'error';
}
