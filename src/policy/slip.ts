/** What is wrong with a file's YAML, in words that need no knowledge of its grammar: slips, tags, and what some readers take for something else. */
import { isCollection, type Node, type Scalar } from 'yaml';
import type { Fault } from './fault.ts';
import type { Place } from './traced.ts';

/** Said of `json: $.a: 1`. */
export const aKeyBehind = 'a key stands behind another on the same line';

// What the reader says of slips that are common, in words that need no knowledge of its grammar.
const slips: readonly (readonly [RegExp, string, string])[] = [
  [/^Nested mappings are not allowed/, aKeyBehind, 'Put the second in braces with its value, or on a line of its own'],
  [
    /^(?:All mapping items must start|Sequence item without - indicator|All sequence items must start)/,
    'this line begins neither under the one above nor further in',
    'Indent it like the others of its map or list',
  ],
  [/^Implicit (?:map )?keys need/, 'a key without its colon', 'Write a space behind the colon: key: value'],
  [/must be sufficiently indented and end with a \}/, 'a map that begins with { has no }', 'Close it, or indent it'],
  [/must be sufficiently indented and end with a \]/, 'a list that begins with [ has no ]', 'Close it, or indent it'],
];

/** A fault of the library as ours. */
export function wordsOf(code: string, message: string): { readonly what: string; readonly fix: string } {
  if (code === 'MULTIPLE_DOCS')
    return { what: 'a second document begins here', fix: 'Remove the line `---` and what follows it' };
  if (message.includes('call stack')) return { what: 'the file is nested too deeply here', fix: 'Take levels out' };
  const what = message.split('\n', 1)[0] ?? code;
  const [, slip, fix = ''] = slips.find(([form]) => form.test(what)) ?? [];
  if (slip !== undefined) return { what: `not YAML: ${slip}`, fix };
  return { what: `not YAML: ${what}`, fix: 'Correct the indentation, quote or bracket here' };
}

/** Tags change what a value is, and every reader knows others: none is read. */
export function tagOf(node: Node, at: Place): readonly Fault[] {
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

/** A word that is read one way here and another elsewhere. */
export function trapsOf(node: Scalar, at: Place, role: 'key' | 'value'): readonly Fault[] {
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
