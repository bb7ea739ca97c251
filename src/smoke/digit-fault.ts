// Whole numbers of a suite that are too long for a number: YAML reads them as another one, which no answer then has.
import { child, type Traced } from '../policy/traced.ts';
import type { Found, Written } from './written.ts';

/** Bounds may be as coarse as numbers are; a schema says what range a type has. */
const coarse = ['lt', 'lte', 'gt', 'gte', 'schema'];

/** A fault for each of them, wherever it is expected, sent or given. */
export function digitFaults(written: Written): readonly Found[] {
  return longNumbers(written.value, []).flatMap((path): readonly Found[] => {
    const node = nodeAt(written.tree(), path);
    if (node?.kind !== 'scalar' || !/^[-+]?\d+$/.test(node.source)) return [];
    const what = `${node.source} is too long for a number, and would be read as ${BigInt(Number(node.value))}`;
    const sent = path.includes('http') && path.includes('json');
    const more = sent ? "; to send it as a number, write the document as a text: body: '…'" : '';
    return [{ ...node.at, what, fix: `Write "${node.source}", in quotes${more}` }];
  });
}

type Path = readonly (string | number)[];

function longNumbers(value: unknown, path: Path): readonly Path[] {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item, at) => longNumbers(item, [...path, at]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    coarse.includes(key) ? [] : longNumbers(inner, [...path, key]),
  );
}

function nodeAt(tree: Traced, path: Path): Traced | undefined {
  let here: Traced | undefined = tree;
  for (const step of path) here = child(here, step);
  return here;
}
