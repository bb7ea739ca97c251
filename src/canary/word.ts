// A word to stop: what the record or the router says while a stage bakes.
import type { StatusFact } from '../evidence/fact.ts';
import { countedStatuses } from '../record/seal.ts';
import { readEntry } from '../record/words.ts';
import type { Stop } from './bake.ts';
import { coarse, type Weights } from './home.ts';

/** What the statuses beyond the `known` first ones say, as far as they count: superseded or ended by somebody, rolled back, or another leg turned
 * back. */
export function stopIn(statuses: readonly StatusFact[], leg: string, known = 0): Stop | undefined {
  const fresh = countedStatuses(statuses, 'deploy').slice(known);
  for (const { entry, leg: of } of fresh.map(({ description }) => readEntry(description))) {
    if (entry.kind === 'ended')
      return { reason: entry.how, because: `this deployment is ${entry.how}: ${entry.detail}` };
    if (entry.kind === 'rolled-back') {
      return { reason: 'rolled-back', because: `the rollback workflow went back to ${entry.to}` };
    }
    if (entry.kind === 'stage' && entry.verdict === 'rollback' && of !== undefined && of !== leg) {
      return { reason: 'leg-rolled-back', because: `the leg ${of} was rolled back: ${entry.reason}` };
    }
  }
  return undefined;
}

/** Whether somebody else moved the weight, or took it from an audience; a router that does not answer says nothing. */
export function stopAt(at: {
  readonly side: string;
  readonly weights: Weights | undefined;
  readonly expected: Weights;
}): Stop | undefined {
  const { side, weights, expected } = at;
  if (weights === undefined) return undefined;
  const [share = 0, wanted = 0] = [weights[side], expected[side]];
  if (Math.abs(share - wanted) > coarse)
    return { reason: 'contested', because: `somebody gave ${side} ${share} %, this stage has ${wanted} %` };
  const lost = Object.keys(expected).find(
    (name) => name in weights && Math.abs((weights[name] ?? 0) - (expected[name] ?? 0)) > coarse,
  );
  if (lost === undefined) return undefined;
  return {
    reason: 'contested',
    because: `somebody gave ${lost} ${weights[lost]} %, this stage has ${expected[lost]} %`,
  };
}
