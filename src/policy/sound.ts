/** A file without a fault as a bare value, read the short way: what stands where is found out only when something is wrong. */
import { readDocument, type Size } from './document.ts';
import { markOf, numberIn, setAside } from './one-line.ts';
import type { Json } from './parts.ts';
import { child, plain, type Traced } from './traced.ts';

/** The same value as that of `readDocument`. */
export interface Sound {
  readonly value: Json;
  /** The line of each item of the long list. */
  readonly lines: readonly number[];
}

/** A list that may be long. A file of `least` characters is read `slice` characters of the list at a time. */
export interface LongList {
  readonly key: string;
  readonly least: number;
  readonly slice: number;
}

/** The checks of a suite. A tree takes two hundred times the memory of its text: that of a few checks is gone before it is in anybody's way. */
export const longChecks: LongList = { key: 'checks', least: 64 * 1024, slice: 512 };

/** Reads `text`, in which one list may be long; undefined where `readDocument` has a fault to tell. */
export function readSound(text: string, path: string, most: Size, list: LongList): Sound | undefined {
  const short = text.length > most.characters ? undefined : readShort(text, path, most, list);
  if (short !== undefined) return short;
  const { tree, faults } = readDocument(text, path, most);
  return faults.length > 0 ? undefined : { value: plain(tree), lines: linesOf(child(tree, list.key), []) };
}

/** What a mark stands for: values, and the lines of those that do not follow each other line by line. */
interface Marked {
  readonly values: readonly Json[];
  readonly lines?: readonly number[];
}

function readShort(text: string, path: string, most: Size, list: LongList): Sound | undefined {
  const aside = setAside(text);
  if (aside === undefined) return undefined;
  const marked: Marked[] = aside.values.map((values) => ({ values }));
  const missing = new Set(marked.keys());
  let left = most.values - aside.scalars;

  /** The tree of a part of the file; undefined where anything is wrong with it. */
  function treeOf(part: string): Traced | undefined {
    if (left < 0) return undefined;
    const { tree, faults, values } = readDocument(part, path, { ...most, values: left });
    left -= values;
    return faults.length > 0 ? undefined : tree;
  }

  /** The number of the mark for the items of a part of the list that begins at this line. */
  function setItemsAside(part: string, line: number): number | undefined {
    const tree = treeOf(`list:\n${part}`);
    const items = tree?.kind === 'map' && tree.entries.size === 1 ? child(tree, 'list') : undefined;
    const values = items === undefined ? undefined : putBack(items, marked, missing);
    if (!Array.isArray(values)) return undefined;
    const number = marked.push({ values, lines: linesOf(items, marked).map((at) => at + line - 2) }) - 1;
    missing.add(number);
    return number;
  }

  const rest = inSlices(aside.rest, list, setItemsAside);
  const tree = rest === undefined ? undefined : treeOf(rest);
  const value = tree === undefined ? undefined : putBack(tree, marked, missing);
  if (value === undefined || missing.size > 0) return undefined;
  return { value, lines: linesOf(child(tree, list.key), marked) };
}

/** The text with the items of the list replaced by marks, a slice at a time, if it is long; undefined where some of them cannot stand alone. A slice
 * begins with an item, ends before another, and has no line further left: what its items mean depends on nothing around them. */
function inSlices(
  text: string,
  { key, least, slice }: LongList,
  setItemsAside: (part: string, line: number) => number | undefined,
): string | undefined {
  if (text.length < least) return text;
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`${key}:`));
  const first = lines.findIndex((line, at) => at > head && !/^ *(?:#|$)/.test(line));
  const dash = /^ *- /.exec(lines[first] ?? '')?.[0];
  if (head === -1 || dash === undefined) return text;
  const isItem = (line: string | undefined) => line?.startsWith(dash) === true;
  const after = lines.findIndex((line, at) => at > first && !isItem(line) && !/^(?: |#|$)/.test(line));
  const end = after === -1 ? lines.length : after;
  let from = first;
  let length = 0;
  for (let at = first + 1; at <= end; at += 1) {
    length += (lines[at - 1] ?? '').length;
    if (at < end && (length < slice || !isItem(lines[at]))) continue;
    const part = `${lines.slice(from, at).join('\n')}${at < lines.length ? '\n' : ''}`;
    const number = setItemsAside(part, from + 1);
    if (number === undefined) return undefined;
    lines.fill('', from, at);
    lines[from] = `${dash}${markOf(number)}`;
    from = at;
    length = 0;
  }
  return lines.join('\n');
}

/** The value of the tree with each mark replaced by what it stands for; undefined where one stands for several and is no item, or stands twice. */
function putBack(tree: Traced, marked: readonly Marked[], missing: Set<number>): Json | undefined {
  let misplaced = false;

  function bareOf(here: Traced): Json {
    if (here.kind === 'list') return here.items.flatMap((item) => valuesOf(item) ?? [bareOf(item)]);
    if (here.kind === 'map')
      return Object.fromEntries([...here.entries].map(([key, { value }]) => [key, bareOf(value)]));
    const [one, ...more] = valuesOf(here) ?? [here.value];
    misplaced ||= more.length > 0;
    return one ?? null;
  }

  function valuesOf(here: Traced): readonly Json[] | undefined {
    const number = markIn(here);
    if (number === undefined) return undefined;
    misplaced ||= !missing.delete(number);
    return marked[number]?.values;
  }

  const value = bareOf(tree);
  return misplaced ? undefined : value;
}

function markIn(here: Traced): number | undefined {
  return here.kind === 'scalar' && !here.plain ? numberIn(here.source) : undefined;
}

function linesOf(list: Traced | undefined, marked: readonly Marked[]): readonly number[] {
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) => {
    const { values = [null], lines } = marked[markIn(item) ?? -1] ?? {};
    return lines ?? values.map((_, index) => item.at.line + index);
  });
}
