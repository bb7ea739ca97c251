// The state of a walk under way: what it was given, what it knows by now, and how it words its results.
import type { Page } from './asking.ts';
import type { Attempted } from './attempt.ts';
import type { Owed } from './clean-up.ts';
import type { Jar } from './cookie.ts';
import { besideEachOther } from './difference.ts';
import type { Transport } from './exchange.ts';
import type { Failure } from './failure.ts';
import type { Address } from './outgoing.ts';
import { questionOf } from './question.ts';
import type { Readiness } from './ready.ts';
import type { CheckResult } from './result.ts';
import { type Check, kindOf, type SuiteRequest } from './shape.ts';
import type { Suite } from './suite.ts';
import { filledAddress, type Values } from './template.ts';
import type { Expected, VersionAnswer } from './version.ts';

export interface WalkOptions {
  readonly address: Address;
  /** The version that must answer. */
  readonly expected: Expected;
  /** How a side says its version, for suites without `ready`; undefined: those are not pinned. */
  readonly answer?: VersionAnswer | undefined;
  readonly environment: string;
  readonly tags: readonly string[];
  readonly budgetMs: number;
  /** Values of environment variables, for `secrets` and commands. */
  readonly env: (name: string) => string | undefined;
  /** Tells runs apart: `{{ run.id }}`. */
  readonly runId: string;
  /** Instant (ms) at which the run began. */
  readonly runBegan: number;
  /** A pull request's run: no commands, and no private addresses unless the suite allows them. */
  readonly review: boolean;
  /** Told each secret that an answer brings. */
  readonly mask?: (secret: string) => void;
}

/** A walk under way. */
export interface WalkState {
  readonly suite: Suite;
  readonly walk: WalkOptions;
  readonly transport: Transport;
  readonly deadline: number;
  readonly results: Map<string, CheckResult>;
  /** Results of cases that reports brought, by the id of their check. */
  readonly cases: Map<string, readonly CheckResult[]>;
  readonly jars: Map<string, Jar>;
  readonly pages: Map<string, Page>;
  /** Ids of the checks whose page is wanted. */
  readonly keeps: ReadonlySet<string>;
  /** Clean-ups that are owed, in the order their checks came. */
  readonly owed: Map<string, Owed>;
  /** Values known before the first check. */
  readonly values: Values;
  /** What each check captured, by its id. */
  readonly captured: Map<string, Values>;
}

/** The values that a check may use: those of all, and those that what it needs has captured for it. */
export function valuesFor(state: WalkState, check: Check): Values {
  return state.suite.givers.has(check.id) ? { ...state.values, ...givenTo(state, check) } : state.values;
}

/** What others have captured for the check. */
export function givenTo({ suite, captured }: WalkState, { id }: Check): Values {
  const given = [...(suite.givers.get(id) ?? [])].flatMap(([name, giver]): readonly [string, string][] => {
    const value = captured.get(giver)?.[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

/** The check with what was captured for it in its addresses. */
export function addressed(state: WalkState, check: Check): Check {
  const { http, probe } = check;
  if (!state.suite.givers.has(check.id)) return check;
  const given = givenTo(state, check);
  return {
    ...check,
    ...(http === undefined ? {} : { http: withAddress(http, given) }),
    ...(probe === undefined ? {} : { probe: { ...probe, http: withAddress(probe.http, given) } }),
  };
}

/** The request with these values in its address. */
export function withAddress(request: SuiteRequest, given: Values): SuiteRequest {
  return { ...request, url: filledAddress(request.url, given) };
}

/** What every result of a check begins with. */
export function named({ suite, transport }: WalkState, check: Check) {
  const { id, title, severity } = check;
  const line = Object.hasOwn(suite.lines, id) ? (suite.lines[id] ?? 0) : 0;
  return {
    id,
    title: title === undefined ? id : transport.secrets.clean(title, 100),
    kind: kindOf(check),
    severity,
    line,
  };
}

/** The cases of a report, as results of their own. */
export function casesOf(state: WalkState, check: Check, { cases = [] }: Attempted): readonly CheckResult[] {
  const { secrets } = state.transport;
  return cases
    .filter(({ outcome }) => outcome !== 'skipped')
    .map(({ name, outcome, message, durationMs, flaky }) => ({
      ...named(state, check),
      id: `${check.id} › ${secrets.clean(name, 120)}`,
      title: secrets.clean(name, 120),
      kind: 'ingest',
      // Its check says the same and decides; a case is there to be seen.
      outcome: outcome === 'fail' ? 'fail' : 'pass',
      attempts: 1,
      durationMs,
      failures: outcome === 'fail' ? [caseFailure(secrets.clean(message))] : [],
      because: '',
      unreachable: false,
      ...(flaky ? { flaky, earlier: [{ ...caseFailure(secrets.clean(message)), trouble: 'assertion' }] } : {}),
    }));
}

function caseFailure(got: string): Failure {
  return { about: 'case', expected: 'a pass', got };
}

/** What the check asks, with the values that it asks with. */
export function askedOf(state: WalkState, check: Check): string {
  return questioned(state, questionOf(addressed(state, check), valuesFor(state, check), state.transport.address));
}

/** A question without secrets, shortened. */
export function questioned({ transport: { secrets } }: WalkState, question: string): string {
  return secrets.clean(question, longestQuestion);
}

/** A check of which nobody can tell. */
export function notRun(state: WalkState, check: Check, because: string): CheckResult {
  const nothing = { attempts: 0, durationMs: 0, failures: [], unreachable: false } as const;
  return { ...named(state, check), ...nothing, outcome: 'not-run', because };
}

/** Why a check did not come to an end. */
export function openWords({ transport: { port }, deadline }: WalkState): string {
  if (port.cancelled.aborted) return 'the run was cancelled';
  // Timers may end a millisecond early.
  return port.clock.steady() >= deadline - 5 ? 'the time budget was spent' : 'it did not come to its turn';
}

/** Why no check was asked after a wait in vain. */
export function unreadyWords(readiness: Readiness | undefined): string {
  switch (readiness?.kind) {
    case 'cancelled':
      return 'the run was cancelled';
    case 'unreachable':
      return 'nothing answered';
    case 'unfinished':
      return 'the time budget was spent';
    default:
      return 'the version was not ready';
  }
}

const longestQuestion = 160;

/** Characters of what was expected, and of what came, that are kept. */
const longestShown = 300;

/** Failures without secrets, shortened. */
export function cleaned({ transport: { secrets } }: WalkState, failures: readonly Failure[]): readonly Failure[] {
  return failures.slice(0, 20).map(({ about, expected, got }) => ({
    about: secrets.clean(about, 100),
    // Cut around the place where they differ, which may lie behind thousands of letters; secrets are out before.
    ...besideEachOther(secrets.clean(expected, Infinity), secrets.clean(got, Infinity), longestShown),
  }));
}
