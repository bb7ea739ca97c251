/** What the policy language is checked against: the known criteria, providers, rules and metrics, handed in so that this room stays below theirs. */
import type { z } from 'zod';
import type { Providers } from '../providers/shape.ts';

/** What the policy must know of a criterion that finds its evidence by itself. */
export type CriterionWords = {
  readonly id: string;
  readonly title: string;
  readonly moment: 'review' | 'deploy';
  readonly level?: 'required' | 'warn' | 'info';
  /** Shape of `with:`; absent: takes no options. */
  readonly with?: () => z.ZodType;
};

export type Vocabulary = {
  readonly criteria: ReadonlyMap<string, CriterionWords>;
  /** Every id of the catalogue with its title, whether or not something finds its evidence. */
  readonly catalogue: ReadonlyMap<string, string>;
  /** Shape of the keys of `traffic` that are the router's own. */
  readonly routers: Providers;
  /** Shape of one entry of `metrics.sources`, which begins with the provider's name. */
  readonly sources: Providers;
  readonly tools: ReadonlySet<string>;
  /** Shape of the keys of `flags` that are the provider's own. */
  readonly flags: Providers;
  /** Shape of what stands under a notifier's name in a line of `announce`. */
  readonly notifiers: Providers;
  /** Metrics that need no query. */
  readonly metrics: ReadonlySet<string>;
};
