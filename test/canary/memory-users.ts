// Users of the memory World whose requests a source remembers: every past minute can be asked for again, as of Prometheus.
import type { MetricSource } from '../../src/world.ts';
import type { MemoryWorld } from '../world/memory/world.ts';

/** `requests green 10s` and `errors green 10s`: what the window before an instant had. */
export class RememberedUsers {
  /** Requests a second of all users together. */
  rate = 20;
  down = false;
  /** Share of requests that a side fails at an instant. */
  failing: (side: string, at: number) => number = () => 0.001;
  readonly source: MetricSource;
  readonly #world: MemoryWorld;
  readonly #begin: number;

  constructor(world: MemoryWorld) {
    this.#world = world;
    this.#begin = world.clock.now() - 7_200_000;
    this.source = {
      read: async (query, at) => (this.down ? error(at) : { kind: 'value', value: this.#answer(query, at), at }),
      range: async (query, { from, to, stepMs }) => {
        if (this.down) return error(to);
        const values = [];
        for (let at = from; at <= to; at += stepMs) values.push({ at, value: this.#answer(query, at) });
        return { kind: 'values', values };
      },
    };
  }

  #answer(query: string, at: number): number {
    const [what = '', side = '', window = '1s'] = query.split(' ');
    const from = at - Number.parseInt(window, 10) * 1000;
    const requests = this.#requests(side, from, at);
    return what === 'errors' ? requests * this.failing(side, at) : requests;
  }

  #requests(side: string, from: number, to: number): number {
    const changes = [{ at: this.#begin, weights: { blue: 100, green: 0 } }, ...this.#world.traffic.log];
    return changes.reduce((sum, { at, weights }, place) => {
      const begin = Math.max(from, at);
      const end = Math.min(to, changes[place + 1]?.at ?? Number.POSITIVE_INFINITY);
      return sum + (Math.max(0, end - begin) / 1000) * this.rate * ((weights[side as 'blue'] ?? 0) / 100);
    }, 0);
  }
}

function error(at: number) {
  return { kind: 'error', because: 'answered 503', remedy: 'Look.', retryable: true, at } as const;
}
