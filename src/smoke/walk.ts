// The walk through a suite: first the gate that pins the version, then the checks in parallel under one deadline, last the clean-ups.
import { formatDuration } from '../kit/duration.ts';
import {
  type Address,
  type Attempted,
  captured,
  judgeReply,
  mayRepeat,
  originOf,
  requestOf,
  waitBefore,
} from './attempt.ts';
import type { Failure } from './expect.ts';
import { judge } from './judge.ts';
import type { Sent, SmokePort } from './port.ts';
import { type Gate, waitUntilReady } from './ready.ts';
import type { CheckResult, CleanedUp, SuiteResult } from './result.ts';
import { schedule } from './schedule.ts';
import { keepSecrets, type Secrets } from './secret.ts';
import type { Check } from './shape.ts';
import { type Suite, selected } from './suite.ts';
import { filled, namesIn, type Values } from './template.ts';
import { type Expected, gateOf, type VersionAnswer, valuesOf } from './version.ts';

export interface Walk {
  readonly address: Address;
  /** The version that must answer. */
  readonly expected: Expected;
  /** How a side says its version, for suites without `ready`; undefined: those are not pinned. */
  readonly answer?: VersionAnswer | undefined;
  readonly tags: readonly string[];
  readonly budgetMs: number;
  /** Values of environment variables, for `secrets`. */
  readonly env: (name: string) => string | undefined;
  /** Tells runs apart: `{{ run.id }}`. */
  readonly runId: string;
}

/** Time for each clean-up after a cancel or a spent budget, and for all of them. */
const cleanUpMs = 5_000;

interface Owed {
  readonly id: string;
  readonly request: Omit<Sent, 'timeoutMs'>;
}

interface Course {
  readonly port: SmokePort;
  readonly suite: Suite;
  readonly walk: Walk;
  readonly deadline: number;
  readonly secrets: Secrets;
  readonly results: Map<string, CheckResult>;
  /** Clean-ups that are owed, in the order their checks came. */
  readonly owed: Owed[];
  values: Values;
}

/** Asks all that the suite asks of one address and judges it. Never throws for what the service does; throws a Problem when a secret is not
 * set or no check has the tags. What it returns holds no secrets. */
export async function runSuite(port: SmokePort, suite: Suite, walk: Walk): Promise<SuiteResult> {
  const began = port.clock.now();
  const checks = selected(suite, walk.tags);
  const { values, secrets } = valuesOf(suite, walk);
  const deadline = began + Math.min(walk.budgetMs, suite.budget?.suite ?? walk.budgetMs);
  const course: Course = {
    port,
    suite,
    walk,
    deadline,
    secrets: keepSecrets(secrets),
    results: new Map(),
    owed: [],
    values,
  };
  const gate = gateOf(port, suite, walk, values);
  const readiness = gate === undefined ? undefined : await ready(course, gate);
  if (readiness === undefined || readiness.kind === 'ready') await askAll(course, checks);
  const cancelled = port.cancelled.aborted;
  const cleanups = await cleanUp(course);
  const results = checks.map(
    (check) => course.results.get(check.id) ?? notRun(course, check, 'the version was not ready'),
  );
  return judge({ checks: results, readiness, cleanups, cancelled, durationMs: port.clock.now() - began });
}

async function ready(course: Course, gate: Gate) {
  const found = await waitUntilReady(course.port, gate, course.deadline);
  return { ...found, last: cleaned(course, found.last) };
}

async function askAll(course: Course, checks: readonly Check[]): Promise<void> {
  const { suite, walk } = course;
  const jobs = checks.map((check, number) => {
    const url = filled(check.http.url, course.values);
    return {
      id: check.id,
      needs: check.needs,
      host: url.startsWith('/') ? walk.address.baseUrl : originOf(url),
      check,
      number,
    };
  });
  const limits = { total: suite.concurrency.total, perHost: suite.concurrency.per_host };
  await schedule(jobs, limits, async ({ check, number }) => {
    const missing = check.needs.find((need) => course.results.get(need)?.outcome !== 'pass');
    const result =
      missing === undefined
        ? await askOne(course, check, number)
        : notRun(course, check, `it needs ${missing}, which did not pass`);
    course.results.set(check.id, result);
  });
}

async function askOne(course: Course, check: Check, number: number): Promise<CheckResult> {
  const { port, suite, deadline } = course;
  const { clock, cancelled } = port;
  const retry = check.retry ?? suite.defaults.retry;
  const began = clock.now();
  const timeout = check.timeout ?? suite.defaults.timeout;
  let unreachable = true;
  for (let made = 1; ; made += 1) {
    const left = deadline - clock.now();
    if (cancelled.aborted || left <= 0)
      return { ...notRun(course, check, openWords(course)), attempts: made - 1, durationMs: clock.now() - began };
    const attempted = await attempt(course, check, Math.min(timeout, left));
    const { reply } = attempted;
    unreachable &&= reply.kind === 'failed' && reply.unreachable;
    const done = { ...named(course, check), attempts: made, durationMs: clock.now() - began, unreachable, because: '' };
    if (attempted.failures.length === 0) return { ...done, outcome: 'pass', failures: [] };
    // Cut short by the cancel or the budget, not by the service.
    if (reply.kind === 'failed' && (cancelled.aborted || clock.now() >= deadline)) {
      return { ...done, outcome: 'not-run', failures: [], because: openWords(course) };
    }
    const wait = waitBefore(retry, made, number, attempted);
    const again = made < retry.attempts && mayRepeat(check, retry, attempted) && clock.now() + wait < deadline;
    if (!again) return { ...done, outcome: 'fail', failures: cleaned(course, attempted.failures) };
    await clock.sleep(wait, cancelled);
  }
}

/** One attempt; what it captures is known to the checks that need it, and its secrets to the redactor before anything is shown. */
async function attempt(course: Course, check: Check, timeoutMs: number): Promise<Attempted> {
  const { port, suite, walk } = course;
  const most = suite.defaults.max_body === undefined ? {} : { maxBytes: suite.defaults.max_body };
  const request = requestOf(check.http, course.values, walk.address);
  const reply = await port.http({ ...request, ...most, timeoutMs, signal: port.cancelled });
  const attempted = judgeReply(filled(check.expect, course.values), reply, port.clock.now());
  if (reply.kind === 'failed') return attempted;
  const taken = captured(check, reply);
  for (const [name, value] of Object.entries(taken.values))
    if (check.capture[name]?.secret === true) course.secrets.add(value);
  course.values = { ...course.values, ...taken.values };
  if (check.cleanup !== undefined && reply.status < 300) {
    course.owed.push({ id: check.id, request: requestOf(check.cleanup.http, course.values, walk.address) });
  }
  return { reply, failures: [...attempted.failures, ...taken.failures] };
}

/** Last made, first removed; also after a cancel, for at most 5 s in all. Never changes the verdict. */
async function cleanUp(course: Course): Promise<readonly CleanedUp[]> {
  const { port, secrets } = course;
  const until = port.clock.now() + cleanUpMs;
  const done: CleanedUp[] = [];
  for (const { id, request } of [...course.owed].reverse()) {
    const left = until - port.clock.now();
    done.push({ id, because: secrets.clean(await cleanedUp(port, request, left)) });
  }
  return done;
}

async function cleanedUp(port: SmokePort, request: Owed['request'], timeoutMs: number): Promise<string> {
  const nameless = namesIn(request);
  if (nameless.length > 0) return `not tried: ${nameless.join(', ')} was not captured`;
  if (timeoutMs <= 0) return `not tried: the ${formatDuration(cleanUpMs)} for all clean-ups were over`;
  const reply = await port.http({ ...request, timeoutMs });
  if (reply.kind === 'failed') return reply.because;
  return reply.status < 300 || reply.status === 404 ? '' : `answered ${reply.status}`;
}

function named({ suite, secrets }: Course, { id, title, severity }: Check) {
  return { id, title: secrets.clean(title ?? id, 100), severity, line: suite.lines[id] ?? 0 };
}

function notRun(course: Course, check: Check, because: string): CheckResult {
  const nothing = { attempts: 0, durationMs: 0, failures: [], unreachable: false } as const;
  return { ...named(course, check), ...nothing, outcome: 'not-run', because };
}

function openWords({ port, deadline }: Course): string {
  if (port.cancelled.aborted) return 'the run was cancelled';
  return port.clock.now() >= deadline ? 'the time budget was spent' : 'it did not come to its turn';
}

function cleaned({ secrets }: Course, failures: readonly Failure[]): readonly Failure[] {
  return failures.map(({ about, expected, got }) => ({
    about: secrets.clean(about, 100),
    expected: secrets.clean(expected),
    got: secrets.clean(got),
  }));
}
