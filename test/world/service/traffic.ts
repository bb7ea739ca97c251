// Users of the toy service: a bounded stream of requests that counts what came back from where.
import { Agent, request as send } from 'node:http';
import type { Traffic, TrafficCounts, TrafficOptions } from './types.ts';

/** No more than so many requests a second, and so many under way at once. */
const MOST_RATE = 500;
const MOST_OPEN = 100;
const TICK_MS = 20;
const DEADLINE_MS = 5_000;

type Tally = {
  sent: number;
  answered: number;
  broken: number;
  byCode: Count;
  byVersion: Count;
  bySide: Count;
  newestBySide: Count;
};
type Count = Record<string, number>;
type Waiter = {
  /** Answers that it still waits for. */
  left: number;
  readonly resolve: (counts: TrafficCounts) => void;
  readonly reject: (error: Error) => void;
};

/** Starts sending. It stops by `stop` or after `forSeconds`, whichever comes first. */
export function startTraffic(options: TrafficOptions): Traffic {
  const rate = Math.min(options.rate ?? 50, MOST_RATE);
  const paths = options.paths ?? ['/', '/orders'];
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_OPEN });
  let tally = noTally();
  let open = 0;
  let turn = 0;
  let waiters: Waiter[] = [];
  let allOver: (() => void) | undefined;

  const over = (): void => {
    open -= 1;
    if (open === 0) allOver?.();
  };

  const tellWaiters = (): void => {
    waiters = waiters.filter((waiter) => {
      waiter.left -= 1;
      if (waiter.left > 0) return true;
      waiter.resolve(copy(tally));
      return false;
    });
  };

  const sendOne = (): void => {
    const counted = tally;
    open += 1;
    counted.sent += 1;
    ask(paths[turn++ % paths.length] ?? '/', counted, true);
  };

  const ask = (path: string, counted: Tally, again: boolean): void => {
    const sentAt = Date.now();
    let isAnswered = false;
    let isAskedAgain = false;
    const request = send(new URL(path, options.url), { agent: again ? agent : false, timeout: DEADLINE_MS });
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('response', (answer) => {
      answer.resume();
      answer.once('error', () => undefined);
      isAnswered = true;
      counted.answered += 1;
      count(counted.byCode, String(answer.statusCode));
      count(counted.byVersion, String(answer.headers['x-version'] ?? ''));
      const side = String(answer.headers['x-side'] ?? '');
      count(counted.bySide, side);
      counted.newestBySide[side] = Math.max(sentAt, counted.newestBySide[side] ?? 0);
      // What was sent before a reset is in nobody's count.
      if (counted === tally) tellWaiters();
    });
    request.once('error', () => {
      // A kept connection may have been closed by the other end meanwhile: a browser asks once more, on a new one.
      isAskedAgain = again && !isAnswered && request.reusedSocket;
      if (!isAskedAgain) counted.broken += 1;
    });
    request.once('close', () => (isAskedAgain ? ask(path, counted, false) : over()));
    request.end();
  };

  const began = performance.now();
  let due = 0;
  let last = began;
  const timer = setInterval(() => {
    const now = performance.now();
    // What a late tick missed is not made up for: service, router and users share one process, and where it is behind, fewer users come.
    due = Math.min(due + (Math.min(now - last, 3 * TICK_MS) / 1000) * rate, rate);
    last = now;
    for (; due >= 1 && open < MOST_OPEN; due -= 1) sendOne();
    if (now - began >= (options.forSeconds ?? 120) * 1000) halt();
  }, TICK_MS);

  const halt = (): void => {
    clearInterval(timer);
    for (const waiter of waiters)
      waiter.reject(new Error('The traffic stopped before so many requests were answered.'));
    waiters = [];
  };

  return {
    get counts() {
      return copy(tally);
    },
    reset() {
      tally = noTally();
    },
    answered: (more) =>
      new Promise((resolve, reject) => {
        waiters.push({ left: more, resolve, reject });
      }),
    async stop() {
      halt();
      if (open > 0) {
        await new Promise<void>((resolve) => {
          allOver = resolve;
        });
      }
      agent.destroy();
      return copy(tally);
    },
  };
}

function noTally(): Tally {
  return { sent: 0, answered: 0, broken: 0, byCode: {}, byVersion: {}, bySide: {}, newestBySide: {} };
}

function count(counts: Count, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function copy(tally: Tally): TrafficCounts {
  const { byCode, byVersion, bySide, newestBySide } = tally;
  return {
    ...tally,
    ...{ byCode: { ...byCode }, byVersion: { ...byVersion } },
    ...{ bySide: { ...bySide }, newestBySide: { ...newestBySide } },
  };
}
