// The verification of one leg: what runs for users now, and whether it works, as far as the budget reaches (`rollback.verify`).

import type { FeatureFlag } from '../evidence/way-back.ts';
import type { Effective } from '../policy/effective.ts';
import { provenOff } from './flag.ts';
import type { Clock, Router } from './port.ts';
import { fullSide, type Proof, prove, withSuite } from './proof.ts';
import type { Decision } from './situation.ts';
import type { Switched } from './switching.ts';
import type { Target } from './target.ts';

export interface Verifying {
  readonly router: Router;
  readonly flag: FeatureFlag | undefined;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  readonly policy: Effective;
  /** Milliseconds of the budget that are left. */
  readonly left: () => number;
  /** Runs the smoke suite of the target; undefined where the policy does not ask for it. */
  readonly suite: ((target: Target, side: string) => Promise<Proof>) | undefined;
  /** Asks the environment's health, and the data; both undefined where the policy does not ask for it. */
  readonly health: (() => Promise<Proof>) | undefined;
  readonly data: (() => Promise<Proof>) | undefined;
  /** What the redeployer sees running, e.g. the images of ready pods; undefined where it cannot tell. */
  readonly runs: ((target: Target, side: string) => Promise<Proof | undefined>) | undefined;
}

/** The proof; undefined where nothing was to be proven, because nothing was to be done or it failed. */
export async function verify(
  decision: Decision,
  { fault, moved }: Switched,
  verifying: Verifying,
): Promise<Proof | undefined> {
  const settled = decision.kind === 'go' || decision.kind === 'confirm';
  if (!settled || fault !== undefined) return undefined;
  const { policy, clock, cancelled, left } = verifying;
  if (moved) await clock.sleep(Math.min(policy.rollback.settleMs, left()), cancelled);
  const seen = await shown(decision, verifying);
  return [verifying.health, verifying.data].reduce<Promise<Proof>>(
    async (before, next) => withSuite(await before, next === undefined ? fine : await next()),
    Promise.resolve(seen.ok ? await suited(decision, seen, verifying) : seen),
  );
}

/** What broke the verification off proves nothing, and is that leg's alone. */
export function unproven(error: unknown): Proof {
  return { ok: false, words: `It could not be verified: ${error instanceof Error ? error.message : String(error)}` };
}

const fine: Proof = { ok: true, words: '' };

type Settled = Extract<Decision, { kind: 'go' | 'confirm' }>;

async function suited(decision: Settled, seen: Proof, { suite, router }: Verifying): Promise<Proof> {
  if (suite === undefined) return seen;
  const side = decision.kind === 'go' && decision.way.side !== '' ? decision.way.side : fullSide(await router.get());
  return withSuite(seen, await suite(decision.target, side));
}

/** What is seen of the version, or of the flag. */
async function shown(decision: Settled, verifying: Verifying): Promise<Proof> {
  const { router, flag, left, clock, runs } = verifying;
  const { target } = decision;
  if (decision.kind === 'go' && decision.way.kind === 'flag')
    return flag === undefined
      ? fine
      : provenOff(flag, decision.way.flag, { clock, withinMs: left(), back: decision.way.back });
  const goes = decision.kind === 'go';
  const side = goes ? decision.way.side : fullSide(await router.get());
  const told = runs === undefined ? undefined : await runs(target, side);
  if (side === '' && verifying.policy.traffic?.router === undefined) return told ?? unseen(verifying);
  // What is only confirmed was not touched: there is nothing to wait for.
  const seen = await prove({ side, target }, { ...verifying, withinMs: goes ? left() : 0 });
  return told === undefined || !seen.ok ? seen : withSuite(seen, told);
}

/** Where nothing tells which version runs, the suite or the health has to. */
function unseen({ suite, health }: Verifying): Proof {
  if (suite !== undefined || health !== undefined) return { ok: true, words: 'Redeployed' };
  return {
    ok: false,
    words: 'Nothing tells which version runs: add `rollback.verify: [smoke]` or redeploy by kubectl or helm',
  };
}
