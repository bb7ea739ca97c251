// What the neighbours of a service tell: metric sources, alert rules, the router, a database, the feature flag provider.

/** One number that a source answered; or why there is none although it answered. */
export type MetricFact =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'nothing'; readonly because: string };

/** A metric source as the policy names it; its options may hold `${NAME}`. */
export interface SourceAsked {
  readonly provider: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface AlertRule {
  readonly name: string;
  readonly query: string;
  /** False when its evaluation fails: such a rule never fires. */
  readonly healthy: boolean;
}

/** The alert rules a source evaluates, and how many alert managers take what fires. */
export interface AlertingFact {
  readonly rules: readonly AlertRule[];
  readonly receivers: number;
}

/** The first row of a result, as text, null where the database has it; undefined when there is no row. */
export interface SqlFact {
  readonly first: readonly (string | null)[] | undefined;
}

/** A feature flag in one environment, as its provider tells. */
export interface FlagFact {
  readonly found: boolean;
  /** Somebody may get the new behaviour. */
  readonly enabled: boolean;
  readonly archived: boolean;
  /** What is served while it is off, as JSON; empty when the provider leaves it to the code. */
  readonly off: string;
  /** Instant (ms); undefined when nobody tells. */
  readonly createdAt?: number;
  /** Flags that it depends on. */
  readonly parents: readonly string[];
  /** By what it chooses: attributes, kinds of contexts, `segment`. */
  readonly targets: readonly string[];
}
