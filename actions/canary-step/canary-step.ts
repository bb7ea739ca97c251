// Canary step: users meet the new version stage by stage; each stage is judged by its numbers, and a bad one is turned back first of all.
import { isCaretakerAlive } from '../../src/canary/caretaker.ts';
import { type Ending, outcomeOf, unmoved, walked } from '../../src/canary/ending.ts';
import { goBack } from '../../src/canary/going-back.ts';
import { fits, handOver, isCarried, leave } from '../../src/canary/handover.ts';
import type { Hold } from '../../src/canary/hold.ts';
import {
  attemptOwned,
  dutyOf,
  finishedOutcome,
  isUnfinished,
  ownedKey,
  readOwned,
  wordsOfPost,
} from '../../src/canary/owned.ts';
import { readAsked, routerOf, startWorld, walkWorld } from '../../src/canary/port.ts';
import { preflight } from '../../src/canary/preflight.ts';
import { tend } from '../../src/canary/round.ts';
import { hasContracted } from '../../src/canary/schema.ts';
import { isAway } from '../../src/canary/sides.ts';
import { findStart, isWalked, settledHold, stagesLeft } from '../../src/canary/start.ts';
import { remedyAfter, type Turn, turnOf } from '../../src/canary/turn.ts';
import { Walk } from '../../src/canary/walk.ts';
import { bringBack } from '../../src/canary/way-back.ts';
import { statusOf } from '../../src/record/words.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { CanarySight, Outcome } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** Walks the stages that are left, as far as the input says. Safe to run again at any moment: it goes on from router and record. */
export async function step(world: CanarySight, inputs: Inputs): Promise<Outcome> {
  if (inputs.mode === 'tend' || inputs.answer !== '') return tend(world, inputs, vocabulary);
  const { log, clock } = world;
  const dryRun = inputs['dry-run'];
  const began = clock.now();
  const { scene } = await log.beat('Policy and record', () => readAsked(world, inputs, vocabulary));
  const still = (verdict: Ending['verdict'], why: Hold, at: Partial<Ending> = {}) =>
    outcomeOf(scene, unmoved({ verdict, ...why, ...at, dryRun, now: clock.now() }));
  const settled = settledHold(scene);
  if (settled !== undefined) return still(settled.verdict, settled, settled);
  if (await isCarried(world, scene)) return still('hold', inCare, { kept: true, acted: false });
  const router = routerOf(world, scene.routing, scene.policy.url);
  const start = await log.beat('Sides', () => findStart(startWorld(world, scene), router, scene, !dryRun));
  if (start.kind === 'hold') return still('hold', start);
  const stages = stagesLeft(scene, start, inputs.stage);
  if (stages.length === 0 && !isWalked(scene, start)) return still('promote', alreadyPromoted, start);
  const walking = walkWorld(world, scene);
  const carried = await isCaretakerAlive(world.ask, scene.policy.caretaker, clock.now());
  const hold = await log.beat('Preflight', () => preflight(walking, router, { scene, start, stages, carried }));
  if (hold !== undefined && !isAway(start)) return still('hold', hold, start);
  if (dryRun) return still('nothing-due', nothingMoved, start);
  const walk = await log.beat('Record', () => Walk.begin(walking, router, scene, start));
  if (hold !== undefined) return log.beat('Back to stable', () => turned(world, walk, { verdict: 'hold', ...hold }));
  for (const stage of stages) {
    if (!fits(stage, scene, began, clock.now())) {
      const given = await log.beat(`Hand-over ${stage.id}, ${stage.weight} %`, () => handOver(world, walk, stage));
      if ('sides' in given) return outcomeOf(scene, given);
      return log.beat('Back to stable', () => turned(world, walk, given));
    }
    const end = await log.beat(`Canary ${stage.id}, ${stage.weight} %`, () => walk.walk(stage));
    const turn = turnOf(end, scene.plan, scene.policy.enforce === 'report');
    const left = turn === undefined ? undefined : await leave(world, walk, end);
    if (left !== undefined) return outcomeOf(walk.scene, left);
    if (turn !== undefined) return log.beat('Back to stable', () => turned(world, walk, turn));
  }
  return log.beat('Record', () => promoted(world, walk));
}

/** Post: brings the traffic back when main did not finish, or when the job failed or was cancelled while it owned an unfinished plan. */
export async function finish(world: CanarySight): Promise<Outcome> {
  const { run, clock, log } = world;
  const plan = readOwned(world.state.read(ownedKey));
  if (plan === undefined) return finishedOutcome(undefined, run, clock.now(), []);
  const router = routerOf(world, plan.routing, undefined);
  const [weights, facts] = await log.beat('Sides', () =>
    Promise.all([router.get(), world.ask({ kind: 'deployments', environment: plan.environment })]),
  );
  const attempt = attemptOwned(plan, facts);
  const contracted = hasContracted((attempt?.happened ?? []).map(({ entry }) => entry));
  const stand = { weights: weights.kind === 'known' ? weights.value : undefined, contracted };
  const duty = dutyOf(plan, { ...stand, job: run.jobStatus, unfinished: isUnfinished(plan, attempt) });
  if (duty === 'nothing') return finishedOutcome(undefined, run, clock.now(), []);
  if (duty === 'back') await log.beat('Back to stable', () => bringBack(router, plan.routing, plan.stable, plan.home));
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
const inCare: Hold = { reason: 'handed-over', because: 'the caretaker carries this stage', remedy: '' };
const nothingMoved: Hold = { reason: 'dry-run', because: 'nothing was moved', remedy: '' };

async function turned(world: CanarySight, walk: Walk, turn: Turn): Promise<Outcome> {
  const done = await goBack(world, walk, turn);
  const remedy = remedyAfter(done, walk);
  return outcomeOf(walk.scene, walked(walk, { ...done, remedy, stopped: true, now: world.clock.now() }));
}

async function promoted(world: CanarySight, walk: Walk): Promise<Outcome> {
  const complete = walk.stage?.id === walk.scene.plan.stages.at(-1)?.id;
  const completed = complete && (await walk.complete());
  if (!completed) await walk.pause();
  const { kind, reason, because } = walk.worst ?? {
    kind: 'promote',
    reason: completed ? 'completed' : 'limits-held',
    because: '',
  };
  return outcomeOf(
    walk.scene,
    walked(walk, { verdict: kind, reason, because, remedy: '', stopped: false, now: world.clock.now() }),
  );
}
