// The rollback target: the last known good version, from our own Deployments alone (DESIGN, "Last known good").
import type { SideFact } from '../evidence/fact.ts';
import type { Attempt, History } from '../record/history.ts';
import { condemned, sidesOf, whatRuns } from '../record/running.ts';

/** A version to go back to. `side` is set only when nothing but a side is known: it ran before anything was recorded. */
export interface Target {
  readonly sha: string;
  readonly version: string;
  readonly artifact: readonly string[];
  /** The Deployment that proved it; undefined when it was never recorded. */
  readonly deploymentId: number | undefined;
  readonly side: string;
}

export type TargetRead =
  | { readonly kind: 'target'; readonly target: Target; readonly from: Attempt | undefined }
  | { readonly kind: 'none'; readonly because: string };

export interface Look {
  readonly now: number;
  /** How long a version must have carried all users to be good, ms. */
  readonly minAgeMs: number;
  readonly leg: string;
}

/** The last known good version: while what runs is unfinished or ended without success, the version it started from, whatever its age;
 * else the newest success with another artifact that carried everybody for `minAgeMs` and was not left by a rollback since. */
export function lastKnownGood(history: History, look: Look): TargetRead {
  const running = whatRuns(history);
  if (running === undefined) return { kind: 'none', because: 'no Deployment of ours ever had users here' };
  if (running.succeededAt === undefined) return startOf(running, history, look);
  const good = olderGood(history, running, look)[0];
  if (good === undefined) return { kind: 'none', because: noneBecause(history, running, look) };
  return { kind: 'target', target: asTarget(good), from: running };
}

/** Good versions older than `than`, newest first, each version once. */
export function olderGood(history: History, than: Attempt, look: Look): readonly Attempt[] {
  const bad = condemned(history);
  const seen = new Set<string>();
  return history.attempts.filter((attempt) => {
    if (attempt.id >= than.id || !isGood(attempt, history, look) || bad.has(attempt.sha)) return false;
    if (sameVersion(attempt, than) || seen.has(attempt.sha)) return false;
    seen.add(attempt.sha);
    return true;
  });
}

/** The version a person named, by full sha or Deployment id. Only what succeeded here once is proven; undefined otherwise. */
export function namedTarget(history: History, to: string): Target | undefined {
  const attempt = history.attempts.find(
    (one) => (String(one.id) === to || one.sha === to) && isVersion(one) && one.succeededAt !== undefined,
  );
  return attempt === undefined ? undefined : asTarget(attempt);
}

/** What is left when `running` is: of a rollback that never came to its end, the Deployment that it was leaving. */
export function leftFor(history: History, running: Attempt): Attempt {
  const { payload, succeededAt } = running;
  if (payload.kind !== 'rollback' || succeededAt !== undefined) return running;
  return history.attempts.find(({ id }) => id === payload.from?.deploymentId) ?? running;
}

/** A sha that a side runs although no record of ours says so: the way out of an unknown start. */
export function runningNow({
  to,
  sides,
}: {
  readonly to: string;
  readonly sides: readonly SideFact[];
}): Target | undefined {
  const side = sides.find((one) => one.answers && one.sha === to);
  return side === undefined
    ? undefined
    : { sha: side.sha, version: side.version, artifact: [], deploymentId: undefined, side: '' };
}

/** A target that is only a side gets the name and commit that the side answers with. */
export function identified(target: Target, { sides }: { readonly sides: readonly SideFact[] }): Target {
  const side = sides.find((one) => one.side === target.side);
  return side === undefined || !side.answers ? target : { ...target, sha: side.sha, version: side.version };
}

/** What a Deployment brought, as a target. */
export function asTarget(attempt: Attempt): Target {
  const { version, artifact } = attempt.payload;
  return { sha: attempt.sha, version, artifact, deploymentId: attempt.id, side: '' };
}

function startOf(running: Attempt, history: History, look: Look): TargetRead {
  const { payload } = running;
  const past = payload.kind === 'deploy' ? payload.previous : payload.kind === 'rollback' ? payload.to : null;
  if (past !== null) {
    const before = history.attempts.find((attempt) => attempt.id === past.deploymentId);
    const from = leftFor(history, running);
    if (before !== undefined) return { kind: 'target', target: asTarget(before), from };
    const { deploymentId, sha, version } = past;
    const known = deploymentId === 0 ? undefined : deploymentId;
    return { kind: 'target', target: { sha, version, artifact: [], deploymentId: known, side: '' }, from };
  }
  const stable = sidesOf(running, look.leg)?.stable ?? '';
  if (stable === '')
    return { kind: 'none', because: `Deployment ${running.id} is the first: nothing ran here before it` };
  return {
    kind: 'target',
    target: { sha: '', version: '', artifact: [], deploymentId: undefined, side: stable },
    from: running,
  };
}

function isVersion(attempt: Attempt): boolean {
  if (attempt.payload.kind === 'rollback') return attempt.task === 'deploy:rollback' && attempt.payload.how !== 'flag';
  return attempt.task === 'deploy';
}

function isGood(attempt: Attempt, history: History, look: Look): boolean {
  if (!isVersion(attempt) || attempt.succeededAt === undefined) return false;
  return carriedMs(attempt, history, look.now) >= look.minAgeMs;
}

/** How long this version carried everybody: from its first full weight until another version got users. */
function carriedMs(attempt: Attempt, history: History, now: number): number {
  const from =
    attempt.happened.find(({ entry, state }) => entry.kind === 'completed' || state === 'success')?.at ??
    attempt.beganAt;
  const later = history.attempts
    .filter((one) => one.id > attempt.id && isVersion(one))
    .flatMap((one) => tookUsersAt(one) ?? []);
  return Math.min(now, ...later) - from;
}

/** When a version got users; undefined for one that turned back before it had all: it interrupted nobody's hour for good. */
function tookUsersAt(attempt: Attempt): number | undefined {
  const turnedBack = attempt.happened.some(
    ({ entry }) => entry.kind === 'restored' || (entry.kind === 'stage' && entry.verdict === 'rollback'),
  );
  const took = attempt.happened.find(
    ({ entry, state }) =>
      state === 'success' ||
      entry.kind === 'completed' ||
      (entry.kind === 'stage' && entry.weight > 0 && !turnedBack) ||
      (entry.kind === 'rollback' && entry.phase === 'switched'),
  );
  return took?.at;
}

function sameVersion(a: Attempt, b: Attempt): boolean {
  const [one, other] = [a.payload.artifact, b.payload.artifact];
  if (one.length > 0 && other.length > 0) return [...one].sort().join('\n') === [...other].sort().join('\n');
  return a.sha === b.sha;
}

function noneBecause(history: History, running: Attempt, look: Look): string {
  const young = history.attempts.some(
    (one) => one.id < running.id && isVersion(one) && one.succeededAt !== undefined && !isGood(one, history, look),
  );
  if (young) return 'no older version carried everybody for rollback.min-age';
  const left = condemned(history).size;
  return left === 0
    ? 'no older version ever succeeded here'
    : `no older version is left that was not rolled back itself (${left} were)`;
}
