/** YAML 1.2 text to a traced tree, with the faults of the text itself: syntax, duplicate keys, and the traps that YAML sets. */
import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Fault } from './fault.ts';
import { tagOf, trapsOf, wordsOf } from './slip.ts';
import { hasMoreThan } from './tally.ts';
import type { Entry, Place, Traced } from './traced.ts';

export type Document = {
  readonly tree: Traced;
  readonly faults: readonly Fault[];
  /** How many values were read, those of aliases each time. */
  readonly values: number;
};

/** What is still read of a file. */
export interface Size {
  readonly values: number;
  readonly characters: number;
}

// Far above any policy (the longest preset has 2,300 nodes and 25 KB); aliases that multiply end here.
const usual: Size = { values: 20_000, characters: 512 * 1024 };
// 10,000 checks of thirty values each, in lines of their own.
export const sizeOfSuites: Size = { values: 300_000, characters: 8 * 1024 * 1024 };

/** Reads `text`; the tree is an empty map when the text is not one. A file of more than `most` is a fault, and so is one that is
 * nested too deeply to be read. Never throws. */
export function readDocument(text: string, path: string, most = usual): Document {
  const start = { path, line: 1, column: 1 };
  if (text.length > most.characters) {
    const what = `the file has ${Math.ceil(text.length / 1024)} KB, and at most ${most.characters / 1024} KB are read`;
    return unread({ ...start, what, fix: 'Keep in it what a deployment goes by' });
  }
  if (hasMoreThan(most.values, text)) return tooMany(start, most.values);
  try {
    return traced(text, path, most.values);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unread({ ...start, what: 'the file is nested too deeply', fix: 'Take the innermost levels out' });
  }
}

function tooMany(start: Place, most: number): Document {
  const what = `the file has more than ${most} values`;
  return unread({ ...start, what, fix: 'Keep in it what a deployment goes by, and remove aliases that multiply' });
}

function unread(fault: Fault): Document {
  const { path, line, column } = fault;
  return { tree: { kind: 'map', at: { path, line, column }, entries: new Map() }, faults: [fault], values: 0 };
}

function traced(text: string, path: string, mostNodes: number): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const faults: Fault[] = document.errors.map((error) => ({
    ...placeAt(error.pos[0]),
    ...wordsOf(error.code, error.message),
  }));
  let nodes = 0;
  const within = new Set<string>();

  function placeAt(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    // A byte-order mark is no column that anybody sees.
    const column = line === 1 && text.startsWith('\ufeff') ? col - 1 : col;
    return { path, line: Math.max(line, 1), column: Math.max(column, 1) };
  }

  function trace(node: unknown, near: Place): Traced {
    nodes += 1;
    if (nodes > mostNodes) return nothing(near);
    if (isAlias(node)) return followed(node, placeAt(node.range?.[0] ?? 0));
    if (isCollection(node) || isScalar(node)) faults.push(...tagOf(node, placeOf(node, near)));
    const anchor = isCollection(node) ? node.anchor : undefined;
    if (anchor === undefined) return inside(node, near);
    within.add(anchor);
    const value = inside(node, near);
    within.delete(anchor);
    return value;
  }

  /** What an alias stands for: nothing where no anchor has that name above it, or where it stands inside of what it names. */
  function followed(alias: Alias, at: Place): Traced {
    const { source } = alias;
    if (within.has(source)) {
      faults.push({ ...at, what: `*${source} stands within what it names`, fix: 'Write the value out' });
      return nothing(at);
    }
    const node = alias.resolve(document);
    if (node !== undefined) return trace(node, at);
    faults.push({
      ...at,
      what: `no value above is called &${source}`,
      fix: `Write &${source} before the value, or the value itself`,
    });
    return nothing(at);
  }

  function inside(node: unknown, near: Place): Traced {
    if (isMap(node)) return { kind: 'map', at: placeOf(node, near), entries: entriesOf(node, near) };
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

  /** Looks for keys that stand twice itself: the library compares each with each, which takes a third of all reading. */
  function entriesOf(map: YAMLMap, near: Place): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const pair of map.items) {
      const [name, entry] = entryOf(pair, near);
      const isKnown = entries.has(name) && faults.some((fault) => fault.what === twice && isSame(fault, entry.key));
      if (entries.has(name) && !isKnown) faults.push({ ...entry.key, what: twice, fix: 'Keep one of the two' });
      entries.set(name, entry);
    }
    return entries;
  }

  function entryOf(pair: { readonly key: unknown; readonly value: unknown }, near: Place): readonly [string, Entry] {
    const key = isScalar(pair.key) ? placeOf(pair.key, near) : near;
    if (isScalar(pair.key)) faults.push(...trapsOf(pair.key, key, 'key'));
    else faults.push({ ...key, what: 'a key is not a plain word', fix: 'Write the key as one word' });
    const name = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : '?';
    if (name === '<<')
      faults.push({
        ...key,
        what: 'YAML 1.2 has no merge key “<<”',
        fix: 'Repeat the keys, or let `extends:` bring them',
      });
    const empty =
      pair.value === null || (isScalar(pair.value) && pair.value.value === null && (pair.value.source ?? '') === '');
    if (empty)
      faults.push({
        ...key,
        what: `“${name}” is empty`,
        fix: /^[\w-]+:/.test(name)
          ? `Write a space behind the colon: ${name.replace(':', ': ')}`
          : 'Write its value; null removes what a preset says, {} keeps it',
      });
    return [name, { key, value: trace(pair.value, key) }];
  }

  function placeOf(node: Node, near: Place): Place {
    return node.range === undefined || node.range === null ? near : placeAt(node.range[0]);
  }

  const start = placeAt(0);
  const tree = trace(document.contents, start);
  if (nodes > mostNodes) return tooMany(start, mostNodes);
  if (tree.kind === 'map') return { tree, faults, values: nodes };
  if (faults.length === 0) faults.push({ ...tree.at, what: notAMap(text, tree), fix: beginning(tree) });
  return { tree: { kind: 'map', at: start, entries: new Map() }, faults, values: nodes };
}

function notAMap(text: string, tree: Traced): string {
  if (text.trim() === '') return 'the file is empty';
  const isNothing = tree.kind === 'scalar' && tree.value === null;
  return isNothing && text.includes('#') ? 'the file holds nothing but comments' : 'the file is not a map of keys';
}

/** What the file is to begin with; a list is most often the checks alone. */
function beginning(tree: Traced): string {
  return tree.kind === 'list' && tree.items.length > 0
    ? 'Begin with the line “version: 1”, then name this list, such as “checks:”'
    : 'Begin with the line “version: 1”';
}

function nothing(at: Place): Traced {
  return { kind: 'scalar', at, value: null, source: 'null', plain: true };
}

const twice = 'this key stands twice in the same map';

function isSame(one: Place, other: Place): boolean {
  return one.line === other.line && one.column === other.column;
}
