// One request of a suite: built from the file, sent, judged; and whether a failed one may be sent again, and when.
import { type Failure, failuresOf, parsed } from './expect.ts';
import { follow } from './path.ts';
import type { NoReply, Reply, Sent } from './port.ts';
import type { Check, Expectation, Retry, SuiteRequest } from './shape.ts';
import { filled, type Values } from './template.ts';

export interface Address {
  readonly baseUrl: string;
  readonly connectTo?: string | undefined;
}

/** The request as it goes out; `connectTo` holds for the address under test only, never for other hosts. */
export function requestOf(request: SuiteRequest, values: Values, to: Address): Omit<Sent, 'timeoutMs'> {
  const { method, url, headers, json, form, body } = filled(request, values);
  const whole = url.startsWith('/') ? `${to.baseUrl.replace(/\/+$/, '')}${url}` : url;
  const content = contentOf(json, form, body);
  const connectTo = originOf(whole) === originOf(to.baseUrl) ? to.connectTo : undefined;
  return {
    method,
    url: whole,
    headers: { ...content.headers, ...headers },
    ...(content.body === undefined ? {} : { body: content.body }),
    ...(connectTo === undefined ? {} : { connectTo }),
  };
}

function contentOf(json: unknown, form: SuiteRequest['form'], body: string | undefined) {
  if (json !== undefined) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
  if (form === undefined) return { headers: {}, body };
  const fields = Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { headers, body: new URLSearchParams(fields).toString() };
}

/** Scheme, host and port; empty when the address is not one. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

/** How one attempt went. `unreachable` and `answered` are about the connection, `failures` about what came. */
export interface Attempted {
  readonly reply: Reply | NoReply;
  readonly failures: readonly Failure[];
}

/** Judges what came back. */
export function judgeReply(expectation: Expectation, reply: Reply | NoReply, now: number): Attempted {
  if (reply.kind === 'reply') return { reply, failures: failuresOf(expectation, reply, now) };
  return { reply, failures: [{ about: 'answer', expected: 'an answer', got: reply.because }] };
}

/** Values that a check captures from its answer, and which of them are not there. */
export function captured(
  check: Check,
  reply: Reply,
): { readonly values: Values; readonly failures: readonly Failure[] } {
  const document = parsed(reply.body);
  const found = Object.entries(check.capture).map(([name, from]) => {
    const value =
      from.header !== undefined ? reply.headers[from.header.toLowerCase()] : jsonText(document?.value, from.json ?? '');
    const about = from.header === undefined ? (from.json ?? '') : `header ${from.header}`;
    return { name, value, about };
  });
  return {
    values: Object.fromEntries(found.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    failures: found.flatMap(({ name, value, about }) =>
      value === undefined ? [{ about, expected: `a value to capture as ${name}`, got: 'nothing there' }] : [],
    ),
  };
}

function jsonText(document: unknown, path: string): string | undefined {
  const found = follow(document, path);
  if (found.kind === 'nothing' || found.value === null || typeof found.value === 'object') return undefined;
  return String(found.value);
}

/** Methods that may be repeated without doing something twice (RFC 9110, 9.2.2). */
const idempotent = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/** True when the failed attempt may be made again. What may have been written once is sent again only when nothing was reached, when the file
 * says so at the check itself, or with an idempotency key. */
export function mayRepeat(check: Check, retry: Retry, attempted: Attempted): boolean {
  const { reply } = attempted;
  const { method, headers } = check.http;
  const safe = idempotent.includes(method) || check.retry !== undefined || hasKey(headers);
  if (!safe && !(reply.kind === 'failed' && reply.unreachable)) return false;
  return retry.for.some((kind) => {
    if (kind === 'assertion') return reply.kind === 'reply';
    if (kind === 'network') return reply.kind === 'failed';
    if (reply.kind === 'failed') return false;
    return kind === '5xx' ? reply.status >= 500 : reply.status === kind;
  });
}

function hasKey(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key');
}

const longestWait = 30_000;

/** Milliseconds before the next attempt: doubled each time, spread by the check's number so that not all return at once; as long as the server
 * asks for with Retry-After (seconds), at most 30 s. */
export function waitBefore(retry: Retry, made: number, number: number, { reply }: Attempted): number {
  const spread = 0.5 + ((number * 0.618_034) % 1);
  const own = retry.backoff * 2 ** (made - 1) * spread;
  const asked = reply.kind === 'reply' ? Number(reply.headers['retry-after'] ?? 0) * 1_000 : 0;
  return Math.round(Math.min(longestWait, Math.max(own, Number.isFinite(asked) ? asked : 0)));
}
