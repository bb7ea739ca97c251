// The beginning: a Deployment where the gate began none, and the poller that looks at its two arms.
import { withVariables } from '../kit/variable.ts';
import { wantedMeasures } from '../policy/measure.ts';
import type { Compared } from '../policy/parts.ts';
import { begin } from '../record/begin.ts';
import type { Attempt } from '../record/history.ts';
import type { Sides } from '../record/running.ts';
import { Poller, type Polling } from './poller.ts';
import { payloadOf, type Scene } from './scene.ts';
import type { StartWorld } from './start.ts';

/** Begins the Deployment before the first shift (DESIGN, Begun only by). Throws what the store throws. */
export async function begun(world: StartWorld, scene: Scene): Promise<Attempt> {
  const { policy, version, run } = scene;
  const payload = await payloadOf(world.ask, scene);
  const description = `${version} to ${policy.environment}`;
  const wanted = { task: 'deploy', description, payload } as const;
  const said = { logUrl: run.url, leg: policy.leg ?? '', wait: (ms: number) => world.clock.sleep(ms) };
  const { attempt } = await begin(
    world.deployments,
    wanted,
    { kind: 'begun', tier: payload.tier, plan: payload.plan },
    said,
  );
  return attempt;
}

/** The poller of this scene, its sources with their variables filled in. Throws a Problem for a variable that is not set. */
export function pollerOf(world: Seeing, scene: Scene, sides: Sides): Poller {
  return new Poller(pollingOf(world, scene, sides));
}

/** What the poller of a scene asks, and what its past is asked of. */
export function pollingOf(world: Seeing, scene: Scene, sides: Sides): Polling {
  const { policy, limits, version, stableVersion, plan } = scene;
  return {
    measures: wantedMeasures(policy.metrics, limits, policy.compare),
    sources: withVariables(policy.metrics.sources, world.env, 'metrics.sources'),
    sides,
    // Behind a flag the same version serves both arms.
    versions: { canary: version, stable: plan.by === 'flag' ? version : stableVersion },
    leg: policy.leg ?? '',
    strata: strataOf(policy.compare),
    open: world.open,
    builtIns: world.builtIns,
  };
}

/** The labels of the metrics that are compared by strata. */
export function strataOf(compare: readonly Compared[]): Readonly<Record<string, string>> {
  return Object.fromEntries(compare.flatMap(({ metric, strata }) => (strata === undefined ? [] : [[metric, strata]])));
}

type Seeing = Pick<Polling, 'open' | 'builtIns'> & { readonly env: (name: string) => string | undefined };
