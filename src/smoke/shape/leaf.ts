// The smallest pieces of the suite file: times, patterns, paths, statuses, headers, and the rule that a value must keep.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import { name } from '../../policy/shape/leaf.ts';
import { pathFault } from '../path.ts';
import { patternFault } from '../pattern.ts';
import { explainShorthand } from './shorthand.ts';

/** Milliseconds, written `500ms`, `5s`, `2m`. */
export const time = z
  .string({ error: ({ input }) => `expected a duration such as 500ms, 5s or 2m${instead(String(input))}` })
  // For editors: what a reader of JSON Schema cannot know of the function below. So are the other `meta` of this shape.
  .meta({ pattern: '^\\s*\\d+(\\.\\d+)?\\s*((ms|s|m|h|d)|(day|week|month)s?)\\s*$' })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms > 0) return ms;
    context.addIssue({
      code: 'custom',
      message: `“${text}” is not a duration such as 500ms, 5s or 2m${instead(text)}`,
    });
    return z.NEVER;
  });

/** What a number without a unit, or with a word for it, most likely means. */
function instead(text: string): string {
  const [, number = '', unit = ''] =
    /^(\d{1,7}) *(|ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?)$/i.exec(text) ?? [];
  if (number === '' || Number(number) === 0) return '';
  if (unit === '') return Number(number) < 100 ? `; write ${number}s` : `; write ${number}ms`;
  return `; write ${number}${/^mi?l/i.test(unit) || /^ms$/i.test(unit) ? 'ms' : unit.slice(0, 1).toLowerCase()}`;
}

/** The name of a check or a tag. */
export const id = name.meta({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });

/** A text that the function finds no fault with; the fault begins with “must”. */
function textWithout(fault: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

export const pattern = textWithout(patternFault);
export const path = textWithout(pathFault);
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** What a form field or a variable may be; a text afterwards. */
export const field = z.union([z.string(), z.number(), z.boolean()]);

const number = z.number();

/** Said of a rule without a word: it would hold for everything, also for what is not there. */
export const expectsNothing = 'a rule without a word holds whatever comes';
/** For editors, that a map has a word. */
const someWord = { minProperties: 1 };
const noWord = { error: expectsNothing, params: { fix: 'Say what is expected, such as {exists: true}' } };
function hasWord(words: object): boolean {
  return Object.values(words).some((value) => value !== undefined);
}

const bounds = {
  equals: z.unknown().optional(),
  lt: number.optional(),
  lte: number.optional(),
  gt: number.optional(),
  gte: number.optional(),
};
const positive = {
  ...bounds,
  exists: z.boolean().optional(),
  type: z.enum(['string', 'number', 'boolean', 'list', 'map', 'null']).optional(),
  contains: scalar.optional(),
  starts_with: z.string().optional(),
  ends_with: z.string().optional(),
  one_of: z.array(scalar).min(1, { error: 'needs at least one value' }).optional(),
  matches: pattern.optional(),
  count: z.union([z.int(), z.strictObject(bounds).refine(hasWord, noWord).meta(someWord)]).optional(),
};

const ruleScalar = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'expected a text, a number, true, false, null, or words such as {contains: x} or {equals: [1, 2]}',
});

/** What is expected of one value: the value itself, or a map of words that must all hold. */
export const rule = z.union([
  ruleScalar,
  z
    .strictObject({
      ...positive,
      not: z.union([scalar, z.strictObject(positive).refine(hasWord, noWord).meta(someWord)]).optional(),
    })
    .refine(hasWord, noWord)
    .meta(someWord),
]);

/** Bounds of a time; at least one. */
export const timeBounds = z
  .strictObject(
    { lt: time.optional(), lte: time.optional(), gt: time.optional(), gte: time.optional() },
    explainShorthand((most) => `{lt: ${most}}`),
  )
  .refine((words) => Object.keys(words).length > 0, { error: 'needs lt, lte, gt or gte' })
  .meta(someWord);

export const status = z.union([
  z.int().min(100).max(599),
  z.string().regex(/^[1-5]xx$/, {
    error: ({ input }) =>
      /^\d{3}$/.test(String(input))
        ? `must be a number; write ${String(input)}, without quotes`
        : `must be a status such as 200, or a class such as 2xx${/^[1-5](?:00 *-|xx$)/i.test(String(input)) ? `; write ${String(input).slice(0, 1)}xx` : ''}`,
  }),
]);
export const header = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {
  error: ({ input }) => `must be the name of an HTTP header; write ${headerLike(String(input))}`,
});
/** `content-type` for `Content Type:`. */
function headerLike(written: string): string {
  const kept = written
    .trim()
    .replace(/:$/, '')
    .replace(/[^0-9A-Za-z-]+/g, '-');
  return /[A-Za-z]/.test(kept) ? kept : 'it like content-type';
}
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must be the name of an environment variable' });

/** A file of the repository: relative, and not out of it. */
export const file = textWithout((text) => {
  if (text === '') return 'must not be empty';
  return /^!?\//.test(text) || text.split(/[/!]/).includes('..')
    ? 'must be a path inside the repository; write it from there on, such as ops/order.json'
    : undefined;
}).meta({ pattern: '^(?!!?/)(?!(.*[/!])?\\.\\.([/!]|$)).' });

/** The host of an address that stands where a host alone is asked for. */
export function hostIn(written: string): string {
  return (
    written
      .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
      .replace(/[/?#].*$/, '')
      .replace(/^.*@|:\d*$/g, '') || 'shop.example'
  );
}
