// The walk through a suite: first the gate that pins the version, then the checks in parallel under one deadline, last the clean-ups.
import type { Asking, Page } from './asking.ts';
import { type Attempted, mayRepeat, waitBefore } from './attempt.ts';
import { cleanUp, type Owed } from './clean-up.ts';
import { type Jar, joined } from './cookie.ts';
import type { Way } from './exchange.ts';
import type { Failure } from './expect.ts';
import { judge } from './judge.ts';
import { askKind, hostOf } from './kind.ts';
import type { Address } from './outgoing.ts';
import type { SmokePort } from './port.ts';
import { type Gate, waitUntilReady } from './ready.ts';
import type { CheckResult, SuiteResult } from './result.ts';
import { type Job, schedule } from './schedule.ts';
import { keepSecrets } from './secret.ts';
import { needsOf, selected } from './selection.ts';
import { type Check, kindOf } from './shape.ts';
import type { Suite } from './suite.ts';
import { filled, type Values } from './template.ts';
import { type Expected, gateOf, type VersionAnswer, valuesOf } from './version.ts';

export interface Walk {
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

interface Course {
  readonly suite: Suite;
  readonly walk: Walk;
  readonly way: Way;
  readonly deadline: number;
  readonly results: Map<string, CheckResult>;
  /** Results of cases that reports brought, by the id of their check. */
  readonly cases: Map<string, readonly CheckResult[]>;
  readonly jars: Map<string, Jar>;
  readonly pages: Map<string, Page>;
  /** Clean-ups that are owed, in the order their checks came. */
  readonly owed: Owed[];
  values: Values;
}

/** Asks all that the suite asks of one address and judges it. Never throws for what the service does; throws a Problem when a secret is not
 * set or no check has the tags. What it returns holds no secrets. */
export async function runSuite(port: SmokePort, suite: Suite, walk: Walk): Promise<SuiteResult> {
  const began = port.clock.now();
  const checks = selected(suite, walk);
  const { values, secrets } = valuesOf(suite, walk, began);
  const course: Course = {
    suite,
    walk,
    way: wayOf(port, suite, walk, secrets),
    deadline: began + Math.min(walk.budgetMs, suite.budget?.suite ?? walk.budgetMs),
    results: new Map(),
    cases: new Map(),
    jars: new Map(),
    pages: new Map(),
    owed: [],
    values,
  };
  const gate = gateOf(course.way, suite, walk, values);
  const readiness = gate === undefined ? undefined : await ready(course, gate);
  if (readiness === undefined || readiness.kind === 'ready') await askAll(course, checks);
  const cancelled = port.cancelled.aborted;
  const cleanups = await cleanUp(course.way, course.owed);
  const results = checks.flatMap((check) => [
    course.results.get(check.id) ?? notRun(course, check, 'the version was not ready'),
    ...(course.cases.get(check.id) ?? []),
  ]);
  return judge({ checks: results, readiness, cleanups, cancelled, durationMs: port.clock.now() - began });
}

function wayOf(port: SmokePort, suite: Suite, walk: Walk, secrets: readonly string[]): Way {
  return {
    port,
    address: walk.address,
    secrets: keepSecrets(secrets, walk.mask),
    hosts: suite.network.hosts,
    publicOnly: (suite.network.private ?? (walk.review ? 'deny' : 'allow')) === 'deny',
    maxBytes: suite.defaults.max_body,
    connectTimeoutMs: suite.defaults.connect_timeout,
  };
}

async function ready(course: Course, gate: Gate) {
  const found = await waitUntilReady(course.way.port, gate, course.deadline);
  return { ...found, last: cleaned(course, found.last) };
}

interface Turn extends Job {
  readonly check: Check;
  readonly number: number;
}

/** All in parallel; then, one after another, the probes that want to be alone, and what needs them. */
async function askAll(course: Course, checks: readonly Check[]): Promise<void> {
  const { suite, walk } = course;
  const turns = checks.map((check, number): Turn => {
    const host = hostOf(check, course.values, walk.address);
    return { id: check.id, needs: needsOf(check), host, check, number };
  });
  const alone = new Set<string>(checks.filter(({ probe }) => probe?.exclusive === true).map(({ id }) => id));
  for (let before = -1; before !== alone.size; ) {
    before = alone.size;
    for (const { id, needs } of turns) if (needs.some((need) => alone.has(need))) alone.add(id);
  }
  const run = async ({ check, number, needs }: Turn) => {
    const missing = needs.find((need) => course.results.get(need)?.outcome !== 'pass');
    const result =
      missing === undefined
        ? await askOne(course, check, number)
        : notRun(course, check, `it needs ${missing}, which did not pass`);
    course.results.set(check.id, result);
  };
  const limits = { total: suite.concurrency.total, perHost: suite.concurrency.per_host };
  await schedule(
    turns.filter(({ id }) => !alone.has(id)),
    limits,
    run,
  );
  await schedule(
    turns.filter(({ id }) => alone.has(id)),
    { total: 1, perHost: 1 },
    run,
  );
}

async function askOne(course: Course, check: Check, number: number): Promise<CheckResult> {
  const { suite, deadline } = course;
  const { clock, cancelled } = course.way.port;
  const retry = check.retry ?? suite.defaults.retry;
  const began = clock.now();
  const timeout = timeoutOf(check, suite.defaults.timeout);
  let unreachable = true;
  for (let made = 1; ; made += 1) {
    const left = deadline - clock.now();
    if (cancelled.aborted || left <= 0)
      return { ...notRun(course, check, openWords(course)), attempts: made - 1, durationMs: clock.now() - began };
    const attempted = await attempt(course, check, Math.min(timeout, left));
    const { failures, trouble, figures, cases = [], durationMs: latencyMs } = attempted;
    unreachable &&= attempted.unreachable;
    const done = {
      ...named(course, check),
      attempts: made,
      durationMs: clock.now() - began,
      unreachable,
      because: '',
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(figures === undefined ? {} : { figures }),
      ...(cases.some(({ flaky }) => flaky) ? { flaky: true } : {}),
    };
    course.cases.set(check.id, casesOf(course, check, attempted));
    if (failures.length === 0) return { ...done, outcome: 'pass', failures: [] };
    // Cut short by the cancel or the budget, not by the service.
    if (trouble !== 'assertion' && (cancelled.aborted || clock.now() >= deadline)) {
      return { ...done, outcome: 'not-run', failures: [], because: openWords(course) };
    }
    if (trouble === 'setup' || trouble === 'samples') {
      return { ...done, outcome: 'not-run', failures: [], because: course.way.secrets.clean(failures[0]?.got ?? '') };
    }
    const wait = waitBefore(retry, made, number, attempted);
    const again = made < retry.attempts && mayRepeat(check, retry, attempted) && clock.now() + wait < deadline;
    if (!again) return { ...done, outcome: 'fail', failures: cleaned(course, failures) };
    await clock.sleep(wait, cancelled);
  }
}

/** A probe has the time of all its samples, a program a minute, unless the check says otherwise. */
function timeoutOf({ timeout, probe, command, sql, assets }: Check, usual: number): number {
  if (timeout !== undefined) return timeout;
  if (probe !== undefined) return usual * (probe.warmup + probe.repeat);
  if (command !== undefined) return 60_000;
  return sql === undefined && assets === undefined ? usual : Math.max(usual, 15_000);
}

/** One attempt; what it captures is known to the checks that need it, and its secrets to the redactor before anything is shown. */
async function attempt(course: Course, check: Check, timeoutMs: number): Promise<Attempted> {
  const { suite, walk, way, pages } = course;
  const jar = joined(needsOf(check).map((need) => course.jars.get(need) ?? new Map()));
  course.jars.set(check.id, jar);
  const { env, runBegan } = walk;
  const redirects = suite.network.redirects;
  const asking: Asking = { ...way, values: course.values, jar, pages, redirects, timeoutMs, env, runBegan };
  const attempted = await askKind(asking, check);
  const { captured = {}, made } = attempted;
  for (const [name, value] of Object.entries(captured))
    if (check.capture[name]?.secret === true) way.secrets.add(value);
  if (Object.keys(captured).length > 0) course.values = { ...course.values, ...captured };
  if (check.cleanup !== undefined && made === true) {
    course.owed.push({ id: check.id, request: filled(check.cleanup.http, course.values), jar });
  }
  return attempted;
}

function named({ suite, way }: Course, check: Check) {
  const { id, title, severity } = check;
  const line = Object.hasOwn(suite.lines, id) ? (suite.lines[id] ?? 0) : 0;
  return { id, title: way.secrets.clean(title ?? id, 100), kind: kindOf(check), severity, line };
}

function casesOf(course: Course, check: Check, { cases = [] }: Attempted): readonly CheckResult[] {
  const { secrets } = course.way;
  return cases
    .filter(({ outcome }) => outcome !== 'skipped')
    .map(({ name, outcome, message, durationMs, flaky }) => ({
      ...named(course, check),
      id: `${check.id} › ${secrets.clean(name, 120)}`,
      title: secrets.clean(name, 120),
      kind: 'ingest',
      // Its check says the same and decides; a case is there to be seen.
      outcome: outcome === 'fail' ? 'fail' : 'pass',
      attempts: 1,
      durationMs,
      failures: outcome === 'fail' ? [{ about: 'case', expected: 'a pass', got: secrets.clean(message) }] : [],
      because: '',
      unreachable: false,
      ...(flaky ? { flaky } : {}),
    }));
}

function notRun(course: Course, check: Check, because: string): CheckResult {
  const nothing = { attempts: 0, durationMs: 0, failures: [], unreachable: false } as const;
  return { ...named(course, check), ...nothing, outcome: 'not-run', because };
}

function openWords({ way: { port }, deadline }: Course): string {
  if (port.cancelled.aborted) return 'the run was cancelled';
  return port.clock.now() >= deadline ? 'the time budget was spent' : 'it did not come to its turn';
}

function cleaned({ way: { secrets } }: Course, failures: readonly Failure[]): readonly Failure[] {
  return failures.slice(0, 20).map(({ about, expected, got }) => ({
    about: secrets.clean(about, 100),
    expected: secrets.clean(expected),
    got: secrets.clean(got),
  }));
}
