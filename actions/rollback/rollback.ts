// Rollback: find the last known good version, switch traffic first, verify what really runs, then record and report.
import { gather } from '../../src/evidence/round.ts';
import type { Effective } from '../../src/policy/effective.ts';
import { emergencyPolicy } from '../../src/policy/emergency.ts';
import { entranceOf, routingOf } from '../../src/policy/routing.ts';
import { effectiveOf } from '../../src/policy/trusted.ts';
import { begunBy, readHistory, unfinished } from '../../src/record/history.ts';
import { statusOf } from '../../src/record/words.ts';
import { type Course, closing, finishedOutcome, started } from '../../src/rollback/course.ts';
import { type Decision, decide, type Situation } from '../../src/rollback/decision.ts';
import { writeJournal } from '../../src/rollback/journal.ts';
import { asksOfPast, pressOf, redeployCommand } from '../../src/rollback/past.ts';
import { drillComesLater, redeployFailed } from '../../src/rollback/problem.ts';
import { fullSide, prove } from '../../src/rollback/proof.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { Outcome, Router, World } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

type Go = Extract<Decision, { kind: 'go' }>;
type NoGo = Exclude<Decision, Go>;

/** Brings users back to the last known good version, or says why not and what else can be done. Safe to run twice. */
export async function step(world: World, inputs: Inputs): Promise<Outcome> {
  if (inputs.mode === 'drill') throw drillComesLater();
  const course = started(world, inputs);
  const policy = await world.log.beat('Policy: what a rollback needs of it', () => policyFor(world, inputs, course));
  const router = world.router(entranceOf(policy, routingOf(policy, world.env), world.env));
  const situation = await world.log.beat('Decide: the last known good version', () =>
    look(world, inputs, policy, router),
  );
  const decision = decide(situation);
  course.phase('decide');
  if (decision.kind !== 'go') return confirmOrClose(course, decision, router, world);
  if (inputs.mode === 'plan') return closing(course, decision, { verdict: 'planned', proof: undefined });
  const moved = await world.log.beat(`Switch: ${decision.way.kind}`, () => switchOver(world, policy, router, decision));
  course.phase('switch');
  const proof = await world.log.beat('Verify: what really runs', () =>
    prove({ ...decision.way, target: decision.target }, { ...world, router, withinMs: policy.rollback.budgetMs }),
  );
  course.phase('verify');
  if (moved || decision.from?.sha !== decision.target.sha) {
    await world.log.beat('Record', () => writeJournal(world, course, decision, proof));
    course.phase('record');
  }
  const done = moved ? 'restored' : 'already-there';
  return closing(course, decision, { verdict: proof.ok ? done : 'unverified', proof });
}

/** Post: a rollback of this run that was killed between switch and record says so; the next press goes on with it. */
export async function finish(world: World, inputs: Inputs): Promise<Outcome> {
  const facts = world.state.read('rollback') === '' ? [] : await world.deployments.list(inputs.environment);
  const open =
    facts.length === 0
      ? []
      : begunBy(readHistory(facts, { environment: inputs.environment, unit: world.state.read('unit') }), world.run.id);
  for (const attempt of open.filter((one) => one.task === 'deploy:rollback' && unfinished(one))) {
    const entry = {
      kind: 'ended',
      how: 'cancelled',
      detail: 'the job ended before it was verified; re-run it',
    } as const;
    await world.deployments.say(attempt.id, statusOf({ state: 'error', entry, logUrl: world.run.url }));
  }
  return finishedOutcome(open.length);
}

async function policyFor(world: World, inputs: Inputs, course: Course): Promise<Effective> {
  const named = inputs.to !== 'last-known-good';
  const place = { path: inputs.policy, source: inputs['policy-source'], run: world.run, named };
  const read = await emergencyPolicy(world.ask, place, {
    vocabulary,
    sleep: (ms) => world.clock.sleep(ms, world.cancelled),
  });
  course.note(read.because);
  const policy = effectiveOf(read.trusted, { environment: inputs.environment, leg: inputs.leg });
  course.goBy(policy);
  return policy;
}

async function look(world: World, inputs: Inputs, policy: Effective, router: Router): Promise<Situation> {
  const names = policy.traffic?.sides ?? [];
  const [answers, weights, sides] = await Promise.all([
    gather(world.ask, asksOfPast(inputs.environment, world.run)),
    router.get(),
    Promise.all(names.map((side) => router.side(side))),
  ]);
  return { ...pressOf(answers, { inputs, policy, run: world.run, now: world.clock.now() }), weights, sides };
}

async function switchOver(world: World, policy: Effective, router: Router, { way, target }: Go): Promise<boolean> {
  if (way.kind === 'there') return false;
  if (way.kind === 'redeploy') {
    const reply = await world.command(redeployCommand(policy, target, way.side));
    if (reply.code !== 0) throw redeployFailed(reply.stderr, policy.environment);
  }
  const other = policy.traffic?.sides.find((side) => side !== way.side) ?? '';
  await router.set({ [way.side]: 100, [other]: 0 });
  world.log.info(`Traffic is sent to ${way.side}.`);
  return true;
}

async function confirmOrClose(course: Course, decision: NoGo, router: Router, world: World): Promise<Outcome> {
  if (decision.kind === 'nothing') return closing(course, decision, { verdict: 'already-there', proof: undefined });
  if (decision.kind === 'refused') return closing(course, decision, { verdict: 'refused', proof: undefined });
  const side = fullSide(await router.get());
  const proof = await prove({ side, target: decision.target }, { ...world, router, withinMs: 0 });
  course.phase('verify');
  world.log.info(proof.words);
  return closing(course, decision, { verdict: proof.ok ? 'already-there' : 'unverified', proof });
}
