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

const known: { readonly load: () => Promise<void>; readonly mention: RegExp }[] = [];

/** A library behind an import that waits. `mention`: a suite whose text has it most likely needs the library. */
export function lazily<T>(bring: () => Promise<T>, mention: RegExp): Library<T> {
  let loaded: T | undefined;
  const load = async () => {
    loaded ??= await bring();
  };
  const now = () => {
    if (loaded === undefined) throw new NotLoaded(load);
    return loaded;
  };
  known.push({ load, mention });
  return { now, load };
}

/** Runs with every library that is asked for: loads those which the text mentions, and tries again where that was not all. */
export async function withLibraries<T>(text: string, run: () => T): Promise<T> {
  await Promise.all(known.map(({ load, mention }) => (mention.test(text) ? load() : undefined)));
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
