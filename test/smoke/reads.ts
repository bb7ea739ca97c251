// Counts how often the properties of a list's items are read: what grows with the square of the list shows on every machine.

export interface Counted<T> {
  readonly items: readonly T[];
  /** Reads of one item, on the average, since this was asked last. */
  readonly each: () => number;
}

/** The same items, watched. */
export function counted<T extends object>(list: readonly T[]): Counted<T> {
  let reads = 0;
  const get = (item: T, key: PropertyKey) => {
    reads += 1;
    return Reflect.get(item, key);
  };
  return {
    items: list.map((item) => new Proxy(item, { get })),
    each: () => {
      const now = reads / list.length;
      reads = 0;
      return now;
    },
  };
}
