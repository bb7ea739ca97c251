/** A file without a fault as a bare value: what stands where is found out only when something is wrong, and a long list is read in slices. */
import { readDocument, type Size } from './document.ts';
import type { Json } from './parts.ts';
import { child, plain, type Traced } from './traced.ts';

/** The same value as that of `readDocument`. */
export interface Sound {
  readonly value: Json;
  /** The line of each item of the long list. */
  readonly lines: readonly number[];
}

/** A list of the file's first level that may be long. A file of `least` characters is read `slice` characters of the list at a time. */
export interface LongList {
  readonly key: string;
  readonly least: number;
  readonly slice: number;
}

/** The checks of a suite. A tree takes two hundred times the memory of its text: that of a few checks is gone before it is in anybody's way. */
export const longChecks: LongList = { key: 'checks', least: 64 * 1024, slice: 512 };

/** Reads `text`, in which one list may be long; undefined where `readDocument` has a fault to tell. */
export function readSound(text: string, path: string, most: Size, list: LongList): Sound | undefined {
  const cut = text.length > most.characters || text.length < list.least ? undefined : cutOf(text, list);
  const joined = cut === undefined ? undefined : readCut(cut, path, most, list.key);
  if (joined !== undefined) return joined;
  const { tree, faults } = readDocument(text, path, most);
  return faults.length > 0 ? undefined : { value: plain(tree), lines: linesOf(child(tree, list.key)) };
}

/** A text in slices. */
interface Cut {
  /** Everything but the items, with `[]` as the value of the list. */
  readonly rest: string;
  readonly slices: readonly { readonly text: string; readonly line: number }[];
}

/** The line of the list's key and how many items stand below it; none where they do not stand in lines of their own. */
export function countItems(text: string, key: string): { readonly line: number; readonly items: number } {
  const place = placeOf(text.split('\n'), key);
  if (place === undefined) return { line: 0, items: 0 };
  const { lines, head, first, end, isItem } = place;
  return { line: head + 1, items: lines.slice(first, end).filter(isItem).length };
}

/** Where the list stands in lines of its own. A slice begins with an item, ends before another, and has no line further left: what its items mean
 * depends on nothing around them but names (`&x`), which are faults when they are missing. */
function cutOf(text: string, { key, slice }: LongList): Cut | undefined {
  const place = placeOf(text.split('\n'), key);
  if (place === undefined) return undefined;
  const { lines, head, first, end, isItem } = place;
  const slices: { text: string; line: number }[] = [];
  let from = first;
  let length = 0;
  for (let at = first + 1; at <= end; at += 1) {
    length += (lines[at - 1] ?? '').length;
    if (at < end && (length < slice || !isItem(lines[at]))) continue;
    slices.push({ text: `${lines.slice(from, at).join('\n')}${at < lines.length ? '\n' : ''}`, line: from + 1 });
    from = at;
    length = 0;
  }
  return { rest: [...lines.slice(0, head), `${key}: []`, ...lines.slice(end)].join('\n'), slices };
}

interface ListPlace {
  readonly lines: readonly string[];
  /** Indexes of the line of its key, of its first item, and of what follows it. */
  readonly head: number;
  readonly first: number;
  readonly end: number;
  /** Whether an item begins with the line. */
  readonly isItem: (line: string | undefined) => boolean;
}

/** Undefined where the list does not stand in lines of its own. */
function placeOf(lines: readonly string[], key: string): ListPlace | undefined {
  const head = lines.findIndex((line) => line.startsWith(`${key}:`));
  const first = lines.findIndex((line, at) => at > head && !/^ *(?:#|$)/.test(line));
  const dash = /^ *- /.exec(lines[first] ?? '')?.[0];
  if (dash === undefined || !/: *(?:#.*)?\r?$/.test(lines[head] ?? '')) return undefined;
  const isItem = (line: string | undefined) => line?.startsWith(dash) === true;
  const after = lines.findIndex((line, at) => at > first && !isItem(line) && !/^(?: |#|\r?$)/.test(line));
  return { lines, head, first, end: after === -1 ? lines.length : after, isItem };
}

/** Undefined where anything is wrong with one of the parts. */
function readCut({ rest, slices }: Cut, path: string, most: Size, key: string): Sound | undefined {
  let left = most.values;
  const treeOf = (part: string): Traced | undefined => {
    const { tree, faults, values } = readDocument(part, path, { ...most, values: Math.max(0, left) });
    left -= values;
    return faults.length > 0 || left < 0 ? undefined : tree;
  };
  const items: Json[] = [];
  const lines: number[] = [];
  for (const { text, line } of slices) {
    const tree = treeOf(`list:\n${text}`);
    const list = child(tree, 'list');
    if (tree?.kind !== 'map' || tree.entries.size > 1 || list?.kind !== 'list') return undefined;
    for (const item of list.items) items.push(plain(item));
    for (const at of linesOf(list)) lines.push(at + line - 2);
  }
  const tree = treeOf(rest);
  return tree === undefined ? undefined : { value: { ...mapOf(tree), [key]: items }, lines };
}

function mapOf(tree: Traced): object {
  const value = plain(tree);
  return typeof value === 'object' && value !== null ? value : {};
}

function linesOf(list: Traced | undefined): readonly number[] {
  return list?.kind === 'list' ? list.items.map((item) => item.at.line) : [];
}
