// A clock that only moves when told: sleeping advances it at once and lets what is due happen.
import type { Clock } from '../../../src/world.ts';

interface Due {
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

export class MemoryClock implements Clock {
  #now: number;
  #set = 0;
  #due: Due[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  steady(): number {
    return this.#now - this.#set;
  }

  /** Somebody sets it: no time passes. */
  set(ms: number): void {
    this.#now += ms;
    this.#set += ms;
  }

  /** Something that happens at an instant, while the code under test sleeps past it. */
  at(instant: number, run: () => void | Promise<void>): void {
    this.#due = [...this.#due, { at: instant, run }].sort((a, b) => a.at - b.at);
  }

  after(ms: number, run: () => void | Promise<void>): void {
    this.at(this.#now + ms, run);
  }

  async advance(ms: number): Promise<void> {
    await this.sleep(ms);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      if (stopped(signal)) return;
      const next = this.#due[0];
      if (next === undefined || next.at > end) break;
      this.#due = this.#due.slice(1);
      this.#now = Math.max(this.#now, next.at);
      await next.run();
    }
    if (!stopped(signal)) this.#now = end;
    await Promise.resolve();
  }
}

function stopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false;
}
