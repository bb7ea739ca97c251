// The bake: polls and judges one stage until there is a verdict, listening meanwhile for a word to stop.
import type { Verdict } from './judge.ts';
import { looksOf } from './look.ts';
import type { Poll, PollLog } from './sample.ts';
import type { Trial } from './trial.ts';

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
  tell(verdict: Verdict, trial: Trial): void;
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

/** Bakes a stage. Its looks are polled exactly; a clock that is set back does not stop the polling. */
export async function bake(bakery: Bakery, trial: Trial): Promise<BakeEnd> {
  const { stage, shiftedAt, everyMs } = trial.setting;
  const ends = looksOf(stage).map((look) => shiftedAt + look);
  const end = (stop?: Stop): BakeEnd => ({ log: trial.log, verdict: trial.verdict, stop });
  let nextPoll = bakery.now();
  let nextWord = bakery.now();
  for (;;) {
    if (bakery.isCancelled()) return end(cancelled);
    if (bakery.now() >= nextWord) {
      const stop = await bakery.word();
      if (stop !== undefined) return end(stop);
      nextWord = bakery.now() + wordEvery;
    }
    if (bakery.now() >= nextPoll) {
      const at = bakery.now();
      const poll = await Promise.race([bakery.poll(at, isWarm(at - shiftedAt, stage.warmupMs)), bakery.cancelled]);
      if (poll === undefined) continue;
      const verdict = trial.hear(poll);
      bakery.tell(verdict, trial);
      if (verdict.kind !== 'baking') return end();
      nextPoll = Math.min(at + everyMs, ...ends.filter((look) => look > at));
    }
    nextPoll = Math.min(nextPoll, bakery.now() + everyMs);
    nextWord = Math.min(nextWord, bakery.now() + wordEvery);
    await bakery.sleep(Math.max(1, Math.min(nextPoll, nextWord) - bakery.now()));
  }
}

/** Whether a poll counts: one that falls on the end of the warm-up still tells of the warm-up. */
function isWarm(elapsed: number, warmupMs: number): boolean {
  return warmupMs === 0 || elapsed > warmupMs;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
