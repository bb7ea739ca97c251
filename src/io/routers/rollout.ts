// The router `kubernetes-rollout`: one Deployment that goes from the old image to the new one in batches. What the pods really run is the share;
// where to go back to stands on the Deployment itself, so that it is there whoever comes back for it.
import { parseDuration } from '../../kit/duration.ts';
import type { RolloutRouterOptions } from '../../providers/routers.ts';
import type { Clock, Command, RouterOptions, Weights } from '../../world.ts';
import { createKubectl, type PatchStep } from '../kubectl.ts';
import { isSameImage } from '../redeploys/image.ts';
import { refuseAutoscaler } from './autoscaler.ts';
import {
  annotationPath,
  annotationsOf,
  batchOf,
  type Fleet,
  fleetOf,
  held,
  inManner,
  type Journey,
  journeyOf,
  type Manner,
  mannerOf,
  percentOf,
  podsIn,
  type Rolled,
  rolledShape,
  setsBehind,
} from './rolled.ts';
import { Refused, Unreached, type Weighing } from './weights.ts';

const defaultDeadline = 600_000;
const defaultTolerance = 5;
const pollMs = 500;
const unscaled = 'Give it as many pods at least as at most (minReplicas, maxReplicas) while the batches go on.';
/** What comes at a time where the policy does not say, percent of the pods: the platform's own default. */
const usualSurge = 25;

interface Telling {
  readonly image: string;
  readonly journey: Journey | undefined;
  readonly manner: Manner;
  readonly paused?: boolean;
}

/** Serves the share of the new image's pods. Growing waits until the pods are ready, then pauses the rollout; back is the image before. */
export function rolloutWeighing(
  router: RouterOptions,
  options: RolloutRouterOptions,
  world: { readonly command: Command; readonly clock: Clock },
): Weighing {
  const kubectl = createKubectl(options, world.command);
  const deadlineMs = parseDuration(options['progress-deadline'] ?? '') ?? defaultDeadline;
  const [first, second] = router.sides;
  const { deployment: name } = options;
  const shares = (share: number): Weights => ({ [first]: Number((100 - share).toFixed(2)), [second]: share });

  async function look() {
    const object = await kubectl.get('deployments.apps', name);
    const read = rolledShape.safeParse(object);
    if (!read.success) throw new Refused(`deployment/${name} is none that can be read`, 'Look at it by hand.');
    const found = read.data;
    const place = containerOf(found);
    const image = found.spec.template.spec.containers[place]?.image ?? '';
    return { object, found, place, image, wanted: wantedImage(image), journey: journeyOf(found) };
  }

  type Seen = Awaited<ReturnType<typeof look>>;

  function containerOf({ spec }: Rolled): number {
    const { containers } = spec.template.spec;
    const artifact = router.target?.artifact ?? [];
    const named = containers.findIndex((one) => one.name === options.container);
    if (options.container !== undefined && named === -1) {
      throw new Refused(`deployment/${name} has no container ${options.container}`, 'Correct traffic.container.');
    }
    const built = containers.findIndex(({ image }) => artifact.some((one) => isSameImage(one, image)));
    return Math.max(0, options.container === undefined ? built : named);
  }

  function wantedImage(present: string): string {
    const { version = '', sha = '', artifact = [] } = router.target ?? {};
    if (options.image !== undefined)
      return options.image.replace(/\{\{\s*version\s*\}\}/g, version).replace(/\{\{\s*sha\s*\}\}/g, sha);
    const built = artifact.find((one) => isSameImage(one, present));
    if (built !== undefined) return built;
    throw new Refused(
      `nobody says which image ${version} is`,
      `Give traffic.image, such as "ghcr.io/acme/${name}:{{version}}", or give pre-deploy-gate the input artifact.`,
    );
  }

  async function fleet({ found, place, wanted }: Seen): Promise<Fleet> {
    return fleetOf(await kubectl.list('pods', found.spec.selector.matchLabels), { place, wanted });
  }

  /** The image to go back to, where this Deployment is on its way to the wanted one; undefined where it is not. */
  async function homeOf(seen: Seen): Promise<Journey | undefined> {
    const { journey, image, wanted, found, place } = seen;
    if (image !== wanted) return undefined;
    if (journey?.target === wanted) return journey;
    // Somebody else told it the new image: the newest revision with another one is what ran before.
    const sets = await kubectl.list('replicasets.apps', found.spec.selector.matchLabels);
    const before = setsBehind(sets, name, place).find((one) => one !== wanted);
    return before === undefined ? undefined : { target: wanted, before, pods: 0, weight: 0, manner: mannerOf(found) };
  }

  async function tell(seen: Seen, told: Telling): Promise<void> {
    const { object, found, place } = seen;
    const { image, journey, manner, paused = false } = told;
    const steps: readonly PatchStep[] = [
      { op: 'add', path: annotationPath, value: annotationsOf(found, journey) },
      { op: 'replace', path: `/spec/template/spec/containers/${place}/image`, value: image },
      ...inManner(found, manner),
      ...((found.spec.paused ?? false) === paused ? [] : [{ op: 'add' as const, path: '/spec/paused', value: paused }]),
    ];
    await kubectl.patch('deployments.apps', object, steps);
  }

  /** Looks until it is so; the platform's own deadline and ours end it. `since`: a deadline exceeded before was that of another rollout. */
  async function until(isSo: (fleet: Fleet, seen: Seen) => boolean, what: string, since: string): Promise<void> {
    const end = world.clock.now() + deadlineMs;
    for (;;) {
      const seen = await look();
      const now = await fleet(seen);
      if (isSo(now, seen)) return;
      const exceeded = exceededIn(seen.found);
      if (world.clock.now() >= end || (exceeded !== '' && exceeded !== since)) {
        const why =
          exceeded !== '' && exceeded !== since
            ? 'it exceeded its progress deadline'
            : `${deadlineMs / 1000} s were over`;
        throw new Refused(
          `of deployment/${name} ${now.fresh} pods have the new image and ${now.old} the old one, ${what}: ${why}`,
          `Look why: kubectl describe deployment ${name}.`,
          'pods-not-ready',
        );
      }
      await world.clock.sleep(pollMs);
    }
  }

  async function goBack(seen: Seen): Promise<void> {
    const home = await homeOf(seen);
    if (home === undefined) return;
    const since = exceededIn(seen.found);
    await tell(seen, { image: home.before, journey: undefined, manner: home.manner });
    const what = 'and all are to have the old one';
    await until(({ fresh, old }, { found }) => fresh === 0 && old >= found.spec.replicas, what, since);
  }

  async function goOn(seen: Seen, share: number): Promise<void> {
    const { found, wanted, image } = seen;
    const { replicas } = found.spec;
    const pods = batchOf(replicas, share);
    if (pods < replicas) await refuseAutoscaler(kubectl, [name], unscaled);
    const { fresh } = await fleet(seen);
    if (fresh > pods) throw tooMany(fresh);
    const home = await homeOf(seen);
    const manner = home?.manner ?? mannerOf(found);
    const journey: Journey = { target: wanted, before: home?.before ?? image, pods, weight: share, manner };
    const since = exceededIn(found);
    if (pods >= replicas) {
      await tell(seen, { image: wanted, journey, manner: inWords(manner, replicas) });
      return until((at) => at.fresh >= replicas && at.old === 0, `and ${replicas} are to have the new one`, since);
    }
    const surge = podsIn(options['max-surge'], replicas) ?? batchOf(replicas, usualSurge);
    const missing = podsIn(options['max-unavailable'], replicas) ?? 0;
    for (let at = fresh; at < pods; ) {
      at = Math.min(pods, at + Math.max(1, surge || missing));
      await grow(at, { journey, surge, since });
    }
    await tell(await look(), { image: wanted, journey, manner: held(0, pods), paused: true });
  }

  /** Brings the new image to so many pods: first the new ones come, then as many old ones leave; without a surge it is the other way about. */
  async function grow(
    to: number,
    { journey, surge, since }: { readonly journey: Journey; readonly surge: number; readonly since: string },
  ): Promise<void> {
    const seen = await look();
    const image = journey.target;
    const { replicas } = seen.found.spec;
    const { fresh } = await fleet(seen);
    const what = `and ${to} are to have the new one`;
    if (surge > 0) {
      await tell(seen, { image, journey, manner: held(to - fresh, 0) });
      await until((at) => at.fresh >= to, what, since);
    }
    await tell(await look(), { image, journey, manner: held(0, to) });
    await until((at) => at.fresh >= to && at.old <= replicas - to, what, since);
  }

  function inWords(manner: Manner, replicas: number): Manner {
    const { 'max-surge': surge, 'max-unavailable': missing } = options;
    if (surge === undefined && missing === undefined) return manner;
    const rollingUpdate = { maxSurge: podsIn(surge, replicas) ?? 1, maxUnavailable: podsIn(missing, replicas) ?? 0 };
    return { ...manner, strategy: { type: 'RollingUpdate', rollingUpdate } };
  }

  return {
    settleMs: deadlineMs,
    async nearest(weights) {
      const { found } = await look();
      const { replicas } = found.spec;
      const asked = weights[second] ?? 0;
      const share = percentOf(batchOf(replicas, asked), replicas);
      const tolerance = options.tolerance ?? defaultTolerance;
      if (Math.abs(share - asked) <= tolerance) return shares(share);
      throw new Refused(
        `${replicas} pods can make batches of ${percentOf(1, replicas)} %, not ${asked} %`,
        `Take stages that the pods can make, run more of them, or widen traffic.tolerance (now ${tolerance} percentage points).`,
        'router-coarse',
      );
    },
    async wasTold(weights) {
      const seen = await look();
      const share = weights[second] ?? 0;
      if (share === 0) return (await homeOf(seen)) === undefined;
      return seen.image === seen.wanted && seen.journey?.target === seen.wanted && seen.journey.weight === share;
    },
    async read() {
      const seen = await look();
      const { found, journey, wanted } = seen;
      const now = await fleet(seen);
      if (now.fresh + now.old === 0)
        throw new Unreached(`deployment/${name} has no ready pod`, `Look why: kubectl describe deployment ${name}.`);
      // A pod that starts anew is no other decision than the one that was told.
      const told = journey?.target === wanted && found.spec.paused === true ? journey : undefined;
      const asTold = told !== undefined && now.fresh > 0 && Math.abs(now.fresh - told.pods) <= 1;
      return shares(asTold ? told.weight : percentOf(now.fresh, now.fresh + now.old));
    },
    async write(weights) {
      const seen = await look();
      const share = weights[second] ?? 0;
      await (share === 0 ? goBack(seen) : goOn(seen, share));
    },
  };
}

function tooMany(fresh: number): Refused {
  return new Refused(
    `${fresh} pods have the new image already, and a rollout cannot give back some of them`,
    'Go back to the old image first: answer rollback, or run the rollback workflow.',
    'contested',
  );
}

function exceededIn({ status }: Rolled): string {
  const found = status?.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  return found === undefined ? '' : `${found.lastUpdateTime ?? ''} ${found.message ?? ''} exceeded`;
}
