// Lock and unlock: a Deployment that holds an environment shut until somebody ends it.
import { Problem } from '../kit/problem.ts';
import { begin } from './begin.ts';
import { type Attempt, type History, unfinished, withUnsigned } from './history.ts';
import type { LockPayload } from './payload.ts';
import type { DeploymentStore } from './store.ts';
import { statusOf } from './words.ts';

export interface LockAsked {
  readonly run: LockPayload['run'];
  readonly environment: string;
  readonly unit: string;
  readonly sha: string;
  readonly by: string;
  readonly reason: string;
}

/** The locks that hold, newest first; one that nobody signed holds too. */
export function locksOf(history: History): readonly Attempt[] {
  return withUnsigned(history).filter((attempt) => attempt.task === 'deploy:lock' && unfinished(attempt));
}

/** Locks the environment; one that is locked already stays as it is. Gives the lock's id. Throws a Problem without a reason. */
export async function lock(store: DeploymentStore, history: History, asked: LockAsked): Promise<number> {
  const [standing] = locksOf(history);
  if (standing !== undefined) return standing.id;
  if (asked.reason === '') {
    throw new Problem({
      what: 'A lock needs a reason',
      where: 'input lock-reason',
      fix: 'Say why: whoever finds the environment locked reads it.',
      reason: 'bad-input',
    });
  }
  const { run, environment, unit, sha, by, reason } = asked;
  const payload: LockPayload = {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'lock',
    ...{ run, environment, unit, sha, by, reason },
    version: sha.slice(0, 7),
    artifact: [],
    leg: '',
    pulls: [],
  };
  const entry = { kind: 'other', text: `locked by ${by}: ${reason}` } as const;
  const description = `${environment} locked by ${by}`.slice(0, 140);
  const begun = await begin(store, { task: 'deploy:lock', description, payload }, entry, { logUrl: run.url });
  return begun.attempt.id;
}

/** Ends every lock that holds; gives their ids, none when the environment was not locked. */
export async function unlock(
  store: DeploymentStore,
  history: History,
  asked: { readonly by: string; readonly logUrl: string },
): Promise<readonly number[]> {
  const held = locksOf(history);
  const entry = { kind: 'other', text: `unlocked by ${asked.by}` } as const;
  for (const { id } of held) await store.say(id, statusOf({ state: 'inactive', entry, logUrl: asked.logUrl }));
  return held.map(({ id }) => id);
}
