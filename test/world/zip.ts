// Writes zip archives, whole ones and such as nobody should make, for what reads them.
import { deflateRawSync, crc32 as nodeCrc } from 'node:zlib';

export interface ZipFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Default: deflated. */
  readonly method?: 0 | 8 | 12;
  /** Lies told about it. */
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
}

/** The archive. `wide`: sizes and places stand in the fields of zip64. */
export function makeZip(files: readonly ZipFile[], { wide = false, comment = '' } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const { method = 8, flags = 0 } = file;
    const name = Buffer.from(file.name);
    const packed = method === 8 ? deflateRawSync(file.bytes) : file.bytes;
    const size = file.size ?? file.bytes.length;
    const crc = file.crc ?? nodeCrc(file.bytes);
    const shared = (version: number) => [u16(version), u16(flags), u16(method), u16(0), u16(0), u32(crc)];
    const local = Buffer.concat([
      u32(0x04034b50),
      ...shared(20),
      u32(packed.length),
      u32(size),
      u16(name.length),
      u16(0),
      name,
    ]);
    const extra = wide ? Buffer.concat([u16(1), u16(24), u64(size), u64(packed.length), u64(offset)]) : Buffer.alloc(0);
    const told = (value: number) => u32(wide ? 0xffffffff : value);
    directory.push(
      Buffer.concat([
        ...[
          u32(0x02014b50),
          u16(20),
          ...shared(20),
          told(packed.length),
          told(size),
          u16(name.length),
          u16(extra.length),
        ],
        ...[u16(0), u16(0), u16(0), u32(0), told(offset), name, extra],
      ]),
    );
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const at = offset + central.length;
  const end64 = [
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(files.length),
    u64(files.length),
    u64(central.length),
    u64(offset),
  ];
  const locator = [u32(0x07064b50), u32(0), u64(at), u32(1)];
  const count = u16(wide ? 0xffff : files.length);
  const end = [
    u32(0x06054b50),
    u16(0),
    u16(0),
    count,
    count,
    u32(central.length),
    u32(wide ? 0xffffffff : offset),
    u16(comment.length),
    Buffer.from(comment),
  ];
  return Buffer.concat([...parts, central, ...(wide ? [...end64, ...locator] : []), ...end]);
}

/** An archive of texts, path to text. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  return makeZip(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })));
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
