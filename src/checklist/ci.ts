// Continuous integration on one commit: which checks count, and how each of them stands.
import type { CiFact } from '../evidence/fact.ts';
import type { Run } from '../evidence/run.ts';
import { anyMatches } from '../kit/glob.ts';
import { recordPrefix } from '../record/keep.ts';

export type CiState = 'passed' | 'skipped' | 'failed' | 'running' | 'unclear';

/** How every conclusion of a check run and every state of a commit status counts. GitHub itself lets neutral and skipped satisfy a check. */
const states: Readonly<Record<string, CiState>> = {
  success: 'passed',
  neutral: 'passed',
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
  /** One a key: app, workflow file and job name; the newest run of each workflow decides. */
  readonly counted: readonly CiItem[];
  /** The gate's own job, our own records, and what the policy ignores. */
  readonly leftOut: readonly CiFact[];
}

/** Sorts the checks of a commit. `ignore`: globs over `name` and `workflow file / name`. */
export function ciOf(facts: readonly CiFact[], run: Pick<Run, 'id' | 'job'>, ignore: readonly string[]): Ci {
  const own = ownJobs(facts, run);
  const isLeftOut = (fact: CiFact) =>
    own.has(fact) ||
    isRecord(fact) ||
    anyMatches(ignore, fact.name) ||
    anyMatches(ignore, `${fact.workflow ?? fact.app} / ${fact.name}`);
  // Before anything is left out: an older run of the gate's own workflow, red or not, is history once this one runs.
  const newest = newestOfEach(facts).filter((fact) => !isLeftOut(fact));
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

/** Our own records; a foreign app that borrows the name is counted as anything else. */
function isRecord(fact: CiFact): boolean {
  return fact.kind === 'check-run' && fact.app === 'github-actions' && fact.name.startsWith(recordPrefix);
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

/** Of each workflow file the newest run, of each other app and name the newest check; within them the newest of a name (re-runs). */
function newestOfEach(facts: readonly CiFact[]): readonly CiFact[] {
  const newestRun = new Map<string, number>();
  for (const { workflow, runId } of facts) {
    if (workflow === undefined || runId === undefined) continue;
    newestRun.set(workflow, Math.max(newestRun.get(workflow) ?? 0, runId));
  }
  const current = facts.filter(
    ({ workflow, runId }) => workflow === undefined || runId === undefined || newestRun.get(workflow) === runId,
  );
  const newest = new Map<string, CiFact>();
  for (const fact of current) {
    const key = JSON.stringify([fact.kind, fact.app, fact.workflow ?? '', fact.name]);
    const before = newest.get(key);
    if (before === undefined || isLater(fact, before)) newest.set(key, fact);
  }
  return [...newest.values()];
}

function isLater(a: CiFact, b: CiFact): boolean {
  return a.startedAt === b.startedAt ? a.id > b.id : a.startedAt > b.startedAt;
}
