// The course of one rollback run: its phases and notes as they come, and the outcome that they make in the end.
import type { Run } from '../evidence/run.ts';
import type { Effective } from '../policy/effective.ts';
import type { Outcome } from '../record/outcome.ts';
import { type AccountPlace, accountOf, errorOf, type PhaseTimes, type Told } from './account.ts';
import { defaultBudgetMs, lateNotes } from './budget.ts';
import { becauseOf, type Ending, fixOf, reasonOf } from './ending.ts';
import type { Exposure } from './exposure.ts';
import { type JournalPlace, pullsOf } from './journal.ts';
import type { LegOutcome } from './leg.ts';
import type { Decision } from './situation.ts';
import { type Telling, tellingsOf } from './telling.ts';
import { backWords } from './way.ts';

export interface CourseInputs {
  readonly environment: string;
  readonly reason: string;
  readonly severity: string;
  readonly mode: string;
  readonly 'dry-run': boolean;
}

export interface Course {
  readonly leg: string;
  /** Milliseconds of the one deadline that are left. */
  readonly left: () => number;
  /** Milliseconds that a phase or a way may take: its own part of the budget, never more than is left. */
  readonly within: (...parts: readonly string[]) => number;
  /** Milliseconds this run waited for a runner. */
  readonly queued: (ms: number) => void;
  readonly note: (...notes: readonly string[]) => void;
  readonly incident: (url: string) => void;
  /** How much of the users met what was left; undefined where nobody measured it. */
  readonly exposed: (exposure: Exposure | undefined) => void;
  /** What was measured when a limit was broken, a sentence; empty where none was. */
  readonly cause: (sentence: string) => void;
  readonly warn: (...warnings: readonly string[]) => void;
  readonly beganAt: number;
  readonly phase: (name: 'decide' | 'switch' | 'verify' | 'record') => void;
  /** Its turn comes only now: what it waited for others is none of its time. */
  readonly resume: () => void;
  readonly notRecorded: (because: string) => void;
  /** The policy of this leg, and what was unusual about reading it. */
  readonly goBy: (policy: Effective, because: readonly string[]) => void;
  readonly began: (deploymentId: number) => void;
  readonly begunId: () => number | undefined;
  readonly journal: (how: string) => JournalPlace;
  readonly closed: () => Closed;
}

interface Closed {
  readonly place: Omit<AccountPlace, 'sha' | 'pulls'>;
  readonly times: PhaseTimes;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly incidentUrl: string;
  readonly cause: string;
  readonly silent: boolean;
  readonly by: Pick<Telling, 'policy' | 'mode' | 'severity' | 'who' | 'usersExposed'>;
  readonly runSha: string;
}

function watchEnd(policy: Effective | undefined, now: number): number | undefined {
  const watchMs = policy?.rollback.followUp.watchMs;
  return watchMs === undefined ? undefined : now + watchMs;
}

/** Starts the clock of a rollback of one leg. */
export function started(
  world: { readonly run: Run; readonly clock: { now(): number } },
  inputs: CourseInputs,
  leg: string,
): Course {
  const { run, clock } = world;
  let began = clock.now();
  let last = began;
  let times: PhaseTimes = { queue: 0, decide: 0, switch: 0, verify: 0, record: 0 };
  let notes: readonly string[] = [];
  let warnings: readonly string[] = [];
  let policy: Effective | undefined;
  let deploymentId: number | undefined;
  let incidentUrl = '';
  let cause = '';
  let usersExposed: number | undefined;
  const left = () => Math.max(0, began + (policy?.rollback.budgetMs ?? defaultBudgetMs) - clock.now());
  const runPlace = { id: run.id, attempt: run.attempt, url: run.url };
  return {
    leg,
    left,
    within: (...parts) => Math.min(left(), ...parts.flatMap((part) => policy?.rollback.parts[part] ?? [])),
    queued: (ms) => {
      times = { ...times, queue: Math.max(0, ms) };
    },
    note: (...more) => {
      notes = [...notes, ...more.filter((one) => !notes.includes(one))];
    },
    warn: (...more) => {
      warnings = [...warnings, ...more];
    },
    beganAt: began,
    exposed: (exposure) => {
      usersExposed = exposure?.count;
      if (exposure !== undefined) notes = [...notes, `Users exposed: ${exposure.words}`];
    },
    cause: (sentence) => {
      cause = sentence;
    },
    incident: (url) => {
      incidentUrl = url;
    },
    phase: (name) => {
      times = { ...times, [name]: times[name] + clock.now() - last };
      last = clock.now();
    },
    resume: () => {
      began += clock.now() - last;
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
    begunId: () => deploymentId,
    journal: (how) => ({
      run: runPlace,
      environment: inputs.environment,
      unit: policy?.unit.name ?? '',
      leg,
      how,
      reason: inputs.reason,
      severity: inputs.severity,
      watchUntil: watchEnd(policy, clock.now()),
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
      notes: [...notes, ...lateNotes(times, policy)],
      warnings,
      incidentUrl,
      cause,
      silent: inputs['dry-run'],
      by: { policy, mode: inputs.mode, severity: inputs.severity, who: run.triggeringActor, usersExposed },
      runSha: run.sha,
    }),
  };
}

/** The outcome of a rollback run, from its decision and how it ended. */
export function closing(course: Course, decision: Decision, ending: Ending): LegOutcome {
  const { place, times, notes, warnings, silent, runSha, incidentUrl, cause, by } = course.closed();
  const told: Told = {
    verdict: ending.verdict,
    reason: reasonOf(decision, ending),
    cause,
    because: becauseOf(decision, ending),
    fix: fixOf(decision, ending),
    target: 'target' in decision ? decision.target : undefined,
    left: decision.kind === 'go' ? (decision.from?.payload.version ?? '') : '',
    how: decision.kind === 'go' ? decision.way.kind : '',
    side: decision.kind === 'go' ? decision.way.side : '',
    flag: decision.kind === 'go' && decision.way.kind === 'flag' ? decision.way.flag : '',
    ...flagBackOf(decision),
    plan: decision.kind === 'printed' ? decision.plan : [],
    options: decision.kind === 'refused' ? (decision.options ?? []) : [],
    incidentUrl,
    users: decision.kind === 'refused' ? (decision.users ?? '') : '',
    drill: ending.drill === true,
    times,
    proof: ending.proof?.words ?? '',
    older: decision.kind === 'confirm' ? decision.older : [],
    notes: [...notes, ...warnings, ...(decision.kind === 'go' ? decision.notes : [])],
  };
  const from = decision.kind === 'go' ? decision.from : undefined;
  const sha = from?.sha ?? (told.target?.sha || runSha);
  const well = ['restored', 'already-there', 'planned'].includes(ending.verdict);
  const nothing = decision.kind === 'nothing';
  const evidence = nothing ? undefined : accountOf(told, { ...place, sha, pulls: pullsOf(from) });
  const outcome: Outcome = {
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
      options: JSON.stringify(told.options.length > 0 ? told.options : told.older),
      'incident-url': incidentUrl,
    },
    evidence,
    announcements: tellingsOf({ ...by, evidence, told, from, silent }),
    result: { told },
    error: errorOf(told),
    warnings,
    silent,
  };
  return { outcome, times };
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

function flagBackOf(decision: Decision): { readonly flagBack?: string } {
  const back = decision.kind === 'go' && decision.way.kind === 'flag' ? decision.way.back : undefined;
  return back === undefined ? {} : { flagBack: backWords(back) };
}
