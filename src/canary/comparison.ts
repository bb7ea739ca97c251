// The comparison with the stable version at the same minutes: what the sequential test hands to the judge.

/** How the arms compare over all compared metrics of the stage so far. `odds`: evidence that the new version is worse, 340 means 340 : 1. */
export interface Comparison {
  readonly kind: 'no-worse' | 'worse' | 'suspicious' | 'undecided';
  /** The metric that decided; empty when all agree. */
  readonly metric: string;
  readonly odds: number;
  /** Requests of the new version that are still needed before it can be decided. */
  readonly needed: number;
  readonly because: string;
}
