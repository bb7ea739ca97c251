// What main hands to post: the plan that this job owns, with all it takes to bring the traffic back without reading the policy again.
import { z } from 'zod';
import type { Answer } from '../evidence/answer.ts';
import type { DeploymentState } from '../evidence/fact.ts';
import type { Run } from '../evidence/run.ts';
import type { Entry } from '../record/entry.ts';
import type { Evidence } from '../record/evidence.ts';
import { type Attempt, attemptOf, unfinished } from '../record/history.ts';
import type { Outcome } from '../record/outcome.ts';
import { standsAt, type Weights } from './home.ts';
import { progressOf } from './plan.ts';
import type { Scene } from './scene.ts';
import { wordsOfTurn } from './turn.ts';

const owned = z.strictObject({
  deploymentId: z.number().int(),
  environment: z.string(),
  unit: z.string(),
  leg: z.string(),
  sha: z.string(),
  tree: z.string(),
  pulls: z.array(z.number().int()).readonly(),
  version: z.string(),
  stage: z.string(),
  /** The share the stage has, or is about to have. */
  weight: z.number(),
  /** The share before that: what the router still says when main was killed in between. */
  before: z.number(),
  stable: z.string(),
  canary: z.string(),
  /** The shares to bring back. */
  home: z.record(z.string(), z.number()),
  /** True once main has ended: then only a failed or cancelled job lets post act. */
  mainEnded: z.boolean(),
  /** Main is on its way back for this reason; post says it when main could not any more. */
  turned: z.strictObject({ verdict: z.enum(['hold', 'rollback']), reason: z.string(), because: z.string() }).nullable(),
  routing: z.strictObject({
    router: z.string(),
    sides: z.tuple([z.string(), z.string()]).readonly(),
    /** Still with `${NAME}`: no secret goes into the runner's state file. */
    options: z.record(z.string(), z.unknown()),
    environment: z.string(),
    leg: z.string(),
    by: z.enum(['flag', 'rollout']).optional(),
    audiences: z.array(z.string()).readonly().optional(),
    target: z
      .strictObject({ sha: z.string(), version: z.string(), artifact: z.array(z.string()).readonly() })
      .optional(),
  }),
});

export type Owned = z.infer<typeof owned>;

/** Key of the runner's state. */
export const ownedKey = 'canary-plan';

/** The plan that main left behind; undefined when it owned none at its end. */
export function readOwned(text: string): Owned | undefined {
  return text === '' ? undefined : owned.parse(JSON.parse(text));
}

/** The plan as this job owns it now. */
export function ownedOf(
  { policy, routing, sha, version, attempt }: Scene,
  at: Pick<
    Owned,
    'deploymentId' | 'stable' | 'canary' | 'home' | 'stage' | 'weight' | 'before' | 'mainEnded' | 'turned'
  >,
): Owned {
  const payload = attempt?.payload.kind === 'deploy' ? attempt.payload : undefined;
  const { environment, leg = '', unit } = policy;
  const known = {
    environment,
    unit: unit.name ?? '',
    leg,
    sha,
    version,
    routing: { ...routing, sides: routing.sides },
  };
  return { ...at, ...known, tree: payload?.tree ?? '', pulls: payload?.pulls ?? [] };
}

/** How things stand when post looks. */
export interface Stand {
  readonly job: Run['jobStatus'];
  /** What the router says; undefined when it does not answer. */
  readonly weights: Weights | undefined;
  /** What the record says of the plan; undefined when it cannot be read. */
  readonly unfinished: boolean | undefined;
  /** A contract migration went in meanwhile: nobody goes back past it without a person's word. */
  readonly contracted?: boolean;
}

/** What post does: brings the traffic `back`, `tell`s what main did and could not say any more, or nothing (ACTIONS, canary-step). */
export function dutyOf(plan: Owned, { job, weights, unfinished, contracted }: Stand): 'back' | 'tell' | 'nothing' {
  if (contracted === true || plan.stable === '' || (plan.mainEnded && job === 'success') || unfinished === false)
    return 'nothing';
  const weight = weights?.[plan.canary];
  // Pods that are not ready yet have no share, and come all the same: only the platform knows whether it still rolls.
  const isHome = plan.routing.by !== 'rollout' && weights !== undefined && standsAt(weights, plan.home, 0);
  if (isHome) return unfinished === true ? 'tell' : 'nothing';
  // Without a record the router alone tells whether the split is still the one this step made.
  const isOurs = weight === undefined || [plan.weight, plan.before].some((one) => Math.abs(weight - one) <= 1);
  return unfinished === true || isOurs ? 'back' : 'nothing';
}

/** The Deployment of the plan; undefined when it cannot be read. */
export function attemptOwned(plan: Owned, facts: Answer<'deployments'>): Attempt | undefined {
  const fact = facts.kind === 'unknown' ? undefined : facts.value.find(({ id }) => id === plan.deploymentId);
  return fact === undefined ? undefined : attemptOf(fact);
}

/** Whether the record has the plan shifted and neither completed nor restored. */
export function isUnfinished(plan: Owned, attempt: Attempt | undefined): boolean | undefined {
  return attempt === undefined ? undefined : progressOf(attempt, plan.leg).shifted;
}

/** What post says once stable has everybody: the words that main owed, or that the job was stopped. An ended Deployment stays as it ended. */
export function wordsOfPost(
  plan: Owned,
  attempt: Attempt | undefined,
  jobStatus: Run['jobStatus'],
): readonly (readonly [DeploymentState, Entry])[] {
  if (plan.turned !== null) return wordsOfTurn(plan.turned, plan);
  const because = becauseOf(jobStatus);
  const restored: Entry = { kind: 'restored', side: plan.stable, because };
  if (attempt !== undefined && !unfinished(attempt)) return [[attempt.state, restored]];
  return [
    ['in_progress', restored],
    ['error', { kind: 'ended', how: 'cancelled', detail: because }],
  ];
}

function becauseOf(jobStatus: Run['jobStatus']): string {
  return jobStatus === 'failure' ? 'the job failed' : 'the job was cancelled';
}

/** The outcome of post; `undefined`: there was nothing to do. */
export function finishedOutcome(plan: Owned | undefined, run: Run, now: number, warnings: readonly string[]): Outcome {
  return {
    verdict: plan === undefined ? 'nothing-due' : 'hold',
    reason: plan === undefined ? 'nothing-due' : 'cancelled',
    exit: 0,
    rollback: false,
    sha: plan?.sha ?? '',
    version: plan?.version ?? '',
    deploymentId: plan?.deploymentId,
    outputs: {},
    evidence: plan === undefined ? undefined : evidenceOf(plan, run, now),
    result: {},
    error: '',
    warnings,
    silent: plan === undefined,
  };
}

function evidenceOf(plan: Owned, { id, attempt, job, url, jobStatus }: Run, at: number): Evidence {
  const { environment, unit, leg, sha, tree, version, pulls, deploymentId, stage, stable, canary } = plan;
  const because = becauseOf(jobStatus);
  return {
    marker: 'boring-deploys',
    schema: 1,
    action: 'canary-step',
    moment: 'deploy',
    ...{ environment, unit, leg, sha, tree, version, pulls, deploymentId, at },
    run: { id, attempt, job, url },
    verdict: 'hold',
    reason: 'cancelled',
    reportOnly: false,
    title: `${version} holds: ${because} at ${stage}, traffic is back on ${stable}`,
    sentence: `${because.replace('the', 'The')} before the plan was complete; ${stable} has all users again.`,
    facts: [],
    rows: [],
    moments: [],
    wayBack: '',
    migration: '',
    details: [],
    found: { stage, weight: 0, stable, canary, compared: false },
  };
}
