// The fake GitHub's clock: real time, until a test sets it; every `createdAt` comes from here.

export type Moment = string | Date;

export interface Clock {
  now(): Date;
}

export class FakeClock implements Clock {
  readonly #source: Clock;
  #frozen: number | undefined;
  #ahead = 0;

  constructor(source: Clock = { now: () => new Date() }) {
    this.#source = source;
  }

  now(): Date {
    return new Date((this.#frozen ?? this.#source.now().getTime()) + this.#ahead);
  }

  /** Stops the clock at this moment. */
  set(at: Moment): void {
    this.#frozen = new Date(at).getTime();
    this.#ahead = 0;
  }

  /** Moves a running or a stopped clock forward. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  /** GitHub's form of a moment: ISO 8601 in UTC, to the second. */
  stamp(at?: Moment): string {
    const moment = at === undefined ? this.now() : new Date(at);
    return moment.toISOString().replace(/\.\d{3}Z$/, 'Z');
  }
}
