// What a killed run of this job left open: its child Deployment, and the parent that has to hear of the end.
import type { DeploymentFact } from '../evidence/fact.ts';
import { type Attempt, attemptOf, unfinished } from '../record/history.ts';
import type { MigrationPayload } from '../record/payload.ts';

export interface Left {
  readonly child: Attempt & { readonly payload: MigrationPayload };
  readonly parent: Attempt | undefined;
}

/** The child of this id while it has no end; undefined when it has one, or is none of ours. */
export function leftOf(facts: readonly DeploymentFact[], childId: number): Left | undefined {
  const attempts = facts.flatMap((fact) => attemptOf(fact) ?? []);
  const child = attempts.find(({ id }) => id === childId);
  if (child?.payload.kind !== 'migration' || !unfinished(child)) return undefined;
  const { payload } = child;
  return { child: { ...child, payload }, parent: attempts.find(({ id }) => id === payload.parent) };
}
