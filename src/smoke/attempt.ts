// One attempt at a check: how it went, whether a failed one may be made again, and when.
import type { Failure, Trouble } from './failure.ts';
import type { NoReply } from './port.ts';
import type { CaseResult, Figures } from './result.ts';
import { type Check, kindOf, type Retry } from './shape.ts';
import type { Values } from './template.ts';
import { type Trace, traceOf } from './trace.ts';

export interface Attempted {
  /** Empty when all that was expected held. */
  readonly failures: readonly Failure[];
  readonly trouble: Trouble | undefined;
  /** Nothing was there to talk to. */
  readonly unreachable: boolean;
  readonly status?: number;
  /** Milliseconds that the service asks to wait. */
  readonly retryAfterMs?: number;
  readonly captured?: Values;
  /** Whether something was made: what answers well says so, what failed after it was sent may have. */
  readonly made?: boolean | 'perhaps';
  readonly figures?: Figures;
  readonly cases?: readonly CaseResult[];
  readonly trace?: Trace;
  /** Longest of what was asked, where that is not the time of the attempt (ms). */
  readonly durationMs?: number;
}

/** An attempt of which something came: its failures decide. */
export function judgedBy(failures: readonly Failure[], more: Partial<Attempted> = {}): Attempted {
  return { failures, trouble: failures.length === 0 ? undefined : 'assertion', unreachable: false, ...more };
}

/** An attempt that could not even be made. */
export function unasked(because: string): Attempted {
  return {
    failures: [{ about: 'asking', expected: 'a check that can be asked', got: because }],
    trouble: 'setup',
    unreachable: false,
  };
}

/** An attempt to which nothing came. */
export function unanswered(reply: NoReply, about = 'answer'): Attempted {
  const { because, unreachable, trouble = 'network' } = reply;
  if (trouble === 'refused') return unasked(because);
  const expected = about === 'answer' ? 'an answer' : `${/^[aeiou]/.test(about) ? 'an' : 'a'} ${about}`;
  return { failures: [{ about, expected, got: because }], trouble, unreachable, trace: traceOf(reply) };
}

/** Methods that may be repeated without doing something twice (RFC 9110, 9.2.2). */
const idempotent = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];

/** True when the failed attempt may be made again. What may have been written once is sent again only when nothing was reached, when the file
 * says so at the check itself, or with an idempotency key. */
export function mayRepeat(check: Check, retry: Retry, { trouble, unreachable, status }: Attempted): boolean {
  if (trouble === 'setup' || trouble === 'samples') return false;
  if (!isSafe(check) && !unreachable) return false;
  return retry.for.some((kind) => {
    if (kind === 'assertion') return trouble === 'assertion';
    if (kind === 'network')
      return trouble === 'network' || trouble === 'dns' || trouble === 'timeout' || trouble === 'tls';
    if (kind === '5xx') return status !== undefined && status >= 500;
    return typeof kind === 'number' ? status === kind : trouble === kind;
  });
}

function isSafe(check: Check): boolean {
  if (check.retry !== undefined) return true;
  if (kindOf(check) === 'command' || (check.sql !== undefined && check.writes === 'allowed')) return false;
  const request = check.http ?? check.probe?.http;
  return request === undefined || idempotent.includes(request.method) || hasKey(request.headers);
}

/** Whether the service knows a request that comes twice. */
export function hasKey(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key');
}

const longestWait = 30_000;

/** Milliseconds before the next attempt: doubled each time, spread by the check's number so that not all return at once; as long as the server
 * asks for with Retry-After (seconds), at most 30 s. */
export function waitBefore(retry: Retry, made: number, number: number, { retryAfterMs }: Attempted): number {
  const spread = 0.5 + ((number * 0.618_034) % 1);
  const own = retry.backoff * 2 ** (made - 1) * spread;
  return Math.round(Math.min(longestWait, Math.max(own, retryAfterMs ?? 0)));
}

/** Milliseconds before the last attempt, where the usual wait is longer than what the budget has left: the attempt has its whole timeout, or half of
 * what is left. */
export function lastWait(roomMs: number, timeoutMs: number): number {
  return Math.floor(Math.max(roomMs - timeoutMs, roomMs / 2));
}
