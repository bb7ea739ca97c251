// Rollback: find the last known good version, switch traffic first, verify what really runs, then record and report.
import { closing, finishedOutcome } from '../../src/rollback/course.ts';
import { askAgain, askBefore } from '../../src/rollback/data.ts';
import { drillAll, endKilledDrill } from '../../src/rollback/drill.ts';
import { actedEnding, plannedEnding } from '../../src/rollback/ending.ts';
import { followUp } from '../../src/rollback/follow-up.ts';
import {
  type Acted,
  catchUp,
  type Decided,
  decideAll,
  legsOf,
  type Proven,
  recordLeg,
  switchLeg,
} from '../../src/rollback/ground.ts';
import { endKilled, lockAfter } from '../../src/rollback/journal.ts';
import { worstOf } from '../../src/rollback/leg.ts';
import type { Proof } from '../../src/rollback/proof.ts';
import { withPulse } from '../../src/rollback/pulse.ts';
import { whatReallyRuns } from '../../src/rollback/redeploy.ts';
import { healthOf, healthUrl } from '../../src/rollback/soundness.ts';
import { seeItStop, tellToStop } from '../../src/rollback/stop.ts';
import { takeTurns } from '../../src/rollback/turn.ts';
import { unproven, type Verifying, verify } from '../../src/rollback/verification.ts';
import { confirmBySuite } from '../../src/smoke/confirmation.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { Outcome, RollbackSight } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** Brings users back to the last known good version on every leg, or says why not and what else can be done. Safe to run twice. */
export async function step(world: RollbackSight, inputs: Inputs): Promise<Outcome> {
  const { log } = world;
  const legs = await log.beat('Policy: what a rollback needs of it', () => legsOf(world, inputs, vocabulary));
  const decided = await log.beat('Decide: the last known good version', () => decideAll(world, inputs, legs));
  if (inputs.mode === 'plan' || inputs['dry-run']) {
    return worstOf(decided.map(({ course, decision }) => closing(course, decision, plannedEnding(decision))));
  }
  if (inputs.mode === 'drill') return log.beat('Drill: there and back', () => drillAll(world, decided));
  const ours = await log.beat('Take the turn: one rollback acts', () => takeTurns(world, inputs, decided));
  // Each leg goes on as soon as it can: one that is slow holds up neither the proof nor the record of another.
  const acting = ours.map((leg) => actLeg(world, leg));
  const proving = acting.map(async (leg) => proveLeg(world, inputs, await leg));
  const recording = proving.map(async (leg) => recordLeg(world, await leg));
  const recorded = Promise.all(recording);
  recorded.catch(() => undefined); // A fault is thrown by the beat below that waits for it.
  await log.beat('Switch: traffic first', () => Promise.all(acting));
  const proven = await log.beat('Verify: what really runs', () => Promise.all(proving));
  await log.beat('Record', async () => {
    await recorded;
    await lockWhereAsked(world, inputs, proven);
  });
  await log.beat('Follow up: what goes on, and what is owed', () => follow(world, inputs, proven));
  return worstOf(proven.map((leg) => closing(leg.course, leg.decision, actedEnding(leg))));
}

/** Post: a rollback of this run that was killed between switch and record says so, and a killed drill is put back; the next press goes on. */
export async function finish(world: RollbackSight, inputs: Inputs): Promise<Outcome> {
  const { state, log, run } = world;
  if (state.read('drill') !== '') {
    const legs = await legsOf(world, inputs, vocabulary);
    const ended = await log.beat('Put back what a killed drill left', () => endKilledDrill(world, legs));
    return finishedOutcome({ ended, warnings: [] });
  }
  if (state.read('rollback') === '') return finishedOutcome({ ended: 0, warnings: [] });
  const place = { environment: inputs.environment, unit: state.read('unit'), run };
  return finishedOutcome(await log.beat('End what was left open', () => endKilled(world.deployments, place)));
}

/** A deployment under way is told to stop beside the switch: nobody waits for GitHub before users are back. */
async function actLeg(world: RollbackSight, leg: Decided): Promise<Acted> {
  const asksData = leg.policy.rollback.verify.includes('data') && leg.decision.kind === 'go';
  const [acted, untold, before] = await Promise.all([
    switchLeg(world, leg),
    tellToStop(world, leg.decision, leg.course.leg),
    asksData ? askBefore(world, leg) : undefined,
  ]);
  if (untold !== '') leg.course.note(untold);
  return { ...acted, before };
}

/** What really runs; what GitHub owed of the record is read beside it. Trouble with one leg is that leg's alone. */
async function proveLeg(world: RollbackSight, inputs: Inputs, leg: Acted): Promise<Proven> {
  const caught = catchUp(world, inputs, leg);
  const proof = await withPulse(world, leg, 'verifying', () => verifyLeg(world, leg)).catch(unproven);
  leg.course.phase('verify');
  if (proof !== undefined) world.log.info(proof.words);
  return { ...leg, ...(await caught), proof };
}

async function verifyLeg(world: RollbackSight, leg: Acted): Promise<Proof | undefined> {
  const { decision, course, policy, switched } = leg;
  const left = () => course.within('verify');
  const asked = policy.rollback.verify;
  const verifying: Verifying = {
    ...leg,
    clock: world.clock,
    cancelled: world.cancelled,
    left,
    suite: asked.includes('smoke')
      ? (target, side) => confirmBySuite(world, { ...target, side, policy, withinMs: left() })
      : undefined,
    health: asked.includes('health') ? () => healthOf(world, { url: healthUrl(policy), withinMs: left() }) : undefined,
    data: asked.includes('data') ? () => askAgain(world, leg) : undefined,
    runs: switched.moved ? (target, side) => whatReallyRuns(target, { world, policy, side }) : undefined,
  };
  return verify(decision, switched, verifying);
}

async function lockWhereAsked(world: RollbackSight, inputs: Inputs, legs: readonly Proven[]): Promise<void> {
  const first = legs.find(({ proof }) => proof !== undefined);
  if (inputs.lock !== '' && first !== undefined) await lockAfter(world, first.course, inputs);
}

async function follow(world: RollbackSight, inputs: Inputs, legs: readonly Proven[]): Promise<void> {
  for (const { course, decision } of legs) {
    course.note(...[await seeItStop(world, decision)].filter((words) => words !== ''));
  }
  await followUp(world, inputs, legs);
}
