// What is expected of one value, and whether it holds: the words of `expect` in the suite file.
import { assertNever } from '../kit/never.ts';
import { isIn } from './pattern.ts';
import type { Rule } from './shape.ts';

/** A value that is there, or nothing. `all`: the value is the list of all that was looked for, so that an empty one is nothing there; `type`: what it is,
 * where the value stands for something else. */
export type Got =
  | { readonly kind: 'found'; readonly value: unknown; readonly all?: true; readonly type?: 'number' }
  | { readonly kind: 'nothing' };

type Words = Exclude<Rule, string | number | boolean | null>;
type Positive = Omit<Words, 'not'>;
type Word = keyof Positive;

/** What does not hold, as what was expected (`contains "Shop"`); empty when all does. Where nothing is, nothing but `exists` can hold, negated
 * or not. */
export function unmet(rule: Rule, got: Got): readonly string[] {
  if (!isWords(rule)) return isSame(got, rule) ? [] : [shown(rule)];
  const { not, ...positive } = rule;
  const wrong = listed(positive).filter((one) => one.judge(got) !== 'holds');
  const denied = not === undefined ? [] : listed(typeof not === 'object' && not !== null ? not : { equals: not });
  const held = denied.filter((one) => one.judge(got) !== 'fails');
  return [...wrong.map(({ text }) => text), ...held.map(({ text }) => `not ${text}`)];
}

function isThere(got: Got): boolean {
  if (got.kind === 'nothing') return false;
  return got.all !== true || !Array.isArray(got.value) || got.value.length > 0;
}

/** `unclear`: the question makes no sense for this value, so that its negation does not pass either. */
type Judged = 'holds' | 'fails' | 'unclear';

interface Wanted {
  readonly text: string;
  readonly judge: (got: Got) => Judged;
}

const words: readonly Word[] = [
  'equals',
  'exists',
  'type',
  'contains',
  'starts_with',
  'ends_with',
  'one_of',
  'matches',
  'count',
  'lt',
  'lte',
  'gt',
  'gte',
];

function listed(positive: Positive): readonly Wanted[] {
  return words.flatMap((word) => wanted(word, positive) ?? []);
}

function wanted(word: Word, positive: Positive): Wanted | undefined {
  const { equals, exists, type, contains, matches, count } = positive;
  switch (word) {
    case 'equals':
      return asked(equals, (want) => [shown(want), (value) => holdsIf(isEqual(value, want))]);
    case 'exists':
      if (exists === undefined) return undefined;
      return { text: exists ? 'a value' : 'no value', judge: (got) => holdsIf(isThere(got) === exists) };
    case 'type':
      if (type === undefined) return undefined;
      return {
        text: `a ${type}`,
        judge: (got) => (got.kind === 'found' ? holdsIf((got.type ?? typeOf(got.value)) === type) : 'unclear'),
      };
    case 'contains':
      return asked(contains, (want) => [`contains ${shown(want)}`, (value) => contained(value, want)]);
    case 'starts_with':
      return ofText('starts with', positive.starts_with, (text, want) => text.startsWith(want));
    case 'ends_with':
      return ofText('ends with', positive.ends_with, (text, want) => text.endsWith(want));
    case 'one_of':
      return asked(positive.one_of, (want) => [
        `one of ${want.map(shown).join(', ')}`,
        (value) => holdsIf(want.some((one) => one === value)),
      ]);
    case 'matches':
      return asked(matches, (want) => [`matches /${want}/`, (value) => matched(value, want)]);
    case 'count':
      return asked(count, (want) => [`a count of ${countText(want)}`, (value) => counted(value, want)]);
    case 'lt':
      return bound(positive.lt, '<', (value, want) => value < want);
    case 'lte':
      return bound(positive.lte, '<=', (value, want) => value <= want);
    case 'gt':
      return bound(positive.gt, '>', (value, want) => value > want);
    case 'gte':
      return bound(positive.gte, '>=', (value, want) => value >= want);
    default:
      return assertNever(word);
  }
}

function asked<T>(
  want: T | undefined,
  make: (want: T) => readonly [string, (value: unknown) => Judged],
): Wanted | undefined {
  if (want === undefined) return undefined;
  const [text, judge] = make(want);
  return { text, judge: (got) => (got.kind === 'found' ? judge(got.value) : 'unclear') };
}

function ofText(words: string, want: string | undefined, holds: (text: string, want: string) => boolean) {
  return asked(want, (text) => [
    `${words} ${shown(text)}`,
    (value) => (typeof value === 'string' ? holdsIf(holds(value, text)) : 'unclear'),
  ]);
}

function bound(want: number | undefined, sign: string, holds: (value: number, want: number) => boolean) {
  return asked(want, (limit) => [
    `${sign} ${limit}`,
    (value) => {
      const number = numberOf(value);
      return Number.isNaN(number) ? 'unclear' : holdsIf(holds(number, limit));
    },
  ]);
}

function holdsIf(yes: boolean): Judged {
  return yes ? 'holds' : 'fails';
}

function matched(value: unknown, pattern: string): Judged {
  if (typeof value !== 'string') return 'unclear';
  return holdsIf(isIn(pattern, value));
}

function contained(value: unknown, want: unknown): Judged {
  if (typeof value === 'string') return holdsIf(value.includes(String(want)));
  if (Array.isArray(value)) return holdsIf(value.some((item) => item === want));
  if (typeof value !== 'object' || value === null) return 'unclear';
  return holdsIf(typeof want === 'string' && Object.hasOwn(value, want));
}

function counted(value: unknown, want: NonNullable<Positive['count']>): Judged {
  if (!Array.isArray(value) && typeof value !== 'string') return 'unclear';
  if (typeof want === 'number') return holdsIf(value.length === want);
  return holdsIf(unmet(want, { kind: 'found', value: value.length }).length === 0);
}

function countText(want: NonNullable<Positive['count']>): string {
  if (typeof want === 'number') return String(want);
  return listed(want)
    .map(({ text }) => text)
    .join(' and ');
}

/** A number, or a text that is nothing but one (headers are texts). */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
}

/** The same JSON value, whatever the order of keys. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isEqual(value, right.get(key)));
}

function isSame(got: Got, want: unknown): boolean {
  return got.kind === 'found' && got.value === want;
}

/** `string`, `number`, `boolean`, `null`, `list` or `map`. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'map' : typeof value;
}

function isWords(rule: Rule): rule is Words {
  return typeof rule === 'object' && rule !== null;
}

/** A value on one line, whole: who shows it takes secrets out and shortens it. */
export function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return 'a value nested too deeply to show';
  }
}
