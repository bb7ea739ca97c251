// Sends single requests to GitHub: a deadline over all repeats of one call, what may be repeated, and how many run at once.
import type { Clock } from '../../world.ts';
import { brokenOff, type Call, type Reply, readFault } from './reading.ts';
import { isUnanswered, Refusal } from './refusal.ts';
import { openWire } from './wire.ts';

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
  #wire: ReturnType<typeof openWire> | undefined;
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
    try {
      this.#wire ??= openWire(this.#options);
      const wire = await this.#wire;
      const { redirect, ...given } = words;
      const request = redirect === 'manual' ? ({ signal, redirect } as const) : { signal };
      const reply = (await wire.request(`${method} ${path}`, { ...given, request })) as Reply;
      if (redirect === 'manual' && reply.status === 302) return reply;
      // Octokit hands over text where JSON broke off; an empty text must not pass for an empty list.
      if (typeof reply.data === 'string' && reply.status !== 204) return brokenOff(this.call(method, path));
      return reply;
    } catch (fault) {
      const status = fault instanceof Error && 'status' in fault ? fault.status : undefined;
      if (status === 304) return { status: 304, headers: {}, data: undefined };
      return readFault(fault, this.call(method, path), signal.aborted);
    }
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
