// The port of the canary: what a procedure's world has to give it, and how a walk sees that: router, metric sources, the health of a side.
import type { Run } from '../evidence/run.ts';
import { withVariables } from '../kit/variable.ts';
import type { Routing } from '../policy/routing.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import { setAside, type WordInputs } from './answer.ts';
import type { PagingWorld } from './going-back.ts';
import { type Get, healthOf, healthUrl } from './health.ts';
import type { Reader } from './poller.ts';
import { type Request, readScene, type Scene } from './scene.ts';
import type { Weigher } from './start.ts';
import type { WalkWorld } from './walk.ts';

/** The inputs of a canary step. */
export type Given = Request & WordInputs & { readonly 'dry-run': boolean };

export interface CanaryWorld extends Omit<WalkWorld, 'open' | 'health' | 'log'>, PagingWorld {
  readonly run: Run;
  readonly log: {
    beat<T>(name: string, run: () => Promise<T>): Promise<T>;
    info(line: string): void;
    warn(line: string): void;
  };
  readonly router: (options: Routing & { readonly publicUrl?: string }) => Weigher;
  readonly metrics: (options: {
    readonly source: string;
    readonly options: Readonly<Record<string, unknown>>;
  }) => Reader;
  readonly http: Get;
}

/** The router of a scene, its variables filled in. Throws a Problem for one that is not set. */
export function routerOf(
  world: Pick<CanaryWorld, 'env' | 'router'>,
  routing: Routing,
  publicUrl: string | undefined,
): Weigher {
  const options = withVariables(routing.options, world.env, 'traffic');
  return world.router({ ...routing, options, ...(publicUrl === undefined ? {} : { publicUrl }) });
}

/** The world as a walk sees it: metric sources, and the health of a side where the policy gives it an address. */
export function walkWorld(world: CanaryWorld, { policy: { traffic } }: Scene): WalkWorld & PagingWorld {
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
  { ask, run, log }: CanaryWorld,
  inputs: Given,
  vocabulary: Vocabulary,
): Promise<{ readonly scene: Scene; readonly note: string }> {
  const read = await readScene(ask, run, inputs, vocabulary);
  const { limits, aside, note } = await setAside({ ask, run, policy: read.policy }, inputs, read.limits);
  if (note !== '') log.warn(note);
  return { scene: { ...read, limits, aside }, note };
}
