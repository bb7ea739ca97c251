// The world as a walk and its caretaker see it: router, metric sources, the health of a side.

import { setAside } from '../../src/canary/answer.ts';
import { healthOf, healthUrl } from '../../src/canary/health.ts';
import { readScene, type Scene } from '../../src/canary/scene.ts';
import type { WalkWorld } from '../../src/canary/walk.ts';
import { withVariables } from '../../src/kit/variable.ts';
import type { Routing } from '../../src/policy/routing.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { Router, World } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** The router of a scene, its variables filled in. Throws a Problem for one that is not set. */
export function routerOf(world: World, routing: Routing, publicUrl: string | undefined): Router {
  const options = withVariables(routing.options, world.env, 'traffic');
  return world.router({ ...routing, options, ...(publicUrl === undefined ? {} : { publicUrl }) });
}

/** The world as a walk sees it: metric sources, and the health of a side where the policy gives it an address. */
export function walkWorld(world: World, { policy: { traffic } }: Scene): World & WalkWorld {
  const at = withVariables(traffic?.at ?? {}, world.env, 'traffic.at');
  const health = async (side: string) => {
    const url = healthUrl(at, traffic, side);
    return healthOf(await world.http({ method: 'GET', url, timeoutMs: 5_000, fresh: true }));
  };
  const open: WalkWorld['open'] = (source, options) => world.metrics({ source, options });
  return { ...world, open, health: Object.keys(at).length === 0 ? undefined : health };
}

/** The scene without what a person sets aside, and the sentence about that. Throws a Problem for what has to be mended first. */
export async function readAsked(
  world: World,
  inputs: Inputs,
): Promise<{ readonly scene: Scene; readonly note: string }> {
  const { ask, run, log } = world;
  const read = await readScene(ask, run, inputs, vocabulary);
  const { limits, aside, note } = await setAside({ ask, run, policy: read.policy }, inputs, read.limits);
  if (note !== '') log.warn(note);
  return { scene: { ...read, limits, aside }, note };
}
