// SHA-256 (FIPS 180-4) in plain arithmetic, for the pure rooms: digests of records, policies and migration files.

/** The SHA-256 of a text's UTF-8 bytes: 64 lower-case hexadecimal characters. */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const view = padded(bytes);
  let state = initial;
  for (let offset = 0; offset < view.byteLength; offset += 64) state = compressed(state, schedule(view, offset));
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

// FIPS 180-4, 5.3.3 and 4.2.2: the first 32 bits of the fractional parts of the square roots of the first 8 primes,
// and of the cube roots of the first 64; computed here, so that there is no table to mistype.
const primes = firstPrimes(64);
const initial: Uint32Array = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const constants: Uint32Array = Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));

function firstPrimes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
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

/** 6.2.2, step 1. */
function schedule(view: DataView, offset: number): Uint32Array {
  const words = new Uint32Array(64);
  for (let t = 0; t < 64; t += 1) {
    if (t < 16) {
      words[t] = view.getUint32(offset + t * 4);
      continue;
    }
    const early = at(words, t - 15);
    const late = at(words, t - 2);
    const s0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const s1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[t] = at(words, t - 16) + s0 + at(words, t - 7) + s1;
  }
  return words;
}

/** 6.2.2, steps 2 to 4. */
function compressed(state: Uint32Array, words: Uint32Array): Uint32Array {
  const v = Uint32Array.from(state);
  for (let t = 0; t < 64; t += 1) {
    const [a, b, c, e, f, g] = [at(v, 0), at(v, 1), at(v, 2), at(v, 4), at(v, 5), at(v, 6)];
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = at(v, 7) + sum + choice + at(constants, t) + at(words, t);
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority;
    v.copyWithin(1, 0, 7);
    v[4] = at(v, 4) + first;
    v[0] = first + second;
  }
  return v.map((word, index) => word + at(state, index));
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}
