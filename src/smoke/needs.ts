// The needs among the checks of a suite, directly or not. What is asked of all checks looks at each need a few times, however long the chains are.

/** A check, or its turn in the schedule. */
export interface Needing {
  readonly id: string;
  readonly needs: readonly string[];
  readonly assets?: { readonly from: string } | undefined;
}

/** Ids of what a check needs itself: what it says, and the page it looks for assets in. */
export function needsOf({ needs, assets }: Needing): readonly string[] {
  return assets === undefined || needs.includes(assets.from) ? needs : [...needs, assets.from];
}

/** The ids, and those that `next` leads to from them, directly or not: each once, the nearest first. */
export function* reached(ids: Iterable<string>, next: (id: string) => readonly string[]): Iterable<string> {
  const found = new Set(ids);
  for (const id of found) {
    yield id;
    for (const one of next(id)) found.add(one);
  }
}

/** The ids, and those of everything that these checks need. */
export function withNeeded(all: readonly Needing[], ids: Iterable<string>): ReadonlySet<string> {
  const needs = new Map(all.map((one) => [one.id, needsOf(one)]));
  return new Set(reached(ids, (id) => needs.get(id) ?? []));
}

/** The ids, and those of everything that needs one of these checks. */
export function withDependents(all: readonly Needing[], ids: ReadonlySet<string>): ReadonlySet<string> {
  if (ids.size === 0) return ids;
  const after = dependentsOf(all);
  return new Set(reached(ids, (id) => (after.get(id) ?? []).map((one) => one.id)));
}

function dependentsOf<T extends Needing>(all: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const after = new Map<string, T[]>();
  for (const one of all) {
    for (const need of needsOf(one)) {
      const list = after.get(need) ?? [];
      list.push(one);
      after.set(need, list);
    }
  }
  return after;
}

export interface Turns<T> {
  /** What may begin at once. */
  readonly first: readonly T[];
  /** What may begin now that this one has ended; each end is told once. */
  readonly freedBy: (ended: T) => readonly T[];
}

/** In which turn each may begin: after all it needs among these. Other needs count as done. */
export function turnsOf<T extends Needing>(all: readonly T[]): Turns<T> {
  const known = new Set(all.map(({ id }) => id));
  const open = new Map(all.map((one) => [one.id, needsOf(one).filter((need) => known.has(need)).length]));
  const dependents = dependentsOf(all);
  const isFree = ({ id }: T) => {
    const left = (open.get(id) ?? 1) - 1;
    open.set(id, left);
    return left === 0;
  };
  return {
    first: all.filter(({ id }) => open.get(id) === 0),
    freedBy: ({ id }) => (dependents.get(id) ?? []).filter(isFree),
  };
}

/** Ids of the checks that need themselves over others, a list for each circle. Of circles that share a check, some. */
export function circlesOf(all: readonly Needing[]): readonly (readonly string[])[] {
  const turns = turnsOf(all);
  const done = [...turns.first];
  for (const one of done) done.push(...turns.freedBy(one));
  const free = new Set(done.map(({ id }) => id));
  const stuck = new Map(all.filter(({ id }) => !free.has(id)).map((one) => [one.id, one]));
  // Each of these needs another of them: whoever follows that comes round.
  const seen = new Set<string>();
  return [...stuck.keys()].flatMap((start) => {
    const way: string[] = [];
    let id: string | undefined = start;
    while (id !== undefined && !seen.has(id)) {
      seen.add(id);
      way.push(id);
      const one = stuck.get(id);
      id = one && needsOf(one).find((need) => stuck.has(need));
    }
    const at = id === undefined ? -1 : way.indexOf(id);
    return at === -1 ? [] : [way.slice(at)];
  });
}
