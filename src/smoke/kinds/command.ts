// The kinds `command` and `sql`: what a program of the user says; the database is asked through the user's own client, without a shell.
import { withAllDigits } from '../../kit/digits.ts';
import { clippedBefore } from '../../kit/excerpt.ts';
import { once } from '../../kit/once.ts';
import type { Asking } from '../asking.ts';
import { type Attempted, judgedBy, unasked } from '../attempt.ts';
import { captured, type Found, textAt } from '../capture.ts';
import { asText, documentFailures, judged, parsed, timeFailures } from '../expect.ts';
import type { Failure } from '../failure.ts';
import { filledExpectation, type Given, inTypeOf } from '../given.ts';
import { firstIn } from '../pattern.ts';
import type { Ran } from '../port.ts';
import { withSchema } from '../schema.ts';
import type { Check, Expectation, Rule } from '../shape.ts';
import { type Client, clientOf, firstOf, rowsOf } from '../sql.ts';
import { filled } from '../template.ts';
import { ingested } from './ingest.ts';

/** Runs the command; values reach it as environment variables only, never as text of the command. */
export async function askCommand(asking: Asking, check: Check): Promise<Attempted> {
  const { command, ingest } = check;
  if (command === undefined) return unasked('it names no command');
  const env = environmentOf(asking, command.env);
  if ('missing' in env) return unasked(`${env.missing.join(', ')} is not set in the environment of the step`);
  const expectation = await withSchema(filledExpectation(check.expect, asking.values), asking.port.files);
  if ('because' in expectation) return unasked(expectation.because);
  const { clock } = asking.port;
  const began = clock.steady();
  const ran = await asking.port.command({ line: command.run, env: env.values, timeoutMs: asking.timeoutMs });
  const durationMs = clock.steady() - began;
  if (ran.timedOut) return late(ran);
  // Bash and spawn say so when there is no such program, or nobody may run it.
  if ([126, 127].includes(ran.code) && check.expect.exit !== ran.code) {
    const what = ran.code === 127 ? 'there is no such command' : 'the command cannot be run';
    return unasked(`${what}: ${lastLine(ran.stderr)}`);
  }
  const report = ingest === undefined ? undefined : await ingested(asking, ingest.junit, began);
  const plain = [
    // A runner whose tests failed ends with an exit code of its own: its report says which.
    ...((report?.cases ?? []).some(({ outcome: one }) => one === 'fail')
      ? []
      : exitFailures(expectation.exit ?? 0, ran, asking)),
    ...timeFailures(expectation.below, durationMs),
  ];
  const lost = plain.length === 0 ? lostOf(check, expectation, ran) : undefined;
  if (lost !== undefined) return { ...unasked(lost), made: true, durationMs };
  const failures = [...plain, ...outputFailures(expectation, ran)];
  const taken = captured(check, foundIn(ran.stdout));
  const own = judgedBy([...failures, ...taken.failures], {
    captured: taken.values,
    made: ran.code === 0 || 'perhaps',
    durationMs,
  });
  if (report === undefined) return own;
  // A runner that ended before its report proves nothing about the service; how it ended says why.
  const [ended] = own.failures;
  if (report.trouble === 'setup' && ended !== undefined)
    return { ...unasked(`${report.failures[0]?.got ?? ''}; ${ended.about}: ${ended.got}`), durationMs };
  const all = [...report.failures, ...own.failures];
  return { ...own, failures: all, trouble: report.trouble ?? own.trouble, cases: report.cases ?? [] };
}

function late(ran: Ran): Attempted {
  const said = lastLine(ran.stderr) || lastLine(ran.stdout);
  const got = `it was ended when its time was over${said === '' ? '' : `: ${said}`}`;
  const failures = [{ about: 'command', expected: 'an end in time', got }];
  return { failures, trouble: 'timeout', unreachable: false, made: 'perhaps' };
}

/** As much as a program may say. */
const mostSaid = 2_097_152;

function exitFailures(wanted: number, { code, stderr, stdout }: Ran, { secrets }: Asking): readonly Failure[] {
  if (code === wanted) return [];
  // The end says what went wrong; secrets are out before it is cut.
  const said = endOf(secrets.clean(stderr, mostSaid) || secrets.clean(stdout, mostSaid));
  return [{ about: 'exit', expected: String(wanted), got: `${code}${said === '' ? '' : `: ${said}`}` }];
}

function outputFailures(wanted: Expectation & Given, ran: Ran): readonly Failure[] {
  const { stdout, stderr, json, schema } = wanted;
  const wantsJson = Object.keys(json).length > 0 || schema !== undefined;
  return [
    ...(stdout === undefined ? [] : judged('stdout', asText(stdout), { kind: 'found', value: ran.stdout.trim() })),
    ...(stderr === undefined ? [] : judged('stderr', asText(stderr), { kind: 'found', value: ran.stderr.trim() })),
    ...(wantsJson ? documentFailures(wanted, ran.stdout, 'stdout') : []),
  ];
}

/** What is asked of an output whose beginning is gone, and cannot be told from its end. */
function lostOf(check: Check, { stdout, stderr, json, schema }: Expectation, ran: Ran): string | undefined {
  const { cut = [] } = ran;
  const whole = Object.keys(json).length > 0 || schema !== undefined || Object.keys(check.capture).length > 0;
  const lost = cut.find((name) => {
    const rule = name === 'stdout' ? stdout : stderr;
    return (name === 'stdout' && whole) || (rule !== undefined && !isShown(rule, name, ran[name]));
  });
  return lost === undefined ? undefined : `${lost} is longer than what is kept of it: its beginning is gone`;
}

/** Whether the end alone shows that the rule holds. */
function isShown(rule: Rule, about: string, end: string): boolean {
  if (typeof rule !== 'object' || rule === null) return false;
  const { contains: _contains, ends_with: _end, matches: _matches, exists: _exists, ...others } = rule;
  if (Object.values(others).some((value) => value !== undefined)) return false;
  return judged(about, asText(rule), { kind: 'found', value: end.trim() }).length === 0;
}

function environmentOf(
  { env, values }: Asking,
  asked: NonNullable<Check['command']>['env'],
): { readonly values: Readonly<Record<string, string>> } | { readonly missing: readonly string[] } {
  if (Array.isArray(asked)) {
    const missing = asked.filter((name) => (env(name) ?? '') === '');
    if (missing.length > 0) return { missing };
    return { values: Object.fromEntries(asked.map((name) => [name, env(name) ?? ''])) };
  }
  return {
    values: Object.fromEntries(Object.entries(asked).map(([name, text]) => [name, filled(String(text), values)])),
  };
}

/** What the clients say when there was nobody to talk to. No pattern of a suite: the library for those may not be loaded. */
const notConnected = /could not connect|connection to server|Can.t connect|Unknown [^\n]{0,80}host|Connection refused/;

/** Asks the database, in a transaction that cannot write unless the check says `writes: allowed`. */
export async function askSql(asking: Asking, check: Check): Promise<Attempted> {
  const { sql } = check;
  if (sql === undefined) return unasked('it names no query');
  const url = filled(sql.url, asking.values);
  const client: Client | undefined = clientOf(
    { ...sql, url },
    { timeoutMs: asking.timeoutMs, writes: check.writes === 'allowed' },
  );
  if (client === undefined) return unasked('its url is not one of a database: postgres://… or mysql://…');
  const { clock } = asking.port;
  const began = clock.steady();
  const ran = await asking.port.command({ line: client.line, env: client.env, timeoutMs: asking.timeoutMs });
  const durationMs = clock.steady() - began;
  if (ran.timedOut) return late(ran);
  if (ran.code === 127) return unasked(`${sql.client} is not installed on this runner`);
  if (ran.code !== 0) {
    // A server that says FATAL was reached: a wrong password is not asked for three times.
    const unreachable = notConnected.test(ran.stderr) && !ran.stderr.includes('FATAL:');
    const failures = [{ about: 'query', expected: 'an answer', got: ran.stderr.trim().slice(0, 1_000) }];
    return { failures, trouble: unreachable ? 'network' : 'assertion', unreachable };
  }
  if (ran.cut?.includes('stdout') === true) return unasked('its result is longer than what is kept of it');
  const rows = rowsOf(sql.client, ran.stdout);
  const expectation = filledExpectation(check.expect, asking.values);
  const first = firstOf(rows);
  const value = first === undefined ? ({ kind: 'nothing' } as const) : ({ kind: 'found', value: first } as const);
  const failures = [
    ...(expectation.rows === undefined ? [] : judged('rows', expectation.rows, { kind: 'found', value: rows.length })),
    ...(expectation.value === undefined
      ? []
      : judged('value', inTypeOf(expectation.value, first, expectation.given), value)),
    ...(Object.keys(expectation.json).length === 0
      ? []
      : documentFailures({ ...expectation, schema: undefined }, JSON.stringify(rows), 'rows')),
    ...timeFailures(expectation.below, durationMs),
  ];
  const taken = captured(check, foundIn(JSON.stringify(rows), first));
  const made = check.writes === 'allowed';
  return judgedBy([...failures, ...taken.failures], { captured: taken.values, made, durationMs });
}

/** What a program printed; of `sql` its rows as JSON, and the first field of the first of them. */
function foundIn(stdout: string, first?: string | number): (from: Check['capture'][string]) => Found {
  const document = once(() => parsed(withAllDigits(stdout))?.value);
  return (from) => {
    if (from.stdout !== undefined) return { about: 'stdout', value: stdout.trim() };
    if (from.matches !== undefined) return { about: `stdout /${from.matches}/`, value: firstIn(from.matches, stdout) };
    if (from.value !== undefined) return { about: 'value', value: first === undefined ? undefined : String(first) };
    const path = from.json ?? '';
    return { about: path, value: textAt(document(), path) };
  };
}

function endOf(text: string): string {
  return clippedBefore(text, text.length - 280);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
}
