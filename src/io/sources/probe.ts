// The source `probe`: for who has no metrics yet, requests of our own to each side, counted.
import { parseDuration } from '../../kit/duration.ts';
import type { ProbeSourceOptions } from '../../providers/sources.ts';
import type { Clock, MetricSource, Reading, World } from '../../world.ts';
import { erred } from './reading.ts';

const defaultTimeout = 5_000;
const defaultRequests = 20;
/** Requests to one side under way together: a probe may not be the load that it measures. */
const atOnce = 4;

/** What one side answered so far; counters only grow, `durations` are of the newest look. */
interface Counted {
  requests: number;
  errors: number;
  durations: readonly number[];
}

/** The looks of a run: counters outlive one poll, so that they can be differenced. */
export class Probes {
  readonly #counted = new Map<string, Counted>();
  readonly #looks = new Map<string, { readonly at: number; readonly done: Promise<void> }>();

  /** A reader of one source. `key` tells the sources apart. */
  reader(
    key: string,
    options: ProbeSourceOptions,
    world: { readonly http: World['http']; readonly clock: Clock },
  ): MetricSource {
    return {
      read: async (query, at) => {
        const [, what = '', side = ''] = /^(requests|errors|p50|p90|p95|p99|average) (\S+)$/.exec(query.trim()) ?? [];
        const url = options.probe[side];
        if (url === undefined) {
          return erred(
            `“${query}” is no query of a probe`,
            'Write requests, errors, average, p50, p90, p95 or p99 and the side, for example: errors {{side}}.',
            false,
            at,
          );
        }
        // All sides are looked at together, once a poll, so that they are compared over the same seconds.
        const look = this.#looks.get(key);
        const done = look?.at === at ? look.done : this.#look(key, options, world);
        this.#looks.set(key, { at, done });
        await done;
        return readingOf(what, this.#of(key, side), at);
      },
    };
  }

  async #look(
    key: string,
    options: ProbeSourceOptions,
    world: { readonly http: World['http']; readonly clock: Clock },
  ): Promise<void> {
    const times = options.requests ?? defaultRequests;
    const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
    await Promise.all(
      Object.entries(options.probe).map(async ([side, url]) => {
        const durations: number[] = [];
        let errors = 0;
        let left = times;
        const one = async () => {
          while (left > 0) {
            left -= 1;
            const begun = world.clock.now();
            const reply = await world.http({
              method: 'GET',
              url,
              headers: options.headers ?? {},
              timeoutMs,
              maxBytes: 1_048_576,
            });
            durations.push(world.clock.now() - begun);
            if (reply.kind === 'failed' || reply.status >= 500) errors += 1;
          }
        };
        await Promise.all(Array.from({ length: Math.min(atOnce, times) }, one));
        const before = this.#of(key, side);
        before.requests += times;
        before.errors += errors;
        before.durations = durations.sort((a, b) => a - b);
      }),
    );
  }

  #of(key: string, side: string): Counted {
    const name = `${key} ${side}`;
    const counted = this.#counted.get(name) ?? { requests: 0, errors: 0, durations: [] };
    this.#counted.set(name, counted);
    return counted;
  }
}

/** Percentiles are nearest-rank, of the newest look. */
function readingOf(what: string, { requests, errors, durations }: Counted, at: number): Reading {
  if (what === 'requests') return { kind: 'value', value: requests, at };
  if (what === 'errors') return { kind: 'value', value: errors, at };
  if (durations.length === 0) return { kind: 'no-data', because: 'nothing was probed', at };
  if (what === 'average')
    return { kind: 'value', value: durations.reduce((sum, one) => sum + one, 0) / durations.length / 1000, at };
  if (what === 'p99' && durations.length < 100) {
    return {
      kind: 'no-data',
      because: `p99 of ${durations.length} requests is only the slowest; it needs 100 a look`,
      at,
    };
  }
  const rank = Math.ceil((Number(what.slice(1)) / 100) * durations.length);
  return { kind: 'value', value: (durations[rank - 1] ?? 0) / 1000, at };
}
