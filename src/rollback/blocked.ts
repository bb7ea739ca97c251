// A blocked leg: its router cannot even be asked, for want of a variable or an option. Its fault is told; other legs go back, and a flag goes off.
import { Problem } from '../kit/problem.ts';
import type { Router } from './port.ts';
import type { Decision } from './situation.ts';

/** The router, or one that answers nothing together with the Problem that made it so. */
export function routerOr(made: () => Router): { readonly router: Router; readonly blocked?: Problem } {
  try {
    return { router: made() };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { router: blockedRouter(error), blocked: error };
  }
}

/** Says of everything why it cannot be told, and moves nothing. */
function blockedRouter(problem: Problem): Router {
  const { what, fix } = problem.parts;
  return {
    get: async () => ({ kind: 'unknown', because: what, remedy: fix }),
    set: async () => {
      throw problem;
    },
    side: async (side) => ({ side, answers: false, version: '', sha: '', because: what, url: '' }),
    sample: async () => undefined,
  };
}

/** The decision of a leg that may be blocked: what needs no router stands, everything else is refused with the fault. */
export function unlessBlocked(decision: Decision, blocked: Problem | undefined): Decision {
  if (blocked === undefined || decision.kind === 'nothing' || decision.kind === 'printed') return decision;
  if (decision.kind === 'go' && decision.way.kind === 'flag') return decision;
  return refusedBy(blocked);
}

/** The refusal that tells a Problem: what, where and how to mend it. */
export function refusedBy({ parts }: Problem): Decision {
  const { what, where, fix, reason } = parts;
  return { kind: 'refused', reason, because: where === '' ? what : `${what} (${where})`, fix, target: undefined };
}
