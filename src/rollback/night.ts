// The bad night: a version that is deployed again and left again within a day is one trouble with one incident.
import type { Attempt, History } from '../record/history.ts';
import { wasLeft } from '../record/running.ts';
import type { Decision } from './situation.ts';

/** So long after it was begun another attempt at the same commit belongs to it (ours), ms. */
const nightMs = 24 * 60 * 60 * 1000;

/** The decision with the Deployment that its night began with, where that is another than the one that is left. */
export function withNight<T extends Decision>(decision: T, history: History): T {
  const left = leftBy(decision);
  if (left === undefined) return decision;
  const first = firstOf(history, left);
  return first === left.id ? decision : { ...decision, night: first };
}

/** What was left: of a rollback that acted its Deployment, of one that a canary had done already that canary's. */
export function leftBy(decision: Decision): Attempt | undefined {
  if (decision.kind === 'go') return decision.from;
  return decision.kind === 'confirm' ? decision.leaves : undefined;
}

function firstOf({ attempts }: History, left: Attempt): number {
  let night = left;
  // Newest first: each of them may reach back by another day.
  for (const one of attempts) {
    const isLike = one.task === 'deploy' && one.sha === left.sha && wasLeft(one);
    if (isLike && one.id < night.id && night.beganAt - one.beganAt < nightMs) night = one;
  }
  return night.id;
}
