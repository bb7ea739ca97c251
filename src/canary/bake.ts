// The bake: polls and judges one stage until there is a verdict, listening meanwhile for a word to stop.
import { type Hearing, judge, type Verdict } from './judge.ts';
import type { Poll, PollLog } from './sample.ts';

/** Why a bake ends without a verdict of its own: `cancelled`, `superseded`, `contested`, `rolled-back`. */
export interface Stop {
  readonly reason: string;
  readonly because: string;
}

/** What a bake needs of the world. */
export interface Bakery {
  now(): number;
  /** Waits; ends early when the job is cancelled. */
  sleep(ms: number): Promise<void>;
  /** Resolves when the job is cancelled. */
  readonly cancelled: Promise<void>;
  isCancelled(): boolean;
  poll(at: number, warm: boolean): Promise<Poll>;
  /** Says for the log what the newest look brought. */
  tell(verdict: Verdict): void;
  /** Asks record and router whether somebody wants this walk to end. */
  word(): Promise<Stop | undefined>;
}

export interface BakeEnd {
  readonly log: PollLog;
  readonly verdict: Verdict | undefined;
  readonly stop: Stop | undefined;
}

/** A running bake asks for its statuses every 5 s (DESIGN, In flight). */
const wordEvery = 5_000;

/** The word of a job that is cancelled. */
export const cancelled: Stop = { reason: 'cancelled', because: 'the job was cancelled' };

/** Bakes a stage. `from` is the log of the stages before, `everyMs` the poll interval; the end of the bake is polled exactly. */
export async function bake(
  bakery: Bakery,
  hearing: Omit<Hearing, 'log' | 'now' | 'before'>,
  from: PollLog,
  everyMs: number,
): Promise<BakeEnd> {
  const { stage, shiftedAt } = hearing;
  let log = from;
  let verdict: Verdict | undefined;
  let nextPoll = bakery.now();
  let nextWord = bakery.now();
  for (;;) {
    if (bakery.isCancelled()) return { log, verdict, stop: cancelled };
    if (bakery.now() >= nextWord) {
      const stop = await bakery.word();
      if (stop !== undefined) return { log, verdict, stop };
      nextWord = bakery.now() + wordEvery;
    }
    if (bakery.now() >= nextPoll) {
      const at = bakery.now();
      const poll = await Promise.race([bakery.poll(at, at - shiftedAt >= stage.warmupMs), bakery.cancelled]);
      if (poll === undefined) continue;
      log = [...log, poll];
      verdict = judge({ ...hearing, log, now: at, before: verdict });
      bakery.tell(verdict);
      if (verdict.kind !== 'baking') return { log, verdict, stop: undefined };
      nextPoll = pollAfter(at, [shiftedAt + stage.bakeMs, shiftedAt + (stage.maxBakeMs ?? 0)], everyMs);
    }
    await bakery.sleep(Math.max(1, Math.min(nextPoll, nextWord) - bakery.now()));
  }
}

function pollAfter(at: number, ends: readonly number[], everyMs: number): number {
  return Math.min(at + everyMs, ...ends.filter((end) => end > at));
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
