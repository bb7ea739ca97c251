/** Maps that stand whole on one line (`- {id: home, http: {url: /}}`), read as the JSON that they almost are: only the rest of a file goes through
 * the reader of YAML, which takes ten times as long and as much memory. */
import type { Json } from './parts.ts';

/** A text whose maps on one line stand aside. */
export interface SetAside {
  /** As many lines as the text has. A map is a quoted mark, `"⟦3⟧"`; of maps that follow each other as items of a list only the first has one. */
  readonly rest: string;
  /** By the number in the mark: the map, or the maps that follow each other. */
  readonly values: readonly (readonly Json[])[];
  /** How many words, numbers and texts they hold. */
  readonly scalars: number;
}

/** In no text that is set aside. */
const opening = '⟦';

// Before the map: indentation, dashes, one key at most. A comment never matches. A map within a text of several lines does: its mark is then no
// value of its own, which whoever puts the maps back must see.
const line = /^( *(?:- )*)([A-Za-z_$][\w$.-]*: )?(\{[ -~\u00a0-\u2027\u202a-\ufefe]{0,2000}\}) *$/;
// Quoted texts without escapes, and words that hold no sign which could end them.
const token = /"[^"\\]*"|'[^'"\\]*'|[\w$/](?:[\w$/.%+=?&@~^();<>*|-]|[: ](?=[\w$/.%+=?&@~^();<>*|-]))*/g;
// What YAML or some of its readers take for something else than a text, and keys that are none.
const special = /^["']?(?:null|true|false|on|off|yes|no|__proto__|constructor|prototype|<<)["']?$/i;
const sameInJson = /^(?:null|true|false)$/;
const timeOrClass = /^(?:[1-9]\d{0,8}(?:ms|[smhd])|[1-5]xx)$/;

/** Sets aside every map that is whole on its line, holds nothing but words, numbers and quoted texts, and no key twice. Undefined where the text
 * has marks of its own. `rest` and `values` say together what the text says if each mark is one value, or one item of a list, and stands nowhere else. */
export function setAside(text: string): SetAside | undefined {
  if (text.includes(opening)) return undefined;
  const values: Json[][] = [];
  let scalars = 0;
  let before: string | undefined;
  const rest = text.split('\n').map((whole) => {
    const [, indentation = '', key = '', map] = line.exec(whole) ?? [];
    const read = map === undefined ? undefined : readMap(map);
    const follows = key === '' && before === indentation;
    before = read !== undefined && key === '' && /^ *- $/.test(indentation) ? indentation : undefined;
    if (read === undefined) return whole;
    scalars += read.scalars;
    if (follows) {
      values.at(-1)?.push(read.value);
      return '';
    }
    values.push([read.value]);
    return `${indentation}${key}${markOf(values.length - 1)}`;
  });
  return { rest: rest.join('\n'), values, scalars };
}

/** The mark as it stands in a text. */
export function markOf(number: number): string {
  return `"${opening}${number}⟧"`;
}

/** The number in a mark, without its quotes; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  return text.startsWith(opening) ? Number(text.slice(1, -1)) : undefined;
}

/** The map, where it is JSON once its words are quoted; JSON refuses what is not whole. */
function readMap(map: string): { readonly value: Json; readonly scalars: number } | undefined {
  // Keys are told by the colon that follows them at once; where another might be one as well, they could not be counted.
  if (map.includes(' :')) return undefined;
  let keys = 0;
  let words = 0;
  const json = map.replace(token, (word: string, at: number) => {
    words += 1;
    const isKey = map[at + word.length] === ':';
    if (isKey) keys += 1;
    if (isKey && map[at + word.length + 1] !== ' ') return opening;
    return quoted(word);
  });
  try {
    const value: Json = JSON.parse(json);
    // A key that stands twice is there once.
    return keysIn(value) === keys ? { value, scalars: words - keys } : undefined;
  } catch {
    return undefined;
  }
}

/** The word as JSON; a sign that JSON refuses where only YAML can tell what it is. */
function quoted(word: string): string {
  if (special.test(word)) return sameInJson.test(word) ? word : opening;
  if (word.startsWith('"') || word.startsWith("'")) return `"${word.slice(1, -1)}"`;
  return /^\d/.test(word) && !timeOrClass.test(word) ? word : `"${word}"`;
}

function keysIn(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: readonly Json[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : inner.length;
  return inner.reduce<number>((keys, one) => keys + keysIn(one), own);
}
