// Sends single requests to GitHub: a deadline over all repeats of one call, what may be repeated, and how many run at once.
import type { Clock } from '../../world.ts';
import { type Answer, fetchByHttp } from './fetch.ts';
import { brokenOff, type Call, type Reply, readRefusal, readSilence } from './reading.ts';
import { isUnanswered, Refusal } from './refusal.ts';

export interface TransportOptions {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly token: string;
  readonly clock: Clock;
  /** From 0 up to 1: spreads the repeats of writers that run at once. */
  readonly random: () => number;
  /** A pull request from a fork: the token can only read. */
  readonly fromFork: boolean;
  /** Milliseconds one call may take with all its repeats; 10 s, as long as GitHub itself works on one. */
  readonly deadlineMs?: number;
}

export type Words = Readonly<Record<string, unknown>>;

const defaultDeadlineMs = 10_000;
// One attempt that hangs may not eat the time of the next.
const attemptShare = 0.6;
const mostAttempts = 4;
const firstPauseMs = 250;
// GitHub allows 100 at once (rate limits page) for all jobs of a repository together; a matrix shares them.
const atOnce = 16;

export class Transport {
  readonly #options: TransportOptions;
  readonly #deadlineMs: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #calls = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  }

  /** Requests sent so far, repeats among them. */
  get calls(): number {
    return this.#calls;
  }

  /** Sends until there is a reply, an end to the deadline, or a refusal that no repeat would change. Throws a Refusal. */
  async send(method: string, path: string, words: Words): Promise<Reply> {
    const { clock } = this.#options;
    const until = clock.now() + this.#deadlineMs;
    const { isRead } = this.call(method, path);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#turn(() => this.#attempt(method, path, words, until));
      if (!(outcome instanceof Refusal)) return outcome;
      const pause = outcome.parts.waitMs ?? this.pause(attempt);
      // A limit refuses before anything is done, so a write may be repeated too.
      const mayRepeat = outcome.parts.kind === 'limit' || (isRead && isUnanswered(outcome));
      if (!mayRepeat || attempt >= mostAttempts || clock.now() + pause >= until) throw outcome;
      await clock.sleep(pause);
    }
  }

  /** Milliseconds to wait before the next attempt: doubling, spread by half to both sides. */
  pause(attempt: number): number {
    return firstPauseMs * 2 ** (attempt - 1) * (0.5 + this.#options.random());
  }

  /** A call as refusals show it. */
  call(method: string, path: string): Call {
    const { fromFork, clock, graphqlUrl } = this.#options;
    const shown = path.startsWith('http') ? new URL(path).pathname : path;
    const isRead = method === 'GET' || path === graphqlUrl;
    return { method, path: shown, isRead, deadlineMs: this.#deadlineMs, fromFork, now: clock.now() };
  }

  async #attempt(method: string, path: string, words: Words, until: number): Promise<Reply | Refusal> {
    const left = Math.max(1, until - this.#options.clock.now());
    const signal = AbortSignal.timeout(Math.ceil(Math.min(left, this.#deadlineMs * attemptShare)));
    this.#calls += 1;
    const call = this.call(method, path);
    try {
      const reply = await this.#exchange(method, path, words, signal);
      if (reply.status >= 400) return readRefusal(reply, call);
      // A body that broke off stays text; an empty one must not pass for an empty list.
      const hasData = ![204, 302, 304].includes(reply.status);
      return hasData && typeof reply.data === 'string' ? brokenOff(call) : reply;
    } catch (fault) {
      return readSilence(fault, call, signal.aborted);
    }
  }

  async #exchange(method: string, path: string, words: Words, signal: AbortSignal): Promise<Reply> {
    const { apiUrl, token } = this.#options;
    const { headers, redirect, ...given } = words;
    const isRead = method === 'GET';
    const hasBody = !isRead && Object.keys(given).length > 0;
    const url = `${path.startsWith('http') ? '' : apiUrl.replace(/\/$/, '')}${path}`;
    const answer = await fetchByHttp(isRead ? withQuery(url, given) : url, {
      method,
      signal,
      stay: redirect === 'manual',
      headers: {
        accept: 'application/vnd.github.v3+json',
        'user-agent': 'boring-deploys',
        ...(token === '' ? {} : { authorization: `token ${token}` }),
        ...(hasBody ? { 'content-type': 'application/json; charset=utf-8' } : {}),
        ...textsOf(headers),
      },
      ...(hasBody ? { body: JSON.stringify(given) } : {}),
    });
    return { status: answer.status, headers: answer.headers, data: dataOf(answer) };
  }

  async #turn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#busy >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#busy += 1;
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }
}

function withQuery(url: string, words: Words): string {
  const asked = Object.entries(words).filter(([, value]) => value !== undefined);
  if (asked.length === 0) return url;
  const pairs = asked.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `${url}${url.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

function textsOf(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** What the body says as JSON; the text itself when it is none. */
function dataOf({ headers, body }: Answer): unknown {
  if (!/^application\/(\S+\+)?json\b/i.test(headers['content-type'] ?? '')) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
