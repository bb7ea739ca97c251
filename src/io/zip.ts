// Reads one file out of a zip archive that a stranger may have made: nothing is written, and no more is unpacked than was asked for.
import { inflateRawSync } from 'node:zlib';

/** Why an archive, or a file in it, is not read; the words follow its name and a colon. */
export class ZipFault extends Error {}

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
}

// Signatures and sizes: PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (its end).
const local = { signature: 0x04034b50, size: 30 };
const central = { signature: 0x02014b50, size: 46 };
const end = { signature: 0x06054b50, size: 22, longestComment: 65_535 };
const end64 = { signature: 0x06064b50, locator: 0x07064b50, locatorSize: 20 };
const wide = 0xffffffff;
/** More files than this nobody uploads as a report (ours). */
const mostEntries = 100_000;

/** The files of the archive, folders left out. Throws a ZipFault for what is no whole zip, and for names that would leave a folder. */
export function zipEntries(zip: Buffer): readonly ZipEntry[] {
  const { count, start } = directoryOf(zip);
  if (count > mostEntries) throw new ZipFault(`it holds ${count} files, more than ${mostEntries}`);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let number = 0; number < count; number += 1) {
    if (at + central.size > zip.length || zip.readUInt32LE(at) !== central.signature) throw cutOff();
    const [nameSize, extraSize, commentSize] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const after = at + central.size + nameSize;
    if (after + extraSize > zip.length) throw cutOff();
    const name = zip.toString('utf8', at + central.size, after);
    if ((zip.readUInt16LE(at + 8) & 1) === 1) throw new ZipFault('it is encrypted');
    if (isHarmful(name)) throw new ZipFault('it holds a name made to leave its folder');
    const [packed, size, offset] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 42)];
    const real = widened({ packed, size, offset }, zip.subarray(after, after + extraSize));
    if (!name.endsWith('/'))
      entries.push({ name, method: zip.readUInt16LE(at + 10), crc: zip.readUInt32LE(at + 16), ...real });
    at = after + extraSize + commentSize;
  }
  if (new Set(entries.map(({ name }) => name)).size < entries.length)
    throw new ZipFault('it holds two files of one name');
  return entries;
}

/** The bytes of a file, `most` at the most. Throws a ZipFault when there are more, and when they are not what the archive says. */
export function unzip(zip: Buffer, entry: ZipEntry, most: number): Buffer {
  const tooLarge = new ZipFault(`${entry.name} unpacks to more than ${Math.round(most / 1024 / 1024)} MB`);
  if (entry.size > most) throw tooLarge;
  const { offset } = entry;
  if (offset + local.size > zip.length || zip.readUInt32LE(offset) !== local.signature) throw cutOff();
  const from = offset + local.size + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  if (from + entry.packed > zip.length) throw cutOff();
  const packed = zip.subarray(from, from + entry.packed);
  const bytes = entry.method === 8 ? inflated(packed, most, tooLarge) : packed;
  if (entry.method !== 0 && entry.method !== 8)
    throw new ZipFault(`${entry.name} is packed in a way nobody reads here`);
  if (bytes.length !== entry.size || crcOf(bytes) !== entry.crc) throw new ZipFault(`${entry.name} is damaged`);
  return bytes;
}

function inflated(packed: Buffer, most: number, tooLarge: ZipFault): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: most });
  } catch (error: any) {
    throw error?.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : new ZipFault('it is damaged');
  }
}

function directoryOf(zip: Buffer): { readonly count: number; readonly start: number } {
  const lowest = Math.max(0, zip.length - end.size - end.longestComment);
  for (let at = zip.length - end.size; at >= lowest; at -= 1) {
    if (zip.readUInt32LE(at) !== end.signature) continue;
    const [count, start] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16)];
    return count === 0xffff || start === wide ? directory64Of(zip, at) : { count, start };
  }
  throw new ZipFault('it is no zip archive, or cut off');
}

function directory64Of(zip: Buffer, endAt: number): { readonly count: number; readonly start: number } {
  const at = endAt - end64.locatorSize;
  if (at < 0 || zip.readUInt32LE(at) !== end64.locator) throw cutOff();
  const place = numberAt(zip, at + 8);
  if (place + 56 > zip.length || zip.readUInt32LE(place) !== end64.signature) throw cutOff();
  return { count: numberAt(zip, place + 32), start: numberAt(zip, place + 48) };
}

/** Numbers too large for their field stand in the extra field of id 1, in this order (4.5.3). */
function widened(entry: Pick<ZipEntry, 'packed' | 'size' | 'offset'>, extra: Buffer): typeof entry {
  const isWide = [entry.size, entry.packed, entry.offset].includes(wide);
  let at = 0;
  while (isWide && at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  const next = (value: number): number => {
    if (value !== wide) return value;
    if (at + 8 > extra.length) throw cutOff();
    at += 8;
    return numberAt(extra, at - 8);
  };
  const size = next(entry.size);
  const packed = next(entry.packed);
  return { size, packed, offset: next(entry.offset) };
}

function numberAt(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw cutOff();
  return value;
}

function isHarmful(name: string): boolean {
  return /^[/\\]|^[a-z]:|\\|\0/i.test(name) || name.split('/').includes('..');
}

function cutOff(): ZipFault {
  return new ZipFault('it is damaged, or cut off');
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as zip has it (4.4.7). Node has one of its own from 20.15 on. */
function crcOf(bytes: Buffer): number {
  let crc = wide;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ wide) >>> 0;
}
