// The scene of a canary step: policy, plan, Deployment and limits, gathered before anything moves.
import type { Ask } from '../evidence/answer.ts';
import type { Run } from '../evidence/run.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import type { DeploymentType, Limit, Plan } from '../policy/parts.ts';
import { planOf } from '../policy/plan.ts';
import type { Routing } from '../policy/routing.ts';
import { routingOfPlan, widened } from '../policy/share-routing.ts';
import { effectiveOf, type TrustedPolicy, trustedPolicy } from '../policy/trusted.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import { findDeployment } from '../record/found.ts';
import { type Attempt, type History, readHistory } from '../record/history.ts';
import type { ForwardPayload } from '../record/payload.ts';
import { predecessorOf, whatRuns } from '../record/running.ts';
import { refuseOther, refuseUnsigned } from '../record/wanted.ts';
import { comparable } from './cohort.ts';

/** The inputs that say which walk is meant. */
export interface Request {
  readonly environment: string;
  readonly leg: string;
  readonly policy: string;
  readonly 'policy-source': 'trusted' | 'workspace';
  readonly 'deployment-id': number | undefined;
  readonly 'expected-sha': string;
  readonly mode: 'bake' | 'tend';
  readonly answer: string;
}

export interface Scene {
  readonly policy: Effective;
  /** What the two arms cannot be told apart by, in a sentence; empty: nothing. */
  readonly uncompared?: string;
  readonly trusted: TrustedPolicy;
  /** As the policy writes it: `${NAME}` is filled in only where it is used. */
  readonly routing: Routing;
  readonly plan: Plan;
  readonly limits: readonly Limit[];
  readonly history: History;
  /** Undefined while no Deployment has begun: the first shift begins it. */
  readonly attempt: Attempt | undefined;
  readonly sha: string;
  readonly version: string;
  readonly stableVersion: string;
  /** The deployed commit has no smoke suite: nobody can owe its pass. */
  readonly suiteMissing: boolean;
  readonly run: Run;
  /** Ids of limits and guards that a person set aside. */
  readonly aside?: readonly string[];
}

/** Events whose commit is the one that is deployed (ACTIONS, `expected-sha`). */
const commitEvents = ['push', 'release', 'deployment'];

/** Gathers the scene. Throws a Problem for everything that must be mended before a canary can be walked at all. */
export async function readScene(ask: Ask, run: Run, request: Request, vocabulary: Vocabulary): Promise<Scene> {
  const { policy: path, 'policy-source': source, environment, leg } = request;
  const trusted = await trustedPolicy(ask, { path, source, run }, vocabulary);
  const whole = effectiveOf(trusted, { environment, leg });
  refuseUnwalkable(whole, leg);
  const history = await historyOf(ask, environment, whole.unit.name ?? '');
  const attempt = deploymentOf(history, request, run);
  const expected = request['expected-sha'];
  const sha =
    attempt?.sha ?? (expected || (request.mode === 'bake' && commitEvents.includes(run.event) ? run.sha : ''));
  if (sha === '') throw nothingToWalk(environment);
  const { plan, type } = planned(whole, attempt);
  const version = attempt?.payload.version ?? sha.slice(0, 7);
  const artifact = attempt?.payload.kind === 'deploy' ? attempt.payload.artifact : [];
  const routing = routingOfPlan(whole, plan, { sha, version, artifact }, (name) => `\${${name}}`);
  const suite = await ask({ kind: 'file', path: whole.smoke.suite, sha });
  const before = attempt?.payload.kind === 'deploy' ? attempt.payload.previous?.version : undefined;
  const running = whatRuns({ ...history, attempts: history.attempts.filter(({ id }) => id !== attempt?.id) });
  // Behind a flag the same version serves both arms.
  const stableVersion = before ?? running?.payload.version ?? '';
  const arms = { canary: version, stable: plan.by === 'flag' ? version : stableVersion };
  const { policy, uncompared } = comparable(whole, plan, arms);
  return {
    policy,
    uncompared,
    trusted,
    routing,
    plan,
    limits: type.breach === 'rollback' ? policy.limits.map(hardened) : policy.limits,
    history,
    attempt,
    sha,
    version,
    stableVersion,
    suiteMissing: suite.kind === 'known' && !suite.value.found,
    run,
  };
}

/** What a Deployment begun here knows: no gate judged the change, so it has the highest tier. */
export async function payloadOf(ask: Ask, scene: Scene): Promise<ForwardPayload> {
  const { policy, trusted, plan, sha, version, run, history } = scene;
  const [commit, pulls] = await Promise.all([ask({ kind: 'commit', sha }), ask({ kind: 'pulls-of', sha })]);
  const before = predecessorOf(history);
  return {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'deploy',
    run: { id: run.id, attempt: run.attempt, url: run.url },
    environment: policy.environment,
    unit: policy.unit.name ?? '',
    version,
    artifact: [],
    sha,
    legs: policy.legs,
    tree: commit.kind === 'known' ? commit.value.tree : '',
    pulls: pulls.kind === 'known' ? pulls.value.map(({ number }) => number) : [],
    tier: highest,
    type: standard.name,
    plan: plan.name,
    policy: { path: trusted.path, sha: trusted.sha, digest: trusted.digest, name: trusted.name },
    previous:
      before === undefined ? null : { deploymentId: before.id, sha: before.sha, version: before.payload.version },
    migrations: [],
  };
}

/** A change that nobody judged counts as the gravest (DESIGN, The change). */
const highest = 'high';
const standard: DeploymentType = { name: 'standard' };

function planned(
  policy: Effective,
  attempt: Attempt | undefined,
): { readonly plan: Plan; readonly type: DeploymentType } {
  const payload = attempt?.payload.kind === 'deploy' ? attempt.payload : undefined;
  const type = policy.types.find(({ name }) => name === (payload?.type ?? standard.name)) ?? standard;
  return { plan: walkable(payload === undefined ? chosenPlan(policy, type) : begunPlan(policy, payload.plan)), type };
}

function chosenPlan(policy: Effective, type: DeploymentType): Plan {
  const chosen = planOf(policy, { type, tier: highest });
  if (chosen.kind === 'plan') return chosen.plan;
  throw new Problem({
    what: `The policy names no plan for ${policy.environment}: ${chosen.because}`,
    where: 'tiers.apply',
    fix: `${chosen.fix}.`,
    reason: 'no-plan',
  });
}

function begunPlan(policy: Effective, name: string): Plan {
  const plan = policy.plans[name];
  if (plan !== undefined) return plan;
  throw new Problem({
    what: `This deployment was begun with the plan ${name}, which the policy no longer has`,
    where: 'plans',
    fix: 'Begin a new deployment: run the whole workflow again.',
    reason: 'plan-gone',
  });
}

/** The plan as it is walked: to everybody, or to nobody beside its audiences where a flag stays off. */
function walkable(plan: Plan): Plan {
  const last = plan.stages.at(-1);
  const isDark = plan.by === 'flag' && last?.weight === 0;
  if (last !== undefined && (last.weight >= 100 || isDark)) return widened(plan);
  throw new Problem({
    what: `The plan ${plan.name} ends at ${last?.weight ?? 0} %: the rest of the users would never get the new version`,
    where: `plans.${plan.name}.stages`,
    fix: 'Add a last stage with `weight: 100 %`.',
    reason: 'plan-unfinished',
  });
}

function refuseUnwalkable(policy: Effective, leg: string): void {
  if (leg === '' && policy.legs.length > 0) {
    throw new Problem({
      what: `${policy.environment} has the legs ${policy.legs.join(', ')}, and this step names none`,
      where: 'input leg',
      fix: `Add to the job \`strategy: {matrix: {leg: [${policy.legs.join(', ')}]}}\` and to the step \`with: {leg: \${{ matrix.leg }}}\`.`,
      reason: 'legs-undeclared',
    });
  }
}

async function historyOf(ask: Ask, environment: string, unit: string): Promise<History> {
  const facts = await ask({ kind: 'deployments', environment });
  if (facts.kind === 'known') return readHistory(facts.value, { environment, unit });
  throw new Problem({
    what: `The deployments of ${environment} cannot be read: ${facts.because}`,
    where: 'GitHub API',
    fix: `To mend it: ${facts.remedy}.`,
    reason: 'no-records',
  });
}

function deploymentOf(history: History, request: Request, run: Run): Attempt | undefined {
  const expected = request['expected-sha'];
  const own = request.mode === 'bake' && commitEvents.includes(run.event) ? run.sha : undefined;
  const named = expected || own;
  const wanted = request['deployment-id'];
  const attempt = findDeployment(history, { deploymentId: wanted, runId: run.id, sha: named });
  refuseOther(attempt, request, history);
  if (attempt === undefined) refuseUnsigned(history, run.id);
  return attempt;
}

function nothingToWalk(environment: string): Problem {
  return new Problem({
    what: `No deployment to ${environment} is under way, and this event names no commit`,
    where: 'input expected-sha',
    fix: 'Give `expected-sha` (40 characters), or run pre-deploy-gate before.',
    reason: 'nothing-to-deploy',
  });
}

/** Any breach of this type's deployment rolls back, whatever its own action. */
function hardened(limit: Limit): Limit {
  return limit.kind === 'breach' ? { ...limit, action: 'rollback' } : limit;
}
