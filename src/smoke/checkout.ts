// Whether a file of the workspace is as git checked it out: read from the index itself, so no git is needed on the machine.
import type { SmokePort } from './port.ts';

type Files = Pick<SmokePort['files'], 'bytes'>;

export interface Checkouts {
  /** True for a file that is committed and as it was checked out, by its time or by its content; or why nobody can tell. */
  readonly holds: (
    path: string,
    content: Uint8Array,
    changedAt: number,
  ) => Promise<boolean | { readonly because: string }>;
}

/** An entry of the index: when git wrote the file (ms; to the second where git knows no parts of one), and the name of its content. */
interface Entry {
  readonly writtenAt: number;
  readonly exact: boolean;
  readonly digest: string;
}

type Index = ReadonlyMap<string, Entry> | { readonly because: string } | undefined;

/** Looks for the checkout around each of the paths: the nearest folder with a `.git`. Each index is read once. */
export function checkoutsOf(files: Files, paths: readonly string[]): Checkouts {
  const known = new Map<string, Promise<Index>>();
  const indexAt = (folder: string): Promise<Index> => {
    const found = known.get(folder) ?? readIndex(files, folder, paths);
    known.set(folder, found);
    return found;
  };
  return {
    holds: async (path, content, changedAt) => {
      for (let parts = path.split('/').slice(0, -1); ; parts = parts.slice(0, -1)) {
        const index = await indexAt(parts.map((part) => `${part}/`).join(''));
        if (index !== undefined) return 'because' in index ? index : isIn(index, path, content, changedAt);
        if (parts.length === 0) return false;
      }
    },
  };
}

async function isIn(
  index: ReadonlyMap<string, Entry>,
  path: string,
  content: Uint8Array,
  changedAt: number,
): Promise<boolean> {
  const entry = index.get(path);
  if (entry === undefined) return false;
  const { writtenAt, exact, digest } = entry;
  const untouched = Math.abs((exact ? changedAt : Math.floor(changedAt / 1_000) * 1_000) - writtenAt) < 1;
  return untouched || (await blobOf(content, digest.length)) === digest;
}

/** Git's name of a content: SHA-1 of 40 or SHA-256 of 64 characters. */
async function blobOf(content: Uint8Array, length: number): Promise<string> {
  const head = new TextEncoder().encode(`blob ${content.length}\0`);
  const whole = new Uint8Array(head.length + content.length);
  whole.set(head);
  whole.set(content, head.length);
  return hex(new Uint8Array(await crypto.subtle.digest(length === 40 ? 'SHA-1' : 'SHA-256', whole)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The index of the checkout in that folder, of the wanted paths alone; undefined where there is none. */
async function readIndex(files: Files, folder: string, paths: readonly string[]): Promise<Index> {
  try {
    const place =
      (await files.bytes(`${folder}.git/index`)) === undefined ? await ledTo(files, folder) : `${folder}.git`;
    const bytes = place === undefined ? undefined : await files.bytes(`${place}/index`);
    if (bytes === undefined) return undefined;
    const config = new TextDecoder().decode(await files.bytes(`${place}/config`));
    const wanted = new Map(
      paths.filter((path) => path.startsWith(folder)).map((path) => [path.slice(folder.length), path]),
    );
    return entriesIn(bytes, /objectformat\s*=\s*sha256/i.test(config) ? 32 : 20, wanted);
  } catch (error) {
    return { because: error instanceof Error ? error.message : 'the index of git cannot be read' };
  }
}

/** Where the `.git` of a submodule or worktree, which is a file, leads to; undefined where there is none. Throws when that is out of the workspace. */
async function ledTo(files: Files, folder: string): Promise<string | undefined> {
  const pointer = await files.bytes(`${folder}.git`).catch(() => undefined);
  const to = /^gitdir: (.+)$/m.exec(new TextDecoder().decode(pointer))?.[1];
  return to === undefined || to.startsWith('/') ? to : `${folder}${to}`;
}

/** Reads versions 2 to 4 of the format (gitformat-index); `wanted`: name in the index to path. Throws a RangeError for an index that is cut. */
function entriesIn(bytes: Uint8Array, idBytes: number, wanted: ReadonlyMap<string, string>): Index {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [mark, version, count] = [view.getUint32(0), view.getUint32(4), view.getUint32(8)];
  if (mark !== 0x44_49_52_43 || version < 2 || version > 4)
    return { because: 'the index of git is of an unknown version' };
  const found = new Map<string, Entry>();
  let at = 12;
  let name: Uint8Array = new Uint8Array();
  for (let number = 0; number < count; number += 1) {
    const extended = version > 2 && (view.getUint16(at + 40 + idBytes) & 0x40_00) !== 0;
    const head = 42 + idBytes + (extended ? 2 : 0);
    const cut = version === 4 ? lengthAt(view, at + head) : { value: name.length, end: at + head };
    const end = bytes.indexOf(0, cut.end);
    if (end < 0) throw new RangeError('the index of git is cut');
    name = joined(name.subarray(0, name.length - cut.value), bytes.subarray(cut.end, end));
    const path = wanted.get(new TextDecoder().decode(name));
    if (path !== undefined) found.set(path, entryAt(view, at, hex(bytes.subarray(at + 40, at + 40 + idBytes))));
    at = version === 4 ? end + 1 : at + Math.ceil((head + name.length + 1) / 8) * 8;
  }
  // `link`: the rest stands in another file.
  for (; at + 8 <= bytes.length - idBytes; at += 8 + view.getUint32(at + 4))
    if (view.getUint32(at) === 0x6c_69_6e_6b) return { because: 'the index of git is split (core.splitIndex)' };
  return found;
}

function entryAt(view: DataView, at: number, digest: string): Entry {
  const [seconds, nanoseconds] = [view.getUint32(at + 8), view.getUint32(at + 12)];
  return { writtenAt: seconds * 1_000 + nanoseconds / 1_000_000, exact: nanoseconds !== 0, digest };
}

/** How many bytes of the name before are not part of this one, and where that number ends. */
function lengthAt(view: DataView, from: number): { readonly value: number; readonly end: number } {
  let end = from + 1;
  let byte = view.getUint8(from);
  let value = byte & 127;
  while ((byte & 128) !== 0) {
    byte = view.getUint8(end);
    value = (value + 1) * 128 + (byte & 127);
    end += 1;
  }
  return { value, end };
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}
