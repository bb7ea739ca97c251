// What moves the shares of a plan: the router for traffic, the provider for a flag, the platform itself for a rollout.
import { Problem } from '../kit/problem.ts';
import { withVariables } from '../kit/variable.ts';
import { flagProviders } from '../providers/flags.ts';
import type { Effective } from './effective.ts';
import type { Flags, Plan } from './parts.ts';
import { type RolloutTarget, type Routing, routingOf } from './routing.ts';
import { flagRouters, sharers } from './share-provider.ts';

type ReadVariable = (name: string) => string | undefined;

/** Routers whose shares are shares of instances. */
const rollers = ['kubernetes-rollout', 'command', 'http'];

/** What moves the shares of this plan. Throws a Problem, with the lines to add, when the policy does not say, or when a variable is not set. */
export function routingOfPlan(policy: Effective, plan: Plan, target: RolloutTarget, read: ReadVariable): Routing {
  switch (plan.by) {
    case 'traffic':
      return routingOf(policy, read);
    case 'rollout':
      return rolloutRouting(policy, plan, target, read);
    case 'flag':
      return flagRouting(policy, plan, read);
  }
}

/** Whether versions run on two sides that a router shifts users between; one that rolls a version out has none. */
export function hasSides({ traffic }: Pick<Effective, 'traffic'>): boolean {
  return traffic?.router !== undefined && traffic.router !== 'kubernetes-rollout';
}

/** The flag that a plan by flag raises; undefined where the policy names none. */
export function flagNameOf({ rollback, traffic }: Effective): string | undefined {
  const named = flagRouters.includes(traffic?.router ?? '') ? traffic?.options.flag : undefined;
  return rollback.flag ?? (typeof named === 'string' ? named : undefined);
}

/** The names that a plan's stages give the new code to beside their share, each once. */
export function audiencesOf({ stages }: Pick<Plan, 'stages'>): readonly string[] {
  return [...new Set(stages.flatMap(({ audience = [] }) => audience))];
}

/** Every stage with all that it gives: who has the new code keeps it in the stages after, and with everybody there is nobody beside. */
export function widened(plan: Plan): Plan {
  let before: readonly string[] = [];
  const stages = plan.stages.map((stage) => {
    before = [...new Set([...before, ...(stage.audience ?? [])])];
    const audience = stage.weight >= 100 ? [] : before;
    return audience.length === 0 && stage.audience === undefined ? stage : { ...stage, audience };
  });
  return { ...plan, stages };
}

function flagRouting(policy: Effective, plan: Plan, read: ReadVariable): Routing {
  const { flags, rollback, traffic, environment, leg = '' } = policy;
  const audiences = audiencesOf(plan);
  const shared = { by: 'flag', audiences, environment, leg } as const;
  if (flags?.provider !== undefined && sharers.includes(flags.provider) && rollback.flag !== undefined) {
    const sides = unlike(flags.cohorts, audiences, plan);
    const own = { ...completed(flags.provider, flags), flag: rollback.flag };
    const at = policy.url === undefined ? {} : { at: Object.fromEntries(sides.map((side) => [side, policy.url])) };
    const asked = { ...at, ...(traffic?.version === undefined ? {} : { version: traffic.version }) };
    return { ...shared, router: flags.provider, sides, options: withVariables({ ...own, ...asked }, read, 'flags') };
  }
  if (flagRouters.includes(traffic?.router ?? '')) {
    const routing = routingOf(policy, read);
    return { ...routing, ...shared, sides: unlike(routing.sides, audiences, plan) };
  }
  throw new Problem({
    what: `The plan ${plan.name} raises a flag, and the policy does not say which, or where`,
    where: '.github/deploy-policy.yml: rollback.flag, flags',
    fix: `Add the flag and its provider (${sharers.join(', ')}), for example:\nrollback:\n  flag: new-checkout\nflags:\n  provider: unleash`,
    reason: 'no-flag',
  });
}

/** The provider's own keys with their defaults: those name variables that are to be filled in too. */
function completed(provider: string, { options }: Flags): Readonly<Record<string, unknown>> {
  const read = flagProviders.get(provider)?.().safeParse(options);
  const whole = read?.success === true ? read.data : options;
  return typeof whole === 'object' && whole !== null ? { ...whole } : {};
}

function unlike(sides: readonly [string, string], audiences: readonly string[], plan: Plan): readonly [string, string] {
  const both = sides.find((side) => audiences.includes(side));
  if (both === undefined) return sides;
  throw new Problem({
    what: `The plan ${plan.name} has an audience “${both}”, which is what an arm of the flag is called`,
    where: `plans.${plan.name}.stages`,
    fix: 'Call the audience, or the arms (`flags: {cohorts: [control, treatment]}`), something else.',
    reason: 'bad-policy',
  });
}

function rolloutRouting(policy: Effective, plan: Plan, target: RolloutTarget, read: ReadVariable): Routing {
  if (!rollers.includes(policy.traffic?.router ?? '')) {
    throw new Problem({
      what: `The plan ${plan.name} goes by the rollout of the platform, and ${policy.traffic?.router === undefined ? 'the policy does not say of which' : `the router ${policy.traffic.router} rolls nothing out`}`,
      where: '.github/deploy-policy.yml: traffic',
      fix: 'Name what is rolled out, for example:\ntraffic:\n  router: kubernetes-rollout\n  deployment: shop\nor scripts: `router: command` with `get` and `set`, whose share is the share of the new instances.',
      reason: 'no-router',
    });
  }
  const { at: _, ...options } = routingOf(policy, read).options;
  return { ...routingOf(policy, read), sides: ['old', 'new'], options, by: 'rollout', target };
}
