// The way there and the way back: a share to the new version; everything to stable, with patience and a loud word when the router stays silent.
import { Problem } from '../kit/problem.ts';
import { byHand } from '../policy/by-hand.ts';
import type { Stage } from '../policy/parts.ts';
import { allTo, type Routing } from '../policy/routing.ts';
import type { Sides } from '../record/running.ts';
import type { Stop } from './bake.ts';
import { sharesOf, type Weights } from './home.ts';
import type { Weigher } from './start.ts';

/** Tries beyond the router's own patience; each may take its 30 s. */
const tries = 3;

const notBack = {
  traffic: 'THE TRAFFIC IS NOT BACK',
  flag: 'THE FLAG IS NOT BACK',
  rollout: 'THE OLD VERSION IS NOT BACK',
} as const;

/** Gives users what they had before: `stable` all of them, where nothing else was. Throws a Problem with the command to type when the router did
 * not take it. */
export async function bringBack(
  router: Weigher,
  routing: Routing,
  stable: string,
  home: Weights = allTo(stable, routing.sides),
): Promise<void> {
  let last: unknown;
  for (let tried = 0; tried < tries; tried += 1) {
    try {
      await router.set(home);
      return;
    } catch (error) {
      last = error;
    }
  }
  throw new Problem({
    what: `${notBack[routing.by ?? 'traffic']}: ${stable} could not be given 100 %: ${last instanceof Error ? last.message : String(last)}`,
    where: `${routing.by === 'flag' ? 'flags.provider' : 'traffic.router'} ${routing.router}, environment ${routing.environment}`,
    fix: `Do it by hand now: ${byHand(routing, stable)}`,
    reason: 'not-restored',
  });
}

/** Gives the new version its share. `weight`: what the router made of it. A stop: the router did not take it. */
export async function shiftTo(
  router: Weigher,
  routing: Routing,
  sides: Sides,
  stage: Stage,
): Promise<{ readonly stop: Stop } | { readonly weight: number }> {
  try {
    const { applied } = await router.set(sharesOf(routing, sides, stage));
    return { weight: applied?.[sides.canary] ?? stage.weight };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { stop: { reason: error.parts.reason, because: error.message } };
  }
}
