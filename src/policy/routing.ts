// What the router's adapter is told: the policy's traffic section of one environment and leg, variables filled in.
import { Problem } from '../kit/problem.ts';
import { withVariables } from '../kit/variable.ts';
import type { Effective } from './effective.ts';
import type { Json, Traffic } from './parts.ts';

export interface Routing {
  readonly router: string;
  readonly sides: readonly [string, string];
  /** The provider's own keys, and `at`, `version`, `health`, `hosts`, `via` that all share. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly environment: string;
  readonly leg: string;
  /** What the shares are shares of, where it is not the router's traffic. */
  readonly by?: 'flag' | 'rollout' | undefined;
  /** Names of users that get the new code beside its share of everybody; they stand among the weights, 0 or 100. */
  readonly audiences?: readonly string[] | undefined;
  /** The version that a rollout brings. */
  readonly target?: RolloutTarget | undefined;
}

/** A version as a rollout finds it. */
export interface RolloutTarget {
  readonly sha: string;
  readonly version: string;
  readonly artifact: readonly string[];
}

/** Throws a Problem when the policy names no router, with the lines to add, or when a variable that it names is not set. */
export function routingOf(policy: Effective, read: (name: string) => string | undefined): Routing {
  const { traffic } = policy;
  if (traffic?.router === undefined) {
    throw new Problem({
      what: `The policy does not say how traffic is shifted in ${policy.environment}`,
      where: '.github/deploy-policy.yml: traffic',
      fix: 'Add the router and its two sides, for example:\ntraffic:\n  router: command\n  sides: [blue, green]\n  get: ./ops/weight.sh\n  set: ./ops/shift.sh',
      reason: 'no-router',
    });
  }
  return {
    router: traffic.router,
    sides: traffic.sides,
    options: withVariables(sharedOptions(traffic), read, 'traffic'),
    environment: policy.environment,
    leg: policy.leg ?? '',
  };
}

/** The routing with the public entrance, where the environment has a URL: answers there can be sampled. */
export function entranceOf<R extends Routing>(
  policy: Effective,
  routing: R,
  read: (name: string) => string | undefined,
) {
  if (policy.url === undefined) return routing;
  return { ...routing, publicUrl: withVariables(policy.url, read, `environments.${policy.environment}.url`) };
}

/** The weights that give one side everything. */
export function allTo(side: string, names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, name === side ? 100 : 0]));
}

/** The router's own keys and how a side is asked, as the adapter gets them; variables are not filled in. */
export function sharedOptions(traffic: Traffic): Readonly<Record<string, Json | Traffic[keyof Traffic]>> {
  const { options, at, version, health, hosts, via } = traffic;
  return { ...options, at, version, health, hosts, via };
}
