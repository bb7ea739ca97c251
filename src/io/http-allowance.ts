// The memory that bodies have together while they are read: who would take more waits until others are judged.

/** What can be told to wait. */
export interface Flow {
  pause(): unknown;
  resume(): unknown;
}

/** One body under way. */
export interface Share {
  /** More of it came (bytes). */
  readonly add: (bytes: number) => void;
  /** It is read to its end, and still held. */
  readonly end: () => void;
  /** It is judged or given up. Calling it twice changes nothing. */
  readonly leave: () => void;
}

export interface Allowance {
  readonly enter: (flow: Flow) => Share;
  /** Bytes held now. */
  readonly held: () => number;
}

interface Holding {
  readonly flow: Flow;
  bytes: number;
  /** Runs while it waits. */
  timer?: NodeJS.Timeout | undefined;
}

// The one that goes on may have gone silent: once nothing at all came for so long, the others go on too, a piece at a time.
const silenceMs = 200;

/** Up to `most` bytes for all together. Above that only the largest goes on: it is the first to end and to make room. */
export function createAllowance(most: number): Allowance {
  const reading = new Set<Holding>();
  let held = 0;
  let moves = 0;
  const goOn = (holding: Holding) => {
    if (holding.timer === undefined) return;
    clearTimeout(holding.timer);
    holding.timer = undefined;
    holding.flow.resume();
  };
  const wait = (holding: Holding) => {
    const before = moves;
    holding.timer = setTimeout(() => (moves === before ? goOn(holding) : wait(holding)), silenceMs);
  };
  const largest = () => {
    let found: Holding | undefined;
    for (const one of reading) if (found === undefined || one.bytes > found.bytes) found = one;
    return found;
  };
  const makeRoom = () => {
    moves += 1;
    if (held <= most) for (const one of reading) goOn(one);
    const next = largest();
    if (next !== undefined) goOn(next);
  };
  return {
    held: () => held,
    enter: (flow) => {
      const own: Holding = { flow, bytes: 0 };
      let inside = true;
      reading.add(own);
      const end = () => {
        if (!reading.delete(own)) return;
        clearTimeout(own.timer);
        makeRoom();
      };
      return {
        add: (bytes) => {
          moves += 1;
          own.bytes += bytes;
          held += bytes;
          if (held <= most || own.timer !== undefined || largest() === own) return;
          flow.pause();
          wait(own);
        },
        end,
        leave: () => {
          if (!inside) return;
          inside = false;
          held -= own.bytes;
          end();
          makeRoom();
        },
      };
    },
  };
}
