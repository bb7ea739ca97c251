/** What a schema finds wrong, as faults with a place, plain words and the nearest right spelling. */
import { z } from 'zod';
import { nearest } from '../kit/spelling.ts';
import type { Fault } from './fault.ts';
import { child, type Place, placeOf, placeOfKey, plain, type Traced } from './traced.ts';

type Issue = z.core.$ZodIssue;

/** Keys that people write out of habit, and those that they may mean. */
export type Habits = Readonly<Record<string, readonly string[]>>;

/** The faults of `tree` (whose path in the file is already in its places) against `shape`. */
export function shapeFaults(tree: Traced, shape: z.ZodType, habits: Habits = {}): readonly Fault[] {
  const read = shape.safeParse(plain(tree));
  return read.success ? [] : read.error.issues.flatMap((issue) => faultsOf(issue, [], tree, { shape, habits }));
}

/** What is known of the file. */
interface Known {
  readonly shape: z.ZodType;
  readonly habits: Habits;
}

function faultsOf(issue: Issue, above: readonly PropertyKey[], tree: Traced, known: Known): readonly Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const branch = likeliest(issue.errors);
    if (branch !== undefined) return branch.flatMap((below) => faultsOf(below, path, tree, known));
    const found = at(tree, path);
    if (found === undefined) return [{ ...placeOf(tree, path), ...missing(path) }];
    if (issue.message.startsWith('expected '))
      return [{ ...placeOf(tree, path), ...expectation(formOf(issue), found) }];
    const forms = [
      ...new Set(
        issue.errors
          .flat()
          .filter(({ path: [...rest] }) => rest.length === 0)
          .map(formOf),
      ),
    ];
    return [{ ...placeOf(tree, path), ...expectation(forms.join(' or '), found) }];
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, placeOfKey(tree, path, key), path, known));
  }
  if (issue.code === 'invalid_key' && issue.issues[0] !== undefined) {
    const key = String(issue.path.at(-1));
    const [message, fix] = parted(issue.issues[0].message);
    return [
      {
        ...placeOfKey(tree, path.slice(0, -1), key),
        what: `the key ${sentence(message, key)}`,
        fix: ownFix(issue.issues[0]) ?? fix ?? likeExample(message) ?? 'Rename it',
      },
    ];
  }
  return [{ ...placeOf(tree, path), ...wordsOf(issue, at(tree, path), path) }];
}

/** The branch of a union that got furthest: an object that is wrong inside rather than “not a text”. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const inside = branches.filter(
    (branch) => branch.length > 0 && !branch.some((issue) => issue.code === 'invalid_type' && issue.path.length === 0),
  );
  return inside.sort((a, b) => a.length - b.length)[0];
}

function at(tree: Traced, path: readonly PropertyKey[]): Traced | undefined {
  let here: Traced | undefined = tree;
  for (const step of path) here = child(here, typeof step === 'number' ? step : String(step));
  return here;
}

function unknownKey(key: string, place: Place, path: readonly PropertyKey[], { shape, habits }: Known): Fault {
  const known = keysAt(shape, path);
  const where = path.length === 0 ? '' : ` in ${path.filter((step) => typeof step !== 'number').join('.')}`;
  const meant = Object.hasOwn(habits, key) ? (habits[key] ?? []) : [];
  const close = meant.find((one) => known.includes(one)) ?? nearest(key, known);
  const within = (word: string) => known.filter((one) => keysAt(shape, [...path, one]).includes(word));
  const inner = [key, ...meant].find((word) => within(word).length > 0);
  const list = known.length === 0 ? 'Remove it' : `Known here: ${known.join(', ')}`;
  return {
    ...place,
    what: `unknown key “${key}”${where}`,
    fix:
      close !== undefined
        ? `Did you mean “${close}”?`
        : inner !== undefined
          ? `Write ${inner === key ? 'it' : inner} within ${within(inner).join(' or ')}`
          : list,
  };
}

function wordsOf(
  issue: Issue,
  found: Traced | undefined,
  path: readonly PropertyKey[],
): { readonly what: string; readonly fix: string } {
  if (found === undefined) return missing(path);
  switch (issue.code) {
    case 'invalid_value': {
      const words = issue.values.map(String);
      const [message, ownWords] = parted(issue.message);
      if (issue.message !== '' && words.length === 1)
        return {
          what: sentence(message, shown(found)),
          fix: ownWords ?? `Write ${words[0]}${isQuoted(found) ? ', without quotes' : ''}`,
        };
      const close = nearest(shown(found), words);
      const fix =
        close === undefined ? `Known: ${words.join(', ')}` : `Did you mean “${close}”? Known: ${words.join(', ')}`;
      return { what: `“${shown(found)}” is not known here`, fix };
    }
    case 'invalid_type':
      return expectation(formOf(issue), found);
    case 'too_small':
    case 'too_big':
      return found.kind === 'list'
        ? {
            what: `this list ${boundOf(issue)}`,
            fix: issue.code === 'too_small' ? 'Add to it, or remove the key' : 'Take lines out of it, or join them',
          }
        : { what: sentence(boundOf(issue), shown(found)), fix: 'Change the number' };
    default: {
      const [message, fix] = parted(issue.message);
      return {
        what: sentence(message, shown(found)),
        fix: ownFix(issue) ?? fix ?? likeExample(message) ?? 'Change it',
      };
    }
  }
}

/** The first example of a message that names some, in quotes or without: “such as 500ms, 5s or 2m”. */
function likeExample(message: string): string | undefined {
  const [, example] = /such as (“[^”]+”|"[^"]+"|.+?)(?=,? or |, |$)/.exec(message) ?? [];
  return example === undefined ? undefined : `Write it like ${example}`;
}

/** The fix that a shape brings along with its fault. */
function ownFix(issue: Issue): string | undefined {
  const fix: unknown = issue.code === 'custom' ? issue.params?.fix : undefined;
  return typeof fix === 'string' ? fix : undefined;
}

function missing(path: readonly PropertyKey[]): { readonly what: string; readonly fix: string } {
  const key = String(path.at(-1));
  return { what: `“${key}” is missing`, fix: `Add ${key}: here` };
}

/** What an issue says was expected: the words of the shape, else the name of the type. */
function formOf(issue: Issue): string {
  if (issue.message.startsWith('expected ')) return issue.message.slice('expected '.length);
  if (issue.code === 'invalid_type') return typeWord(issue.expected);
  return issue.code === 'invalid_value' ? issue.values.join(' or ') : issue.message;
}

/** The shape's own words (“must …”), else the bound itself. */
function boundOf(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  if (/^(?:must|needs)\b/.test(issue.message)) return issue.message;
  return issue.code === 'too_small' ? `must be at least ${issue.minimum}` : `must be at most ${issue.maximum}`;
}

function expectation(expected: string, found: Traced | undefined): { readonly what: string; readonly fix: string } {
  const [form, fix = likelyFix(expected, found)] = parted(expected);
  return { what: `found ${shown(found)}, expected ${form}`, fix: fix ?? `Write ${form}` };
}

/** A shape's words and, behind a semicolon, what is to be written instead. */
function parted(message: string): readonly [string, string | undefined] {
  const [, words = message, fix] = /^(.*?); write (.*)$/s.exec(message) ?? [];
  return [words, fix === undefined ? undefined : `Write ${fix}`];
}

/** The same value in the form that is expected. */
function likelyFix(expected: string, found: Traced | undefined): string | undefined {
  if (expected === 'a map of keys' && found?.kind === 'list' && found.items.some(({ kind }) => kind === 'map'))
    return 'Leave the dashes out';
  if (found?.kind !== 'scalar' || found.value === null) return undefined;
  if (expected === 'a list') return `Write [${found.source}]`;
  if ((expected === 'a text' || expected.startsWith('a name ')) && found.plain)
    return `Write "${found.source}", in quotes`;
  if (expected.endsWith(' number') && isQuoted(found) && /^\d+$/.test(found.source))
    return `Write ${found.source}, without quotes`;
  return undefined;
}

function isQuoted(found: Traced): boolean {
  return found.kind === 'scalar' && !found.plain;
}

/** Messages of the shapes are predicates (“must be …”) or whole sentences that begin with the quoted value. */
function sentence(message: string, value: string): string {
  return /^(?:must|needs)\b/.test(message) ? `“${value}” ${message}` : message;
}

function typeWord(expected: string): string {
  const known: Readonly<Record<string, string>> = {
    object: 'a map of keys',
    record: 'a map of keys',
    array: 'a list',
    string: 'a text',
    boolean: 'true or false',
    int: 'a whole number',
    number: 'a number',
  };
  return known[expected] ?? expected;
}

function shown(found: Traced | undefined): string {
  if (found === undefined) return 'nothing';
  if (found.kind === 'scalar') return found.source === '' ? 'nothing' : found.source;
  return found.kind === 'list' ? 'a list' : 'a map';
}

type Schema = z.core.JSONSchema.BaseSchema;
const described = new WeakMap<z.ZodType, Schema>();

/** The keys that the shape knows at `path`. */
function keysAt(shape: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const whole = described.get(shape) ?? z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
  described.set(shape, whole);
  let here: readonly Schema[] = [whole];
  for (const step of path) here = here.flatMap((schema) => below(schema, step));
  return [...new Set(here.flatMap(branches).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

function below(schema: Schema, step: PropertyKey): readonly Schema[] {
  return branches(schema).flatMap((branch) => {
    const next =
      typeof step === 'number' ? branch.items : (branch.properties?.[String(step)] ?? branch.additionalProperties);
    return typeof next === 'object' && !Array.isArray(next) ? [next] : [];
  });
}

function branches(schema: Schema): readonly Schema[] {
  return [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((branch) =>
    typeof branch === 'boolean' ? [] : [branch],
  );
}
