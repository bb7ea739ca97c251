// Records that nobody signed, at the moment of a rollback: an automatic one never goes by them, a person who names the commit may.
import { type Attempt, type History, withUnsigned } from '../record/history.ts';
import { hadUsers, switched, whatRuns } from '../record/running.ts';
import { sealWords } from '../record/seal.ts';
import { namedTarget, type Target, type TargetRead } from './target.ts';

interface Asked {
  readonly to: string;
  readonly byPerson: boolean;
  readonly workflow: string;
  readonly press: { readonly runId: number };
}

/** Why the record does not carry this press; shaped as the refusal it is. */
export interface UnsignedWord {
  readonly kind: 'refused';
  readonly reason: 'unsigned';
  readonly because: string;
  readonly fix: string;
  readonly target: Target | undefined;
}

/** Refuses when this run's own Deployment, or one that got users after all that is signed, lacks the signature that a given key demands:
 * without it nobody knows what runs. A person who names the full sha is not held up. */
export function unsignedWord(history: History, asked: Asked): UnsignedWord | undefined {
  if (isNamed(asked)) return undefined;
  const newest = history.attempts.find(touched)?.id ?? 0;
  const stranger = history.unsigned.find(
    (one) => isVersion(one) && (one.payload.run.id === asked.press.runId || (touched(one) && one.id > newest)),
  );
  return stranger === undefined ? undefined : refusal(stranger, asked);
}

/** Refuses when a Deployment that nobody signed got users between the target and what runs: the target may be a version too old. */
export function unsignedBetween(history: History, asked: Asked, found: TargetRead): UnsignedWord | undefined {
  const running = whatRuns(history);
  // What an unfinished Deployment started from stands in its own, signed payload.
  if (isNamed(asked) || running?.succeededAt === undefined) return undefined;
  const oldest = found.kind === 'target' ? (found.target.deploymentId ?? 0) : 0;
  const stranger = history.unsigned.find((one) => touched(one) && one.id < running.id && one.id > oldest);
  return stranger === undefined ? undefined : refusal(stranger, asked);
}

/** The version that a person named and that only a record without a signature speaks of. Nothing but the named commit is taken from it: not what
 * artifact it says, nor how old it makes the version for the schema guard. */
export function unsignedTarget(history: History, asked: Asked): Target | undefined {
  if (!isNamed(asked) || namedTarget({ ...history, attempts: withUnsigned(history) }, asked.to) === undefined)
    return undefined;
  return { sha: asked.to, version: asked.to.slice(0, 7), artifact: [], deploymentId: undefined, side: '' };
}

/** Says in the notes on whose word it goes there. */
export function onWord<T extends { readonly kind: string }>(
  decision: T | (T & { readonly kind: 'go'; readonly notes: readonly string[] }),
): T {
  const note = 'The record of this version is not signed: the named sha counts as a person’s word';
  return 'notes' in decision ? { ...decision, notes: [...decision.notes, note] } : decision;
}

function isNamed({ to, byPerson }: Asked): boolean {
  return byPerson && /^[0-9a-f]{40}$/.test(to);
}

function refusal(one: Attempt, { workflow }: Asked): UnsignedWord {
  const { version, run } = one.payload;
  return {
    kind: 'refused',
    reason: 'unsigned',
    because: `The record of ${version} (Deployment ${one.id}, ${run.url}) is ${sealWords(one.seal)}`,
    fix: `A person may name the version: gh workflow run ${workflow} -f to=<full sha>, e.g. ${one.sha}. Then give record-key to every step that writes records`,
    target: undefined,
  };
}

function isVersion({ task, payload }: Attempt): boolean {
  return task === 'deploy' || (task === 'deploy:rollback' && payload.kind === 'rollback' && payload.how !== 'flag');
}

function touched(attempt: Attempt): boolean {
  if (!isVersion(attempt)) return false;
  if (attempt.task === 'deploy:rollback') return switched(attempt);
  return hadUsers(attempt) || attempt.succeededAt !== undefined;
}
