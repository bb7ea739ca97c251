// What a side counts of its requests, as numbers and in Prometheus' text format.
import type { Side } from './types.ts';

/** Upper bounds in seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5];

/** The counters of one side since its last deploy. */
export class Counters {
  requests = 0;
  errors = 0;
  latencySumMs = 0;
  readonly #byCode = new Map<number, number>();
  readonly #buckets = bounds.map(() => 0);

  /** Counts one answer. */
  count(code: number, ms: number): void {
    this.requests += 1;
    if (code >= 500) this.errors += 1;
    this.latencySumMs += ms;
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
    bounds.forEach((bound, at) => {
      if (ms / 1000 <= bound) this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
    });
  }

  /** The text that Prometheus scrapes. */
  exposition(side: Side): string {
    const name = 'http_request_duration_seconds';
    const lines = ['# TYPE http_requests_total counter'];
    // Both codes are there from the start: a counter that appears late loses its first increase.
    for (const code of new Set([200, 500, ...this.#byCode.keys()])) {
      lines.push(`http_requests_total{side="${side}",code="${code}"} ${this.#byCode.get(code) ?? 0}`);
    }
    lines.push(`# TYPE ${name} histogram`);
    bounds.forEach((bound, at) => {
      lines.push(`${name}_bucket{side="${side}",le="${bound}"} ${this.#buckets[at] ?? 0}`);
    });
    lines.push(`${name}_bucket{side="${side}",le="+Inf"} ${this.requests}`);
    lines.push(
      `${name}_sum{side="${side}"} ${this.latencySumMs / 1000}`,
      `${name}_count{side="${side}"} ${this.requests}`,
    );
    return `${lines.join('\n')}\n`;
  }
}
