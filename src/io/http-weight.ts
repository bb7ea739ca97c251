// Counts what bodies bring, and tells whoever keeps the process small: by bytes and not by time, so that a busy machine changes nothing.

/** A body of this many characters is judged alone, and what it left behind looked at before the next. */
export const heavy = 128 * 1024;

const everyBytes = 1024 * 1024;
/** What a request leaves behind besides its body. */
const ownBytes = 16 * 1024;

let since = 0;
let look: () => void = () => {};
let last: Promise<void> = Promise.resolve();

/** From now on `looks` is called after every MiB that came, and after each heavy body was judged. */
export function onWeight(looks: () => void): void {
  look = looks;
}

/** So many bytes came; without a number: a request was made. */
export function weigh(bytes: number = ownBytes): void {
  since += bytes;
  if (since < everyBytes) return;
  since = 0;
  look();
}

/** The turn of a heavy body: what the one before left behind has been looked at. */
export function heavyTurn(): Promise<void> {
  const turn = last.then(() => new Promise<void>((begin) => setImmediate(begin))).then(() => look());
  last = turn;
  return turn;
}
