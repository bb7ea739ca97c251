// The course of one rollback run: its phases and notes as they come, and the outcome that they make in the end.
import type { Run } from '../evidence/run.ts';
import type { Effective } from '../policy/effective.ts';
import type { Outcome } from '../record/outcome.ts';
import { type AccountPlace, accountOf, errorOf, type PhaseTimes, type RollbackVerdict, type Told } from './account.ts';
import type { Decision } from './decision.ts';
import type { JournalPlace } from './journal.ts';
import { pullsOf } from './journal.ts';
import type { Proof } from './proof.ts';
import type { Fault, Switched } from './switching.ts';
import { nameOf } from './way.ts';

export interface CourseInputs {
  readonly environment: string;
  readonly reason: string;
  readonly severity: string;
  readonly 'dry-run': boolean;
}

export interface Course {
  readonly leg: string;
  /** Milliseconds of the budget that are left. */
  readonly leftOf: (budgetMs: number) => number;
  readonly phase: (name: 'decide' | 'switch' | 'verify' | 'record') => void;
  readonly notRecorded: (because: string) => void;
  /** The policy of this leg, and what was unusual about reading it. */
  readonly goBy: (policy: Effective, because: readonly string[]) => void;
  readonly began: (deploymentId: number) => void;
  readonly journal: (how: string) => JournalPlace;
  readonly closed: () => Closed;
}

interface Closed {
  readonly place: Omit<AccountPlace, 'sha' | 'pulls'>;
  readonly times: PhaseTimes;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly silent: boolean;
  readonly runSha: string;
}

export interface Ending {
  readonly verdict: RollbackVerdict;
  readonly proof?: Proof | undefined;
  /** Why users could not be moved. */
  readonly fault?: Fault | undefined;
}

/** How a run ends that only looks (`mode: plan`, `dry-run`). */
export function plannedEnding(decision: Decision): Ending {
  if (decision.kind === 'refused') return { verdict: 'refused' };
  const moves = decision.kind === 'go' && decision.way.kind !== 'there';
  return { verdict: moves ? 'planned' : 'already-there' };
}

/** How a run ends that acts. */
export function actedEnding(leg: {
  readonly decision: Decision;
  readonly switched: Switched;
  readonly proof: Proof | undefined;
}): Ending {
  const { decision, switched, proof } = leg;
  if (decision.kind === 'refused' || decision.kind === 'nothing') return plannedEnding(decision);
  if (switched.fault !== undefined) return { verdict: 'failed', fault: switched.fault };
  if (proof?.ok !== true) return { verdict: 'unverified', proof };
  return { verdict: switched.moved ? 'restored' : 'already-there', proof };
}

/** Starts the clock of a rollback of one leg. */
export function started(
  world: { readonly run: Run; readonly clock: { now(): number } },
  inputs: CourseInputs,
  leg: string,
): Course {
  const { run, clock } = world;
  const began = clock.now();
  let last = began;
  let times: PhaseTimes = { queue: 0, decide: 0, switch: 0, verify: 0, record: 0 };
  let notes: readonly string[] = [];
  let warnings: readonly string[] = [];
  let policy: Effective | undefined;
  let deploymentId: number | undefined;
  const runPlace = { id: run.id, attempt: run.attempt, url: run.url };
  return {
    leg,
    leftOf: (budgetMs) => Math.max(0, began + budgetMs - clock.now()),
    phase: (name) => {
      times = { ...times, [name]: clock.now() - last };
      last = clock.now();
    },
    notRecorded: (because) => {
      warnings = [
        ...warnings,
        `Not recorded: ${because}. Re-run this job when GitHub is back: it goes on with the same target.`,
      ];
    },
    goBy: (one, because) => {
      policy = one;
      notes = because;
    },
    began: (id) => {
      deploymentId = id;
    },
    journal: (how) => ({
      run: runPlace,
      environment: inputs.environment,
      unit: policy?.unit.name ?? '',
      leg,
      how,
      reason: inputs.reason,
      severity: inputs.severity,
    }),
    closed: () => ({
      place: {
        environment: inputs.environment,
        unit: policy?.unit.name ?? '',
        leg,
        deploymentId,
        run: { ...runPlace, job: run.job },
        began,
        now: clock.now(),
        workflow: policy?.rollback.workflow ?? 'rollback.yml',
      },
      times,
      notes,
      warnings,
      silent: inputs['dry-run'],
      runSha: run.sha,
    }),
  };
}

/** The outcome of a rollback run, from its decision and how it ended. */
export function closing(course: Course, decision: Decision, ending: Ending): Outcome {
  const { place, times, notes, warnings, silent, runSha } = course.closed();
  const told: Told = {
    verdict: ending.verdict,
    reason: reasonOf(decision, ending),
    because: becauseOf(decision, ending),
    fix: fixOf(decision, ending),
    target: 'target' in decision ? decision.target : undefined,
    left: decision.kind === 'go' ? (decision.from?.payload.version ?? '') : '',
    how: decision.kind === 'go' ? decision.way.kind : '',
    side: decision.kind === 'go' ? decision.way.side : '',
    times,
    proof: ending.proof?.words ?? '',
    older: decision.kind === 'confirm' ? decision.older : [],
    notes: [...notes, ...warnings, ...(decision.kind === 'go' ? decision.notes : [])],
  };
  const from = decision.kind === 'go' ? decision.from : undefined;
  const sha = from?.sha ?? (told.target?.sha || runSha);
  const well = ['restored', 'already-there', 'planned'].includes(ending.verdict);
  const nothing = decision.kind === 'nothing';
  return {
    verdict: ending.verdict,
    reason: told.reason,
    exit: well ? 0 : 1,
    rollback: false,
    sha: told.target?.sha ?? '',
    version: told.target?.version ?? '',
    deploymentId: place.deploymentId,
    outputs: {
      'target-sha': told.target?.sha ?? '',
      'target-deployment-id': told.target?.deploymentId === undefined ? '' : String(told.target.deploymentId),
      'phase-times': JSON.stringify(times),
      options: JSON.stringify(told.older),
      'incident-url': '',
    },
    evidence: nothing ? undefined : accountOf(told, { ...place, sha, pulls: pullsOf(from) }),
    result: { told },
    error: errorOf(told),
    warnings,
    silent,
  };
}

/** The outcome of post: it only tidies up; what it could not write is a warning. */
export function finishedOutcome(told: { readonly ended: number; readonly warnings: readonly string[] }): Outcome {
  return {
    verdict: 'finished',
    reason: told.ended === 0 ? 'nothing-open' : 'ended',
    exit: 0,
    rollback: false,
    sha: '',
    version: '',
    deploymentId: undefined,
    outputs: {},
    evidence: undefined,
    result: {},
    error: '',
    warnings: told.warnings,
    silent: true,
  };
}

function fixOf(decision: Decision, { fault }: Ending): string {
  if (decision.kind === 'refused') return decision.fix;
  return fault?.fix ?? 'Look at the router and the side, then press again: nothing goes further back';
}

function reasonOf(decision: Decision, ending: Ending): string {
  if (ending.fault !== undefined) return ending.fault.reason;
  switch (decision.kind) {
    case 'refused':
      return decision.reason;
    case 'nothing':
      return 'nothing-begun';
    case 'confirm':
      return ending.verdict === 'unverified' ? 'unverified' : 'rolled-back-already';
    case 'go':
      return ending.verdict === 'unverified' ? 'unverified' : decision.way.kind;
  }
}

function becauseOf(decision: Decision, ending: Ending): string {
  if (ending.fault !== undefined) return ending.fault.because;
  if (ending.verdict === 'unverified') return ending.proof?.words ?? 'Nothing proves it';
  if (decision.kind === 'go')
    return decision.way.kind === 'there' ? `Everybody is on ${nameOf(decision.target)} already` : '';
  return decision.because;
}
