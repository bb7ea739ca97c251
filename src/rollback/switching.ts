// The switch: gives the target all users. What is redeployed must answer as the target before anybody is sent to it.
import type { SideFact } from '../evidence/fact.ts';
import { Problem } from '../kit/problem.ts';
import { byHand } from '../policy/by-hand.ts';
import type { Effective } from '../policy/effective.ts';
import { allTo, type Routing } from '../policy/routing.ts';
import type { Decision } from './decision.ts';
import { redeployCommand } from './past.ts';
import type { Target } from './target.ts';
import { answered, nameOf, runsTarget } from './way.ts';

/** Why users are not on the target. */
export interface Fault {
  readonly reason: string;
  readonly because: string;
  readonly fix: string;
}

export interface Switched {
  readonly moved: boolean;
  readonly fault: Fault | undefined;
}

export interface Around {
  readonly router: {
    set(weights: Readonly<Record<string, number>>): Promise<unknown>;
    side(side: string): Promise<SideFact>;
  };
  readonly command: (
    options: ReturnType<typeof redeployCommand>,
  ) => Promise<{ readonly code: number; readonly stderr: string; readonly timedOut: boolean }>;
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
  readonly policy: Effective;
  /** As the policy writes it, for the command that a person types. */
  readonly routing: Routing;
  /** Milliseconds a redeployed side has to come up. */
  readonly withinMs: number;
}

/** The router has patience of its own; after so long a person at 3 a.m. is better served by the command to type, ms. */
const patienceMs = 20_000;
const pauseMs = 500;

/** Moves the users, where the decision is to go. Throws nothing that a person could mend: a switch that failed is a fault with the way out. */
export async function switchOver(decision: Decision, around: Around): Promise<Switched> {
  if (decision.kind !== 'go' || decision.way.kind === 'there') return { moved: false, fault: undefined };
  const { way, target } = decision;
  if (way.kind === 'redeploy') {
    const fault = await redeployed(way, target, around);
    if (fault !== undefined) return { moved: false, fault };
  }
  const fault = await give(way.side, around);
  return { moved: fault === undefined, fault };
}

/** Puts the target on the idle side; users who are still there leave it first. */
async function redeployed(
  { side, drain }: { readonly side: string; readonly drain: boolean },
  target: Target,
  around: Around,
): Promise<Fault | undefined> {
  const other = around.routing.sides.find((one) => one !== side) ?? '';
  const drained = drain ? await give(other, around) : undefined;
  if (drained !== undefined) return drained;
  const stand = drain ? `All users are on ${other}` : 'Traffic was not moved';
  const reply = await around.command(redeployCommand(around.policy, target, side));
  if (reply.code !== 0) {
    const said = reply.timedOut ? 'it took too long' : reply.stderr.trim().slice(-400) || `exit code ${reply.code}`;
    const because = `The redeploy command failed: ${said}`;
    return { reason: 'redeploy-failed', because, fix: `${stand}. Mend rollback.redeploy.command and press again.` };
  }
  const answer = await awaited(side, target, around);
  if (runsTarget(answer, target)) return undefined;
  return {
    reason: 'redeploy-unproven',
    because: `The redeploy command ended well, but ${answered(answer)}, not ${nameOf(target)}`,
    fix: `${stand}. See what the command put there (it is given SIDE, VERSION, ARTIFACT and SHA), then press again.`,
  };
}

async function awaited(
  side: string,
  target: Target,
  { router, clock, cancelled, withinMs }: Around,
): Promise<SideFact> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    const answer = await router.side(side);
    if (runsTarget(answer, target) || cancelled.aborted || clock.now() >= deadline) return answer;
    await clock.sleep(pauseMs, cancelled);
  }
}

/** Gives a side everybody. A router that took it and shows it late is no fault: the proof goes on looking. */
async function give(side: string, { router, routing, clock }: Around): Promise<Fault | undefined> {
  const until = clock.now() + patienceMs;
  let last: unknown;
  do {
    try {
      await router.set(allTo(side, routing.sides));
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.parts.reason === 'contested') return undefined;
      last = error;
    }
    // Not cut short by a cancel: users come first.
    await clock.sleep(pauseMs);
  } while (clock.now() < until);
  return {
    reason: 'router',
    because: `${side} could not be given 100 %: ${last instanceof Error ? last.message : String(last)}`,
    fix: `Do it by hand now: ${byHand(routing, side)}`,
  };
}
