/** A file without a fault as a bare value, read the short way: what stands where is found out only when something is wrong. */
import { readDocument, type Size } from './document.ts';
import { numberIn, setAside } from './one-line.ts';
import type { Json } from './parts.ts';
import { child, plain, type Traced } from './traced.ts';

/** The same value as that of `readDocument`. */
export interface Sound {
  readonly value: Json;
  /** The line of each item of the list under `key`. */
  readonly linesOf: (key: string) => readonly number[];
}

/** Reads `text`; undefined where `readDocument` has a fault to tell. */
export function readSound(text: string, path: string, most: Size): Sound | undefined {
  const aside = text.length > most.characters ? undefined : setAside(text);
  if (aside !== undefined) {
    const { tree, faults } = readDocument(aside.rest, path, most);
    const value = faults.length > 0 ? undefined : putBack(tree, aside.values);
    if (value !== undefined) return { value, linesOf: (key) => linesOf(child(tree, key), aside.values) };
  }
  const { tree, faults } = readDocument(text, path, most);
  return faults.length > 0 ? undefined : { value: plain(tree), linesOf: (key) => linesOf(child(tree, key), []) };
}

type Values = readonly (readonly Json[])[];

/** The value of the tree with each mark replaced by what it stands for; undefined unless each of them stands once, as a value or as an item. */
function putBack(tree: Traced, values: Values): Json | undefined {
  const missing = new Set(values.keys());
  let misplaced = false;

  function bareOf(here: Traced): Json {
    if (here.kind === 'list') return here.items.flatMap((item) => marked(item) ?? [bareOf(item)]);
    if (here.kind === 'map')
      return Object.fromEntries([...here.entries].map(([key, { value }]) => [key, bareOf(value)]));
    const [one, ...more] = marked(here) ?? [here.value];
    misplaced ||= more.length > 0;
    return one ?? null;
  }

  function marked(here: Traced): readonly Json[] | undefined {
    const number = markOf(here);
    const found = number === undefined ? undefined : values[number];
    if (number !== undefined) misplaced ||= !missing.delete(number);
    return found;
  }

  const value = bareOf(tree);
  return misplaced || missing.size > 0 ? undefined : value;
}

function markOf(here: Traced): number | undefined {
  return here.kind === 'scalar' && !here.plain ? numberIn(here.source) : undefined;
}

function linesOf(list: Traced | undefined, values: Values): readonly number[] {
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) => {
    const together = values[markOf(item) ?? -1]?.length ?? 1;
    return Array.from({ length: together }, (_, index) => item.at.line + index);
  });
}
