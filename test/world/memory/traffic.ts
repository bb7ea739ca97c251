// A router and two sides in memory, with metrics that follow what the sides are told to do.

import { type Known, known, type Unknown, unknown } from '../../../src/evidence/answer.ts';
import type { SideFact } from '../../../src/evidence/fact.ts';
import { Problem } from '../../../src/kit/problem.ts';
import type { AlertsReading, MetricSource, PodsReading, Reading, Router, Weights } from '../../../src/world.ts';
import type { MemoryClock } from './clock.ts';

export interface MemorySide {
  version: string;
  sha: string;
  answers: boolean;
}

export class MemoryTraffic {
  readonly sides: Record<string, MemorySide>;
  weights: Weights;
  /** Every change of the weights, in order. */
  readonly log: { readonly at: number; readonly weights: Weights }[] = [];
  reachable = true;
  refuses = false;
  /** Answers a filled-in query at an instant; by default there is no data. */
  reading: (query: string, at: number, windowMs: number) => Reading = (_query, at) => ({
    kind: 'no-data',
    because: 'nothing measured',
    at,
  });
  /** Counts a side's pods; by default the platform runs none. */
  countPods: (side: string) => PodsReading = () => ({ kind: 'pods', wanted: 0, ready: 0 });
  /** The alerts that fire; by default none does. */
  firing: (at: number) => AlertsReading = () => ({ kind: 'alerts', firing: [] });
  readonly #clock: MemoryClock;

  constructor(clock: MemoryClock) {
    this.#clock = clock;
    this.sides = {
      blue: { version: 'v1.0.0', sha: 'b'.repeat(40), answers: true },
      green: { version: '', sha: '', answers: false },
    };
    this.weights = { blue: 100, green: 0 };
  }

  readonly router: Router = {
    get: async (): Promise<Known<Weights> | Unknown> =>
      this.reachable
        ? known(this.weights)
        : unknown('the router does not answer', 'check that the runner can reach it'),
    set: async (weights: Weights) => {
      if (!this.reachable || this.refuses) {
        throw new Problem({
          what: 'The router did not take the weights',
          where: 'memory',
          fix: 'Check the router.',
          reason: 'router-refused',
        });
      }
      const changed = JSON.stringify(weights) !== JSON.stringify(this.weights);
      this.weights = weights;
      if (changed) this.log.push({ at: this.#clock.now(), weights });
      return { applied: weights, changed };
    },
    side: async (side: string): Promise<SideFact> => {
      const one = this.sides[side];
      if (one === undefined || !one.answers)
        return { side, answers: false, version: '', sha: '', because: 'connection refused', url: `http://${side}` };
      return { side, answers: true, version: one.version, sha: one.sha, because: '', url: `http://${side}` };
    },
    sample: async (times: number) => {
      const counts: Record<string, number> = {};
      for (const [side, weight] of Object.entries(this.weights)) {
        const version = this.sides[side]?.version ?? '';
        if (weight > 0) counts[version] = (counts[version] ?? 0) + Math.round((times * weight) / 100);
      }
      return counts;
    },
    pods: async (side) => this.countPods(side),
  };

  readonly source: MetricSource = {
    read: async (query: string, at: number, windowMs: number) => this.reading(query, at, windowMs),
    alerts: async (at) => this.firing(at),
  };
}
