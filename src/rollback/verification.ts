// The verification of one leg: what runs for users now, and whether it works, as far as the budget reaches.
import type { Decision } from './decision.ts';
import { fullSide, type Looking, type Proof, prove, withSuite } from './proof.ts';
import type { Switched } from './switching.ts';
import type { Target } from './target.ts';

export interface Verifying extends Omit<Looking, 'withinMs'> {
  /** Milliseconds of the budget that are left. */
  readonly left: () => number;
  /** Runs the smoke suite of the target; undefined where the policy does not ask for it. */
  readonly suite: ((target: Target, side: string) => Promise<Proof>) | undefined;
}

/** The proof; undefined where nothing was to be proven, because nothing was to be done or it failed. */
export async function verify(
  decision: Decision,
  { fault }: Switched,
  verifying: Verifying,
): Promise<Proof | undefined> {
  if (decision.kind === 'nothing' || decision.kind === 'refused' || fault !== undefined) return undefined;
  const { target } = decision;
  const { router, left, suite } = verifying;
  const goes = decision.kind === 'go';
  const side = goes ? decision.way.side : fullSide(await router.get());
  // What is only confirmed was not touched: there is nothing to wait for.
  const seen = await prove({ side, target }, { ...verifying, withinMs: goes ? left() : 0 });
  return seen.ok && suite !== undefined ? withSuite(seen, await suite(target, side)) : seen;
}
