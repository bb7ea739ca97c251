// The switch: gives the target all users. What is redeployed must answer as the target before anybody is sent to it.
import type { SideFact } from '../evidence/fact.ts';
import type { FeatureFlag } from '../evidence/way-back.ts';
import { Problem } from '../kit/problem.ts';
import { byHand } from '../policy/by-hand.ts';
import type { Effective } from '../policy/effective.ts';
import { allTo, type Routing } from '../policy/routing.ts';
import { turnOff } from './flag.ts';
import type { RollbackPort, Router } from './port.ts';
import { bring } from './redeploy.ts';
import { capital, type Decision } from './situation.ts';
import type { Target } from './target.ts';
import { answered, backWords, nameOf, runsTarget } from './way.ts';

/** Why users are not on the target. */
export interface Fault {
  readonly reason: string;
  readonly because: string;
  readonly fix: string;
}

export interface Switched {
  readonly moved: boolean;
  readonly fault: Fault | undefined;
  /** The flag went off for everybody, though some were to have it back. */
  readonly wholly?: boolean;
  /** What changed beside the version. */
  readonly notes?: readonly string[];
}

export interface Around {
  readonly world: RollbackPort;
  readonly router: Router;
  readonly flag: FeatureFlag | undefined;
  readonly policy: Effective;
  /** As the policy writes it, for the command that a person types. */
  readonly routing: Routing;
  /** Milliseconds it may take; a redeployed side has as long to come up. */
  readonly withinMs: number;
}

/** The router has patience of its own; after so long a person at 3 a.m. is better served by the command to type, ms. */
const patienceMs = 20_000;
const pauseMs = 500;
const still: Switched = { moved: false, fault: undefined };

/** Moves the users, where the decision is to go. Throws nothing that a person could mend: a switch that failed is a fault with the way out. */
export async function switchOver(decision: Decision, around: Around): Promise<Switched> {
  if (decision.kind !== 'go' || decision.way.kind === 'there') return still;
  const { way, target } = decision;
  if (way.kind === 'flag') return way.off ? still : turnedOff(way.flag, around, way.back);
  if (way.kind === 'traffic') return given(way.side, around);
  const redeploy = await redeployed(way, target, around);
  if (redeploy.fault !== undefined || way.side === '') return redeploy;
  return { ...(await given(way.side, around)), notes: redeploy.notes ?? [] };
}

async function turnedOff(
  name: string,
  { flag, world, policy, withinMs }: Around,
  back: Readonly<Record<string, number>> | undefined,
): Promise<Switched> {
  const unknown = { because: 'its provider is not known', kept: '' };
  const { because, kept } = flag === undefined ? unknown : await turnOff(flag, { ...world, withinMs, back });
  const provider = policy.flags?.provider ?? 'its provider';
  if (because === '' && kept === '') return { moved: true, fault: undefined };
  if (because === '') {
    const note = `${backWords(back ?? {})}, which some users had before, could not be given back: ${kept} It is off for everybody; give it back by hand in ${provider}`;
    return { moved: true, fault: undefined, wholly: true, notes: [note] };
  }
  const fix = `Turn ${name} off by hand in ${provider}, or go back by version: how=traffic`;
  return { moved: false, fault: { reason: 'flag', because, fix } };
}

/** The decision as it was carried out. */
export function carriedOut(decision: Decision, { wholly }: Switched): Decision {
  if (wholly !== true || decision.kind !== 'go' || decision.way.kind !== 'flag') return decision;
  const { flag, off } = decision.way;
  return { ...decision, way: { kind: 'flag', side: '', flag, off } };
}

async function given(side: string, around: Around): Promise<Switched> {
  const fault = await give(side, around);
  return { moved: fault === undefined, fault };
}

/** Puts the target on the idle side; users who are still there leave it first. */
async function redeployed(
  { side, drain }: { readonly side: string; readonly drain: boolean },
  target: Target,
  around: Around,
): Promise<Switched> {
  const other = around.routing.sides.find((one) => one !== side) ?? '';
  const drained = drain ? await give(other, around) : undefined;
  if (drained !== undefined) return { moved: false, fault: drained };
  const stand = drain ? `All users are on ${other}` : side === '' ? 'Look at it' : 'Traffic was not moved';
  const brought = await bring(target, { ...around, side });
  if (!brought.ok) {
    const fault = { reason: 'redeploy-failed', because: capital(brought.words), fix: `${stand}. ${brought.fix}` };
    return { moved: false, fault };
  }
  // Where there are no sides the users are on what was brought.
  if (side === '') return { moved: true, fault: undefined, notes: brought.notes };
  const answer = await awaited(side, target, around);
  if (runsTarget(answer, target) || answer.url === '') return { moved: false, fault: undefined, notes: brought.notes };
  const fault: Fault = {
    reason: 'redeploy-unproven',
    because: `The redeploy ended well, but ${answered(answer)}, not ${nameOf(target)}`,
    fix: `${stand}. See what was put there (a command is given SIDE, VERSION, ARTIFACT and SHA), then press again.`,
  };
  return { moved: false, fault };
}

async function awaited(side: string, target: Target, { router, world, withinMs }: Around): Promise<SideFact> {
  const { clock, cancelled } = world;
  const deadline = clock.now() + withinMs;
  for (;;) {
    const answer = await router.side(side);
    const over = answer.url === '' || cancelled.aborted || clock.now() >= deadline;
    if (runsTarget(answer, target) || over) return answer;
    await clock.sleep(pauseMs, cancelled);
  }
}

/** Gives a side everybody. A router that took it and shows it late is no fault: the proof goes on looking. */
export async function give(
  side: string,
  { router, routing, world }: Pick<Around, 'router' | 'routing' | 'world'>,
): Promise<Fault | undefined> {
  const { clock } = world;
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
