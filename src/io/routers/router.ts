// Routers: the adapter that the policy names, with patience, reading back what was set, and the sides behind it.
import type { z } from 'zod';
import { known, unknown } from '../../evidence/answer.ts';
import { Problem } from '../../kit/problem.ts';
import {
  commandRouter,
  gatewayRouter,
  haproxyRouter,
  httpRouter,
  ingressRouter,
  istioRouter,
  launchdarklyRouter,
  nginxRouter,
  replicasRouter,
  rolloutRouter,
  unleashRouter,
} from '../../providers/routers.ts';
import type { Clock, Command, Router, RouterOptions, Weights, World } from '../../world.ts';
import { launchdarklySwitch } from '../flags/launchdarkly.ts';
import { flagWeighing } from '../flags/switch.ts';
import { unleashSwitch } from '../flags/unleash.ts';
import { createKubectl } from '../kubectl.ts';
import { commandWeighing } from './command.ts';
import { gatewayWeighing } from './gateway-api.ts';
import { haproxyWeighing } from './haproxy.ts';
import { httpWeighing } from './http.ts';
import { ingressWeighing } from './ingress-nginx.ts';
import { istioWeighing } from './istio.ts';
import { nginxWeighing } from './nginx.ts';
import { countPods } from './pods.ts';
import { replicasWeighing } from './replicas.ts';
import { rolloutWeighing } from './rollout.ts';
import { Sides } from './side.ts';
import { Refused, sameWeights, showWeights, Unreached, type Weighing } from './weights.ts';

export interface RouterWorld {
  readonly http: World['http'];
  readonly command: Command;
  readonly clock: Clock;
}

/** Reading gives up after so long, writing later: a restore must not fail over a router that restarts. ms */
const readDeadline = 10_000;
const writeDeadline = 30_000;
/** A router may show a new weight a moment late. ms */
const settleDeadline = 5_000;

/** Samples under way together: an entrance that hangs may not eat the minutes of a rollback. */
const atOnce = 10;

/** A router may be coarse: one percentage point is the same decision, and `applied` says what it made of it. */
const coarse = 1;

/** The router of the policy. Throws a Problem when this release has no adapter for it, or when its options are wrong. */
export function createRouter(options: RouterOptions, world: RouterWorld): Router {
  const weighing = weighingOf(options, world);
  const sides = new Sides(options.options, world.http);
  const read = () => patiently(() => weighing.read(), readDeadline, world.clock);
  return {
    async get() {
      try {
        return known(await read());
      } catch (error) {
        if (error instanceof Unreached) return unknown(error.message, error.remedy);
        throw error;
      }
    },
    async set(weights) {
      try {
        return await setAndVerify(weighing, weights, world.clock);
      } catch (error) {
        if (!(error instanceof Unreached)) throw error;
        throw refusal(error, weights, options);
      }
    },
    ...(weighing.nearest === undefined ? {} : { nearest: (weights: Weights) => nearestOf(weighing, weights, options) }),
    side: (side) => sides.ask(side),
    ...podsOf(options, world),
    async sample(times) {
      if (options.publicUrl === undefined || options.publicUrl === '') return undefined;
      const url = options.publicUrl;
      const counts: Record<string, number> = {};
      for (let asked = 0; asked < times; asked += atOnce) {
        const some = Array.from({ length: Math.min(atOnce, times - asked) }, () => sides.entrance(url));
        for (const version of await Promise.all(some)) counts[version] = (counts[version] ?? 0) + 1;
      }
      return counts;
    },
  };
}

/** Whether the pods of a side can be counted: where the router's own keys name its deployments. */
function podsOf(options: RouterOptions, { command, clock }: RouterWorld): Pick<Router, 'pods'> {
  if (options.router === 'kubernetes-rollout') {
    const read = own(options, rolloutRouter());
    return { pods: () => countPods(createKubectl(read, command), read.deployment, clock.now(), 'both') };
  }
  const shape = clusterRouters[options.router];
  if (shape === undefined) return {};
  const read = own(options, shape());
  const named = read.deployments;
  if (named === undefined && options.router !== 'kubernetes-replicas') return {};
  return { pods: (side) => countPods(createKubectl(read, command), named?.[side] ?? side, clock.now(), 'newest') };
}

const clusterRouters: Readonly<Record<string, ClusterShape>> = {
  'kubernetes-replicas': replicasRouter,
  'gateway-api': gatewayRouter,
  istio: istioRouter,
  'ingress-nginx': ingressRouter,
};
type ClusterShape = typeof replicasRouter | typeof gatewayRouter | typeof istioRouter | typeof ingressRouter;

/** What the router would make of the weights. */
async function nearestOf(weighing: Weighing, weights: Weights, options: RouterOptions): Promise<Weights> {
  try {
    return (await weighing.nearest?.(weights)) ?? weights;
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    throw refusal(error, weights, options);
  }
}

function refusal(error: Unreached, weights: Weights, { by, router, environment }: RouterOptions): Problem {
  const block = by === 'flag' ? 'flags.provider' : 'traffic.router';
  return new Problem({
    what: `The ${by === 'flag' ? 'flag' : 'router'} did not take ${showWeights(weights)}: ${error.message}`,
    where: `${block} ${router}, environment ${environment}`,
    fix: error.remedy,
    reason: error instanceof Refused ? error.reason : 'router-unreachable',
  });
}

function weighingOf(options: RouterOptions, world: RouterWorld): Weighing {
  switch (options.router) {
    case 'command':
      return commandWeighing(options, own(options, commandRouter()), world.command);
    case 'http':
      return httpWeighing(options, own(options, httpRouter()), world.http);
    case 'nginx':
      return nginxWeighing(options, own(options, nginxRouter()), world);
    case 'kubernetes-replicas':
      return replicasWeighing(options, own(options, replicasRouter()), world);
    case 'kubernetes-rollout':
      return rolloutWeighing(options, own(options, rolloutRouter()), world);
    case 'gateway-api':
      return gatewayWeighing(options, own(options, gatewayRouter()), world.command);
    case 'istio':
      return istioWeighing(options, own(options, istioRouter()), world.command);
    case 'ingress-nginx':
      return ingressWeighing(options, own(options, ingressRouter()), world.command);
    case 'unleash':
      return flagWeighing(
        options,
        unleashSwitch(own(options, unleashRouter()), options.environment, world.http, options.audiences),
      );
    case 'launchdarkly':
      return flagWeighing(
        options,
        launchdarklySwitch(own(options, launchdarklyRouter()), options.environment, world.http, options.audiences),
      );
    case 'haproxy':
      return haproxyWeighing(options, own(options, haproxyRouter()));
    default:
      throw new Problem({
        what: `There is no router ${options.router}`,
        where: 'traffic.router',
        fix: 'Name one of docs/providers.md, or use the router `command` with a script around yours.',
        reason: 'router-unsupported',
      });
  }
}

/** The keys of `traffic` that are this router's own. */
function own<Shape extends z.ZodObject>(options: RouterOptions, shape: Shape): z.infer<Shape> {
  const keys = Object.keys(shape.shape).filter((key) => key in options.options);
  const read = shape.safeParse(Object.fromEntries(keys.map((key) => [key, options.options[key]])));
  if (read.success) return read.data;
  const block = options.by === 'flag' ? 'flags' : 'traffic';
  throw new Problem({
    what: `The ${options.by === 'flag' ? 'flag provider' : 'router'} ${options.router} lacks what it needs`,
    where: read.error.issues.map((issue) => `${block}.${issue.path.join('.')}: ${issue.message}`).join('; '),
    fix: `Complete the \`${block}:\` block of the policy.`,
    reason: 'bad-policy',
  });
}

async function setAndVerify(weighing: Weighing, asked: Weights, clock: Clock) {
  const weights = (await weighing.nearest?.(asked)) ?? asked;
  const before = await weighing.read().catch((error: unknown) => unreached(error));
  const there = before !== undefined && sameWeights(weights, before, 0);
  if (there && (await (weighing.wasTold?.(weights) ?? true))) return { applied: before, changed: false };
  await patiently(() => weighing.write(weights), writeDeadline, clock);
  let applied = await patiently(() => weighing.read(), readDeadline, clock);
  const until = clock.now() + (weighing.settleMs ?? settleDeadline);
  while (!sameWeights(weights, applied, coarse) && clock.now() < until) {
    await clock.sleep(250);
    applied = await patiently(() => weighing.read(), readDeadline, clock);
  }
  if (sameWeights(weights, applied, coarse)) return { applied, changed: true };
  throw new Refused(
    `it was told ${showWeights(weights)} and says ${showWeights(applied)}`,
    'Somebody else may be changing the weights, or the router ignores them: look at it before the next run.',
    'contested',
  );
}

function unreached(error: unknown): undefined {
  if (!(error instanceof Unreached)) throw error;
  return undefined;
}

/** Tries again, each time after twice the pause, while the neighbour gives no usable answer and the deadline is not over. */
async function patiently<T>(attempt: () => Promise<T>, deadline: number, clock: Clock): Promise<T> {
  const until = clock.now() + deadline;
  for (let pause = 200; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      return await attempt();
    } catch (error) {
      const again = error instanceof Unreached && !(error instanceof Refused) && clock.now() + pause < until;
      if (!again) throw error;
      await clock.sleep(pause);
    }
  }
}
