// The replacement (`traffic.after: replace`): once stable runs the new version too, it takes the users back, and the other side is free again.
import type { Sides } from '../record/running.ts';
import { runs } from './preflight.ts';
import type { Scene } from './scene.ts';
import type { Weigher } from './start.ts';
import { bringBack } from './way-back.ts';

/** The side that has the users at the end: with `swap` the new one; with `replace` stable, which takes them back once it answers with the new
 * version. Undefined, and a sentence among the warnings, while it does not. Throws a Problem when the router did not take it. */
export async function sideAtEnd(
  router: Weigher,
  scene: Scene,
  { stable, canary }: Sides,
  warnings: string[],
): Promise<string | undefined> {
  // A flag that stays off at the end of its plan gave nobody to the new code.
  if (scene.plan.by === 'flag' && scene.plan.stages.at(-1)?.weight === 0) return stable;
  if (scene.plan.by !== 'traffic' || scene.policy.traffic?.after !== 'replace' || stable === '') return canary;
  const answer = await router.side(stable);
  const named = answer.answers && (answer.version !== '' || answer.sha !== '');
  if (named && runs(answer, scene)) {
    await bringBack(router, scene.routing, stable);
    return stable;
  }
  const what = `after: replace: ${canary} has all users. Install ${scene.version} on ${stable}, then run canary-step again`;
  warnings.push(`${what} (or wait for the caretaker): ${stable} takes the users back.`);
  return undefined;
}
