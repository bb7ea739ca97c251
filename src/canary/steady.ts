// Steady time: a poll log whose instants never run backwards, and count no time that nobody watched.
import type { Poll, PollLog } from './sample.ts';

/** A gap of more than this beside the poll interval is no slow source any more: the clock jumped, or the runner slept. ms */
const patience = 60_000;

/** Takes polls as they come; after a jump of the clock the time goes on as if one poll interval had passed. */
export class Steady {
  readonly #everyMs: number;
  readonly #polls: Poll[] = [];
  readonly #warm: Poll[] = [];
  #before: Poll | undefined;
  #first: { readonly at: number; readonly rawAt: number } | undefined;
  #jumped = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  get log(): PollLog {
    return this.#polls;
  }

  /** The same log without the polls of warm-ups. */
  get warm(): PollLog {
    return this.#warm;
  }

  /** How far the clock jumped in the newest stage, ms: negative backwards; 0 when it did not. */
  get jumped(): number {
    return this.#jumped;
  }

  /** Watched time from an instant before the newest stage's first poll until now, ms. */
  since(shiftedAt: number): number {
    const last = this.#polls.at(-1);
    if (this.#first === undefined || last === undefined) return -1;
    return Math.max(0, this.#first.rawAt - shiftedAt) + (last.at - this.#first.at);
  }

  add(poll: Poll): void {
    const before = this.#before;
    const step = before === undefined ? 0 : poll.at - before.at;
    const longest = Math.max(4 * this.#everyMs, this.#everyMs + patience);
    // Between two stages a router may take its time.
    const jump = step < 0 || (step > longest && before?.stage === poll.stage);
    const at = (this.#polls.at(-1)?.at ?? poll.at) + (jump ? this.#everyMs : step);
    if (before?.stage !== poll.stage) {
      this.#first = { at, rawAt: poll.at };
      this.#jumped = 0;
    }
    if (jump && Math.abs(step) > Math.abs(this.#jumped)) this.#jumped = step;
    this.#before = poll;
    const steady = at === poll.at ? poll : { ...poll, at };
    this.#polls.push(steady);
    if (steady.warm) this.#warm.push(steady);
  }
}
