// Canary step: users meet the new version stage by stage; each stage is judged by its numbers, and a bad one is turned back first of all.
import { type Ending, outcomeOf, unmoved, walked } from '../../src/canary/ending.ts';
import { healthOf, healthUrl } from '../../src/canary/health.ts';
import {
  attemptOwned,
  dutyOf,
  finishedOutcome,
  isUnfinished,
  ownedKey,
  readOwned,
  wordsOfPost,
} from '../../src/canary/owned.ts';
import { type Hold, preflight } from '../../src/canary/preflight.ts';
import { readScene, type Scene } from '../../src/canary/scene.ts';
import { findStart, isWalked, settledHold, stagesLeft } from '../../src/canary/start.ts';
import { remedyOf, type Turn, turnOf } from '../../src/canary/turn.ts';
import { Walk, type WalkWorld } from '../../src/canary/walk.ts';
import { bringBack } from '../../src/canary/way-back.ts';
import { withVariables } from '../../src/kit/variable.ts';
import type { Routing } from '../../src/policy/routing.ts';
import { statusOf } from '../../src/record/words.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { Outcome, Router, World } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** Walks the stages that are left, as far as the input says. Safe to run again at any moment: it goes on from router and record. */
export async function step(world: World, inputs: Inputs): Promise<Outcome> {
  const { log, clock } = world;
  const dryRun = inputs['dry-run'];
  if (inputs.override.length > 0) log.warn('canary-step sets nothing aside: the input override is not taken here.');
  const scene = await log.beat('Policy and record', () => readScene(world.ask, world.run, inputs, vocabulary));
  const still = (verdict: Ending['verdict'], why: Hold, at: Partial<Ending> = {}) =>
    outcomeOf(scene, unmoved({ verdict, ...why, ...at, dryRun, now: clock.now() }));
  const settled = settledHold(scene);
  if (settled !== undefined) return still(settled.verdict, settled, settled);
  const router = routerOf(world, scene.routing, scene.policy.url);
  const start = await log.beat('Sides', () => findStart(world, router, scene, !dryRun));
  if (start.kind === 'hold') return still('hold', start);
  const stages = stagesLeft(scene, start, inputs.stage);
  if (stages.length === 0 && !isWalked(scene, start)) return still('promote', alreadyPromoted, start);
  const walking = walkWorld(world, scene);
  const hold = await log.beat('Preflight', () => preflight(walking, router, { scene, start, stages }));
  if (hold !== undefined && start.weight === 0) return still('hold', hold, start);
  if (dryRun) return still('nothing-due', nothingMoved, start);
  const walk = await log.beat('Record', () => Walk.begin(walking, router, scene, start));
  if (hold !== undefined) return log.beat('Back to stable', () => turned(world, walk, { verdict: 'hold', ...hold }));
  for (const stage of stages) {
    const end = await log.beat(`Canary ${stage.id}, ${stage.weight} %`, () => walk.walk(stage));
    const turn = turnOf(end, scene.plan, scene.policy.enforce === 'report');
    if (turn !== undefined) return log.beat('Back to stable', () => turned(world, walk, turn));
  }
  return log.beat('Record', () => promoted(world, walk));
}

/** Post: brings the traffic back when main did not finish, or when the job failed or was cancelled while it owned an unfinished plan. */
export async function finish(world: World): Promise<Outcome> {
  const { run, clock, log } = world;
  const plan = readOwned(world.state.read(ownedKey));
  if (plan === undefined) return finishedOutcome(undefined, run, clock.now(), []);
  const router = routerOf(world, plan.routing, undefined);
  const [weights, facts] = await log.beat('Sides', () =>
    Promise.all([router.get(), world.ask({ kind: 'deployments', environment: plan.environment })]),
  );
  const weight = weights.kind === 'known' ? weights.value[plan.canary] : undefined;
  const attempt = attemptOwned(plan, facts);
  const duty = dutyOf(plan, { job: run.jobStatus, weight, unfinished: isUnfinished(plan, attempt) });
  if (duty === 'nothing') return finishedOutcome(undefined, run, clock.now(), []);
  if (duty === 'back') await log.beat('Back to stable', () => bringBack(router, plan.routing, plan.stable));
  const said = { leg: plan.leg, logUrl: run.url };
  const warnings: string[] = [];
  try {
    for (const [state, entry] of wordsOfPost(plan, attempt, run.jobStatus))
      await world.deployments.say(plan.deploymentId, statusOf({ ...said, state, entry }));
  } catch (error) {
    warnings.push(
      `The traffic is back on ${plan.stable}; not recorded: ${error instanceof Error ? error.message : error}`,
    );
  }
  return finishedOutcome(plan, run, clock.now(), warnings);
}

const alreadyPromoted: Hold = { reason: 'already-promoted', because: 'this stage is promoted already', remedy: '' };
const nothingMoved: Hold = { reason: 'dry-run', because: 'nothing was moved', remedy: '' };

async function turned(world: World, walk: Walk, turn: Turn): Promise<Outcome> {
  await walk.turnBack(turn);
  const remedy = turn.remedy ?? remedyOf(turn, { needed: walk.judged?.needed ?? 0, back: walk.sides.stable !== '' });
  return outcomeOf(walk.scene, walked(walk, { ...turn, remedy, stopped: true, now: world.clock.now() }));
}

async function promoted(world: World, walk: Walk): Promise<Outcome> {
  const complete = walk.stage?.id === walk.scene.plan.stages.at(-1)?.id;
  if (complete) await walk.complete();
  else await walk.pause();
  const { kind, reason, because } = walk.worst ?? {
    kind: 'promote',
    reason: complete ? 'completed' : 'limits-held',
    because: '',
  };
  return outcomeOf(
    walk.scene,
    walked(walk, { verdict: kind, reason, because, remedy: '', stopped: false, now: world.clock.now() }),
  );
}

function routerOf(world: World, routing: Routing, publicUrl: string | undefined): Router {
  const options = withVariables(routing.options, world.env, 'traffic');
  return world.router({ ...routing, options, ...(publicUrl === undefined ? {} : { publicUrl }) });
}

/** The world as a walk sees it: metric sources, and the health of a side where the policy gives it an address. */
function walkWorld(world: World, { policy: { traffic } }: Scene): WalkWorld {
  const at = withVariables(traffic?.at ?? {}, world.env, 'traffic.at');
  const health = async (side: string) => {
    const url = healthUrl(at, traffic, side);
    return healthOf(await world.http({ method: 'GET', url, timeoutMs: 5_000, fresh: true }));
  };
  const open: WalkWorld['open'] = (source, options) => world.metrics({ source, options });
  return { ...world, open, health: Object.keys(at).length === 0 ? undefined : health };
}
