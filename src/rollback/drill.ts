// The drill: the whole way back, tried where nobody is hurt. It takes the environment's turn and always ends where it began.

import { formatDuration } from '../kit/duration.ts';
import { Problem } from '../kit/problem.ts';
import { begin } from '../record/begin.ts';
import type { Entry } from '../record/entry.ts';
import { type Attempt, readHistory, unfinished, withUnsigned } from '../record/history.ts';
import type { Outcome } from '../record/outcome.ts';
import { statusOf } from '../record/words.ts';
import { closing } from './course.ts';
import type { Ending } from './ending.ts';
import type { Decided, Port } from './ground.ts';
import { beginningOf } from './journal.ts';
import { type LegOutcome, worstOf } from './leg.ts';
import { prove } from './proof.ts';
import { type Fault, give, switchOver } from './switching.ts';
import type { Target } from './target.ts';

type Go = Extract<Decided['decision'], { kind: 'go' }>;

/** What the drill needs put back: the side that had everybody, by leg. Kept for post, which restores when the job is killed. */
export interface Kept {
  readonly leg: string;
  readonly side: string;
  readonly drillId: number;
}

/** Throws a Problem where no drill belongs: the policy names one environment for it. */
function refuseDrill({ policy }: Pick<Decided, 'policy'>): void {
  const { drill } = policy.rollback;
  if (drill?.environment === policy.environment) return;
  throw new Problem({
    what: `Drills are not for ${policy.environment}: ${drill === undefined ? 'the policy names no environment for them' : `the policy drills in ${drill.environment}`}`,
    where: '.github/deploy-policy.yml: rollback.drill',
    fix: 'Name it: `rollback: {drill: {every: 7d, environment: staging}}`. In production use mode: plan.',
    reason: 'drill-elsewhere',
  });
}

/** Another deployment, rollback or drill under way, whose turn it is; undefined when the environment is free. */
function turnOf(history: Parameters<typeof withUnsigned>[0], runId: number): Attempt | undefined {
  const movers = ['deploy', 'deploy:rollback', 'deploy:drill', 'deploy:lock'];
  return withUnsigned(history).find(
    (one) => movers.includes(one.task) && unfinished(one) && one.payload.run.id !== runId,
  );
}

/** Drills every leg when the environment is free: side by side, or one after the other where the policy lets only one leg move at a time. A leg that
 * waited has its whole deadline. Throws a Problem where no drill belongs. */
export async function drillAll(world: Port, legs: readonly Decided[]): Promise<Outcome> {
  for (const leg of legs) refuseDrill(leg);
  if (!legs.some(({ policy }) => policy.order === 'one-by-one'))
    return worstOf(await Promise.all(legs.map((leg) => drillOne(world, leg))));
  const ended: LegOutcome[] = [];
  for (const leg of legs) {
    leg.course.resume();
    ended.push(await drillOne(world, leg));
  }
  return worstOf(ended);
}

async function drillOne(world: Port, leg: Decided): Promise<LegOutcome> {
  const { policy, course, decision } = leg;
  const { environment } = policy;
  const unit = policy.unit.name ?? '';
  const history = readHistory(await world.deployments.list(environment), { environment, unit });
  const other = turnOf(history, world.run.id);
  const ending: Ending = other === undefined ? await drill(world, leg) : { verdict: 'refused', fault: busy(other) };
  return drillOutcome(closing(course, decision, { ...ending, drill: true }));
}

function busy({ id, task, payload }: Attempt): Fault {
  return {
    reason: 'conflict',
    because: `${task} ${id} is under way: ${payload.run.url}`,
    fix: 'Drill when it is over; a drill takes the turn of the environment.',
  };
}

/** A drill is nobody's release: it stands in no pull request. */
function drillOutcome({ outcome, times }: LegOutcome): LegOutcome {
  const { evidence } = outcome;
  const reason = outcome.exit === 0 ? 'drill' : outcome.reason;
  return { times, outcome: { ...outcome, reason, evidence: evidence && { ...evidence, pulls: [] } } };
}

/** Goes to the target, proves it, and goes back to where it began, whatever happened on the way. The record says how long it took. */
async function drill(world: Port, leg: Decided): Promise<Ending> {
  const { decision, course, router } = leg;
  if (decision.kind !== 'go') return { verdict: decision.kind === 'refused' ? 'refused' : 'already-there' };
  const before = await router.get();
  const side =
    before.kind === 'known' ? (Object.entries(before.value).find(([, share]) => share >= 99.5)?.[0] ?? '') : '';
  if (side === '') {
    const because = before.kind === 'known' ? 'no side has everybody' : before.because;
    return {
      verdict: 'failed',
      fault: {
        reason: 'unknown-start',
        because: `Where the drill would have to end is not known: ${because}`,
        fix: 'Finish what is under way, then drill.',
      },
    };
  }
  const drillId = await beginDrill(world, leg, decision, side);
  const fault = await thereAndBack(world, leg, decision, side);
  course.phase('record');
  const ok = fault === undefined;
  const { times } = course.closed();
  const took = formatDuration(times.decide + times.switch + times.verify);
  const words = ok ? `there in ${took}, and back on ${side}` : fault.because;
  const entry: Entry = { kind: 'rollback', phase: ok ? 'verified' : 'failed', detail: words };
  const said = { leg: course.leg, logUrl: world.run.url };
  await world.deployments.say(drillId, statusOf({ ...said, state: ok ? 'success' : 'failure', entry }));
  return ok ? { verdict: 'restored', proof: { ok: true, words: `Drilled: ${words}` } } : { verdict: 'failed', fault };
}

async function beginDrill(world: Port, { course, policy }: Decided, decision: Go, side: string): Promise<number> {
  const place = course.journal(decision.way.kind);
  const beginning = beginningOf(decision.target, decision.from, place);
  const payload = beginning.payload.kind === 'rollback' ? { ...beginning.payload, drill: true } : beginning.payload;
  const entry: Entry = { kind: 'rollback', phase: 'planned', detail: `drill, ends on ${side}` };
  const said = { leg: course.leg, logUrl: world.run.url };
  const begun = await begin(
    world.deployments,
    { task: 'deploy:drill', description: beginning.description, payload },
    entry,
    said,
  );
  const { id } = begun.attempt;
  course.began(id);
  const kept: Kept = { leg: course.leg, side, drillId: id };
  const others = readKept(world.state.read('drill')).filter((one) => one.leg !== course.leg);
  world.state.save('drill', JSON.stringify([...others, kept]));
  world.state.save('unit', policy.unit.name ?? '');
  return id;
}

/** Undefined when both ways worked; else what did not. */
async function thereAndBack(world: Port, leg: Decided, decision: Go, side: string): Promise<Fault | undefined> {
  const { course, router } = leg;
  let fault: Fault | undefined;
  try {
    const switched = await switchOver(decision, { ...leg, world, withinMs: course.within('switch') });
    fault = switched.fault;
    course.phase('switch');
    if (fault === undefined) fault = await seen(world, leg, { side: decision.way.side, target: decision.target });
    course.phase('verify');
  } finally {
    // Not cut short by a cancel: it ends where it began.
    const back = await give(side, { ...leg, world });
    if (back !== undefined) fault = { ...back, because: `It did not end where it began. ${back.because}` };
  }
  const after = await router.get();
  const isBack = after.kind === 'known' && (after.value[side] ?? 0) >= 99.5;
  if (fault !== undefined || isBack) return fault;
  return { reason: 'not-back', because: `${side} does not have everybody again`, fix: 'Look at the router now.' };
}

async function seen(
  world: Port,
  leg: Decided,
  of: { readonly side: string; readonly target: Target },
): Promise<Fault | undefined> {
  const proof = await prove(of, { ...world, router: leg.router, withinMs: leg.course.within('verify') });
  return proof.ok
    ? undefined
    : { reason: 'unproven', because: proof.words, fix: 'Mend the way back, then drill again.' };
}

/** What post finds of drills that main began. */
export function readKept(text: string): readonly Kept[] {
  if (text === '') return [];
  const read: unknown = JSON.parse(text);
  return Array.isArray(read) ? read.filter(isKept) : [];
}

function isKept(one: unknown): one is Kept {
  return typeof one === 'object' && one !== null && 'leg' in one && 'side' in one && 'drillId' in one;
}

/** Post: puts back what a killed drill left, and ends its record. Gives how many were restored. */
export async function endKilledDrill(
  world: Port,
  legs: readonly Pick<Decided, 'course' | 'router' | 'routing'>[],
): Promise<number> {
  let restored = 0;
  for (const kept of readKept(world.state.read('drill'))) {
    const facts = await world.deployments.statuses(kept.drillId).catch(() => []);
    const over = facts.some(({ state }) => state === 'success' || state === 'failure' || state === 'error');
    const leg = legs.find(({ course }) => course.leg === kept.leg);
    if (over || leg === undefined) continue;
    const fault = await give(kept.side, { ...leg, world });
    const detail = fault === undefined ? `killed; traffic is back on ${kept.side}` : `killed; ${fault.because}`;
    const entry: Entry = { kind: 'ended', how: 'cancelled', detail };
    await world.deployments.say(
      kept.drillId,
      statusOf({ leg: kept.leg, state: 'error', entry, logUrl: world.run.url }),
    );
    restored += 1;
  }
  return restored;
}
