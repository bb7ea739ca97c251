// The three words for what a schema change means to code that already runs, and why.

export const compatibilities = ['none', 'expand', 'contract'] as const;

/** none: no code can tell. expand: old code keeps working. contract: old code may break, or nobody can tell from the text. */
export type Compatibility = (typeof compatibilities)[number];

export interface Meaning {
  readonly compatibility: Compatibility;
  /** Why, for people; empty for none. */
  readonly because: string;
}

/** What a file has made so far: no code that runs can know of it. */
export interface Fresh {
  readonly tables: ReadonlySet<string>;
  /** As `orders.note`. */
  readonly columns: ReadonlySet<string>;
  /** Views that the file makes, with the tables they read: one under the old name of a renamed table keeps old readers going. */
  readonly views: ReadonlyMap<string, readonly string[]>;
  /** Schemas, types and the like, as `type colour`. */
  readonly things: ReadonlySet<string>;
  /** Indexes that the file makes somewhere. */
  readonly indexes: ReadonlySet<string>;
  /** Triggers that the file makes somewhere, as `orders.orders_touch`. */
  readonly triggers: ReadonlySet<string>;
  /** Triggers that the file disables and enables, as `disable orders.orders_touch`; empty where it is no transaction, for then code sees what is between. */
  readonly switched: ReadonlySet<string>;
  /** Tables with a policy of the file that lets everything through. */
  readonly opened: ReadonlySet<string>;
}

export const unnoticed: Meaning = { compatibility: 'none', because: '' };

/** Old code keeps working. */
export function expand(because: string): Meaning {
  return { compatibility: 'expand', because };
}

/** Old code may break. */
export function contract(because: string): Meaning {
  return { compatibility: 'contract', because };
}

/** The worst of several: contract before expand before none; none for nothing. */
export function worstOf(all: readonly Compatibility[]): Compatibility {
  return [...compatibilities].reverse().find((one) => all.includes(one)) ?? 'none';
}
