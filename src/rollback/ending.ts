// How one leg of a rollback ended: the verdict, its reason, and what a person does about it.
import type { RollbackVerdict } from './account.ts';
import type { Proof } from './proof.ts';
import type { Decision } from './situation.ts';
import type { Fault, Switched } from './switching.ts';
import { nameOf } from './way.ts';

export interface Ending {
  readonly verdict: RollbackVerdict;
  readonly proof?: Proof | undefined;
  /** Why users could not be moved. */
  readonly fault?: Fault | undefined;
  /** It was tried, and everything is where it was. */
  readonly drill?: boolean | undefined;
}

/** How a run ends that only looks (`mode: plan`, `dry-run`). */
export function plannedEnding(decision: Decision): Ending {
  if (decision.kind === 'refused') return { verdict: 'refused' };
  if (decision.kind === 'printed') return { verdict: 'planned' };
  const moves =
    decision.kind === 'go' && decision.way.kind !== 'there' && !(decision.way.kind === 'flag' && decision.way.off);
  return { verdict: moves ? 'planned' : 'already-there' };
}

/** How a run ends that acts. */
export function actedEnding(leg: {
  readonly decision: Decision;
  readonly switched: Switched;
  readonly proof: Proof | undefined;
}): Ending {
  const { decision, switched, proof } = leg;
  if (decision.kind !== 'go' && decision.kind !== 'confirm') return plannedEnding(decision);
  if (switched.fault !== undefined) return { verdict: 'failed', fault: switched.fault };
  if (proof?.ok !== true) return { verdict: 'unverified', proof };
  return { verdict: switched.moved ? 'restored' : 'already-there', proof };
}

/** What a person does about it. */
export function fixOf(decision: Decision, { fault }: Ending): string {
  if (decision.kind === 'refused') return decision.fix;
  return fault?.fix ?? 'Look at the router and the side, then press again: nothing goes further back';
}

/** The stable code of how it ended. */
export function reasonOf(decision: Decision, ending: Ending): string {
  if (ending.fault !== undefined) return ending.fault.reason;
  switch (decision.kind) {
    case 'refused':
      return decision.reason;
    case 'nothing':
      return 'nothing-begun';
    case 'printed':
      return 'printed';
    case 'confirm':
      return ending.verdict === 'unverified' ? 'unverified' : 'rolled-back-already';
    case 'go':
      return ending.verdict === 'unverified' ? 'unverified' : decision.way.kind;
  }
}

/** Why it ended so, in one clause. */
export function becauseOf(decision: Decision, ending: Ending): string {
  if (ending.fault !== undefined) return ending.fault.because;
  if (ending.verdict === 'unverified') return ending.proof?.words ?? 'Nothing proves it';
  if (decision.kind === 'go') {
    if (decision.way.kind === 'flag') return decision.way.off ? `The flag ${decision.way.flag} is off already` : '';
    return decision.way.kind === 'there' ? `Everybody is on ${nameOf(decision.target)} already` : '';
  }
  return decision.because;
}
