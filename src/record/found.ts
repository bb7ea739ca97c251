// Finds the Deployment that an action run is about (DESIGN, "Found").
import { type Attempt, begunBy, type History, unfinished } from './history.ts';
import { isOpen } from './running.ts';

export interface Wanted {
  /** What the user named; then nothing else is looked at. */
  readonly deploymentId?: number | undefined;
  readonly runId: number;
  /** On events that name a commit; absent on schedule, dispatch and workflow_run. */
  readonly sha?: string | undefined;
  /** How long a success stays open, see `isOpen`; without it every standing success counts as open. */
  readonly open?: { readonly now: number; readonly forMs: number } | undefined;
}

/** The Deployment (task deploy or deploy:rollback) by id; else the unfinished one of this run; else, where a commit is named, the newest of
 * that commit; else the newest open one. Undefined when there is none. */
export function findDeployment(history: History, wanted: Wanted): Attempt | undefined {
  const attempts = history.attempts.filter(({ task }) => task === 'deploy' || task === 'deploy:rollback');
  if (wanted.deploymentId !== undefined) return attempts.find(({ id }) => id === wanted.deploymentId);
  const own = unfinishedOfRun({ ...history, attempts }, wanted.runId);
  if (own !== undefined) return own;
  if (wanted.sha !== undefined) return attempts.find(({ sha }) => sha === wanted.sha);
  const { open } = wanted;
  return attempts.find((attempt) =>
    open === undefined ? unfinished(attempt) || attempt.state === 'success' : isOpen(attempt, open),
  );
}

/** Of the newest task this run began and has not finished, the lowest id: racing legs agree on it before the others are ended. */
function unfinishedOfRun(history: History, runId: number): Attempt | undefined {
  const own = begunBy(history, runId).filter(unfinished);
  return own.findLast(({ task }) => task === own[0]?.task);
}
