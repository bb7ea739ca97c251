// The scene of a smoke test: policy, Deployment and suite, gathered before anything is asked of the service.
import type { Answer, Ask } from '../evidence/answer.ts';
import type { Run } from '../evidence/run.ts';
import { anyMatches } from '../kit/glob.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import { child } from '../policy/traced.ts';
import { effectiveOf, type TrustedPolicy, trustedPolicy } from '../policy/trusted.ts';
import type { Vocabulary } from '../policy/vocabulary-shape.ts';
import { findDeployment } from '../record/found.ts';
import { type Attempt, emptyHistory, type History, readHistory } from '../record/history.ts';
import { predecessorOf } from '../record/running.ts';
import { refuseOther, refuseUnsigned } from '../record/wanted.ts';

/** The inputs that say what is meant. */
export interface Request {
  readonly environment: string;
  readonly leg: string;
  readonly policy: string;
  readonly 'policy-source': 'trusted' | 'workspace';
  readonly 'deployment-id': number | undefined;
  readonly 'expected-sha': string;
  readonly suite: string;
}

export interface SuiteText {
  readonly path: string;
  /** Undefined where the repository has no suite: the first page and the certificate are asked then. */
  readonly text: string | undefined;
}

export interface Scene {
  readonly run: Run;
  readonly policy: Effective;
  readonly trusted: TrustedPolicy;
  readonly attempt: Attempt | undefined;
  readonly moment: 'review' | 'deploy';
  readonly sha: string;
  /** The Deployment's; without one the tag, else the first 7 characters of the commit. */
  readonly version: string;
  readonly suite: SuiteText;
  /** The commit that had the users before; undefined where none is known. */
  readonly before: string | undefined;
  /** What was found on the way and should be shown. */
  readonly notes: readonly string[];
}

const reviewEvents = ['pull_request', 'pull_request_target', 'pull_request_review', 'merge_group'];
/** Where the policy looks for the suite unless it says otherwise. */
const usualSuite = '.github/smoke.yml';
/** Events whose commit is the one that is deployed (ACTIONS, `expected-sha`). */
const commitEvents = ['push', 'release', 'deployment'];

/** Gathers the scene. Throws a Problem for what must be mended first. Deployments that cannot be read are a note: what was seen counts, but is not
 * written on one. */
export async function readScene(ask: Ask, run: Run, request: Request, vocabulary: Vocabulary): Promise<Scene> {
  const { policy: path, 'policy-source': source, environment, leg } = request;
  const likely = likelySuite(ask, run, request);
  // Which policy it will be changes nothing about the Deployments: they are asked for beside it.
  const [facts, trusted] = await Promise.all([
    ask({ kind: 'deployments', environment }),
    trustedPolicy(ask, { path, source, run }, vocabulary),
  ]);
  const policy = effectiveOf(trusted, { environment, leg });
  const moment = reviewEvents.includes(run.event) ? 'review' : 'deploy';
  const { history, note } = historyOf(facts, environment, policy.unit.name ?? '');
  const attempt = deploymentOf(history, request, run);
  const sha = attempt?.sha ?? (request['expected-sha'] || (run.pull?.headSha ?? run.mergeGroup?.headSha ?? run.sha));
  const begun = attempt !== undefined;
  const suite = await suiteTextOf(ask, { run, request, trusted, policy, sha, begun, likely });
  const notes = [...note, ...suite.notes];
  return {
    run,
    policy,
    trusted,
    attempt,
    moment,
    sha,
    version: attempt?.payload.version ?? labelOf(run, sha),
    suite,
    before: predecessorOf({ ...history, attempts: history.attempts.filter(({ id }) => id !== attempt?.id) })?.sha,
    notes,
  };
}

function historyOf(
  facts: Answer<'deployments'>,
  environment: string,
  unit: string,
): { readonly history: History; readonly note: readonly string[] } {
  if (facts.kind === 'known') return { history: readHistory(facts.value, { environment, unit }), note: [] };
  const note = `Not written on a deployment: those of ${environment} cannot be read (${facts.because}; ${facts.remedy})`;
  return { history: emptyHistory, note: [note] };
}

function deploymentOf(history: History, request: Request, run: Run): Attempt | undefined {
  const expected = request['expected-sha'];
  const named = expected || run.pull?.headSha || (commitEvents.includes(run.event) ? run.sha : undefined);
  const wanted = request['deployment-id'];
  const attempt = findDeployment(history, { deploymentId: wanted, runId: run.id, sha: named });
  refuseOther(attempt, request, history);
  if (attempt === undefined) refuseUnsigned(history, run.id);
  return attempt;
}

function labelOf(run: Run, sha: string): string {
  const tag = 'refs/tags/';
  return run.ref.startsWith(tag) && run.sha === sha ? run.ref.slice(tag.length) : sha.slice(0, 7);
}

interface Wanted {
  readonly run: Run;
  readonly request: Request;
  readonly trusted: TrustedPolicy;
  readonly policy: Effective;
  readonly sha: string;
  /** A Deployment of this commit was begun: the gate has let its ref pass. */
  readonly begun: boolean;
  readonly likely: LikelySuite | undefined;
}

/** A suite that is asked for before anybody knows whether it is the one. */
interface LikelySuite {
  readonly path: string;
  readonly sha: string;
  readonly file: Promise<Answer<'file'>>;
}

/** Most suites stand where suites usually do, in the commit of the run: asked for beside the policy, theirs comes a round trip sooner. On a pull
 * request the base's suite may count, and nobody knows which. */
function likelySuite(ask: Ask, run: Run, request: Request): LikelySuite | undefined {
  if (reviewEvents.includes(run.event)) return undefined;
  const path = request.suite || usualSuite;
  const sha = request['expected-sha'] || run.sha;
  return { path, sha, file: ask({ kind: 'file', path, sha }) };
}

/** The suite of the commit under test, when that lies where changes are protected; else that of the default branch: a suite gets secrets. */
async function suiteTextOf(ask: Ask, wanted: Wanted): Promise<SuiteText & { readonly notes: readonly string[] }> {
  const { request, trusted, policy, sha, likely } = wanted;
  const path = request.suite === '' ? policy.smoke.suite : request.suite;
  const written = child(child(trusted.policy.tree, 'smoke'), 'suite')?.at.path;
  const named = request.suite !== '' || (trusted.found && written === trusted.path);
  const at = await suiteCommit(ask, wanted);
  const isLikely = likely?.path === path && likely.sha === at;
  const file = await (isLikely ? likely.file : ask({ kind: 'file', path, sha: at }));
  if (file.kind === 'unknown') {
    throw new Problem({
      what: `The smoke suite cannot be read: ${file.because}`,
      where: path,
      fix: `${file.remedy}.`,
      reason: 'suite-unreadable',
    });
  }
  const notes =
    at === sha ? [] : [`The suite was read at ${at.slice(0, 7)}: ${sha.slice(0, 7)} is not on a protected branch`];
  if (file.value.found) return { path, text: file.value.text, notes };
  if (!named)
    return {
      path,
      text: undefined,
      notes: [`There is no ${path}: only the first page (and the certificate) was asked`],
    };
  throw new Problem({
    what: `There is no smoke suite at ${path}`,
    where: request.suite === '' ? 'smoke.suite of the policy' : 'input suite',
    fix: `Add the file to the commit ${at.slice(0, 7)}, or correct the path.`,
    reason: 'no-suite',
  });
}

async function suiteCommit(ask: Ask, { run, trusted, sha, begun }: Wanted): Promise<string> {
  const branch = run.ref.replace(/^refs\/heads\//, '');
  const ownRef = run.pull === undefined && run.mergeGroup === undefined && run.sha === sha;
  const refs = [run.defaultBranch, ...trusted.trustedRefs];
  if (begun || (ownRef && anyMatches(refs, branch))) return sha;
  const head = await ask({ kind: 'default-branch' });
  if (head.kind === 'unknown') {
    throw new Problem({
      what: `The default branch cannot be read: ${head.because}`,
      where: 'smoke suite',
      fix: `${head.remedy}.`,
      reason: 'suite-unreadable',
    });
  }
  if (head.value.sha === sha) return sha;
  const comparison = await ask({ kind: 'comparison', base: head.value.sha, head: sha });
  const merged = comparison.kind === 'known' && ['behind', 'identical'].includes(comparison.value.status);
  return merged ? sha : head.value.sha;
}
