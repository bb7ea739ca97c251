// The fault script: latency, refusals, resets and lists that lag, as tests order them.
import type { FakeClock } from './clock.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly tokenName: string;
}

// A text is `METHOD /path`, where one star stands for one part of the path and two for any number: 'GET /repos/*/*/deployments'.
// A RegExp looks at the same line. A function gets the request.
export type Match = string | RegExp | ((request: SeenRequest) => boolean);

export interface Fault {
  readonly match: Match;
  /** How often it strikes; default once. */
  readonly times?: number;
  /** How many matching requests pass unharmed before. */
  readonly after?: number;
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds for the retry-after header; with 403 or 429 the body is that of a secondary rate limit. */
  readonly retryAfter?: number;
  readonly latencyMs?: number;
  /** Cut the connection instead of answering. */
  readonly reset?: boolean;
  /** Do what was asked first, then fail: the write happened, the caller does not know. */
  readonly applied?: boolean;
}

export interface ListLag {
  /** New items are missing from this many reads of each list they belong in. */
  readonly reads?: number;
  /** New items are missing from lists for this long, by the fake's clock. */
  readonly ms?: number;
}

interface Hidden {
  readonly reads: Map<string, number>;
  readonly until: number;
}

export class Faults {
  readonly #clock: FakeClock;
  #script: { readonly fault: Fault; left: number; passing: number }[] = [];
  #lag: ListLag = {};
  #hidden = new WeakMap<object, Hidden>();
  isDown = false;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  add(fault: Fault): void {
    this.#script.push({ fault, left: fault.times ?? 1, passing: fault.after ?? 0 });
  }

  /** Comments, check runs, statuses and deployments made over HTTP from now on show late in lists. */
  lagLists(lag: ListLag): void {
    this.#lag = lag;
  }

  clear(): void {
    this.#script = [];
    this.#lag = {};
    this.#hidden = new WeakMap();
    this.isDown = false;
  }

  /** The fault that strikes this request, used up by it. */
  strike(request: SeenRequest): Fault | undefined {
    for (const line of this.#script) {
      if (line.left === 0 || !matches(line.fault.match, request)) continue;
      if (line.passing > 0) {
        line.passing -= 1;
        continue;
      }
      line.left -= 1;
      return line.fault;
    }
    return undefined;
  }

  /** Notes a new item as not listed yet, when lists lag. */
  hide(item: object): void {
    if (this.#lag.reads === undefined && this.#lag.ms === undefined) return;
    const reads = new Map([['', this.#lag.reads ?? 0]]);
    this.#hidden.set(item, { reads, until: this.#clock.now().getTime() + (this.#lag.ms ?? 0) });
  }

  /** The items a read of this list (a route) shows now; counts as one read. */
  listed<T extends object>(list: string, items: readonly T[]): T[] {
    return items.filter((item) => {
      const hidden = this.#hidden.get(item);
      if (hidden === undefined) return true;
      const left = hidden.reads.get(list) ?? hidden.reads.get('') ?? 0;
      hidden.reads.set(list, left - 1);
      return left <= 0 && this.#clock.now().getTime() >= hidden.until;
    });
  }
}

/** Whether a request is one that a pattern speaks of. */
export function matches(match: Match, request: SeenRequest): boolean {
  if (typeof match === 'function') return match(request);
  const line = `${request.method} ${request.path}`;
  if (typeof match !== 'string') return match.test(line);
  const pattern = match
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**', '\u0000')
    .replaceAll('*', '[^/]+')
    .replaceAll('\u0000', '.*');
  return new RegExp(`^${pattern}$`).test(line);
}
