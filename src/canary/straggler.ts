// Stragglers: users who still meet the new version although the router says that they are back on stable.
import type { Sides } from '../record/running.ts';
import type { StartWorld, Weigher } from './start.ts';

/** Reloads and proxies that hear of a route later take seconds; a job that is cancelled has only a few. ms */
const patience = 10_000;
const patienceOfCancelled = 2_000;
const pause = 500;
const answers = 20;

/** Asks the public entrance until nobody is answered by the new version any more. Gives a sentence where some still are; empty: none, or
 * nobody can tell. */
export async function findStragglers(
  { clock, cancelled }: Pick<StartWorld, 'clock' | 'cancelled'>,
  router: Weigher,
  { stable, canary }: Sides,
): Promise<string> {
  if (router.sample === undefined) return '';
  const [left, home] = await Promise.all([router.side(canary), router.side(stable)]);
  if (left.version === '' || left.version === home.version) return '';
  const until = clock.now() + (cancelled.aborted ? patienceOfCancelled : patience);
  for (;;) {
    const count = (await router.sample(answers))?.[left.version] ?? 0;
    if (count === 0) return '';
    if (clock.now() >= until) return straggling(count, left.version, stable);
    await clock.sleep(pause);
  }
}

function straggling(count: number, version: string, stable: string): string {
  return `NOT ALL USERS ARE BACK: the router gives ${stable} 100 %, and ${count} of ${answers} answers at the public entrance still come from ${version}. See whether the router was reloaded and whether something before it keeps answers.`;
}
