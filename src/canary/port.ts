// The port of the canary: what a procedure's world has to give it, and how a walk sees that: router, metric sources, the health of a side.
import type { Run } from '../evidence/run.ts';
import { withVariables } from '../kit/variable.ts';
import type { Effective } from '../policy/effective.ts';
import { type Routing, routingOf } from '../policy/routing.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import { setAside, type WordInputs } from './answer.ts';
import { builtInsOf } from './built-in.ts';
import type { PagingWorld } from './going-back.ts';
import type { Get } from './health.ts';
import type { Reader } from './poller.ts';
import { type Request, readScene, type Scene } from './scene.ts';
import type { Weigher } from './start.ts';
import type { WalkWorld } from './walk.ts';

/** The inputs of a canary step. */
export type Given = Request & WordInputs & { readonly 'dry-run': boolean };

export interface CanaryWorld extends Omit<WalkWorld, 'open' | 'builtIns' | 'log'>, PagingWorld {
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

/** How the pods of a policy's sides are counted; undefined where its router knows of none. Throws a Problem for a variable that is not set. */
export function podsOf(world: Pick<CanaryWorld, 'env' | 'router'>, policy: Effective): Weigher['pods'] {
  if (policy.traffic?.router === undefined) return undefined;
  return routerOf(
    world,
    routingOf(policy, (name) => `\${${name}}`),
    policy.url,
  ).pods;
}

/** The world as a walk sees it: metric sources, and what this action finds by itself. */
export function walkWorld(world: CanaryWorld, { policy, limits, routing }: Scene): WalkWorld & PagingWorld {
  const open: WalkWorld['open'] = (source, options) => world.metrics({ source, options });
  const { pods } = routerOf(world, routing, policy.url);
  return { ...world, open, builtIns: builtInsOf(policy, limits, { ...world, open, pods }) };
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
