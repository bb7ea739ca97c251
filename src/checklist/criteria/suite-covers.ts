// What the smoke suite must cover: each requirement of `smoke.covers` is declared by a check, and asked as strictly as the policy wants it.
import { z } from 'zod';
import type { Question } from '../../evidence/question.ts';
import { parseDuration } from '../../kit/duration.ts';
import { matchWhen } from '../../policy/change-facts.ts';
import { readDocument, sizeOfSuites } from '../../policy/document.ts';
import type { Covered, Json } from '../../policy/parts.ts';
import { plain } from '../../policy/traced.ts';
import type { Context, Criterion } from '../criterion.ts';
import { fail, pass, unknownFinding } from '../finding.ts';
import { counted, listed, short } from '../words.ts';

/** As much of a suite as says what it covers; whether the rest of it is right, smoke-test says. */
const suiteShape = z.looseObject({
  checks: z.array(
    z.looseObject({
      id: z.string(),
      covers: z.array(z.string()).default([]),
      expect: z.looseObject({}).default({}),
      severity: z.string().default('blocking'),
      probe: z.looseObject({ repeat: z.number().default(20) }).optional(),
    }),
  ),
});
type Check = z.output<typeof suiteShape>['checks'][number];

/** Asked by the gate itself wherever the policy says what the suite must cover. The suite is that of the judged commit: what will be asked of it. */
export const suiteCovers: Criterion = {
  id: 'smoke-suite-covers',
  title: 'The smoke suite covers what it must',
  moment: 'review',
  asks: (context) => [question(context)],
  finds: (context, answers) => {
    const { suite } = context.policy.smoke;
    const answer = answers.of(question(context));
    if (answer.kind === 'unknown') return unknownFinding(answer.because, answer.remedy);
    const wanted = wantedOf(context);
    if (wanted.length === 0) return pass('nothing for this kind of change');
    if (!answer.value.found) {
      const what = `there is no ${suite} that could cover ${listed(idsOf(wanted), 3)}`;
      return unknownFinding(what, ['add it; examples are in ', { code: 'docs/examples/smoke' }], 'author');
    }
    const { tree, faults } = readDocument(answer.value.text, suite, sizeOfSuites);
    const read = suiteShape.safeParse(plain(tree));
    if (!read.success || faults.length > 0) {
      return unknownFinding(`${suite} cannot be read`, 'let smoke-test name its faults, and mend them', 'author');
    }
    const missing = wanted.flatMap((one) => lackOf(one, read.data.checks));
    const all = counted(wanted.length, 'requirement', 'requirements');
    if (missing.length === 0) return pass(`${all} covered by ${suite} at ${short(context.change.sha)}`);
    return fail(
      `${missing.length} of ${all} not covered by ${suite}: ${listed(missing, 5)}`,
      ['give the check that answers it ', { code: `covers: [${idsOf(wanted)[0] ?? ''}]` }, ', or add one'],
      'author',
    );
  },
};

function question({ policy, change }: Context): Question & { readonly kind: 'file' } {
  return { kind: 'file', path: policy.smoke.suite, sha: change.sha };
}

/** The requirements that this change asks for. */
function wantedOf({ policy, change }: Context): readonly Covered[] {
  return policy.smoke.covers.filter(
    ({ when }) => when === undefined || matchWhen(when, change.facts, policy.areas) !== undefined,
  );
}

function idsOf(wanted: readonly Covered[]): readonly string[] {
  return wanted.map(({ id }) => id);
}

/** What is missing of one requirement; advisory checks cover nothing, for they never decide. */
function lackOf({ id, with: options }: Covered, checks: readonly Check[]): readonly string[] {
  const covering = checks.filter(({ covers, severity }) => covers.includes(id) && severity !== 'advisory');
  if (covering.length === 0) return [id];
  const unmet = Object.entries(options).flatMap(([key, value]) =>
    covering.some((check) => isAsked(check, key, value)) ? [] : [`${key} ${shown(value)}`],
  );
  return unmet.length === 0 ? [] : [`${id} (nothing there asks ${unmet.join(', ')})`];
}

/** Whether the check asks as strictly as the option says. An option that nobody can look for in a suite counts as asked. */
function isAsked({ expect, probe }: Check, key: string, value: Json): boolean {
  const text = JSON.stringify(expect);
  switch (key) {
    case 'status':
      return [expect.status].flat().includes(value);
    case 'body':
      return text.includes(String(value));
    case 'below':
    case 'average': {
      const limit = msOf(String(value).replace(/^<=?\s*/, ''));
      return limit !== undefined && boundsIn(expect).some((bound) => bound <= limit);
    }
    case 'at-most':
      return [...boundsIn(expect), ...numbersIn(expect)].some((bound) => bound <= Number(value));
    case 'samples':
      return (probe?.repeat ?? 0) >= Number(value);
    case 'none-of':
    case 'shape':
      return [value].flat().every((word) => mentions(text, String(word)));
    default:
      return true;
  }
}

/** Upper bounds anywhere in it, in ms where they are times. */
function boundsIn(value: unknown, key = ''): readonly number[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([inner, one]) => boundsIn(one, inner));
  if (!['below', 'lt', 'lte'].includes(key)) return [];
  const bound = typeof value === 'number' ? value : msOf(String(value));
  return bound === undefined ? [] : [bound];
}

/** Numbers that a value must equal; the status is no measurement. */
function numbersIn(value: unknown, key = ''): readonly number[] {
  if (typeof value === 'object' && value !== null && key !== 'status')
    return Object.entries(value).flatMap(([inner, one]) => numbersIn(one, inner));
  return typeof value === 'number' && !['lt', 'gt', 'gte', 'exit'].includes(key) ? [value] : [];
}

function msOf(text: string): number | undefined {
  return parseDuration(text.trim());
}

/** A word as the suite may write it: `order-id` as orderId, `5xx` as a pattern of such statuses, `database-connection` by one of its parts. */
function mentions(text: string, word: string): boolean {
  if (word === '5xx') return /5xx|5\\+d|5\d\d|50/.test(text);
  const letters = (one: string) => one.toLowerCase().replace(/[^a-z0-9]/g, '');
  const whole = letters(text);
  return whole.includes(letters(word)) || word.split('-').every((part) => whole.includes(letters(part)));
}

function shown(value: Json): string {
  return [value].flat().map(String).join(' and ');
}
