// One press of the rollback button: whether it acts, has been done already, or comes too late. Two presses never go back two versions.
import { type Attempt, begunBy, forwards, type History, rollbacks, unfinished } from '../record/history.ts';
import { whatRuns } from '../record/running.ts';

export type Press =
  | { readonly kind: 'act' }
  /** This run's own rollback of an earlier attempt: its target is pinned. */
  | { readonly kind: 'resume'; readonly own: Attempt }
  /** The newest thing that happened is a rollback: confirm it, do not go further back. */
  | { readonly kind: 'confirm'; readonly by: Attempt }
  | { readonly kind: 'nothing-begun' }
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
  if (
    pressed.attempt > 1 &&
    newest !== undefined &&
    pressed.createdAt !== undefined &&
    newest.beganAt > pressed.createdAt
  ) {
    if (newest.payload.run.id !== pressed.runId) return stale(newest);
  }
  const begun = own.some(({ task }) => task === 'deploy');
  if (!begun && !ownEvents.includes(pressed.event)) return { kind: 'nothing-begun' };
  const other = rollbacks(history).find((one) => unfinished(one) && pressed.isAlive(one.payload.run.id) !== false);
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

/** The rollback that is the newest thing that happened: one of task deploy:rollback, or a canary that turned back by itself. */
export function finishedRollback(history: History): Attempt | undefined {
  const newest = history.attempts.find(({ task }) => task === 'deploy' || task === 'deploy:rollback');
  if (newest === undefined || unfinished(newest)) return undefined;
  if (newest.task === 'deploy:rollback') return newest.succeededAt === undefined ? undefined : newest;
  const turnedBack = newest.happened.some(
    ({ entry }) => entry.kind === 'restored' || (entry.kind === 'stage' && entry.verdict === 'rollback'),
  );
  return turnedBack && whatRuns(history)?.id !== newest.id ? newest : undefined;
}

function stale(newest: Attempt): Press {
  return {
    kind: 'refused',
    reason: 'stale-run',
    because: `${newest.payload.version} was deployed after this run began (Deployment ${newest.id})`,
  };
}
