// The way there and the way back: a share to the new version; everything to stable, with patience and a loud word when the router stays silent.
import { Problem } from '../kit/problem.ts';
import { byHand } from '../policy/by-hand.ts';
import { allTo, type Routing } from '../policy/routing.ts';
import type { Sides } from '../record/running.ts';
import type { Stop } from './bake.ts';
import type { Weigher } from './start.ts';

/** Tries beyond the router's own patience; each may take its 30 s. */
const tries = 3;

/** Gives `stable` all users. Throws a Problem with the command to type when the router did not take it. */
export async function bringBack(router: Weigher, routing: Routing, stable: string): Promise<void> {
  let last: unknown;
  for (let tried = 0; tried < tries; tried += 1) {
    try {
      await router.set(allTo(stable, routing.sides));
      return;
    } catch (error) {
      last = error;
    }
  }
  throw new Problem({
    what: `THE TRAFFIC IS NOT BACK: ${stable} could not be given 100 %: ${last instanceof Error ? last.message : String(last)}`,
    where: `traffic.router ${routing.router}, environment ${routing.environment}`,
    fix: `Do it by hand now: ${byHand(routing, stable)}`,
    reason: 'not-restored',
  });
}

/** Gives the new version its share. A stop: the router did not take it. */
export async function shiftTo(
  router: Weigher,
  routing: Routing,
  { stable, canary }: Sides,
  weight: number,
): Promise<Stop | undefined> {
  const other = routing.sides.find((side) => side !== canary) ?? '';
  const split = { [canary]: weight, [other]: Number((100 - weight).toFixed(3)) };
  try {
    await router.set({ ...allTo(stable, routing.sides), ...split });
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { reason: error.parts.reason, because: error.message };
  }
}
