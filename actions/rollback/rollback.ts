// Rollback: find the last known good version, switch traffic first, verify what really runs, then record and report.
import { gather } from '../../src/evidence/round.ts';
import type { Effective } from '../../src/policy/effective.ts';
import { emergencyPolicy } from '../../src/policy/emergency.ts';
import { entranceOf, type Routing, routingOf } from '../../src/policy/routing.ts';
import { effectiveOf } from '../../src/policy/trusted.ts';
import {
  actedEnding,
  type Course,
  closing,
  finishedOutcome,
  plannedEnding,
  started,
} from '../../src/rollback/course.ts';
import { type Decision, decide } from '../../src/rollback/decision.ts';
import { endKilled, lockAfter, writeJournal } from '../../src/rollback/journal.ts';
import { namesOf, worstOf } from '../../src/rollback/leg.ts';
import { asksOfPast, pressOf } from '../../src/rollback/past.ts';
import { drillComesLater } from '../../src/rollback/problem.ts';
import type { Proof } from '../../src/rollback/proof.ts';
import { type Switched, switchOver } from '../../src/rollback/switching.ts';
import { type Verifying, verify } from '../../src/rollback/verification.ts';
import { confirmBySuite } from '../../src/smoke/confirmation.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { Outcome, Router, World } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** One place where the environment runs. `routing` is as the policy writes it, variables not filled in. */
interface Leg {
  readonly course: Course;
  readonly policy: Effective;
  readonly routing: Routing;
  readonly router: Router;
  readonly partial: boolean;
}

type Decided = Leg & { readonly decision: Decision };
type Acted = Decided & { readonly switched: Switched };
type Proven = Acted & { readonly proof: Proof | undefined };

/** Brings users back to the last known good version on every leg, or says why not and what else can be done. Safe to run twice. */
export async function step(world: World, inputs: Inputs): Promise<Outcome> {
  if (inputs.mode === 'drill') throw drillComesLater();
  const { log } = world;
  const legs = await log.beat('Policy: what a rollback needs of it', () => legsOf(world, inputs));
  const decided = await log.beat('Decide: the last known good version', () => decideAll(world, inputs, legs));
  if (inputs.mode === 'plan' || inputs['dry-run']) {
    return worstOf(decided.map(({ course, decision }) => closing(course, decision, plannedEnding(decision))));
  }
  const acted = await log.beat('Switch: traffic first', () => Promise.all(decided.map((leg) => switchLeg(world, leg))));
  const proven = await log.beat('Verify: what really runs', () =>
    Promise.all(acted.map((leg) => verifyLeg(world, leg))),
  );
  await log.beat('Record', () => record(world, inputs, proven));
  return worstOf(proven.map((leg) => closing(leg.course, leg.decision, actedEnding(leg))));
}

/** Post: a rollback of this run that was killed between switch and record says so; the next press goes on with it. */
export async function finish(world: World, inputs: Inputs): Promise<Outcome> {
  if (world.state.read('rollback') === '') return finishedOutcome({ ended: 0, warnings: [] });
  const place = { environment: inputs.environment, unit: world.state.read('unit'), run: world.run };
  return finishedOutcome(await world.log.beat('End what was left open', () => endKilled(world.deployments, place)));
}

async function legsOf(world: World, inputs: Inputs): Promise<readonly Leg[]> {
  const { run, env, clock, cancelled } = world;
  const place = { path: inputs.policy, source: inputs['policy-source'], run, named: inputs.to !== 'last-known-good' };
  const sleep = (ms: number) => clock.sleep(ms, cancelled);
  const read = await emergencyPolicy(world.ask, place, { vocabulary, sleep });
  return namesOf(inputs.leg, effectiveOf(read.trusted, inputs).legs).map((leg) => {
    const policy = effectiveOf(read.trusted, { environment: inputs.environment, leg });
    const course = started(world, inputs, leg);
    course.goBy(policy, read.because);
    const router = world.router(entranceOf(policy, routingOf(policy, env), env));
    return { course, policy, router, routing: routingOf(policy, (name) => `\${${name}}`), partial: read.partial };
  });
}

async function decideAll(world: World, inputs: Inputs, legs: readonly Leg[]): Promise<readonly Decided[]> {
  const past = gather(world.ask, asksOfPast(inputs, world.run, legs[0]?.policy));
  const decideLeg = async (leg: Leg): Promise<Decided> => {
    const { policy, router, course } = leg;
    const sides = Promise.all((policy.traffic?.sides ?? []).map((side) => router.side(side)));
    const [answers, weights, told] = await Promise.all([past, router.get(), sides]);
    const press = pressOf(answers, { ...leg, inputs, run: world.run, now: world.clock.now() });
    course.phase('decide');
    return { ...leg, decision: decide({ ...press, weights, sides: told }) };
  };
  return Promise.all(legs.map(decideLeg));
}

async function switchLeg(world: World, leg: Decided): Promise<Acted> {
  const { decision, course, policy } = leg;
  const switched = await switchOver(decision, { ...world, ...leg, withinMs: course.leftOf(policy.rollback.budgetMs) });
  course.phase('switch');
  if (switched.moved && decision.kind === 'go') world.log.info(`Traffic is sent to ${decision.way.side}.`);
  return { ...leg, switched };
}

async function verifyLeg(world: World, leg: Acted): Promise<Proven> {
  const { decision, course, policy, router, switched } = leg;
  const left = () => course.leftOf(policy.rollback.budgetMs);
  const smoke: Verifying['suite'] = (target, side) =>
    confirmBySuite(world, { ...target, side, policy, withinMs: left() });
  const suite = policy.rollback.verify.includes('smoke') ? smoke : undefined;
  const proof = await verify(decision, switched, { ...world, router, left, suite });
  course.phase('verify');
  if (proof !== undefined) world.log.info(proof.words);
  return { ...leg, proof };
}

async function record(world: World, inputs: Inputs, legs: readonly Proven[]): Promise<void> {
  for (const { course, decision, switched, proof } of legs) {
    if (decision.kind === 'go' && proof !== undefined)
      await writeJournal(world, course, { ...decision, ...switched }, proof);
    course.phase('record');
  }
  const first = legs.find(({ proof }) => proof !== undefined);
  if (inputs.lock !== '' && first !== undefined) await lockAfter(world, first.course, inputs);
}
