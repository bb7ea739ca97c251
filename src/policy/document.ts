/** YAML 1.2 text to a traced tree, with the faults of the text itself: syntax, duplicate keys, and the traps that YAML sets. */
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml';
import type { Fault } from './fault.ts';
import type { Entry, Place, Traced } from './traced.ts';

export type Document = { readonly tree: Traced; readonly faults: readonly Fault[] };

// Far above any policy (the longest preset has 2,300 nodes); aliases that multiply end here.
const usualNodes = 50_000;

/** Reads `text`; the tree is an empty map when the text is not one. A file of more than `mostNodes` values is a fault. */
export function readDocument(text: string, path: string, mostNodes = usualNodes): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faults: Fault[] = document.errors.map((error) => ({
    ...placeAt(error.pos[0]),
    ...wordsOf(error.code, error.message),
  }));
  let nodes = 0;

  function placeAt(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    return { path, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  function trace(node: unknown, near: Place): Traced {
    nodes += 1;
    if (nodes > mostNodes) return nothing(near);
    if (isAlias(node)) return trace(node.resolve(document), placeAt(node.range?.[0] ?? 0));
    if (isMap(node))
      return { kind: 'map', at: placeOf(node, near), entries: new Map(node.items.map((pair) => entryOf(pair, near))) };
    if (isSeq(node))
      return {
        kind: 'list',
        at: placeOf(node, near),
        items: node.items.map((item) => trace(item, placeOf(node, near))),
      };
    if (!isScalar(node)) return nothing(near);
    const at = placeOf(node, near);
    faults.push(...trapsOf(node, at, 'value'));
    const { value } = node;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', at, value: known, source: node.source ?? String(value), plain: node.type === 'PLAIN' };
  }

  function entryOf(pair: { readonly key: unknown; readonly value: unknown }, near: Place): readonly [string, Entry] {
    const key = isScalar(pair.key) ? placeOf(pair.key, near) : near;
    if (isScalar(pair.key)) faults.push(...trapsOf(pair.key, key, 'key'));
    else faults.push({ ...key, what: 'a key is not a plain word', fix: 'Write the key as one word' });
    const name = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : '?';
    const empty =
      pair.value === null || (isScalar(pair.value) && pair.value.value === null && (pair.value.source ?? '') === '');
    if (empty)
      faults.push({
        ...key,
        what: `“${name}” is empty`,
        fix: 'Write its value; null removes what a preset says, {} keeps it',
      });
    return [name, { key, value: trace(pair.value, key) }];
  }

  function placeOf(node: Node, near: Place): Place {
    return node.range === undefined || node.range === null ? near : placeAt(node.range[0]);
  }

  const start = placeAt(0);
  const tree = trace(document.contents, start);
  if (nodes > mostNodes)
    faults.push({
      ...start,
      what: `the file has more than ${mostNodes} values`,
      fix: 'Remove the aliases that multiply',
    });
  if (tree.kind === 'map') return { tree, faults };
  if (faults.length === 0)
    faults.push({ ...tree.at, what: 'the file is not a map of keys', fix: 'Begin with the line “version: 1”' });
  return { tree: { kind: 'map', at: start, entries: new Map() }, faults };
}

function nothing(at: Place): Traced {
  return { kind: 'scalar', at, value: null, source: 'null', plain: true };
}

function wordsOf(code: string, message: string): { readonly what: string; readonly fix: string } {
  if (code === 'DUPLICATE_KEY') return { what: 'this key stands twice in the same map', fix: 'Keep one of the two' };
  const what = message.split('\n', 1)[0] ?? code;
  return { what: `not YAML: ${what}`, fix: 'Correct the indentation, quote or bracket here' };
}

function trapsOf(node: Scalar, at: Place, role: 'key' | 'value'): readonly Fault[] {
  const source = node.source ?? '';
  if (node.type !== 'PLAIN' || isCollection(node)) return [];
  if (/^(?:on|off|yes|no)$/i.test(source)) {
    const fix =
      role === 'key'
        ? 'Use another word'
        : `Write ${/^(?:on|yes)$/i.test(source) ? 'true' : 'false'}, or quote it if the word is meant`;
    return [{ ...at, what: `“${source}” as a ${role}: some YAML readers take it for a truth value`, fix }];
  }
  if (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(source)) {
    return [
      {
        ...at,
        what: `the clock time ${source} is not quoted: some YAML readers take it for a number`,
        fix: `Write "${source.padStart(5, '0')}"`,
      },
    ];
  }
  if (/^[-+]?0\d+$/.test(source)) {
    return [
      {
        ...at,
        what: `the number ${source} begins with a zero: some YAML readers take it for octal`,
        fix: `Write ${Number(source)}, or "${source}" if it is a name`,
      },
    ];
  }
  return [];
}
