// A clock for things that happen side by side: time passes only when everybody waits, and then to whoever wakes first.
import type { Clock } from '../../src/world.ts';

export class IdleClock implements Clock {
  #now: number;
  #waiting: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  steady(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((wake) => {
      this.#waiting = [...this.#waiting, { at: this.#now + ms, wake }].sort((a, b) => a.at - b.at);
      // After all that is under way in memory has run dry.
      setImmediate(() => this.#next());
    });
  }

  #next(): void {
    const [first, ...others] = this.#waiting;
    if (first === undefined) return;
    this.#waiting = others;
    this.#now = Math.max(this.#now, first.at);
    first.wake();
  }
}
