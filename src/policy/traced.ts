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
