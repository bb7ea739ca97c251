// The walk through a suite: first the gate that pins the version, then the checks in parallel under one deadline, last the clean-ups.
import type { Asking } from './asking.ts';
import { type Attempted, mayRepeat, waitBefore } from './attempt.ts';
import { cleanUp, owe } from './clean-up.ts';
import { joined } from './cookie.ts';
import {
  askedOf,
  type Course,
  casesOf,
  cleaned,
  named,
  notRun,
  openWords,
  questioned,
  valuesFor,
  type Walk,
} from './course.ts';
import type { Transport } from './exchange.ts';
import { judge } from './judge.ts';
import { askKind, hostOf } from './kind.ts';
import { needsOf, withDependents } from './needs.ts';
import type { SmokePort } from './port.ts';
import { type Gate, waitUntilReady } from './ready.ts';
import type { CheckResult, SuiteResult } from './result.ts';
import { type Job, schedule } from './schedule.ts';
import { credentialsIn, keepSecrets } from './secret.ts';
import { isCommand, selected } from './selection.ts';
import type { Check } from './shape.ts';
import type { Suite } from './suite.ts';
import { filled } from './template.ts';
import { gateOf, valuesOf } from './version.ts';

export type { Walk } from './course.ts';

/** Asks all that the suite asks of one address and judges it. Never throws for what the service does; throws a Problem when a secret is not
 * set or no check has the tags. What it returns holds no secrets. */
export async function runSuite(port: SmokePort, suite: Suite, walk: Walk): Promise<SuiteResult> {
  const began = port.clock.now();
  const checks = selected(suite, walk);
  const { values, secrets } = valuesOf(suite, walk, began);
  const course: Course = {
    suite,
    walk,
    transport: transportOf(port, suite, walk, secrets),
    deadline: began + Math.min(walk.budgetMs, suite.budget?.suite ?? walk.budgetMs),
    results: new Map(),
    cases: new Map(),
    jars: new Map(),
    pages: new Map(),
    keeps: new Set(checks.flatMap(({ assets }) => assets?.from ?? [])),
    owed: new Map(),
    values,
    captured: new Map(),
  };
  const gate = gateOf(course.transport, suite, walk, values);
  const readiness = gate === undefined ? undefined : await ready(course, gate);
  if (readiness === undefined || readiness.kind === 'ready') await askAll(course, checks);
  const cancelled = port.cancelled.aborted;
  const cleanups = await cleanUp(course.transport, [...course.owed.values()]);
  const results = checks.flatMap((check) => [
    course.results.get(check.id) ?? notRun(course, check, 'the version was not ready'),
    ...(course.cases.get(check.id) ?? []),
  ]);
  return judge({ checks: results, readiness, cleanups, cancelled, durationMs: port.clock.now() - began });
}

function transportOf(port: SmokePort, suite: Suite, walk: Walk, known: readonly string[]): Transport {
  const secrets = keepSecrets(known, walk.mask);
  secrets.addAll([walk.address.baseUrl, ...known].flatMap(credentialsIn));
  return {
    port,
    address: walk.address,
    secrets,
    hosts: suite.network.hosts,
    publicOnly: (suite.network.private ?? (walk.review ? 'deny' : 'allow')) === 'deny',
    maxBytes: suite.defaults.max_body,
    connectTimeoutMs: suite.defaults.connect_timeout,
  };
}

async function ready(course: Course, gate: Gate) {
  const found = await waitUntilReady(course.transport.port, gate, course.deadline);
  const question = found.kind === 'ready' ? {} : { question: questioned(course, gate.question) };
  return { ...found, ...question, last: cleaned(course, found.last) };
}

interface Turn extends Job {
  readonly check: Check;
  readonly number: number;
}

/** All in parallel; then, one after another, the probes that want to be alone, and what needs them. */
async function askAll(course: Course, checks: readonly Check[]): Promise<void> {
  const { suite, walk } = course;
  const place = { address: walk.address, home: new URL(walk.address.baseUrl).host };
  const turns = checks.map((check, number): Turn => {
    const host = hostOf(check, course.values, place);
    return { id: check.id, needs: needsOf(check), host, check, number };
  });
  const probes = checks.filter(({ probe }) => probe?.exclusive === true).map(({ id }) => id);
  const alone = withDependents(turns, new Set(probes));
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
  const { clock, cancelled } = course.transport.port;
  const retry = check.retry ?? suite.defaults.retry;
  const began = clock.now();
  const timeout = timeoutOf(check, suite.defaults.timeout);
  let unreachable = true;
  for (let made = 1; ; made += 1) {
    const left = deadline - clock.now();
    if (cancelled.aborted || left <= 0)
      return { ...notRun(course, check, openWords(course)), attempts: made - 1, durationMs: clock.now() - began };
    const attempted = await attempt(course, check, Math.min(timeout, left));
    const { failures, trouble, figures, trace, cases = [], durationMs: latencyMs } = attempted;
    unreachable &&= attempted.unreachable;
    const done = {
      ...named(course, check),
      attempts: made,
      durationMs: clock.now() - began,
      unreachable,
      because: '',
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(figures === undefined ? {} : { figures }),
      ...(trace === undefined ? {} : { trace }),
      ...(cases.some(({ flaky }) => flaky) ? { flaky: true } : {}),
    };
    course.cases.set(check.id, casesOf(course, check, attempted));
    if (failures.length === 0) return { ...done, outcome: 'pass', failures: [] };
    // Cut short by the cancel or the budget, not by the service; a command ends with whatever code its signal gives.
    const cancelledIt = cancelled.aborted && (trouble !== 'assertion' || isCommand(check));
    const budgetEnded =
      trouble !== 'assertion' && (clock.now() >= deadline || (trouble === 'timeout' && left < timeout));
    if (cancelledIt || budgetEnded) {
      return { ...done, outcome: 'not-run', failures: [], because: openWords(course) };
    }
    if (trouble === 'setup' || trouble === 'samples') {
      const because = course.transport.secrets.clean(failures[0]?.got ?? '');
      return { ...done, outcome: 'not-run', failures: [], because, trouble, asked: askedOf(course, check) };
    }
    const wait = waitBefore(retry, made, number, attempted);
    const again = made < retry.attempts && mayRepeat(check, retry, attempted) && clock.now() + wait < deadline;
    if (!again)
      return {
        ...done,
        outcome: 'fail',
        failures: cleaned(course, failures),
        asked: askedOf(course, check),
        ...(trouble === undefined ? {} : { trouble }),
      };
    await clock.sleep(wait, cancelled);
  }
}

/** A probe has the time of all its samples, a program a minute, unless the check says otherwise. */
function timeoutOf({ timeout, probe, command, sql, assets }: Check, usual: number): number {
  if (timeout !== undefined) return timeout;
  if (probe !== undefined) return usual * (probe.warmup + probe.repeat);
  if (command !== undefined) return command.timeout ?? 60_000;
  return sql === undefined && assets === undefined ? usual : Math.max(usual, 15_000);
}

/** One attempt; what it captures is known to the checks that need it, and its secrets to the redactor before anything is shown. */
async function attempt(course: Course, check: Check, timeoutMs: number): Promise<Attempted> {
  const { suite, walk, transport, pages, keeps } = course;
  const jar = joined(needsOf(check).map((need) => course.jars.get(need) ?? new Map()));
  course.jars.set(check.id, jar);
  const { env, runBegan } = walk;
  const values = valuesFor(course, check);
  const redirects = suite.network.redirects;
  const asking: Asking = { ...transport, values, jar, pages, keeps, redirects, timeoutMs, env, runBegan };
  const attempted = await askKind(asking, check);
  const { captured = {}, made } = attempted;
  for (const [name, value] of Object.entries(captured))
    if (check.capture[name]?.secret === true) transport.secrets.add(value);
  // What an attempt before has captured still names what it made.
  const own = { ...course.captured.get(check.id), ...captured };
  course.captured.set(check.id, own);
  if (check.cleanup !== undefined && made !== undefined && made !== false)
    owe(course.owed, {
      id: check.id,
      request: filled(check.cleanup.http, { ...values, ...own }),
      jar,
      sure: made === true,
    });
  return attempted;
}
