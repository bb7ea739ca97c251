// Steady time: a poll log whose instants never run backwards, and count no time that nobody watched.
import type { Poll, PollLog } from './sample.ts';

export interface Steady {
  readonly log: PollLog;
  /** How far the clock jumped, ms: negative backwards; 0 when it did not. */
  readonly jumped: number;
}

/** A gap of more than this beside the poll interval is no slow source any more: the clock jumped, or the runner slept. ms */
const patience = 60_000;

/** Watched time since the shift, ms, at the end of a steady log; -1 before the first poll of the stage. */
export function elapsedIn(
  log: PollLog,
  { stage, shiftedAt }: { readonly stage: { readonly id: string }; readonly shiftedAt: number },
): number {
  const first = log.find((poll) => poll.stage === stage.id);
  const last = log.at(-1);
  if (first === undefined || last === undefined) return -1;
  return Math.max(0, first.at - shiftedAt) + (last.at - first.at);
}

/** The log with its instants moved: after a jump the time goes on as if one poll interval had passed. Without a jump it is the same log. */
export function steadied(log: PollLog, everyMs: number): Steady {
  const longest = Math.max(4 * everyMs, everyMs + patience);
  let jumped = 0;
  let before: Poll | undefined;
  let moved: Poll[] | undefined;
  // Judged at every poll, so without an iterator: the loop is what a long bake pays for.
  for (let place = 0; place < log.length; place += 1) {
    const poll = log[place];
    if (poll === undefined) continue;
    const step = before === undefined ? 0 : poll.at - before.at;
    // Between two stages a router may take its time.
    const jump = step < 0 || (step > longest && before?.stage === poll.stage);
    before = poll;
    if (jump) {
      moved ??= log.slice(0, place);
      if (Math.abs(step) > Math.abs(jumped)) jumped = step;
    }
    if (moved === undefined) continue;
    const last = moved.at(-1)?.at ?? poll.at;
    moved.push({ ...poll, at: last + (jump ? everyMs : step) });
  }
  return { log: moved ?? log, jumped };
}
