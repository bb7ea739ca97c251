// Smooth weighted round robin: the sides come in turn, as evenly spread as their weights allow.
import { type Side, sides, type Weights } from './types.ts';

/** Picks the side of each request; over any 100 picks the shares are the weights. */
export class Balance {
  #weights: Weights;
  #credit: Record<Side, number> = { blue: 0, green: 0 };

  constructor(weights: Weights) {
    this.#weights = weights;
  }

  set(weights: Weights): void {
    if (sides.every((side) => weights[side] === this.#weights[side])) return;
    this.#weights = weights;
    this.#credit = { blue: 0, green: 0 };
  }

  next(): Side {
    const weights = this.#weights;
    let best: Side = weights.blue > 0 ? 'blue' : 'green';
    for (const side of sides) {
      this.#credit[side] += weights[side];
      if (weights[side] > 0 && this.#credit[side] > this.#credit[best]) best = side;
    }
    this.#credit[best] -= weights.blue + weights.green;
    return best;
  }
}
