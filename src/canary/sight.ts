// Sight: what a walk sees of its two sides, before the shift and while a stage bakes.
import type { Stage } from '../policy/parts.ts';
import type { Sides } from '../record/running.ts';
import { aborted, type Bakery, type Stop } from './bake.ts';
import { pollingOf } from './beginning.ts';
import { isCompared } from './comparer.ts';
import { figuresOf } from './figures.ts';
import { readPast } from './past.ts';
import { Poller, type Polling, textsOf } from './poller.ts';
import type { Past } from './sample.ts';
import type { Scene } from './scene.ts';

export interface SightWorld extends Pick<Polling, 'open' | 'health'> {
  readonly env: (name: string) => string | undefined;
  readonly log: { info(line: string): void };
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
}

export class Sight {
  readonly #world: SightWorld;
  readonly #scene: Scene;
  readonly #polling: Polling;
  readonly #poller: Poller;
  readonly #beganAt: number;

  /** Throws a Problem for a variable of the policy that is not set. */
  constructor(world: SightWorld, scene: Scene, sides: Sides) {
    this.#world = world;
    this.#scene = scene;
    this.#polling = pollingOf(world, scene, sides);
    this.#poller = new Poller(this.#polling);
    this.#beganAt = world.clock.now();
  }

  /** The stable version's hour before a shift; nothing where the stage is not compared. */
  async past(stage: Stage): Promise<Past> {
    if (!isCompared(stage) || this.#polling.sides.stable === '') return {};
    const { clock, log } = this.#world;
    const { past, lacks } = await readPast(this.#polling, clock.now(), this.#scene.plan.everyMs);
    for (const lack of lacks) log.info(`No history of ${lack}: how its failures scatter is learned from the bake.`);
    return past;
  }

  /** What a stage's setting takes from here, at the moment of its shift. */
  at(past: Past) {
    const measured = new Set(this.#polling.measures.map(({ metric }) => metric));
    if (this.#polling.health !== undefined) measured.add('health');
    return { shiftedAt: this.#world.clock.now(), measured, past };
  }

  /** The texts by which a metric is asked now, canary first. */
  queries(metric: string): readonly string[] {
    const windowMs = this.#world.clock.now() - this.#beganAt;
    return this.#polling.measures
      .filter((measure) => measure.metric === metric)
      .flatMap((measure) => textsOf(this.#polling, measure, windowMs));
  }

  /** The bake of a stage, as the world lets it go on. */
  bakery(stage: Stage, word: () => Promise<Stop | undefined>): Bakery {
    const { clock, cancelled, log } = this.#world;
    return {
      now: () => clock.now(),
      sleep: (ms) => clock.sleep(ms, cancelled),
      cancelled: aborted(cancelled),
      isCancelled: () => cancelled.aborted,
      poll: (at, warm) => this.#poller.poll({ at, stage: stage.id, warm, sinceMs: at - this.#beganAt }),
      tell: (verdict) => log.info(`${verdict.kind}: ${figuresOf(verdict)}`),
      word,
    };
  }
}
