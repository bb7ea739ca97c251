// Libraries that only some suites need: loaded when a suite turns out to need them, so that the others start sooner.

/** Thrown where a library is needed that is not there yet: load it and begin again. */
export class NotLoaded extends Error {
  readonly load: () => Promise<void>;

  constructor(load: () => Promise<void>) {
    super('a library is not loaded yet');
    this.load = load;
  }
}

export interface Library<T> {
  /** The library; throws NotLoaded before it was loaded. */
  readonly now: () => T;
  readonly load: () => Promise<void>;
}

const known: Library<unknown>[] = [];

/** A library behind an import that waits. */
export function lazily<T>(bring: () => Promise<T>): Library<T> {
  let loaded: T | undefined;
  const load = async () => {
    loaded ??= await bring();
  };
  const now = () => {
    if (loaded === undefined) throw new NotLoaded(load);
    return loaded;
  };
  const library = { now, load };
  known.push(library);
  return library;
}

/** Tries until every library that is asked for is there. */
export async function withLibraries<T>(run: () => T): Promise<T> {
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      await error.load();
    }
  }
}

/** Loads them all. */
export async function loadLibraries(): Promise<void> {
  await Promise.all(known.map(({ load }) => load()));
}
