// SHA-256 (FIPS 180-4) in plain arithmetic, for the pure rooms: digests of records, policies and migration files.

/** The SHA-256 of a text's UTF-8 bytes: 64 lower-case hexadecimal characters. */
export function sha256(text: string): string {
  return digest(text);
}

let digest = arithmetic;

/** Has the digests made by another, which must give the same: the runtime's own is a hundred times as fast, and no pure room may import it. */
export function digestBy(another: (text: string) => string): void {
  digest = another;
}

/** The digest in plain arithmetic. */
export function arithmetic(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const view = padded(bytes);
  const state = Int32Array.from(initial);
  const words = new Int32Array(64);
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    schedule(words, view, offset);
    compress(state, words);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

// FIPS 180-4, 5.3.3 and 4.2.2: the first 32 bits of the fractional parts of the square roots of the first 8 primes,
// and of the cube roots of the first 64; computed here, so that there is no table to mistype.
const primes = firstPrimes(64);
const initial = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));

function firstPrimes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

/** 5.1.1: a one bit, zeros, and the length in bits, to a multiple of 64 bytes. */
function padded(bytes: Uint8Array): DataView {
  const view = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
  new Uint8Array(view.buffer).set(bytes);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(view.byteLength - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(view.byteLength - 4, (bytes.length * 8) % 2 ** 32);
  return view;
}

/** 6.2.2, step 1. Words are kept as signed: their bits are the same, and sums are cut to 32 of them. */
function schedule(words: Int32Array, view: DataView, offset: number): void {
  for (let t = 0; t < 16; t += 1) words[t] = view.getInt32(offset + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const early = at(words, t - 15);
    const late = at(words, t - 2);
    const s0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const s1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[t] = at(words, t - 16) + s0 + at(words, t - 7) + s1;
  }
}

/** 6.2.2, steps 2 to 4. One variable a word: a run that reads a suite or two never gets to the code that V8 makes fast. */
function compress(state: Int32Array, words: Int32Array): void {
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let t = 0; t < 64; t += 1) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + at(constants, t) + at(words, t)) | 0;
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = at(state, index) + word;
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}
