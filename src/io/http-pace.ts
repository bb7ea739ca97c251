// Lets requests that are asked for together begin a few at a time: the first are on their way while the others are still made.

export interface Pace {
  /** Resolves when one more may begin; at once unless many are asked for without a pause. */
  readonly turn: () => Promise<void> | undefined;
}

/** `few` may begin before the process looks at its sockets again; so do as many after each look. A request that follows from an answer waits for
 * nothing. */
export function createPace(few: number): Pace {
  const waiting: (() => void)[] = [];
  let begun = 0;
  const count = () => {
    // Runs once nothing more is asked for.
    if (begun === 0) process.nextTick(() => (begun = 0));
    begun += 1;
  };
  const release = () => {
    for (const begin of waiting.splice(0, few)) {
      count();
      begin();
    }
    if (waiting.length > 0) setImmediate(release);
  };
  return {
    turn: () => {
      if (begun < few && waiting.length === 0) {
        count();
        return undefined;
      }
      if (waiting.length === 0) setImmediate(release);
      return new Promise((begin) => waiting.push(begin));
    },
  };
}
