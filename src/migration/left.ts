// What a killed run of this job left open: the words main hands to post, its child Deployment, and the parent that has to hear of the end.
import { z } from 'zod';
import type { DeploymentFact } from '../evidence/fact.ts';
import { type Attempt, attemptOf, unfinished } from '../record/history.ts';
import type { MigrationPayload } from '../record/payload.ts';

export interface Left {
  readonly child: Attempt & { readonly payload: MigrationPayload };
  readonly parent: Attempt | undefined;
}

/** Key of the runner's state; empty there when nothing is left open. */
export const leftKey = 'migration';

const begun = z.strictObject({ childId: z.number().int(), tool: z.string(), ids: z.array(z.string()).optional() });

/** What main has begun and not brought to its end; undefined when there is nothing. */
export function readBegun(text: string): z.infer<typeof begun> | undefined {
  return text === '' ? undefined : begun.parse(JSON.parse(text));
}

/** The child of this id while it has no end; undefined when it has one, or is none of ours. */
export function leftOf(facts: readonly DeploymentFact[], childId: number): Left | undefined {
  const attempts = facts.flatMap((fact) => attemptOf(fact) ?? []);
  const child = attempts.find(({ id }) => id === childId);
  if (child?.payload.kind !== 'migration' || !unfinished(child)) return undefined;
  const { payload } = child;
  return { child: { ...child, payload }, parent: attempts.find(({ id }) => id === payload.parent) };
}

/** `2 sessions that outlived this job were ended.`; empty for none. */
export function endedSessions(count: number, whose: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 session ${whose} was ended.` : `${count} sessions ${whose} were ended.`;
}
