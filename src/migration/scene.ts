// The scene of a migrate run: policy, Deployment, commit, and which migration files this change brings.
import type { Answers, Ask } from '../evidence/answer.ts';
import type { ChangedFile } from '../evidence/fact.ts';
import type { QuestionOf } from '../evidence/question.ts';
import { gather } from '../evidence/round.ts';
import type { Run } from '../evidence/run.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import { effectiveOf, trustedPolicy } from '../policy/trusted.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import { findDeployment } from '../record/found.ts';
import { type Attempt, emptyHistory, type History, readHistory } from '../record/history.ts';
import { predecessorOf } from '../record/running.ts';
import { refuseOther, refuseUnsigned } from '../record/wanted.ts';
import { type AddedLines, addedLines } from './added-line.ts';
import { applyAtReview } from './problem.ts';
import { type Settings, settingsOf, type Wanted } from './settings.ts';

export interface Request extends Wanted {
  readonly phase: 'lint' | 'rehearse' | 'apply';
  readonly environment: string;
  readonly leg: string;
  readonly policy: string;
  readonly 'policy-source': 'trusted' | 'workspace';
  readonly 'deployment-id': number | undefined;
  readonly 'expected-sha': string;
}

export interface Scene {
  readonly run: Run;
  readonly policy: Effective;
  readonly settings: Settings;
  readonly leg: string;
  readonly moment: 'review' | 'deploy';
  readonly history: History;
  /** The Deployment this migration belongs to; undefined when nothing began one. */
  readonly parent: Attempt | undefined;
  readonly sha: string;
  readonly tree: string;
  readonly version: string;
  readonly pulls: readonly number[];
  /** Whether this change brings the file; true for every file when the change is not known. */
  readonly isOwn: (path: string) => boolean;
  readonly isChangeKnown: boolean;
  /** Every file of the change with what happened to it; undefined when that is not known. */
  readonly changed: ReadonlyMap<string, ChangedFile['status']> | undefined;
  /** Lines that a review shows as added; undefined where no diff is looked at, and a line of any file may bear a note. */
  readonly added: AddedLines | undefined;
  readonly warnings: readonly string[];
}

const reviewEvents = ['pull_request', 'pull_request_target', 'pull_request_review', 'merge_group'];
/** Events whose commit is the one that is deployed (ACTIONS, `expected-sha`). */
const commitEvents = ['push', 'release', 'deployment'];

/** Gathers the scene. Throws a Problem for what must be mended first: policy, legs, an unknown deployment, unreadable records on apply. */
export async function readScene(ask: Ask, run: Run, request: Request, vocabulary: Vocabulary): Promise<Scene> {
  const trusted = await trustedPolicy(ask, { path: request.policy, source: request['policy-source'], run }, vocabulary);
  const policy = effectiveOf(trusted, request);
  const applying = request.phase === 'apply';
  if (applying && reviewEvents.includes(run.event)) throw applyAtReview(run.event);
  if (applying) refuseWithoutLeg(policy, request.leg);
  const unit = policy.unit.name ?? '';
  const first = await gather(ask, () => [
    { kind: 'deployments', environment: request.environment },
    { kind: 'checkout' },
  ]);
  const history = historyOf(first, { environment: request.environment, unit, applying });
  const named = namedSha(run, request);
  const parent = findDeployment(history, { deploymentId: request['deployment-id'], runId: run.id, sha: named });
  refuseOther(parent, request, history);
  if (parent === undefined) refuseUnsigned(history, run.id);
  const checkout = first.value({ kind: 'checkout' })?.sha ?? '';
  const sha = named ?? parent?.sha ?? (checkout || run.sha);
  if (applying) refuseOtherCheckout(sha, checkout);
  const change = changeOf({ run, sha, parent, history });
  const told = await gather(
    ask,
    () => [{ kind: 'commit', sha }, ...(change === undefined ? [] : [change]), { kind: 'pulls-of', sha }],
    { from: first },
  );
  const own = ownPaths(parent, change, told);
  return {
    run,
    policy,
    settings: settingsOf(request, policy),
    leg: request.leg,
    moment: reviewEvents.includes(run.event) ? 'review' : 'deploy',
    history,
    parent,
    sha,
    tree: told.value({ kind: 'commit', sha })?.tree ?? '',
    version: parent?.payload.version ?? sha.slice(0, 7),
    pulls: pullsOf(run, parent, told.value({ kind: 'pulls-of', sha })?.map(({ number }) => number) ?? []),
    isOwn: (path) => own?.has(path) ?? true,
    isChangeKnown: own !== undefined,
    changed: change === undefined ? undefined : statusesOf(comparisonOf(change, told)),
    added:
      reviewEvents.includes(run.event) && change !== undefined ? addedLines(comparisonOf(change, told)) : undefined,
    warnings: [
      ...trusted.warnings().map(({ what, path, line }) => `${what} (${path}:${line})`),
      ...(change !== undefined && own === undefined
        ? ['Which migrations this change brings cannot be read: every file counts as its own.']
        : []),
    ],
  };
}

function namedSha(run: Run, request: Request): string | undefined {
  const event =
    run.pull?.headSha ?? run.mergeGroup?.headSha ?? (commitEvents.includes(run.event) ? run.sha : undefined);
  return request['expected-sha'] || event;
}

type ChangeQuestion = QuestionOf<'pull-files'> | QuestionOf<'comparison'>;

/** The question whose answer is the change. A Deployment's payload has its migrations already; without anything before, everything is new. */
function changeOf(at: {
  readonly run: Run;
  readonly sha: string;
  readonly parent: Attempt | undefined;
  readonly history: History;
}): ChangeQuestion | undefined {
  const { pull, mergeGroup } = at.run;
  if (pull !== undefined) return { kind: 'pull-files', number: pull.number };
  if (mergeGroup !== undefined) return { kind: 'comparison', base: mergeGroup.baseSha, head: mergeGroup.headSha };
  if (at.parent?.payload.kind === 'deploy' && at.parent.payload.migrations.length > 0) return undefined;
  const before = predecessorOf({
    ...at.history,
    attempts: at.history.attempts.filter(({ id }) => id !== at.parent?.id),
  });
  return before === undefined ? undefined : { kind: 'comparison', base: before.sha, head: at.sha };
}

function ownPaths(
  parent: Attempt | undefined,
  change: ChangeQuestion | undefined,
  told: Answers,
): ReadonlySet<string> | undefined {
  if (change === undefined) {
    const files = parent?.payload.kind === 'deploy' ? parent.payload.migrations : [];
    return files.length === 0 ? undefined : new Set(files.map(({ path }) => path));
  }
  const comparison = comparisonOf(change, told);
  if (comparison === undefined || !comparison.complete) return undefined;
  return new Set(comparison.files.filter(stays).map(({ path }) => path));
}

function comparisonOf(change: ChangeQuestion, told: Answers) {
  return change.kind === 'pull-files' ? told.value(change) : told.value(change);
}

function statusesOf(comparison: ReturnType<typeof comparisonOf>): Scene['changed'] {
  if (comparison === undefined || !comparison.complete) return undefined;
  return new Map(comparison.files.map(({ path, status }) => [path, status]));
}

function stays({ status }: ChangedFile): boolean {
  return status !== 'removed';
}

function pullsOf(run: Run, parent: Attempt | undefined, named: readonly number[]): readonly number[] {
  if (run.pull !== undefined) return [run.pull.number];
  return parent !== undefined && parent.payload.kind !== 'migration' ? parent.payload.pulls : named;
}

function historyOf(
  answers: Answers,
  of: { readonly environment: string; readonly unit: string; readonly applying: boolean },
): History {
  const told = answers.of({ kind: 'deployments', environment: of.environment });
  if (told.kind === 'known') return readHistory(told.value, of);
  if (!of.applying) return emptyHistory;
  throw new Problem({
    what: `The deployments of ${of.environment} cannot be read: ${told.because}`,
    where: 'GitHub API',
    fix: `To mend it: ${told.remedy}.`,
    reason: 'no-records',
  });
}

function refuseWithoutLeg(policy: Effective, leg: string): void {
  if (leg !== '' || policy.legs.length === 0) return;
  throw new Problem({
    what: `${policy.environment} has the legs ${policy.legs.join(', ')}, and this step names none`,
    where: 'input leg',
    fix: `Add to the job \`strategy: {matrix: {leg: [${policy.legs.join(', ')}]}}\` and to the step \`with: {leg: \${{ matrix.leg }}}\`.`,
    reason: 'legs-undeclared',
  });
}

/** The files of another commit must never go into this one's database. */
function refuseOtherCheckout(sha: string, checkout: string): void {
  if (checkout === '' || checkout === sha) return;
  throw new Problem({
    what: `The checkout is ${checkout}, and ${sha} is what is deployed`,
    where: 'input expected-sha',
    fix: `Check the deployed commit out: actions/checkout with \`ref: ${sha}\`.`,
    reason: 'wrong-checkout',
  });
}
