// Idle: whether the record alone shows that nothing is open, so that a caretaker need not even read the policy.
import type { DeploymentFact } from '../evidence/fact.ts';
import { type Attempt, attemptOf, unfinished } from '../record/history.ts';
import { type Ending, unmoved } from './ending.ts';

/** The newest Deployment of ours of each unit that moves versions, newest first. */
export function newestOfUnits(facts: readonly DeploymentFact[], environment: string): readonly Attempt[] {
  const moving = facts
    .flatMap((fact) => (fact.environment === environment ? (attemptOf(fact) ?? []) : []))
    .filter(({ task }) => task === 'deploy' || task === 'deploy:rollback')
    .sort((a, b) => b.id - a.id);
  return moving.filter((one, place) => moving.findIndex(({ unit }) => unit === one.unit) === place);
}

/** Whether a caretaker has nothing to do for this Deployment, whatever the policy says: it ended without success, it went back, or it succeeded
 * and the version before it is retired, which is the last thing that is done for it. */
export function isSettled(attempt: Attempt, facts: readonly DeploymentFact[]): boolean {
  if (unfinished(attempt)) return false;
  if (attempt.payload.kind !== 'deploy' || attempt.state !== 'success') return true;
  const { previous } = attempt.payload;
  const before = facts.find(({ id }) => id === previous?.deploymentId);
  return before?.statuses.at(-1)?.state === 'inactive';
}

/** Nothing is due. */
export function nothingDue(because: string, now: number, at: Partial<Ending> = {}): Ending {
  return unmoved({ verdict: 'nothing-due', reason: 'nothing-due', because, now, ...at });
}
