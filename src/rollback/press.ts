// One press of the rollback button: whether it acts, has been done already, or comes too late. Two presses never go back two versions.
import { type Attempt, begunBy, forwards, type History, rollbacks, unfinished } from '../record/history.ts';
import { hadUsers, switched, whatRuns } from '../record/running.ts';

export type Press =
  | { readonly kind: 'act' }
  /** This run's own rollback of an earlier attempt: its target is pinned. */
  | { readonly kind: 'resume'; readonly own: Attempt }
  /** The newest thing that happened is a rollback: confirm it, do not go further back. */
  | { readonly kind: 'confirm'; readonly by: Attempt }
  | { readonly kind: 'nothing-begun'; readonly because: string }
  | { readonly kind: 'refused'; readonly reason: 'stale-run' | 'conflict'; readonly because: string };

export interface Pressed {
  readonly runId: number;
  readonly attempt: number;
  readonly event: string;
  /** A person named the target: a second press with another target is another wish. */
  readonly named: boolean;
  /** When the run was created, where GitHub tells. */
  readonly createdAt: number | undefined;
  /** Whether the run of an unfinished rollback still lives; undefined (not readable) counts as alive. */
  readonly isAlive: (runId: number) => boolean | undefined;
  /** How long after it began a rollback without an end counts as hung, though GitHub still shows its run, ms. */
  readonly hungAfterMs: number;
}

/** Events of a workflow that deploys: a rollback job there acts only for what its own run began. */
const ownEvents = ['workflow_dispatch', 'schedule', 'repository_dispatch', 'workflow_run'];

/** Judges a press by the history. */
export function readPress(history: History, pressed: Pressed): Press {
  const own = begunBy(history, pressed.runId);
  const rolledBack = own.find(({ task }) => task === 'deploy:rollback');
  const newest = forwards(history)[0];
  if (rolledBack !== undefined) {
    if (newest !== undefined && newest.id > rolledBack.id) return stale(newest);
    return { kind: 'resume', own: rolledBack };
  }
  if (pressed.attempt > 1 && newest !== undefined && isLater(newest, pressed)) return stale(newest);
  const begun = own.find(({ task }) => task === 'deploy');
  if (begun === undefined && !ownEvents.includes(pressed.event)) {
    return {
      kind: 'nothing-begun',
      because: 'This run began no Deployment, so there is nothing of its own to roll back',
    };
  }
  if (begun !== undefined && !touchedUsers(begun)) {
    return {
      kind: 'nothing-begun',
      because: `${begun.payload.version} never got users (Deployment ${begun.id}), so there is nothing to roll back`,
    };
  }
  const other = rollbacks(history).find((one) => unfinished(one) && isCarried(one, pressed));
  if (other !== undefined) {
    return {
      kind: 'refused',
      reason: 'conflict',
      because: `rollback ${other.id} of another run is under way: ${other.payload.run.url}`,
    };
  }
  const finished = finishedRollback(history);
  return finished !== undefined && !pressed.named ? { kind: 'confirm', by: finished } : { kind: 'act' };
}

/** The rollback that is the newest thing that happened to users: one of task deploy:rollback, or a canary that went back by itself, a
 * given up one too. */
export function finishedRollback(history: History): Attempt | undefined {
  const newest = history.attempts.find(touchedUsers);
  if (newest === undefined) return undefined;
  if (newest.task === 'deploy:rollback') return newest.succeededAt === undefined ? undefined : newest;
  const turnedBack = newest.happened.some(
    ({ entry }) => entry.kind === 'restored' || (entry.kind === 'stage' && entry.verdict === 'rollback'),
  );
  return turnedBack && whatRuns(history)?.id !== newest.id ? newest : undefined;
}

/** Rollbacks that never got an end, though their run is over: whoever acts next ends them. */
export function leftRollbacks(history: History, pressed: Pressed): readonly Attempt[] {
  return rollbacks(history).filter(
    (one) => unfinished(one) && one.payload.run.id !== pressed.runId && !isCarried(one, pressed),
  );
}

/** Whether somebody still brings this rollback to its end. A lost machine's run lives on at GitHub for a while; both times are GitHub's own, so that
 * no runner's clock decides. */
function isCarried({ beganAt, payload }: Attempt, { isAlive, createdAt, hungAfterMs }: Pressed): boolean {
  if (isAlive(payload.run.id) === false) return false;
  return createdAt === undefined || createdAt - beganAt < hungAfterMs;
}

/** Whether it moved users, at whatever time. */
function touchedUsers(attempt: Attempt): boolean {
  if (attempt.task === 'deploy:rollback') return switched(attempt);
  return attempt.task === 'deploy' && (hadUsers(attempt) || attempt.succeededAt !== undefined);
}

/** Whether it began after the run that presses; where GitHub hides that run, a later run has the greater id. */
function isLater({ beganAt, payload }: Attempt, { createdAt, runId }: Pressed): boolean {
  if (payload.run.id === runId) return false;
  return createdAt === undefined ? payload.run.id > runId : beganAt > createdAt;
}

function stale(newest: Attempt): Press {
  return {
    kind: 'refused',
    reason: 'stale-run',
    because: `Something newer was deployed after this run began: ${newest.payload.version} (Deployment ${newest.id})`,
  };
}
