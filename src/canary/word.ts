// A word to stop: what the record or the router says while a stage bakes.
import type { StatusFact } from '../evidence/fact.ts';
import { countedStatuses } from '../record/seal.ts';
import { readEntry } from '../record/words.ts';
import type { Stop } from './bake.ts';

/** A router may round; more than a percentage point is somebody's hand. */
const coarse = 1;

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

/** Whether somebody else moved the weight; a router that does not answer (`share` undefined) says nothing. */
export function stopAt(at: {
  readonly side: string;
  readonly share: number | undefined;
  readonly expected: number;
}): Stop | undefined {
  const { side, share, expected } = at;
  if (share === undefined || Math.abs(share - expected) <= coarse) return undefined;
  return { reason: 'contested', because: `somebody gave ${side} ${share} %, this stage has ${expected} %` };
}
