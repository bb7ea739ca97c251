// An environment without two sides: nothing shifts its traffic, so a version goes back by redeploying it, or its flag goes off.
import { known } from '../evidence/answer.ts';
import type { FeatureFlag } from '../evidence/way-back.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import type { Routing } from '../policy/routing.ts';
import { flagOptions } from './flag.ts';
import type { RollbackPort, Router } from './port.ts';

/** True where a rollback can do without a router: the policy names none, and another way. */
export function isStanding({ traffic, rollback }: Effective): boolean {
  return traffic?.router === undefined && (rollback.redeploy !== undefined || rollback.flag !== undefined);
}

/** Stands where a router would: there is one place, nameless, and it has everybody. */
export function standingRouter(): Router {
  return {
    get: async () => known({ '': 100 }),
    set: async () => ({}),
    side: async (side) => ({
      side,
      answers: false,
      version: '',
      sha: '',
      because: 'the policy names no sides',
      url: '',
    }),
    sample: async () => undefined,
  };
}

export function standingRouting({ environment, leg }: Effective): Routing {
  return { router: 'none', sides: ['', ''], options: {}, environment, leg: leg ?? '' };
}

/** The flag of the policy; undefined where it names none. One that cannot be reached says why when it is asked, and stops no other way. */
export function flagSwitch(world: Pick<RollbackPort, 'flag'>, policy: Effective): FeatureFlag | undefined {
  const options = flagOptions(policy);
  if (options === undefined) return undefined;
  try {
    return world.flag(options);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return brokenSwitch(error);
  }
}

function brokenSwitch(problem: Problem): FeatureFlag {
  return {
    read: async () => ({ kind: 'unknown', because: problem.parts.what, remedy: problem.parts.fix }),
    off: async () => {
      throw problem;
    },
  };
}
