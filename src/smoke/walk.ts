// The walk through a suite: first the gate that pins the version, then the checks in parallel under one deadline, last the clean-ups.
import type { Asking } from './asking.ts';
import { type Attempted, lastWait, mayRepeat, waitBefore } from './attempt.ts';
import { cleanUp, owe } from './clean-up.ts';
import { joined } from './cookie.ts';
import type { Transport } from './exchange.ts';
import { judge } from './judge.ts';
import { askKind, hostOf } from './kind.ts';
import { needsOf, withDependents } from './needs.ts';
import type { SmokePort } from './port.ts';
import { type Gate, waitUntilReady } from './ready.ts';
import type { CheckResult, Earlier, SuiteResult } from './result.ts';
import { type Job, schedule } from './schedule.ts';
import { credentialsIn, keepSecrets } from './secret.ts';
import { isCommand, selected } from './selection.ts';
import type { Check } from './shape.ts';
import type { Suite } from './suite.ts';
import { filled, type Values } from './template.ts';
import { gateOf, valuesOf } from './version.ts';
import {
  addressed,
  askedOf,
  casesOf,
  cleaned,
  givenTo,
  named,
  notRun,
  openWords,
  questioned,
  unreadyWords,
  valuesFor,
  type WalkOptions,
  type WalkState,
  withAddress,
} from './walk-state.ts';

export type { WalkOptions } from './walk-state.ts';

/** Asks all that the suite asks of one address and judges it. Never throws for what the service does; throws a Problem when a secret is not
 * set or no check has the tags. What it returns holds no secrets. */
export async function runSuite(port: SmokePort, suite: Suite, walk: WalkOptions): Promise<SuiteResult> {
  const began = port.clock.steady();
  const checks = selected(suite, walk);
  const { values, secrets } = valuesOf({ ...suite, checks: [...checks] }, walk, port.clock.now());
  const state: WalkState = {
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
  const gate = gateOf(state.transport, suite, walk, values);
  const readiness = gate === undefined ? undefined : await ready(state, gate);
  if (readiness === undefined || readiness.kind === 'ready') await askAll(state, checks);
  const cancelled = port.cancelled.aborted;
  const cleanups = await cleanUp(state.transport, [...state.owed.values()]);
  const results = checks.flatMap((check) => [
    state.results.get(check.id) ?? notRun(state, check, unreadyWords(readiness)),
    ...(state.cases.get(check.id) ?? []),
  ]);
  return judge({ checks: results, readiness, cleanups, cancelled, durationMs: port.clock.steady() - began });
}

function transportOf(port: SmokePort, suite: Suite, walk: WalkOptions, known: readonly string[]): Transport {
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

async function ready(state: WalkState, gate: Gate) {
  const found = await waitUntilReady(state.transport.port, gate, state.deadline);
  const question = found.kind === 'ready' ? {} : { question: questioned(state, gate.question) };
  return { ...found, ...question, last: cleaned(state, found.last) };
}

interface Turn extends Job {
  readonly check: Check;
  readonly number: number;
}

/** All in parallel; then, one after another, the probes that want to be alone, and what needs them. */
async function askAll(state: WalkState, checks: readonly Check[]): Promise<void> {
  const { suite, walk } = state;
  const place = { address: walk.address, home: new URL(walk.address.baseUrl).host };
  const turns = checks.map((check, number): Turn => {
    const host = hostOf(check, state.values, place);
    return { id: check.id, needs: needsOf(check), host, check, number };
  });
  const probes = checks.filter(({ probe }) => probe?.exclusive === true).map(({ id }) => id);
  const alone = withDependents(turns, new Set(probes));
  const run = async ({ check, number, needs }: Turn) => {
    const missing = needs.find((need) => state.results.get(need)?.outcome !== 'pass');
    const result =
      missing === undefined
        ? await askOne(state, check, number)
        : notRun(state, check, `it needs ${missing}, which did not pass`);
    state.results.set(check.id, result);
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

async function askOne(state: WalkState, check: Check, number: number): Promise<CheckResult> {
  const { suite, deadline } = state;
  const { clock, cancelled } = state.transport.port;
  const retry = check.retry ?? suite.defaults.retry;
  const began = clock.steady();
  const timeout = timeoutOf(check, suite.defaults.timeout);
  let unreachable = true;
  const earlier: Earlier[] = [];
  /** What stands when the last attempt before the end of the budget is cut short by it. */
  let seen: CheckResult | undefined;
  for (let made = 1; ; made += 1) {
    const left = deadline - clock.steady();
    if (cancelled.aborted || left <= 0)
      return seen !== undefined && !cancelled.aborted
        ? seen
        : { ...notRun(state, check, openWords(state)), attempts: made - 1, durationMs: clock.steady() - began };
    const attempted = await attempt(state, check, Math.min(timeout, left));
    const { failures, trouble, figures, trace, cases = [], durationMs: latencyMs } = attempted;
    unreachable &&= attempted.unreachable;
    const done = {
      ...named(state, check),
      attempts: made,
      durationMs: clock.steady() - began,
      unreachable,
      because: '',
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(figures === undefined ? {} : { figures }),
      ...(trace === undefined ? {} : { trace }),
      ...(cases.some(({ flaky }) => flaky) ? { flaky: true } : {}),
    };
    state.cases.set(check.id, casesOf(state, check, attempted));
    if (failures.length === 0)
      return { ...done, outcome: 'pass', failures: [], ...(earlier.length === 0 ? {} : { earlier }) };
    // Cut short by the cancel or the budget, not by the service; a command ends with whatever code its signal gives.
    const cancelledIt = cancelled.aborted && (trouble !== 'assertion' || isCommand(check));
    const budgetEnded =
      trouble !== 'assertion' && (clock.steady() >= deadline || (trouble === 'timeout' && left < timeout));
    if (seen !== undefined && budgetEnded && !cancelledIt) return seen;
    if (cancelledIt || budgetEnded) {
      return { ...done, outcome: 'not-run', failures: [], because: openWords(state) };
    }
    if (trouble === 'setup' || trouble === 'samples') {
      const because = state.transport.secrets.clean(failures[0]?.got ?? '');
      return { ...done, outcome: 'not-run', failures: [], because, trouble, asked: askedOf(state, check) };
    }
    const failed = {
      ...done,
      outcome: 'fail',
      failures: cleaned(state, failures),
      asked: askedOf(state, check),
      ...(trouble === undefined ? {} : { trouble }),
    } as const;
    const room = deadline - clock.steady();
    if (seen !== undefined || made >= retry.attempts || !mayRepeat(check, retry, attempted) || room <= 0) return failed;
    const wait = waitBefore(retry, made, number, attempted);
    if (wait >= room) seen = failed;
    earlier.push(...cleaned(state, failures.slice(0, 1)).map((one) => ({ ...one, trouble: trouble ?? 'assertion' })));
    await clock.sleep(wait < room ? wait : lastWait(room, timeout), cancelled);
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
async function attempt(state: WalkState, check: Check, timeoutMs: number): Promise<Attempted> {
  const { suite, walk, transport, pages, keeps } = state;
  const jar = joined(needsOf(check).map((need) => state.jars.get(need) ?? new Map()));
  state.jars.set(check.id, jar);
  const { env, runBegan } = walk;
  const values = valuesFor(state, check);
  const redirects = suite.network.redirects;
  const asking: Asking = { ...transport, values, jar, pages, keeps, redirects, timeoutMs, env, runBegan };
  const attempted = await askKind(asking, addressed(state, check));
  const { captured = {}, made } = attempted;
  for (const [name, value] of Object.entries(captured))
    if (check.capture[name]?.secret === true) transport.secrets.add(value);
  // What an attempt before has captured still names what it made.
  const own = { ...state.captured.get(check.id), ...captured };
  state.captured.set(check.id, own);
  // An empty name would remove whatever stands above: it is none.
  const known = { ...givenTo(state, check), ...withoutEmpty(own) };
  if (check.cleanup !== undefined && made !== undefined && made !== false)
    owe(state.owed, {
      id: check.id,
      request: filled(withAddress(check.cleanup.http, known), { ...state.values, ...known }),
      jar,
      sure: made === true,
    });
  return attempted;
}

function withoutEmpty(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
