// Continuous integration on one commit: which checks count, and how each of them stands.
import type { CiFact } from '../evidence/fact.ts';
import type { Run } from '../evidence/run.ts';
import { anyMatches } from '../kit/glob.ts';
import { recordPrefix } from '../record/keep.ts';

export type CiState = 'passed' | 'skipped' | 'failed' | 'running' | 'unclear';

/** How every conclusion of a check run and every state of a commit status counts. GitHub itself lets neutral and skipped satisfy a check; here
 * they hold nothing up, and prove nothing. */
const states: Readonly<Record<string, CiState>> = {
  success: 'passed',
  neutral: 'skipped',
  skipped: 'skipped',
  failure: 'failed',
  error: 'failed',
  timed_out: 'failed',
  cancelled: 'failed',
  action_required: 'failed',
  startup_failure: 'failed',
  stale: 'failed',
  pending: 'running',
};

export interface CiItem {
  readonly fact: CiFact;
  readonly state: CiState;
}

export interface Ci {
  /** One a key: app, workflow file and job name; the newest run of each workflow and kind of event decides. */
  readonly counted: readonly CiItem[];
  /** The gate's own job, our own records, and what the policy ignores. */
  readonly leftOut: readonly CiFact[];
}

/** Sorts the checks of a commit. `ignore`: globs over `name` and `workflow file / name`. `shared`: the commit is the head of pull requests into
 * several branches. The workflow that runs then is each branch's own, and GitHub does not tell which run is of which: no run hides another. */
export function ciOf(
  facts: readonly CiFact[],
  run: Pick<Run, 'id' | 'job'>,
  ignore: readonly string[],
  shared = false,
): Ci {
  const own = ownJobs(facts, run);
  const isLeftOut = (fact: CiFact) =>
    own.has(fact) ||
    (fact.kind === 'run' && fact.runId === run.id) ||
    isRecord(fact) ||
    anyMatches(ignore, fact.name) ||
    anyMatches(ignore, `${fact.workflow ?? fact.app} / ${fact.name}`);
  const newest = newestOfEach(currentOf(facts, run.id, shared)).filter((fact) => !isLeftOut(fact));
  return {
    counted: newest.map((fact) => ({ fact, state: stateOf(fact) })),
    leftOut: facts.filter(isLeftOut),
  };
}

/** How a check stands. A conclusion that this release does not know is unclear, never passed. */
export function stateOf(fact: CiFact): CiState {
  if (fact.status !== 'completed') return 'running';
  return states[fact.conclusion ?? ''] ?? 'unclear';
}

/** Our own records; a foreign app, or a job, that borrows the name is counted as anything else. */
function isRecord(fact: CiFact): boolean {
  return (
    fact.runId === undefined &&
    fact.kind === 'check-run' &&
    fact.app === 'github-actions' &&
    fact.name.startsWith(recordPrefix)
  );
}

/** The check run of the job we are in. The API names the job by its `name:`, the runner by its id: where the two differ, our job is the one
 * of this run that is still in progress when all others have ended. */
function ownJobs(facts: readonly CiFact[], run: Pick<Run, 'id' | 'job'>): ReadonlySet<CiFact> {
  const ofRun = facts.filter((fact) => fact.runId === run.id);
  const named = ofRun.filter((fact) => isNamed(fact.name, run.job));
  if (named.length > 0) return new Set(named);
  const running = ofRun.filter((fact) => fact.status === 'in_progress');
  return new Set(running.length === 1 ? running : []);
}

/** `gate`, a matrix job `gate (eu)`, or a job of a called workflow `deploy / gate`. */
function isNamed(name: string, job: string): boolean {
  const last = name.split(' / ').at(-1) ?? name;
  return last === job || last.startsWith(`${job} (`);
}

/** Of the gate's own workflow this very run counts: an older one, red or not, is history, a later one has a gate of its own. Of any other
 * workflow the newest run for each kind of event on each branch counts: neither a green run by hand, nor one of a branch somebody put on the same
 * commit (where a job `if: github.ref == …` is skipped), hides the red one of the push. A run that a newer one cancelled is history too. */
function currentOf(facts: readonly CiFact[], ownRun: number, shared: boolean): readonly CiFact[] {
  const own = facts.find(({ runId }) => runId === ownRun)?.workflow;
  const newest = new Map<string, number>();
  for (const fact of facts) {
    const { workflow, runId } = fact;
    if (workflow === undefined || runId === undefined) continue;
    for (const key of [workflow, eventKey(fact, shared)]) newest.set(key, Math.max(newest.get(key) ?? 0, runId));
  }
  return facts.filter((fact) => {
    const { workflow, runId, conclusion } = fact;
    if (workflow === undefined || runId === undefined) return true;
    if (workflow === own) return runId === ownRun;
    if (conclusion === 'cancelled' && newest.get(workflow) !== runId) return false;
    return newest.get(eventKey(fact, shared)) === runId;
  });
}

/** All events about a pull request are of one kind: a review runs the same workflow again. */
function eventKey({ workflow = '', event = '', branch = '', runId = 0 }: CiFact, shared: boolean): string {
  const isPulls = event.startsWith('pull_request');
  return JSON.stringify([workflow, isPulls ? 'pull_request' : event, branch, isPulls && shared ? runId : 0]);
}

/** Of each app, workflow file and name the newest check. Two jobs of one name in a run that was never re-run both count. */
function newestOfEach(facts: readonly CiFact[]): readonly CiFact[] {
  return facts.filter((fact) => !facts.some((other) => keyOf(other) === keyOf(fact) && replaces(other, fact)));
}

function keyOf({ kind, app, workflow, name, runId }: CiFact): string {
  return JSON.stringify([kind, app, workflow ?? '', name, runId ?? 0]);
}

function replaces(later: CiFact, fact: CiFact): boolean {
  if (!isLater(later, fact)) return false;
  if (fact.runId === undefined) return true;
  return fact.attempt !== 1 && fact.completedAt !== undefined && fact.completedAt <= later.startedAt;
}

function isLater(a: CiFact, b: CiFact): boolean {
  return a.startedAt === b.startedAt ? a.id > b.id : a.startedAt > b.startedAt;
}
