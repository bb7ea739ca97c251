// The start of a walk: reads router and sides, frees them from a walk that was left, waits for one that is just going back.
import type { Ask, Known, Unknown } from '../evidence/answer.ts';
import type { SideFact } from '../evidence/fact.ts';
import type { PodsReading } from '../evidence/reading.ts';
import type { Stage } from '../policy/parts.ts';
import type { Routing } from '../policy/routing.ts';
import { type Attempt, forwards, readHistory, unfinished } from '../record/history.ts';
import { sidesOf } from '../record/running.ts';
import type { DeploymentStore } from '../record/store.ts';
import { describeEntry, statusOf } from '../record/words.ts';
import { homeOf, type Weights } from './home.ts';
import { waitForTurn } from './order.ts';
import { progressAt, progressOf, stagesToWalk } from './plan.ts';
import type { Scene } from './scene.ts';
import { startByShare } from './share-start.ts';
import { isAway, type NotReady, type Ready, type Start, startOf } from './sides.ts';

/** The router, as far as a walk needs it. */
export interface Weigher {
  get(): Promise<Known<Weights> | Unknown>;
  /** Throws a Problem when the router does not take the weights. */
  set(weights: Weights): Promise<{ readonly applied?: Weights }>;
  /** What it would make of these weights, where it is coarse. Throws a Problem when that is too far off. */
  nearest?(weights: Weights): Promise<Weights>;
  side(side: string): Promise<SideFact>;
  /** Counts a side's pods; absent where the router knows of none. */
  readonly pods?: (side: string) => Promise<PodsReading>;
  /** Answers of the public entrance by version; undefined without one. */
  sample?(times: number): Promise<Readonly<Record<string, number>> | undefined>;
}

export interface StartWorld {
  readonly ask: Ask;
  readonly deployments: DeploymentStore;
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
  /** What moves the shares of another Deployment's version (plans by rollout). */
  readonly routed?: (routing: Routing) => Weigher;
}

/** How long a superseded bake is given to bring its traffic back, ms; it looks every 5 s and its router may take 30 s. */
const patience = 60_000;

/** A side that does not answer once may be slow; only one that stays silent is a side where nothing ran before, or where it died. */
const silentLooks = 3;

function isSilent(start: Start): boolean {
  return start.kind === 'first' || (start.kind === 'hold' && ['preflight', 'stable-silent'].includes(start.reason));
}

/** Reads where the walk starts. `move` false (dry run): looks only. */
export async function findStart(
  world: StartWorld,
  router: Weigher,
  scene: Scene,
  move: boolean,
): Promise<Ready | NotReady> {
  const waits = move ? await waitForTurn(world, scene) : undefined;
  if (waits !== undefined) return waits;
  const until = world.clock.now() + patience;
  for (let looks = 1; ; looks += 1) {
    const start = await rolledOver(world, scene, await readStart(router, scene));
    if (isSilent(start) && looks < silentLooks && !world.cancelled.aborted) {
      await world.clock.sleep(2_000, world.cancelled);
      continue;
    }
    if (start.kind !== 'occupied') return start;
    const care = await careOf(world.ask, start.by, scene.run.id);
    if (care === 'alive' || !move) return inFlight(start.by);
    if (care === 'left') {
      await free(world, router, start.by, scene);
      continue;
    }
    if (world.clock.now() >= until || world.cancelled.aborted) return inFlight(start.by);
    await world.clock.sleep(2_000, world.cancelled);
  }
}

/** Another Deployment whose rollout stands half-way: only its own image tells that. Then it is occupied. */
async function rolledOver(world: StartWorld, scene: Scene, start: Start): Promise<Start> {
  const { plan, attempt, policy, history } = scene;
  const leg = policy.leg ?? '';
  const own = attempt !== undefined && progressOf(attempt, leg).shifted;
  if (plan.by !== 'rollout' || start.kind !== 'ready' || own || world.routed === undefined) return start;
  for (const one of history.attempts) {
    if (one.id === attempt?.id || !progressOf(one, leg).shifted || !isAlike(scene, one)) continue;
    const weights = await world.routed(routingBy(scene, one)).get();
    if (weights.kind === 'known' && (weights.value[start.sides.canary] ?? 0) > 0) return { kind: 'occupied', by: one };
  }
  return start;
}

/** The routing of the scene, for another Deployment's version. */
function routingBy({ routing }: Scene, { sha, payload }: Attempt): Routing {
  const artifact = payload.kind === 'deploy' ? payload.artifact : [];
  return routing.target === undefined ? routing : { ...routing, target: { sha, version: payload.version, artifact } };
}

/** Whether another Deployment's plan goes by the same means as this one's. */
function isAlike({ plan, policy }: Scene, { payload }: Attempt): boolean {
  return payload.kind === 'deploy' && policy.plans[payload.plan]?.by === plan.by;
}

/** Reads router and sides, and what the record makes of them. */
export async function readStart(router: Weigher, scene: Scene): Promise<Start> {
  const { routing, history, attempt, policy, plan } = scene;
  if (plan.by !== 'traffic') {
    const stand = { weights: await router.get(), plan, routing, history, attempt, leg: policy.leg ?? '' };
    return startByShare({ ...stand, isAlike: (other) => isAlike(scene, other) });
  }
  const [weights, ...answers] = await Promise.all([router.get(), ...routing.sides.map((side) => router.side(side))]);
  return startOf({ weights, names: routing.sides, answers, history, attempt, leg: policy.leg ?? '' });
}

/** `alive`: its run walks on; `ending`: it was told to stop and brings its traffic back; `left`: nobody cares for it any more. */
async function careOf(ask: Ask, owner: Attempt, ownRun: number): Promise<'alive' | 'ending' | 'left'> {
  if (owner.payload.run.id === ownRun) return 'left';
  const run = await ask({ kind: 'run', id: owner.payload.run.id });
  // A run state that nobody can read counts as alive (DESIGN, In flight).
  if (run.kind === 'known' && run.value.status === 'completed') return 'left';
  return unfinished(owner) ? 'alive' : 'ending';
}

/** Brings the traffic of a left walk back, then ends its Deployment. Throws the router's Problem. */
async function free(world: StartWorld, router: Weigher, owner: Attempt, scene: Scene): Promise<void> {
  const { routing, policy, run } = scene;
  const leg = policy.leg ?? '';
  const stable = sidesOf(owner, leg)?.stable ?? '';
  const theirs = routing.target === undefined ? router : (world.routed?.(routingBy(scene, owner)) ?? router);
  await theirs.set(homeOf(owner, leg, { stable, names: routing.sides }));
  const said = { leg, logUrl: run.url };
  const because = 'its run is over';
  await world.deployments.say(
    owner.id,
    statusOf({ ...said, state: 'in_progress', entry: { kind: 'restored', side: stable, because } }),
  );
  await world.deployments.say(
    owner.id,
    statusOf({ ...said, state: 'error', entry: { kind: 'ended', how: 'left', detail: because } }),
  );
}

/** Ends the walks that their runs left without an end and without users; one that a caretaker may carry is left alone. What could not be
 * written is said in a sentence. */
export async function endLeft(world: StartWorld, scene: Scene, start: Ready): Promise<readonly string[]> {
  const { history, policy, run } = scene;
  const isLeft = (one: Attempt) => isLeftBehind(one, scene, start);
  if (policy.caretaker !== undefined || !forwards(history).some(isLeft)) return [];
  const listed = await world.deployments.list(policy.environment);
  const others = forwards(
    readHistory(listed, { environment: policy.environment, unit: policy.unit.name ?? '' }),
  ).filter(isLeft);
  const warnings: string[] = [];
  for (const { id, payload } of others) {
    const told = await world.ask({ kind: 'run', id: payload.run.id });
    if (told.kind === 'unknown' || told.value.status !== 'completed') continue;
    const entry = { kind: 'ended', how: 'left', detail: 'its run is over' } as const;
    await world.deployments.say(id, statusOf({ state: 'error', entry, logUrl: run.url })).catch((error: unknown) => {
      warnings.push(`Deployment ${id} was left without an end: ${error instanceof Error ? error.message : error}`);
    });
  }
  return warnings;
}

/** Another run's, without an end, and its side is not the one that has the users now: that one was promoted and could not say so any more. */
function isLeftBehind(one: Attempt, { attempt, policy, run }: Scene, start: Ready): boolean {
  if (!unfinished(one) || one.id === attempt?.id || one.payload.run.id === run.id) return false;
  const leg = policy.leg ?? '';
  return progressOf(one, leg).weight < 100 || sidesOf(one, leg)?.canary !== start.sides.stable;
}

function inFlight(owner: Attempt): NotReady {
  return {
    kind: 'hold',
    reason: 'in-flight',
    because: `deployment ${owner.id} (${owner.payload.version}) is still walking on these sides`,
    remedy: 'Wait for it, or cancel its run: it brings its traffic back by itself.',
  };
}

/** The stages left to walk from where the router stands; on a first deployment the last one alone: straight to 100 %. */
export function stagesLeft({ plan, attempt, policy }: Scene, start: Ready, wanted: string): readonly Stage[] {
  // Nothing ran here before, neither beside it nor at an earlier time.
  if (start.kind === 'first') return plan.stages.slice(-1).map((stage) => ({ ...stage, baselineOffsetMs: undefined }));
  return stagesToWalk(plan, progressAt(attempt, policy.leg ?? '', isAway(start)), wanted);
}

/** Every stage is promoted and the router bears it out, but the record has no end of the plan. */
export function isWalked({ plan, attempt, policy }: Scene, start: Ready): boolean {
  const { promoted, completed } = progressAt(attempt, policy.leg ?? '', isAway(start));
  return !completed && plan.stages.every(({ id }) => promoted.includes(id));
}

/** A Deployment that is past walking: complete, or ended without success. */
export function settledHold({ attempt, policy, version, plan }: Scene) {
  if (attempt === undefined) return undefined;
  const { completed, promoted } = progressOf(attempt, policy.leg ?? '');
  const ended = attempt.state === 'failure' || attempt.state === 'error' || attempt.state === 'inactive';
  const stage = promoted.at(-1) ?? plan.stages.at(-1)?.id ?? '';
  if (!ended && (completed || attempt.state === 'success')) {
    const because = `${version} has all users already`;
    return { verdict: 'promote', reason: 'completed', because, remedy: '', stage, weight: 100 } as const;
  }
  if (!ended) return undefined;
  const because = `deployment ${attempt.id} ended (${attempt.state}): ${describeEntry(attempt.happened.at(-1)?.entry ?? { kind: 'finished' })}`;
  const remedy = 'Begin a new deployment: run the whole workflow again.';
  return { verdict: 'hold', reason: 'ended', because, remedy, stage: '', weight: 0 } as const;
}
