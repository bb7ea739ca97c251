// An environment without two sides: nothing shifts its traffic, so a version goes back by redeploying it, or its flag goes off.
import { known } from '../evidence/answer.ts';
import type { FeatureFlag } from '../evidence/way-back.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import type { Routing } from '../policy/routing.ts';
import { hasSides, routingOfPlan } from '../policy/share-routing.ts';
import { flagOptions } from './flag.ts';
import type { RollbackPort, Router } from './port.ts';

/** True where a rollback can do without a router: the policy names none, or one that only rolls a version out, and another way. */
export function isStanding({ traffic, rollback }: Effective): boolean {
  return !hasSides({ traffic }) && (rollback.redeploy !== undefined || rollback.flag !== undefined);
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
export function flagSwitch(
  world: Pick<RollbackPort, 'flag' | 'env'>,
  policy: Effective,
  router?: (routing: Routing) => Router,
): FeatureFlag | undefined {
  const options = flagOptions(policy);
  if (options === undefined) return undefined;
  try {
    const flag = world.flag(options);
    if (router === undefined) return flag;
    // What one plan gave some users, another may have to give back.
    const plans = Object.values(policy.plans).filter(({ by }) => by === 'flag');
    const stages = plans.flatMap((plan) => plan.stages);
    const target = { sha: '', version: '', artifact: [] };
    const share = async (weights: Readonly<Record<string, number>>) => {
      const [, , ...named] = Object.keys(weights);
      const all = [...stages, { id: 'before', weight: 0, weightTo: 0, bakeMs: 0, warmupMs: 0, audience: named }];
      await router(routingOfPlan(policy, { ...anyPlan, stages: all }, target, world.env)).set(weights);
    };
    return { read: () => flag.read(), off: () => flag.off(), share };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return brokenSwitch(error);
  }
}

const anyPlan = { name: 'flag', by: 'flag', everyMs: 0, inconclusive: 'restore', smoke: {}, watch: [] } as const;

function brokenSwitch(problem: Problem): FeatureFlag {
  return {
    read: async () => ({ kind: 'unknown', because: problem.parts.what, remedy: problem.parts.fix }),
    off: async () => {
      throw problem;
    },
  };
}
