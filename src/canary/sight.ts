// Sight: what a walk sees of its two sides, before the shift and while a stage bakes.
import type { Stage } from '../policy/parts.ts';
import type { Announcing } from '../record/announcing.ts';
import type { Sides } from '../record/running.ts';
import { aborted, type Bakery, type Stop } from './bake.ts';
import { pollingOf } from './beginning.ts';
import { isCompared } from './comparer.ts';
import { earlierMs } from './earlier.ts';
import { trialFigures } from './figures.ts';
import { readPast } from './past.ts';
import { Poller, type Polling, textsOf } from './poller.ts';
import { recall } from './recall.ts';
import type { Past } from './sample.ts';
import type { Scene } from './scene.ts';
import { Heartbeat, promotion } from './tidings.ts';

export interface SightWorld extends Pick<Polling, 'open' | 'builtIns'> {
  readonly env: (name: string) => string | undefined;
  readonly log: { info(line: string): void };
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
  readonly announce: (event: Announcing) => Promise<void>;
}

export class Sight {
  readonly #world: SightWorld;
  readonly #scene: Scene;
  readonly #polling: Polling;
  readonly #poller: Poller;
  readonly #beganAt: number;
  readonly #heartbeat: Heartbeat;

  /** Throws a Problem for a variable of the policy that is not set. */
  constructor(world: SightWorld, scene: Scene, sides: Sides) {
    this.#world = world;
    this.#scene = scene;
    this.#polling = pollingOf(world, scene, sides);
    this.#poller = new Poller(this.#polling);
    this.#beganAt = world.clock.now();
    this.#heartbeat = new Heartbeat(scene, world.announce);
  }

  /** The stable version's hour before a shift; nothing where the stage is not compared. */
  async past(stage: Stage, before = this.#world.clock.now()): Promise<Past> {
    if (!isCompared(stage) || earlierMs(stage) !== undefined || this.#polling.sides.stable === '') return {};
    const { log } = this.#world;
    const { past, lacks } = await readPast(this.#polling, before, this.#scene.plan.everyMs);
    for (const lack of lacks) log.info(`No history of ${lack}: how its failures scatter is learned from the bake.`);
    return past;
  }

  /** Tells people that a stage was promoted; the last one's end is told with the outcome. */
  async promoted(stage: Stage | undefined, scene: Scene): Promise<void> {
    if (stage === undefined) return;
    for (const event of promotion(scene, stage, this.#world.clock.now())) await this.#world.announce(event);
  }

  /** What a stage's setting takes from here, at the moment of its shift. */
  at(past: Past, shiftedAt = this.#world.clock.now()) {
    const measured = new Set(this.#polling.measures.map(({ metric }) => metric));
    for (const { metric } of this.#polling.builtIns) measured.add(metric);
    return { shiftedAt, measured, past };
  }

  /** The texts by which a metric is asked now, canary first. */
  queries(metric: string): readonly string[] {
    const windowMs = this.#world.clock.now() - this.#beganAt;
    return this.#polling.measures
      .filter((measure) => measure.metric === metric)
      .flatMap((measure) => textsOf(this.#polling, measure, windowMs));
  }

  /** The stage as the sources remember it, from its shift until now. */
  async recall(stage: Stage, span: { readonly from: number; readonly to: number; readonly stepMs: number }) {
    const { builtIns, sides } = this.#polling;
    const found = builtIns.map(async ({ metric, ask }) => [metric, { canary: await ask(sides.canary) }] as const);
    const [told, now] = await Promise.all([recall(this.#polling, stage, span), Promise.all(found)]);
    const last = told.kind === 'polls' ? told.polls.at(-1) : undefined;
    if (told.kind !== 'polls' || last === undefined || now.length === 0) return told;
    const samples = { ...last.samples, ...Object.fromEntries(now) };
    return { ...told, polls: [...told.polls.slice(0, -1), { ...last, samples }] };
  }

  /** One look at all metrics, now. */
  look(stage: Stage, warm: boolean) {
    const at = this.#world.clock.now();
    const sinceMs = Math.max(1_000, at - this.#beganAt);
    return this.#poller.poll({ at, stage: stage.id, warm, sinceMs, earlierMs: earlierMs(stage) });
  }

  /** The bake of a stage, as the world lets it go on. */
  bakery(stage: Stage, word: () => Promise<Stop | undefined>): Bakery {
    const { clock, cancelled, log } = this.#world;
    return {
      now: () => clock.now(),
      sleep: (ms) => clock.sleep(ms, cancelled),
      cancelled: aborted(cancelled),
      isCancelled: () => cancelled.aborted,
      poll: (at, warm) => {
        this.#heartbeat.beat(stage, at);
        const sinceMs = at - this.#beganAt;
        return this.#poller.poll({ at, stage: stage.id, warm, sinceMs, earlierMs: earlierMs(stage) });
      },
      tell: (verdict, trial) => log.info(`${verdict.kind}: ${trialFigures(verdict, trial)}`),
      word,
    };
  }
}
