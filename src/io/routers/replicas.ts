// The router `kubernetes-replicas`: the share of a side is its share of the ready pods of two deployments.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import type { ReplicasRouterOptions } from '../../providers/routers.ts';
import type { Clock, Command, RouterOptions, Weights } from '../../world.ts';
import { type ClusterObject, createKubectl } from '../kubectl.ts';
import { refuseAutoscaler } from './autoscaler.ts';
import { Refused, Unreached, type Weighing } from './weights.ts';

const defaultReady = 120_000;
const defaultTolerance = 5;
const pollMs = 1_000;
const unscaled =
  'Shift traffic by another router (gateway-api, istio, ingress-nginx), or take the autoscaler off for the deployment.';

const deployment = z.looseObject({
  metadata: z.looseObject({ name: z.string(), generation: z.number().default(0) }),
  spec: z.looseObject({ replicas: z.number().default(1), paused: z.boolean().optional() }),
  status: z
    .looseObject({ readyReplicas: z.number().default(0), observedGeneration: z.number().default(0) })
    .default({ readyReplicas: 0, observedGeneration: 0 }),
});

/** Serves the shares as numbers of pods. Growing comes first, and waits until the new pods are ready: capacity is never lost. */
export function replicasWeighing(
  router: RouterOptions,
  options: ReplicasRouterOptions,
  world: { readonly command: Command; readonly clock: Clock },
): Weighing {
  const kubectl = createKubectl(options, world.command);
  const readyMs = parseDuration(options['ready-within'] ?? '') ?? defaultReady;
  const nameOf = (side: string) => options.deployments?.[side] ?? side;
  const [first, second] = router.sides;
  const get = async (side: string) => {
    const object = await kubectl.get('deployments.apps', nameOf(side));
    return { object, ...deployment.parse(object) };
  };

  /** Pods of each side: at least one where it gets any traffic at all. */
  function podsFor(weights: Weights): Readonly<Record<string, number>> {
    const share = weights[second] ?? 0;
    const some = Math.max(1, Math.round((options.replicas * share) / 100));
    if (share === 0) return { [first]: options.replicas, [second]: 0 };
    if (share === 100) return { [first]: 0, [second]: options.replicas };
    return { [first]: Math.max(1, options.replicas - some), [second]: some };
  }

  async function scale(object: ClusterObject, replicas: number): Promise<void> {
    await kubectl.patch('deployments.apps', object, [{ op: 'replace', path: '/spec/replicas', value: replicas }]);
  }

  async function untilReady(side: string, pods: number): Promise<void> {
    const until = world.clock.now() + readyMs;
    for (;;) {
      const { status, metadata } = await get(side);
      if (status.observedGeneration >= metadata.generation && status.readyReplicas >= pods) return;
      if (world.clock.now() >= until) {
        throw new Refused(
          `of ${nameOf(side)} ${status.readyReplicas} of ${pods} pods were ready after ${readyMs / 1000} s`,
          `Look why: kubectl describe deployment ${nameOf(side)}.`,
          'pods-not-ready',
        );
      }
      await world.clock.sleep(pollMs);
    }
  }

  return {
    settleMs: readyMs,
    nearest(weights) {
      const pods = podsFor(weights);
      const all = (pods[first] ?? 0) + (pods[second] ?? 0);
      const share = percentOf(pods[second] ?? 0, all);
      const asked = weights[second] ?? 0;
      const tolerance = options.tolerance ?? defaultTolerance;
      if (Math.abs(share - asked) > tolerance) {
        throw new Refused(
          `${all} pods can give ${second} ${share} %, not ${asked} %`,
          `Raise traffic.replicas to ${podsNeeded(asked)}, take a stage that the pods can make, or widen traffic.tolerance (now ${tolerance} percentage points).`,
          'router-coarse',
        );
      }
      return { [first]: percentOf(pods[first] ?? 0, all), [second]: share };
    },
    async wasTold(weights) {
      const pods = podsFor(weights);
      const told = await Promise.all(router.sides.map(async (side) => (await get(side)).spec.replicas === pods[side]));
      return told.every((same) => same);
    },
    async read() {
      const [a, b] = await Promise.all([get(first), get(second)]);
      const behind = [a, b].find(({ status, metadata }) => status.observedGeneration < metadata.generation);
      if (behind !== undefined)
        throw new Unreached(`the cluster has not looked at ${behind.metadata.name} yet`, 'Wait a moment.');
      const [readyA, readyB] = [a.status.readyReplicas, b.status.readyReplicas];
      if (readyA + readyB === 0) {
        throw new Unreached(
          `neither ${nameOf(first)} nor ${nameOf(second)} has a ready pod`,
          'Bring one of them up by hand.',
        );
      }
      return { [first]: percentOf(readyA, readyA + readyB), [second]: percentOf(readyB, readyA + readyB) };
    },
    async write(weights) {
      const pods = podsFor(weights);
      const split = router.sides.every((side) => (weights[side] ?? 0) > 0);
      // With everybody on one side it is free to scale that one, and the way home stays open.
      if (split) await refuseAutoscaler(kubectl, router.sides.map(nameOf), unscaled);
      const found = await Promise.all(router.sides.map(async (side) => ({ side, ...(await get(side)) })));
      const paused = found.find(({ spec }) => spec.paused === true);
      const [grows, shrinks] = [...found].sort(
        (a, b) => (pods[b.side] ?? 0) - b.spec.replicas - ((pods[a.side] ?? 0) - a.spec.replicas),
      );
      if (grows === undefined || shrinks === undefined) return;
      const more = pods[grows.side] ?? 0;
      if (more > grows.spec.replicas) {
        await scale(grows.object, more);
        try {
          await untilReady(grows.side, more);
        } catch (error) {
          // What cannot get ready is not left behind, unless it is the side that everything goes home to.
          if ((weights[grows.side] ?? 0) < 100) await scale((await get(grows.side)).object, grows.spec.replicas);
          if (!(error instanceof Refused) || paused === undefined) throw error;
          throw new Refused(
            `${error.message}; ${paused.metadata.name} is paused`,
            `kubectl rollout resume deployment ${paused.metadata.name}`,
          );
        }
      }
      const fewer = pods[shrinks.side] ?? 0;
      if (fewer !== shrinks.spec.replicas) await scale((await get(shrinks.side)).object, fewer);
      if (more < grows.spec.replicas) await scale((await get(grows.side)).object, more);
    },
  };
}

function percentOf(part: number, all: number): number {
  return Number(((100 * part) / all).toFixed(2));
}

/** The smallest number of pods that gives this share exactly. */
function podsNeeded(share: number): number {
  for (let pods = 2; pods <= 1_000; pods++)
    if (Math.abs(Math.round((pods * share) / 100) - (pods * share) / 100) < 1e-9) return pods;
  return 1_000;
}
