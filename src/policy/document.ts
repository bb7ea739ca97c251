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
  type Scalar,
} from 'yaml';
import type { Fault } from './fault.ts';
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
  try {
    return traced(text, path, most.values);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unread({ ...start, what: 'the file is nested too deeply', fix: 'Take the innermost levels out' });
  }
}

function unread(fault: Fault): Document {
  const { path, line, column } = fault;
  return { tree: { kind: 'map', at: { path, line, column }, entries: new Map() }, faults: [fault], values: 0 };
}

function traced(text: string, path: string, mostNodes: number): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faults: Fault[] = document.errors.map((error) => ({
    ...placeAt(error.pos[0]),
    ...wordsOf(error.code, error.message),
  }));
  let nodes = 0;
  const within = new Set<string>();

  function placeAt(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    return { path, line: Math.max(line, 1), column: Math.max(col, 1) };
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
        fix: 'Write its value; null removes what a preset says, {} keeps it',
      });
    return [name, { key, value: trace(pair.value, key) }];
  }

  function placeOf(node: Node, near: Place): Place {
    return node.range === undefined || node.range === null ? near : placeAt(node.range[0]);
  }

  const start = placeAt(0);
  const tree = trace(document.contents, start);
  if (nodes > mostNodes) {
    const what = `the file has more than ${mostNodes} values`;
    return unread({ ...start, what, fix: 'Keep in it what a deployment goes by, and remove aliases that multiply' });
  }
  if (tree.kind === 'map') return { tree, faults, values: nodes };
  if (faults.length === 0)
    faults.push({ ...tree.at, what: 'the file is not a map of keys', fix: 'Begin with the line “version: 1”' });
  return { tree: { kind: 'map', at: start, entries: new Map() }, faults, values: nodes };
}

function nothing(at: Place): Traced {
  return { kind: 'scalar', at, value: null, source: 'null', plain: true };
}

function wordsOf(code: string, message: string): { readonly what: string; readonly fix: string } {
  if (code === 'DUPLICATE_KEY') return { what: 'this key stands twice in the same map', fix: 'Keep one of the two' };
  if (code === 'MULTIPLE_DOCS')
    return { what: 'a second document begins here', fix: 'Remove the line `---` and what follows it' };
  if (message.includes('call stack')) return { what: 'the file is nested too deeply here', fix: 'Take levels out' };
  const what = message.split('\n', 1)[0] ?? code;
  return { what: `not YAML: ${what}`, fix: 'Correct the indentation, quote or bracket here' };
}

/** Tags change what a value is, and every reader knows others: none is read. */
function tagOf(node: Node, at: Place): readonly Fault[] {
  const { tag } = node;
  if (tag === undefined || tag === '') return [];
  return [
    {
      ...at,
      what: `the tag ${tag.replace('tag:yaml.org,2002:', '!!')} is not read`,
      fix: 'Remove it, and quote the value if it is a text',
    },
  ];
}

function trapsOf(node: Scalar, at: Place, role: 'key' | 'value'): readonly Fault[] {
  const source = node.source ?? '';
  if (role === 'key' && /^(?:__proto__|constructor|prototype)$/.test(source))
    return [{ ...at, what: `“${source}” cannot be a key`, fix: 'Use another word' }];
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
