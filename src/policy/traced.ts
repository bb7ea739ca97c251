/** A policy file as a tree that remembers where each value stands, so that any fault found later still has its line and column. */
import type { Json } from './parts.ts';

/** Line and column count from 1. */
export type Place = { readonly path: string; readonly line: number; readonly column: number };
export type Entry = { readonly key: Place; readonly value: Traced };
export type Traced =
  | {
      readonly kind: 'scalar';
      readonly at: Place;
      readonly value: string | number | boolean | null;
      readonly source: string;
      readonly plain: boolean;
    }
  | { readonly kind: 'map'; readonly at: Place; readonly entries: ReadonlyMap<string, Entry> }
  | { readonly kind: 'list'; readonly at: Place; readonly items: readonly Traced[] };

/** The bare value of the tree. */
export function plain(tree: Traced): Json {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plain(entry.value)]));
}

/** The value under `key` when the tree is a map that has it. */
export function child(tree: Traced | undefined, key: string | number): Traced | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(key))?.value;
  return tree?.kind === 'list' && typeof key === 'number' ? tree.items[key] : undefined;
}

/** The place of the value at `path`, or of the nearest thing above it that exists. */
export function placeOf(tree: Traced, path: readonly PropertyKey[]): Place {
  let here = tree;
  for (const step of path) {
    const next = child(here, typeof step === 'number' ? step : String(step));
    if (next === undefined) return here.at;
    here = next;
  }
  return here.at;
}

/** The place of the key `key` of the map at `path`. */
export function placeOfKey(tree: Traced, path: readonly PropertyKey[], key: string): Place {
  let here: Traced | undefined = tree;
  for (const step of path) here = child(here, typeof step === 'number' ? step : String(step));
  const entry = here?.kind === 'map' ? here.entries.get(key) : undefined;
  return entry?.key ?? placeOf(tree, path);
}

/** A map with these entries standing at `at`. */
export function mapAt(at: Place, entries: Iterable<readonly [string, Entry]>): Traced {
  return { kind: 'map', at, entries: new Map(entries) };
}

/** A value found by `select`, with the path it was found at. */
export type Found = { readonly path: readonly (string | number)[]; readonly value: Traced };

/** Every value at `pattern`: keys parted by dots, `*` for each entry of a map or list. */
export function select(tree: Traced, pattern: string): readonly Found[] {
  let found: readonly Found[] = [{ path: [], value: tree }];
  for (const step of pattern.split('.'))
    found = found.flatMap((here) => (step === '*' ? entriesOf(here) : entryOf(here, step)));
  return found;
}

function entriesOf(here: Found): readonly Found[] {
  const { path, value } = here;
  if (value.kind === 'list') return value.items.map((item, index) => ({ path: [...path, index], value: item }));
  return value.kind === 'map'
    ? [...value.entries].map(([key, entry]) => ({ path: [...path, key], value: entry.value }))
    : [];
}

function entryOf(here: Found, key: string): readonly Found[] {
  const value = here.value.kind === 'map' ? child(here.value, key) : undefined;
  return value === undefined ? [] : [{ path: [...here.path, key], value }];
}

/** The texts of one scalar or of a list of them, each with its place. */
export function textsOf(value: Traced): readonly { readonly text: string; readonly at: Place }[] {
  if (value.kind === 'list') return value.items.flatMap(textsOf);
  return value.kind === 'scalar' && value.value !== null ? [{ text: String(value.value), at: value.at }] : [];
}

/** The keys of the map at `pattern`, in order. */
export function keysOf(tree: Traced, pattern: string): readonly string[] {
  return select(tree, pattern).flatMap(({ value }) => (value.kind === 'map' ? [...value.entries.keys()] : []));
}
