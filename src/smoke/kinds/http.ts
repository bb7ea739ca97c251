// The kind `http`: one request, judged by its answer, from which values may be captured.
import { withAllDigits } from '../../kit/digits.ts';
import { once } from '../../kit/once.ts';
import type { Asking } from '../asking.ts';
import { type Attempted, judgedBy, unanswered, unasked } from '../attempt.ts';
import { captured, type Found, textAt } from '../capture.ts';
import { exchange } from '../exchange.ts';
import { failuresOf, parsed } from '../expect.ts';
import type { Failure } from '../failure.ts';
import { filledExpectation } from '../given.ts';
import { matchesIn } from '../html.ts';
import { outgoingOf } from '../outgoing.ts';
import { follow } from '../path.ts';
import { firstIn } from '../pattern.ts';
import type { Reply } from '../port.ts';
import { shown } from '../rule.ts';
import { withSchema } from '../schema.ts';
import type { Check, Expectation, SuiteRequest } from '../shape.ts';
import { filled } from '../template.ts';
import { traceOf } from '../trace.ts';

/** Asks once and judges. */
export async function askHttp(asking: Asking, check: Check, request: SuiteRequest): Promise<Attempted> {
  const out = await outgoingOf(request, asking.values, asking.address, asking.port.files);
  if ('because' in out) return unasked(out.because);
  const expectation = await withSchema(filledExpectation(check.expect, asking.values), asking.port.files);
  if ('because' in expectation) return unasked(expectation.because);
  const { jar, timeoutMs } = asking;
  const redirects = request.redirects ?? asking.redirects;
  const cookies = filled(request.cookies, asking.values);
  const reply = await exchange(asking, { request: out, redirects, cookies, jar, timeoutMs });
  if (reply.kind === 'failed')
    return { ...unanswered(reply), made: !reply.unreachable && reply.trouble !== 'refused' && 'perhaps' };
  const { url = out.url, body, truncated } = reply;
  if (asking.keeps.has(check.id)) asking.pages.set(check.id, { url, html: body, truncated });
  const taken = captured(check, foundIn(reply));
  const failures = judgeReply(request, expectation, reply, asking.port.clock.now());
  return judgedBy([...failures, ...taken.failures], {
    status: reply.status,
    retryAfterMs: retryAfterOf(reply, asking.port.clock.now()),
    captured: taken.values,
    // A form that was taken is often answered by a redirect.
    made: reply.status < 400 || (reply.status >= 500 && 'perhaps'),
    durationMs: reply.durationMs,
    trace: traceOf(reply),
  });
}

/** What is wrong with an answer. A GraphQL answer says with status 200 that something failed: its errors count, unless they are expected. */
export function judgeReply(
  request: SuiteRequest,
  expectation: Expectation,
  reply: Reply,
  now: number,
): readonly Failure[] {
  const failures = failuresOf(expectation, reply, now);
  const expected = Object.keys(expectation.json).some((path) => /^(\$\.|\/)?errors\b/.test(path));
  if (request.graphql === undefined || expected) return failures;
  const document = parsed(reply.body)?.value;
  if (document === undefined)
    return [...failures, { about: 'GraphQL', expected: 'JSON', got: reply.body.slice(0, 1_000) }];
  const errors = follow(document, '$.errors');
  // Some servers write null where there are none.
  const none =
    errors.kind === 'nothing' || errors.value === null || (Array.isArray(errors.value) && errors.value.length === 0);
  return none ? failures : [...failures, { about: 'GraphQL', expected: 'no errors', got: shown(errors.value) }];
}

/** Retry-After as seconds or as a date (RFC 9110, 10.2.3); 0 without one. */
function retryAfterOf({ headers }: Reply, now: number): number {
  const text = headers['retry-after'] ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

function foundIn(reply: Reply): (from: Check['capture'][string]) => Found {
  const document = once(() => parsed(withAllDigits(reply.body))?.value);
  return (from) => {
    if (from.header !== undefined)
      return { about: `header ${from.header}`, value: reply.headers[from.header.toLowerCase()] };
    if (from.matches !== undefined)
      return { about: `body /${from.matches}/`, value: firstIn(from.matches, reply.body) };
    if (from.html !== undefined) {
      const found = matchesIn(reply.body, from.html);
      return { about: `html ${from.html}`, value: 'because' in found ? undefined : found[0]?.value };
    }
    const path = from.json ?? '';
    return { about: path, value: textAt(document(), path) };
  };
}
