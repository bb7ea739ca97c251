// The round: what the caretaker does when it comes by. It reads the record, carries what is under way, watches, retires, and goes.
import { Problem } from '../kit/problem.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import { heartbeatOf } from '../record/announcing.ts';
import { type Attempt, unfinished } from '../record/history.ts';
import type { Outcome } from '../record/outcome.ts';
import { care } from './aftercare.ts';
import { callBefore, isUnderWay, stageSince } from './caretaker.ts';
import { type Ending, outcomeOf } from './ending.ts';
import { isSettled, newestOfUnits, nothingDue } from './idle.ts';
import { type CanaryWorld, type Given, readAsked, routerOf, walkWorld } from './port.ts';
import type { Scene } from './scene.ts';
import { carry } from './tending.ts';
import { carePulse } from './tidings.ts';

/** One round for one leg, or for all when none is named: then the worst verdict counts. */
export async function tend(world: CanaryWorld, inputs: Given, vocabulary: Vocabulary): Promise<Outcome> {
  const { environment } = inputs;
  const facts = await world.log.beat('Record', () => world.ask({ kind: 'deployments', environment }));
  if (facts.kind === 'unknown') throw unread(environment, facts.because, facts.remedy);
  const wanted = inputs['deployment-id'];
  const newest = newestOfUnits(facts.value, environment).filter(({ id }) => wanted === undefined || id === wanted);
  if (wanted === undefined && newest.every((one) => isSettled(one, facts.value))) return idle();
  const legs = newest.flatMap(({ payload }) => (payload.kind === 'deploy' ? [...payload.legs] : []));
  const named = inputs.leg !== '' ? [inputs.leg] : legs.length === 0 ? [''] : [...new Set(legs)];
  const rounds: { readonly scene: Scene; readonly ending: Ending }[] = [];
  for (const leg of named)
    rounds.push(await tendLeg(world, { ...inputs, leg }, { vocabulary, isFirst: rounds.length === 0 }));
  if (inputs.answer !== '' && rounds.every(({ ending }) => ending.verdict === 'nothing-due'))
    throw nothingAsked(inputs);
  return worst(rounds);
}

async function tendLeg(
  world: CanaryWorld,
  inputs: Given,
  { vocabulary, isFirst }: { readonly vocabulary: Vocabulary; readonly isFirst: boolean },
) {
  const { log, clock } = world;
  const { scene: read, note } = await log.beat('Policy', () => readAsked(world, inputs, vocabulary));
  const { attempt } = read;
  if (attempt?.payload.kind !== 'deploy') return { scene: read, ending: nothingDue('nothing is open', clock.now()) };
  const scene = { ...read, attempt };
  const walking = walkWorld(world, scene);
  if (inputs['dry-run'])
    return { scene, ending: nothingDue('nothing is moved in a dry run', clock.now(), { dryRun: true }) };
  if (isUnderWay(scene)) {
    const router = routerOf(world, scene.routing, scene.policy.url);
    const ending = await log.beat('Stage', () => carry(walking, router, scene, inputs));
    await beat(world, scene, ending);
    return { scene, ending: noted(ending, note) };
  }
  if (attempt.state !== 'success' && !unfinished(attempt)) {
    return { scene, ending: nothingDue(`deployment ${attempt.id} is over`, clock.now()) };
  }
  const ending = await log.beat('Watch', () => care(walking, scene, inputs, isFirst));
  await beat(world, scene, ending);
  return { scene, ending: noted(ending, note) };
}

/** Tells progress where it is time. Best effort: a channel changes nothing. */
async function beat(
  { ask, announce, clock, run }: CanaryWorld,
  scene: Scene & { readonly attempt: Attempt },
  ending: Ending,
): Promise<void> {
  const { policy, attempt } = scene;
  if (heartbeatOf(policy) === undefined) return;
  const now = clock.now();
  const before = await callBefore(ask, policy.caretaker, { runId: run.id, now });
  const since = stageSince(attempt, policy.leg ?? '', ending.stage);
  for (const event of carePulse(scene, ending, { since, before, now })) await announce(event);
}

function noted(ending: Ending, note: string): Ending {
  return note === ''
    ? ending
    : { ...ending, warnings: [...ending.warnings, note], facts: { ...ending.facts, override: note } };
}

/** From the gravest on. */
const order: readonly Ending['verdict'][] = ['rollback', 'hold', 'promote', 'retired', 'healthy', 'nothing-due'];

/** The outcome of the leg that is worst; what the others found stands below it. A plan is complete only when no other leg holds. */
function worst(rounds: readonly { readonly scene: Scene; readonly ending: Ending }[]): Outcome {
  const rank = ({ ending }: (typeof rounds)[number]) => order.indexOf(ending.verdict) + (ending.kept ? 0.5 : 0);
  const [first, ...others] = [...rounds].sort((a, b) => rank(a) - rank(b));
  if (first === undefined) return idle();
  const acted = rounds.some(({ ending }) => ending.acted);
  const facts = Object.assign({}, ...others.map(({ ending }) => ending.facts), first.ending.facts);
  const warnings = rounds.flatMap(({ ending }) => ending.warnings);
  const outcome = outcomeOf(first.scene, { ...first.ending, acted, facts, warnings });
  if (others.length === 0 || outcome.evidence === undefined) return outcome;
  const lines = others.map(
    ({ scene, ending }) => `${scene.policy.leg}: ${ending.verdict}, ${ending.reason}. ${ending.because}`,
  );
  const details = [...outcome.evidence.details, { heading: 'Other legs', lines, table: [] }];
  return { ...outcome, evidence: { ...outcome.evidence, details } };
}

/** Nothing is open: nothing is said, nothing is written. */
function idle(): Outcome {
  const none = { stage: '', 'next-stage': '', weight: '', odds: '', 'needed-requests': '', 'stable-side': '' };
  const said = {
    verdict: 'nothing-due',
    reason: 'nothing-due',
    exit: 0,
    rollback: false,
    sha: '',
    version: '',
  } as const;
  return {
    ...said,
    deploymentId: undefined,
    outputs: none,
    evidence: undefined,
    result: {},
    error: '',
    warnings: [],
    silent: true,
  };
}

function nothingAsked({ environment }: Given): Problem {
  const what = `Nothing in ${environment} waits for an answer`;
  return new Problem({ what, where: 'input answer', fix: 'Leave it empty.', reason: 'nothing-asked' });
}

function unread(environment: string, because: string, remedy: string): Problem {
  const what = `The deployments of ${environment} cannot be read: ${because}`;
  return new Problem({ what, where: 'GitHub API', fix: `To mend it: ${remedy}.`, reason: 'no-records' });
}
