// The port of the canary: what a procedure's world has to give it, and how a walk sees that: router, metric sources, the health of a side.
import type { Run } from '../evidence/run.ts';
import { namesIn, withVariables } from '../kit/variable.ts';
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
  // Answers of the entrance only bear out what the router says: without its address a walk goes on all the same.
  const isKnown = publicUrl !== undefined && namesIn(publicUrl).every((name) => world.env(name) !== undefined);
  return world.router({
    ...{ ...routing, options },
    ...(isKnown ? { publicUrl: withVariables(publicUrl, world.env, 'url') } : {}),
  });
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
export function walkWorld(world: CanaryWorld, scene: Scene): WalkWorld & PagingWorld {
  const { limits, routing } = scene;
  const policy = entered(scene);
  const open: WalkWorld['open'] = (source, options) => world.metrics({ source, options });
  const { pods } = routerOf(world, routing, policy.url);
  return { ...startWorld(world, scene), open, builtIns: builtInsOf(policy, limits, { ...world, open, pods }) };
}

/** The world as the start of a walk needs it: also what moves the shares of another version. */
export function startWorld<W extends Pick<CanaryWorld, 'env' | 'router'>>(world: W, { policy }: Scene) {
  return { ...world, routed: (routing: Routing) => routerOf(world, routing, policy.url) };
}

/** The arms of a flag or a rollout have no address of their own: they are asked where users come in. */
function entered({ policy, plan, routing }: Scene): Effective {
  const { traffic, url } = policy;
  if (plan.by === 'traffic' || url === undefined) return policy;
  const at = Object.fromEntries(routing.sides.map((side) => [side, url]));
  const none = {
    after: 'swap',
    keepOldMs: 0,
    version: { path: '/version' },
    health: { path: '/health' },
    hosts: [],
  } as const;
  return { ...policy, traffic: { ...none, options: {}, ...traffic, sides: routing.sides, at } };
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
