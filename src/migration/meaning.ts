// The three words for what a schema change means to code that already runs, and why.

export const compatibilities = ['none', 'expand', 'contract'] as const;

/** none: no code can tell. expand: old code keeps working. contract: old code may break, or nobody can tell from the text. */
export type Compatibility = (typeof compatibilities)[number];

export interface Meaning {
  readonly compatibility: Compatibility;
  /** Why, for people; empty for none. */
  readonly because: string;
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
