// Answers about what ran on a commit: check runs, commit statuses, and our own records among the check runs.
import type { CiFact, RecordFact, WorkflowRunFact } from '../../../evidence/fact.ts';
import { type Client, segment } from '../client.ts';
import { orNoCommit, Refusal, together } from '../refusal.ts';
import { type CheckRunAnswer, checkRunShape, commitStatusShape, progressOf, runShape } from '../shape.ts';

/** Every record's name begins so (DESIGN, "The record"). */
const recordPrefix = 'boring-deploys / ';

/** All check runs of a commit, also those that a newer one replaced; `name` narrows them. Throws a Refusal. */
export async function checkRuns(client: Client, sha: string, name?: string): Promise<readonly CheckRunAnswer[]> {
  const path = client.path(`/commits/${segment(sha)}/check-runs`);
  const words = { filter: 'all', ...(name === undefined ? {} : { check_name: name }) };
  return orNoCommit(client.pages(path, words, checkRunShape, { field: 'check_runs' }), sha);
}

/** Check runs, joined with the workflow runs they belong to, runs without any job, and commit statuses; newest last. */
export async function ci(
  client: Client,
  sha: string,
  listed: Promise<readonly CheckRunAnswer[]>,
): Promise<readonly CiFact[]> {
  const [checks, statuses, runs] = await together([
    listed,
    client.pages(client.path(`/commits/${segment(sha)}/statuses`), {}, commitStatusShape),
    client.pages(client.path('/actions/runs'), { head_sha: sha }, runShape, { field: 'workflow_runs' }),
  ]);
  if (runs.length >= mostRuns) throw cutShort(client, sha);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const jobs = checks.map((check) => checkFact(check, byId, client.clock.now()));
  const begun = new Set(jobs.map(({ runId }) => runId));
  const jobless = runs.filter((run) => !begun.has(run.id)).map(runFact);
  const facts = [...jobs, ...jobless, ...statuses.map(statusFact)];
  return facts.sort((a, b) => a.startedAt - b.startedAt || a.id - b.id);
}

/** GitHub lists so many workflow runs of a commit and no more (REST reference, "List workflow runs for a repository"). */
const mostRuns = 1000;

function cutShort(client: Client, sha: string): Refusal {
  return new Refusal({
    kind: 'unreadable',
    because: `${sha.slice(0, 7)} has ${mostRuns} workflow runs or more, and GitHub lists no more than that`,
    remedy: 'deploy a commit of its own, on which so many workflows did not run',
    where: `GET ${client.path('/actions/runs')}`,
  });
}

/** The completed check runs of a commit that bear a record's name. */
export function recordFacts(checks: readonly CheckRunAnswer[]): readonly RecordFact[] {
  return checks.filter((check) => check.name.startsWith(recordPrefix) && check.status === 'completed').map(recordFact);
}

/** A check run as a possible record. */
export function recordFact(check: CheckRunAnswer): RecordFact {
  return {
    id: check.id,
    name: check.name,
    app: check.app?.slug ?? '',
    sha: check.head_sha,
    conclusion: check.conclusion ?? '',
    externalId: check.external_id ?? '',
    text: check.output.text ?? '',
    completedAt: check.completed_at ?? 0,
    url: check.html_url ?? check.details_url ?? '',
  };
}

function checkFact(check: CheckRunAnswer, runs: ReadonlyMap<number, WorkflowRunFact>, now: number): CiFact {
  const runId = runIdOf(check);
  const run = runId === undefined ? undefined : runs.get(runId);
  const status = progressOf(check.status);
  return {
    kind: 'check-run',
    id: check.id,
    name: check.name,
    app: check.app?.slug ?? '',
    status,
    ...(status === 'completed' && check.conclusion !== null ? { conclusion: check.conclusion } : {}),
    ...(runId === undefined ? {} : { runId }),
    ...(run === undefined
      ? {}
      : { workflow: run.path, event: run.event, branch: run.headBranch, attempt: run.attempt }),
    // One that has not begun is newer than all that have.
    startedAt: check.started_at ?? check.completed_at ?? now,
    ...(typeof check.completed_at === 'number' ? { completedAt: check.completed_at } : {}),
    url: check.html_url ?? check.details_url ?? '',
  };
}

/** GitHub begins no job where a workflow file is broken, an approval is awaited, or another run holds the concurrency group. */
function runFact(run: WorkflowRunFact): CiFact {
  return {
    kind: 'run',
    id: run.id,
    name: 'the whole run',
    app: 'github-actions',
    status: run.status,
    ...(run.conclusion === undefined ? {} : { conclusion: run.conclusion }),
    workflow: run.path,
    runId: run.id,
    event: run.event,
    branch: run.headBranch,
    attempt: run.attempt,
    startedAt: run.createdAt,
    url: run.url,
  };
}

// A job of GitHub Actions has the id of its check run. The suite tells nothing: a check run made through the API lands in
// whichever suite its app has on the commit (reference/github.md, section 3).
function runIdOf(check: CheckRunAnswer): number | undefined {
  if (check.app?.slug !== 'github-actions') return undefined;
  const match = /\/actions\/runs\/(\d+)\/job\/(\d+)$/.exec(check.details_url ?? '');
  return match !== null && Number(match[2]) === check.id ? Number(match[1]) : undefined;
}

function statusFact(status: (typeof commitStatusShape)['_output']): CiFact {
  const pending = status.state === 'pending';
  return {
    kind: 'status',
    id: status.id,
    name: status.context,
    app: status.creator.login,
    status: pending ? 'in_progress' : 'completed',
    ...(pending ? {} : { conclusion: status.state === 'error' ? 'failure' : status.state }),
    startedAt: status.created_at,
    ...(pending ? {} : { completedAt: status.created_at }),
    url: status.target_url ?? '',
  };
}
