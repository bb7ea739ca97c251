/** The presets and packs of the bundle as trees. Their YAML is read when they are generated: reading it at each run took more time than all that
 * is done with it. */
import { presets } from './presets/bundle.ts';
import type { Entry, Place, Traced } from './traced.ts';

const read = new Map<string, Traced>();

/** The tree of a preset, as `readDocument` makes it of the file in `policies/`; undefined where none has this name. */
export function presetTree(name: string): Traced | undefined {
  const known = read.get(name);
  const lines = presets.get(name);
  if (known !== undefined || lines === undefined) return known;
  const tree = treeOf(lines, `preset ${name}`);
  read.set(name, tree);
  return tree;
}

const place = /^(?:(\d+):)?(\d+)(.)(.*)$/;

/**
 * The tree in lines from the top down, each `<line>:<column><kind><rest>`, or `<column><kind><rest>` in the same line of the file: `{` begins a map
 * and `[` a list of so many values, `-` is a key with its value in the next line; `=` is a plain text, `"` a quoted one, `#` a number, `true`, `false`
 * or `null` as it is written.
 */
function treeOf(lines: string, path: string): Traced {
  const all = lines.split('\n');
  let next = 0;
  let line = 1;

  function take(): { readonly at: Place; readonly kind: string; readonly rest: string } {
    const [, row = line, column, kind = '', rest = ''] = place.exec(all[next] ?? '') ?? [];
    next += 1;
    line = Number(row);
    return { at: { path, line, column: Number(column) }, kind, rest };
  }

  function entry(): readonly [string, Entry] {
    const { at: key, rest: name } = take();
    return [name, { key, value: value() }];
  }

  function value(): Traced {
    const { at, kind, rest } = take();
    if (kind === '{') return { kind: 'map', at, entries: new Map(Array.from({ length: Number(rest) }, entry)) };
    if (kind === '[') return { kind: 'list', at, items: Array.from({ length: Number(rest) }, value) };
    const known = kind === '#' ? plainValue(rest) : rest;
    return { kind: 'scalar', at, value: known, source: rest, plain: kind !== '"' };
  }

  return value();
}

function plainValue(source: string): number | boolean | null {
  if (source === 'true' || source === 'false') return source === 'true';
  return source === 'null' ? null : Number(source);
}
