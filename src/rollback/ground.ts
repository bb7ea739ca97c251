// The ground of a rollback: its legs with policy, router and flag, and the beats of one leg from deciding to proving.
import type { Answers } from '../evidence/answer.ts';
import { gather } from '../evidence/round.ts';
import type { FeatureFlag } from '../evidence/way-back.ts';
import { Problem } from '../kit/problem.ts';
import { byHand } from '../policy/by-hand.ts';
import type { Effective } from '../policy/effective.ts';
import { emergencyPolicy } from '../policy/emergency.ts';
import { entranceOf, type Routing, routingOf } from '../policy/routing.ts';
import { effectiveOf } from '../policy/trusted.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import type { Announcing } from '../record/announcing.ts';
import { type Attempt, type History, withUnsigned } from '../record/history.ts';
import { refusedBy, routerOr, unlessBlocked } from './blocked.ts';
import { type Course, type CourseInputs, started } from './course.ts';
import { decide } from './decision.ts';
import { newestDeploy, seenFlag } from './flag.ts';
import { caughtUp, inGrace, isServed, isUrgent } from './grace.ts';
import { beginEarly, completeWords, endFailed, writeJournal } from './journal.ts';
import { namesOf } from './leg.ts';
import { severityOf, withReason } from './manual.ts';
import { asksOfPast, type PressInputs, pressOf } from './past.ts';
import type { DataBefore, RollbackPort, Router } from './port.ts';
import type { Proof } from './proof.ts';
import { withPulse } from './pulse.ts';
import { redeploysBy } from './redeploy.ts';
import type { Decision, Situation } from './situation.ts';
import { flagSwitch, isStanding, standingRouter, standingRouting } from './standing.ts';
import { tellToStop } from './stop.ts';
import { carriedOut, type Fault, type Switched, switchOver } from './switching.ts';

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
  /** Why its router cannot even be asked, e.g. a variable that is not set; absent where it can. */
  readonly blocked?: Problem | undefined;
}

export type Decided = Leg & {
  readonly decision: Decision;
  /** The newest Deployment that the decision knew; undefined where no record could be read. */
  readonly known: number | undefined;
  /** The newest Deployment forward: what a refusal leaves the users with, or what went back by itself. */
  readonly ran?: Attempt | undefined;
  /** What GitHub still owes: it did not answer in time, and users were not to wait for it. */
  readonly late?: Promise<Answers> | undefined;
};
export type Acted = Decided & {
  readonly switched: Switched;
  /** What the data answered before the switch; undefined where nobody asks it. */
  readonly before?: DataBefore | undefined;
};
export type Proven = Acted & { readonly proof: Proof | undefined };

export type Port = RollbackPort & {
  readonly announce: (event: Announcing) => Promise<void>;
  readonly router: (options: ReturnType<typeof entranceOf>) => Router;
};

/** The legs to bring back, each with what the policy says of it. Throws a Problem when no policy can be read. One whose router
 * cannot be asked goes along blocked: its fault is told, a flag still goes off, and the others go back. */
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
    const made = () => world.router(entranceOf(policy, routingOf(policy, env), env));
    const { router, blocked } = routerOr(standing ? standingRouter : made);
    const routing =
      standing || policy.traffic?.router === undefined
        ? standingRouting(policy)
        : routingOf(policy, (name) => `\${${name}}`);
    const flag = flagSwitch(world, policy, world.router);
    return { course, policy, router, routing, flag, partial: read.partial, blocked };
  });
}

/** Decides every leg from one reading of the record. A leg that cannot be decided is refused by itself: the others go on. */
export async function decideAll(world: Port, inputs: Place, legs: readonly Leg[]): Promise<readonly Decided[]> {
  const answers = gather(world.ask, asksOfPast(inputs, world.run, legs[0]?.policy, world.clock.now()));
  const past: Past = { answers, from: world.clock.now() };
  if (legs.length === 1) return Promise.all(legs.map((leg) => decideLeg(world, inputs, leg, past)));
  return Promise.all(legs.map((leg) => decideLeg(world, inputs, leg, past).catch((error) => undecided(leg, error))));
}

interface Past {
  readonly answers: Promise<Answers>;
  readonly from: number;
}

function undecided(leg: Leg, error: unknown): Decided {
  const unforeseen = { what: String(error), where: '', fix: 'Press again for this leg', reason: 'undecided' };
  leg.course.phase('decide');
  return { ...leg, decision: refusedBy(error instanceof Problem ? error : new Problem(unforeseen)), known: undefined };
}

async function decideLeg(world: Port, inputs: Place, leg: Leg, past: Past): Promise<Decided> {
  const { policy, router, course, flag } = leg;
  const asked = policy.traffic?.router === undefined ? [] : policy.traffic.sides;
  const told = Promise.all(asked.map((side) => router.side(side)));
  const [weights, sides, seen] = await Promise.all([router.get(), told, seenFlag(policy, flag)]);
  const field = { weights, sides, flag: seen };
  const inTime =
    isUrgent(inputs, world.run) && isServed(inputs.to, sides) ? await inGrace(past, world.clock) : await past.answers;
  const blind =
    inTime === undefined ? decidedBy(world, inputs, leg, field, await gather(world.ask, () => [])) : undefined;
  const isReady = blind?.decision.kind === 'go';
  const decided = isReady ? blind : decidedBy(world, inputs, leg, field, inTime ?? (await past.answers));
  course.phase('decide');
  return isReady ? { ...decided, late: past.answers } : decided;
}

type Field = Pick<Situation, 'weights' | 'sides' | 'flag'>;

function decidedBy(world: Port, inputs: Place, leg: Leg, field: Field, answers: Answers): Decided {
  const { policy, course } = leg;
  const { run, clock } = world;
  const press = pressOf(answers, { ...leg, inputs, run, now: clock.now() });
  const { createdAt } = press.press;
  const sinceMs = createdAt === undefined || run.attempt > 1 ? undefined : Math.max(0, clock.now() - createdAt);
  if (createdAt !== undefined && run.attempt === 1) course.queued(run.startedAt - createdAt);
  const decision = unlessBlocked(decide({ ...press, ...field }), leg.blocked);
  const presser = { policy, given: inputs, byPerson: run.byPerson, login: run.triggeringActor, answers, sinceMs };
  return {
    ...leg,
    decision: withReason(decision, presser),
    known: newestOf(press.history),
    ran: newestDeploy(press.history),
  };
}

/** Looks at the record that came after the switch, beside the verification: what was left gets its last words, one under way is told to stop, and
 * what the guard would have said is said now. */
export async function catchUp(world: Port, inputs: Place, leg: Acted): Promise<Pick<Decided, 'decision' | 'known'>> {
  const { late, decision, known, course } = leg;
  if (late === undefined || decision.kind !== 'go') return { decision, known };
  const answers = await late;
  const press = pressOf(answers, { ...leg, inputs, run: world.run, now: world.clock.now() });
  if (press.history === undefined) return { decision, known };
  const caught = caughtUp(decision, press.history, { to: inputs.to, press: press.press });
  course.warn(...caught.warnings);
  const untold = await tellToStop(world, caught.decision, course.leg);
  if (untold !== '') course.note(untold);
  return { decision: caught.decision, known: newestOf(press.history) };
}

function newestOf(history: History | undefined): number | undefined {
  return history === undefined ? undefined : (withUnsigned(history)[0]?.id ?? 0);
}

/** Moves the users of one leg. A workflow is started only under a Deployment that its gate opens for. */
export async function switchLeg(world: Port, leg: Decided): Promise<Acted> {
  const { decision, course, policy } = leg;
  const way = decision.kind === 'go' ? decision.way.kind : '';
  const byWorkflow = way === 'redeploy' && redeploysBy(policy) === 'workflow';
  const unbegun = byWorkflow && decision.kind === 'go' ? await begunEarly(world, course, decision) : undefined;
  if (unbegun !== undefined) return { ...leg, switched: { moved: false, fault: unbegun } };
  const around = { ...leg, world, withinMs: course.within('switch', way) };
  const moving = () => switchOver(decision, around);
  const switched = await withPulse(world, leg, 'switching', moving).catch((error: unknown) => broken(error, leg));
  course.phase('switch');
  course.note(...(switched.notes ?? []));
  if (switched.moved && decision.kind === 'go')
    world.log.info(
      way === 'flag' ? 'The flag is off.' : `Traffic is sent to ${decision.way.side || 'what was redeployed'}.`,
    );
  return { ...leg, decision: carriedOut(decision, switched), switched };
}

/** What nobody foresaw on one leg is that leg's failure: the others are brought back and recorded all the same. */
function broken(error: unknown, { decision, routing }: Decided): Switched {
  const side = decision.kind === 'go' ? decision.way.side : '';
  const because = `The switch broke off: ${error instanceof Error ? error.message : String(error)}`;
  const fix = side === '' ? 'Look at what runs, then press again' : `Do it by hand now: ${byHand(routing, side)}`;
  return { moved: false, fault: { reason: 'switch-broke', because, fix } };
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
