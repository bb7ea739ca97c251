// What moves the shares of plans by flag and by rollout: whether it answers, asked as the plan itself would ask it.
import type { Known, Unknown } from '../../evidence/answer.ts';
import { Problem } from '../../kit/problem.ts';
import type { Effective } from '../../policy/effective.ts';
import type { Plan } from '../../policy/parts.ts';
import type { Routing } from '../../policy/routing.ts';
import { flagNameOf, routingOfPlan } from '../../policy/share-routing.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

interface Asked {
  readonly env: (name: string) => string | undefined;
  readonly router: (routing: Routing) => { get(): Promise<Known<Readonly<Record<string, number>>> | Unknown> };
}

/** The plans that something chooses; all where nothing is named. */
export function chosenPlans(policy: Effective): readonly Plan[] {
  const named = [
    policy.chosen.plan,
    ...policy.types.map(({ plan }) => plan),
    ...Object.values(policy.tiers.apply).map((chosen) => chosen?.plan),
  ];
  const isOpen = named.every((one) => one === undefined);
  return Object.values(policy.plans).filter((plan) => named.includes(plan.name) || isOpen);
}

/** A line for each chosen plan that goes by a flag or by a rollout. */
export function meansSymptoms(
  world: Asked,
  policy: Effective,
  artifact: readonly string[],
): Promise<readonly Symptom[]> {
  const plans = chosenPlans(policy).filter(({ by }) => by !== 'traffic');
  return Promise.all(plans.map((plan) => meansSymptom(world, policy, plan, artifact)));
}

async function meansSymptom({ env, router }: Asked, policy: Effective, plan: Plan, artifact: readonly string[]) {
  const what = `plan ${plan.name}, by ${plan.by}`;
  try {
    const routing = routingOfPlan(policy, plan, { sha: '', version: '', artifact }, env);
    const weights = await router(routing).get();
    if (weights.kind === 'unknown') return symptom(what, 'fail', weights.because, weights.remedy);
    const [, second] = routing.sides;
    const shares = Object.entries(weights.value).filter(
      ([name, share]) => name === second || (name !== routing.sides[0] && share > 0),
    );
    const told = shares.map(([name, share]) => `${name} ${share} %`).join(', ');
    return pass(
      what,
      plan.by === 'flag' ? `${routing.router}: ${flagNameOf(policy)} answers, ${told}` : `${routing.router} answers`,
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { reason, what: found, fix } = error.parts;
    const lacks = reason === 'no-flag' || reason === 'no-router';
    return symptom(what, lacks ? 'not-configured' : 'fail', found, fix);
  }
}
