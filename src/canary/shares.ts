// The shares of a walk: gives a stage its own, looks whether they still stand, and brings back what users had before.
import type { Stage } from '../policy/parts.ts';
import { allTo, type Routing } from '../policy/routing.ts';
import type { Sides } from '../record/running.ts';
import type { Stop } from './bake.ts';
import { sharesOf, standsAt, type Weights } from './home.ts';
import { isAway, type Ready } from './sides.ts';
import type { Weigher } from './start.ts';
import { bringBack, shiftTo } from './way-back.ts';
import { stopAt } from './word.ts';

export class Shares {
  readonly router: Weigher;
  readonly routing: Routing;
  readonly sides: Sides;
  /** What users have without this walk. */
  readonly home: Weights;
  /** Share of the new version, percent. */
  weight: number;
  /** Some users have it by this walk. */
  away: boolean;

  constructor(router: Weigher, routing: Routing, from: Ready) {
    this.router = router;
    this.routing = routing;
    this.sides = from.sides;
    this.home = from.home ?? allTo(from.sides.stable, routing.sides);
    this.weight = from.weight;
    this.away = isAway(from);
  }

  /** Gives the stage its shares; the stage comes back with what the router made of its weight. A stop: it was not taken. */
  async give(stage: Stage): Promise<Stage | Stop> {
    const shifted = await shiftTo(this.router, this.routing, this.sides, stage);
    if ('stop' in shifted) return shifted.stop;
    const { weight } = shifted;
    this.weight = weight;
    this.away = !standsAt(sharesOf(this.routing, this.sides, { ...stage, weight }), this.home, 0);
    return { ...stage, weight, weightTo: weight };
  }

  /** Brings back what users had. Throws a Problem when the router did not take it. */
  async back(): Promise<void> {
    await bringBack(this.router, this.routing, this.sides.stable, this.home);
    this.weight = this.home[this.sides.canary] ?? 0;
    this.away = false;
  }

  /** Why the walk stops: somebody else moved what the stage has. */
  async stopAt(stage: Stage): Promise<Stop | undefined> {
    const weights = await this.router.get();
    const expected = sharesOf(this.routing, this.sides, stage);
    return stopAt({ side: this.sides.canary, weights: weights.kind === 'known' ? weights.value : undefined, expected });
  }
}
