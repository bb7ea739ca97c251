/** The smallest pieces of the policy: durations, percents, weights, conditions, clock times, dates, names. Each parses its text once. */
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import { parsePercent, parsePoints } from '../../kit/percent.ts';
import { parseCondition } from '../condition.ts';
import { type Occasion, occasionFix, parseOccasion } from '../occasion.ts';

/** A text leaf: what `parse` cannot read is a fault that says what was expected. */
function text<T>(expected: string, parse: (written: string) => T | undefined) {
  return z.string({ error: () => `expected ${expected}` }).transform((written, context): T => {
    const value = parse(written);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `“${written}” is not ${expected}` });
    return z.NEVER;
  });
}

/** Milliseconds, written `90s`, `5m`, `24h`, `14d`, `3 months`. */
export const duration = text('a duration such as 90s, 5m, 24h, 14d or “3 months”', parseDuration);

/** A fraction 0..1, written `80 %`. */
export const percent = text('a percentage from 0 % to 100 % such as 80 %', (written) => {
  const value = parsePercent(written);
  return value !== undefined && value >= 0 && value <= 1 ? value : undefined;
});

/** A difference of two fractions, written `1pp`. */
export const points = text('percentage points such as 1pp or 0.25pp', (written) => {
  const value = parsePoints(written);
  return value !== undefined && value > 0 && value <= 1 ? value : undefined;
});

/** The share of traffic in percent 0..100, written `25 %`, or the band `1..5 %` of which the smallest that decides is taken. */
export const weight = text('a share of the traffic such as 25 % or 1..5 %', (written) => {
  const match = /^(?:(\d+(?:\.\d+)?)\s*\.\.\s*)?(\d+(?:\.\d+)?)\s*%$/.exec(written.trim());
  if (match === null) return undefined;
  const to = Number(match[2]);
  const from = match[1] === undefined ? to : Number(match[1]);
  return from <= to && to <= 100 ? { from, to } : undefined;
});

/** A condition of the grammar in `condition.ts`. */
export const condition = text(
  'a condition such as “< 1 %”, “> 3s”, “5..10 %”, “> 1.5x baseline”, “rising > 5 %/h”, “drop > 10 %”, failing or passing',
  parseCondition,
);

/** When something is told or opened, in the grammar of `occasion.ts`. */
export const occasion = z
  .string({ error: () => 'expected an occasion such as “users-exposed > 100 or P0”' })
  .transform((written, context): Occasion => {
    const read = parseOccasion(written);
    if (read !== undefined) return read;
    const fix = occasionFix(written);
    context.addIssue({ code: 'custom', message: `“${written}” is no occasion`, params: { fix } });
    return z.NEVER;
  });

/** Minutes since midnight, written `"10:00"`; 24:00 is the end of the day. */
export const clock = text('a clock time such as "09:30"', (written) => {
  const match = /^(\d{2}):(\d{2})$/.exec(written);
  const minutes = Number(match?.[1]) * 60 + Number(match?.[2]);
  return match !== null && Number(match[2]) < 60 && minutes <= 24 * 60 ? minutes : undefined;
});

/** A calendar day `2026-12-25`, kept as written. */
export const day = text('a date such as "2026-12-25"', (written) => (isDay(written) ? written : undefined));

/** Days from and to, both included, written `2026-12-20..2027-01-03` or as one date. */
export const days = text('a date or a range such as "2026-12-20..2027-01-03"', (written) => {
  const [from = '', to = from, more] = written.split('..');
  return more === undefined && isDay(from) && isDay(to) && from <= to ? { from, to } : undefined;
});

function isDay(written: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return false;
  const time = Date.parse(`${written}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(written);
}

const aName = 'a name of letters, digits, “-”, “_” and “.”';

/** `my-check` for `my check`; of what has no such letter an example. */
function nameLike(written: string): string {
  const kept = written
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return kept === '' ? 'a word such as home' : kept;
}

/** The name of an area, plan, stage, criterion … : letters, digits, `-`, `_`, `.`. */
export const name = z.string({ error: () => `expected ${aName}` }).transform((written, context): string => {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(written)) return written;
  context.addIssue({ code: 'custom', message: `“${written}” is not ${aName}; write ${nameLike(written)}` });
  return z.NEVER;
});

/** Any text that is not empty. */
export const words = z.string().min(1, { error: 'must not be empty' });

/** One word or a list of them; always a list afterwards. */
export function oneOrMore<T extends z.ZodType>(item: T) {
  return z.union([item.transform((only) => [only]), z.array(item).min(1, { error: 'needs at least one entry' })]);
}

/** A command: argument list (no shell), or one text that a shell runs. */
export const command = z.union([words, z.array(words).min(1, { error: 'needs at least the program' })]);

/** Severity of a limit or an incident. */
export const severity = z.enum(['P0', 'P1', 'P2', 'P3']);

/** The way back: which mechanism a rollback uses. */
export const wayBack = z.enum(['auto', 'flag', 'traffic', 'redeploy', 'database']);

/** What a limit or a person can make happen. */
export const breachAction = z.enum(['hold', 'ask', 'rollback', 'page']);

export const tierName = z.enum(['zero', 'low', 'medium', 'high']);
