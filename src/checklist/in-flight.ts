// Other deployments that are not finished: which of them live, and which were left by a run that is over.
import type { Answers } from '../evidence/answer.ts';
import type { Question } from '../evidence/question.ts';
import { type Attempt, unfinished, withUnsigned } from '../record/history.ts';
import type { Context } from './criterion.ts';

export interface InFlight {
  readonly attempt: Attempt;
  /** False: its run is over and no caretaker carries it. What cannot be read counts as alive. */
  readonly alive: boolean;
}

/** A caretaker is alive while its newest successful run is younger than three of its intervals (DESIGN, "Time"). */
const intervals = 3;

/** Asks whether the runs of unfinished Deployments live, and for the caretaker where the policy has one. */
export function asksInFlight(context: Context): readonly Question[] {
  const others = unfinishedOthers(context);
  const { caretaker } = context.policy;
  const carried = caretaker !== undefined && others.length > 0;
  return [
    ...others.map(({ payload }) => ({ kind: 'run', id: payload.run.id }) as const),
    ...(carried ? [{ kind: 'workflow-runs', workflow: caretaker.workflow } as const] : []),
  ];
}

/** The unfinished Deployments, rollbacks and drills of other runs, newest first. */
export function inFlight(context: Context, answers: Answers): readonly InFlight[] {
  return unfinishedOthers(context).map((attempt) => {
    const run = answers.of({ kind: 'run', id: attempt.payload.run.id });
    const runs = run.kind === 'unknown' || run.value.status !== 'completed';
    return { attempt, alive: runs || isCaretakerAlive(context, answers) };
  });
}

/** Tasks that move traffic or versions. */
const movers: readonly string[] = ['deploy', 'deploy:rollback', 'deploy:drill'];

function unfinishedOthers({ change, run }: Context): readonly Attempt[] {
  // One that nobody signed closes as well: it may be a deployment of ours whose step was not given the key.
  return withUnsigned(change.history).filter(
    (attempt) => movers.includes(attempt.task) && unfinished(attempt) && attempt.payload.run.id !== run.id,
  );
}

function isCaretakerAlive({ policy, now }: Context, answers: Answers): boolean {
  const { caretaker } = policy;
  if (caretaker === undefined) return false;
  const runs = answers.of({ kind: 'workflow-runs', workflow: caretaker.workflow });
  if (runs.kind === 'unknown') return true;
  const newest = runs.value.find(({ conclusion }) => conclusion === 'success');
  return newest !== undefined && now - newest.createdAt < intervals * caretaker.everyMs;
}
