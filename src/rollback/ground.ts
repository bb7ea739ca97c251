// The ground of a rollback: its legs with policy, router and flag, and the beats of one leg from deciding to proving.
import type { Answers } from '../evidence/answer.ts';
import { gather } from '../evidence/round.ts';
import type { FeatureFlag } from '../evidence/way-back.ts';
import type { Effective } from '../policy/effective.ts';
import { emergencyPolicy } from '../policy/emergency.ts';
import { entranceOf, type Routing, routingOf } from '../policy/routing.ts';
import { effectiveOf } from '../policy/trusted.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import { withUnsigned } from '../record/history.ts';
import { type Course, type CourseInputs, started } from './course.ts';
import { decide } from './decision.ts';
import { seenFlag } from './flag.ts';
import { beginEarly, completeWords, endFailed, writeJournal } from './journal.ts';
import { namesOf } from './leg.ts';
import { severityOf, withReason } from './manual.ts';
import { asksOfPast, type PressInputs, pressOf } from './past.ts';
import type { DataBefore, RollbackPort, Router } from './port.ts';
import type { Proof } from './proof.ts';
import { redeploysBy } from './redeploy.ts';
import type { Decision } from './situation.ts';
import { flagSwitch, isStanding, standingRouter, standingRouting } from './standing.ts';
import { type Fault, type Switched, switchOver } from './switching.ts';

export interface Place extends PressInputs, CourseInputs {
  readonly leg: string;
  readonly policy: string;
  readonly 'policy-source': 'trusted' | 'workspace';
}

/** One place where the environment runs. `routing` is as the policy writes it, variables not filled in. */
export interface Leg {
  readonly course: Course;
  readonly policy: Effective;
  readonly routing: Routing;
  readonly router: Router;
  readonly flag: FeatureFlag | undefined;
  readonly partial: boolean;
}

export type Decided = Leg & {
  readonly decision: Decision;
  /** The newest Deployment that the decision knew; undefined where no record could be read. */
  readonly known: number | undefined;
};
export type Acted = Decided & {
  readonly switched: Switched;
  /** What the data answered before the switch; undefined where nobody asks it. */
  readonly before?: DataBefore | undefined;
};
export type Proven = Acted & { readonly proof: Proof | undefined };

export type Port = RollbackPort & {
  readonly router: (options: ReturnType<typeof entranceOf>) => Router;
};

/** The legs to bring back, each with what the policy says of it. Throws a Problem when no policy can be read, or it names no way back at all. */
export async function legsOf(world: Port, inputs: Place, vocabulary: Vocabulary): Promise<readonly Leg[]> {
  const { run, env, clock, cancelled } = world;
  const place = { path: inputs.policy, source: inputs['policy-source'], run, named: inputs.to !== 'last-known-good' };
  const sleep = (ms: number) => clock.sleep(ms, cancelled);
  const read = await emergencyPolicy(world.ask, place, { vocabulary, sleep });
  return namesOf(inputs.leg, effectiveOf(read.trusted, inputs).legs).map((leg) => {
    const policy = effectiveOf(read.trusted, { environment: inputs.environment, leg });
    const course = started(world, { ...inputs, severity: severityOf(policy, inputs) }, leg);
    course.goBy(policy, read.because);
    const standing = isStanding(policy);
    const router = standing ? standingRouter() : world.router(entranceOf(policy, routingOf(policy, env), env));
    const routing = standing ? standingRouting(policy) : routingOf(policy, (name) => `\${${name}}`);
    return { course, policy, router, routing, flag: flagSwitch(world, policy, world.router), partial: read.partial };
  });
}

/** Decides every leg from one reading of the record. */
export async function decideAll(world: Port, inputs: Place, legs: readonly Leg[]): Promise<readonly Decided[]> {
  const past = gather(world.ask, asksOfPast(inputs, world.run, legs[0]?.policy, world.clock.now()));
  return Promise.all(legs.map((leg) => decideLeg(world, inputs, leg, past)));
}

async function decideLeg(world: Port, inputs: Place, leg: Leg, past: Promise<Answers>): Promise<Decided> {
  const { policy, router, course, flag } = leg;
  const { run, clock } = world;
  const asked = policy.traffic?.router === undefined ? [] : policy.traffic.sides;
  const sides = Promise.all(asked.map((side) => router.side(side)));
  const [answers, weights, told, seen] = await Promise.all([past, router.get(), sides, seenFlag(policy, flag)]);
  const press = pressOf(answers, { ...leg, inputs, run, now: clock.now() });
  const { createdAt } = press.press;
  const sinceMs = createdAt === undefined || run.attempt > 1 ? undefined : Math.max(0, clock.now() - createdAt);
  if (createdAt !== undefined && run.attempt === 1) course.queued(run.startedAt - createdAt);
  course.phase('decide');
  const decision = decide({ ...press, weights, sides: told, flag: seen });
  const presser = { policy, given: inputs, byPerson: run.byPerson, login: run.triggeringActor, answers, sinceMs };
  const { history } = press;
  const known = history === undefined ? undefined : (withUnsigned(history)[0]?.id ?? 0);
  return { ...leg, decision: withReason(decision, presser), known };
}

/** Moves the users of one leg. A workflow is started only under a Deployment that its gate opens for. */
export async function switchLeg(world: Port, leg: Decided): Promise<Acted> {
  const { decision, course, policy } = leg;
  const way = decision.kind === 'go' ? decision.way.kind : '';
  const byWorkflow = way === 'redeploy' && redeploysBy(policy) === 'workflow';
  const unbegun = byWorkflow && decision.kind === 'go' ? await begunEarly(world, course, decision) : undefined;
  if (unbegun !== undefined) return { ...leg, switched: { moved: false, fault: unbegun } };
  const switched = await switchOver(decision, { ...leg, world, withinMs: course.within('switch', way) });
  course.phase('switch');
  course.note(...(switched.notes ?? []));
  if (switched.moved && decision.kind === 'go')
    world.log.info(
      way === 'flag' ? 'The flag is off.' : `Traffic is sent to ${decision.way.side || 'what was redeployed'}.`,
    );
  return { ...leg, switched };
}

async function begunEarly(world: Port, course: Course, decision: Move): Promise<Fault | undefined> {
  try {
    await beginEarly(world, course, decision);
    return undefined;
  } catch (error) {
    const because = `The rollback could not be recorded, so the gate of the workflow would stay closed: ${error instanceof Error ? error.message : String(error)}`;
    return {
      reason: 'not-recorded',
      because,
      fix: 'Give this job `deployments: write`, or wait until GitHub is back; how=traffic needs neither',
    };
  }
}

type Move = Extract<Decision, { kind: 'go' }>;

/** Records a leg: what was done and proven, or that what was begun early could not be done. */
export async function recordLeg(world: Port, { course, decision, switched, proof, known }: Proven): Promise<void> {
  if (decision.kind === 'go' && proof !== undefined)
    await writeJournal(world, course, { ...decision, ...switched, known }, proof);
  if (decision.kind === 'confirm') await completeWords(world, course, decision);
  if (switched.fault !== undefined) await endFailed(world, course, switched.fault.because);
  course.phase('record');
}
