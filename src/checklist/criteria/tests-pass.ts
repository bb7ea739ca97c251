// Tests and builds that must have passed: by JUnit reports, else by the checks of the commit that are called so.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import { formatDuration } from '../../kit/duration.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, pass, unknownFinding } from '../finding.ts';
import { asksChecks, findChecks } from '../named-check.ts';
import { span } from '../options.ts';
import { readJunit, type TestCase } from '../report/junit.ts';
import { artifactFrom, asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { ago, instant, listed } from '../words.ts';

const names = z.union([
  z
    .string()
    .min(1)
    .transform((one) => [one]),
  z.array(z.string().min(1)).min(1),
]);

const options = z.strictObject({
  check: names.default([]).describe('names of checks, or workflow file / name; * and ** allowed'),
  report: names.default([]).describe('JUnit files; they are asked instead of checks'),
  from: artifactFrom.optional(),
  tests: z.string().min(1).optional().describe('only tests whose suite, class or name holds these words'),
  'max-skipped': z.int().min(0).optional().describe('more skipped tests fail'),
  'max-age': span.optional().describe('older results do not count; default: older than the commit'),
});

type Options = z.output<typeof options>;

interface Kind {
  readonly id: string;
  readonly title: string;
  /** What such checks are usually called. */
  readonly checks: RegExp;
  /** Words of the tests that count in a JUnit report, where the criterion is about some of them. */
  readonly tests?: RegExp;
}

/** Whole suites, which may be a report of their own; then flows, which are some tests among others. */
const kinds: readonly Kind[] = [
  { id: 'unit-tests-pass', title: 'Unit tests', checks: /\bunit\b|^tests?\b(?!.*(e2e|integ|end.to.end))/i },
  { id: 'integration-tests-pass', title: 'Integration tests', checks: /\binteg/i },
  { id: 'e2e-tests-pass', title: 'End-to-end tests', checks: /\be2e\b|end.to.end|playwright|cypress|\bui.tests?\b/i },
  { id: 'production-build-succeeds', title: 'Production build', checks: /\bbuild\b/i },
  { id: 'image-built-and-tested', title: 'Image built and tested', checks: /\b(image|docker|container)\b/i },
  { id: 'config-validated', title: 'Configuration validated', checks: /\bconfig/i },
  flow('multi-tenant-isolation-tested', 'Tenant isolation tested', /isolation|tenan/i),
  flow('payment-flow-tested', 'Payment flow tested', /payment|checkout/i),
  flow('ai-fallback-tested', 'AI fallback tested', /\bai\b.*fallback|fallback.*\bai\b|\bai-fallback\b/i),
  flow(
    'ai-not-blocking-core',
    'AI failure leaves the core usable',
    /core.*without.*\bai\b|\bai\b.*(off|down|unavailable)/i,
  ),
  flow('signup-flow-tested', 'Sign-up tested', /sign.?up|registration/i),
  flow('admin-workflow-tested', 'Admin workflow tested', /\badmin/i),
  flow('error-handling-tested', 'Error handling tested', /error.?handling|payment.*(fail|declin)/i),
  flow('fallback-tested', 'Fallback tested', /\bfallback\b/i),
  flow(
    'payment-callback-idempotent',
    'Payment callbacks idempotent',
    /callback.*(idempoten|twice)|idempoten.*callback/i,
  ),
  flow('flag-both-branches-tested', 'Both branches of flags tested', /\bflags?\b/i),
];

/** Each: every report is there, whole, of this commit, has tests that ran, and none failed; or the checks of that name passed. */
export const testsPass: readonly Criterion[] = kinds.map((kind) =>
  withOptions({
    id: kind.id,
    title: kind.title,
    moment: 'review',
    with: options,
    asks: (context, given, answers) =>
      given.report.length === 0
        ? asksChecks(context, answers)
        : [...asksReports(given.report, given.from, context, answers), commitOf(context)],
    finds: (context, given, answers) => {
      if (given.report.length > 0) return inReports(kind, given, context, answers);
      const wanted = given.tests === undefined ? kind.checks : holding(given.tests);
      return findChecks({ globs: given.check, usual: wanted }, context, answers);
    },
  }),
);

function flow(id: string, title: string, words: RegExp): Kind {
  return { id, title, checks: words, tests: words };
}

function inReports(kind: Kind, given: Options, context: Context, answers: Answers): Found {
  const cases: TestCase[] = [];
  const times: number[] = [];
  for (const path of given.report) {
    const told = reportAt(placeOf(path, given.from, context, answers), 'a JUnit report', readJunit, answers);
    if (told.kind === 'open') return told.found;
    const { at } = told.report;
    const stale = staleness(at, given, context, answers);
    if (stale !== undefined) return unknownFinding(`${path} ${stale}`, 'run the tests on this commit', 'author');
    if (at !== undefined) times.push(at);
    cases.push(...told.report.cases);
  }
  const words = given.tests === undefined ? kind.tests : holding(given.tests);
  return judged(words === undefined ? cases : cases.filter(({ name }) => words.test(name)), given, context, times);
}

function judged(cases: readonly TestCase[], given: Options, context: Context, times: readonly number[]): Found {
  const of = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome);
  const [failed, skipped, passed] = [of('failed'), of('skipped'), of('passed')];
  const where = listed(given.report, 2);
  const aside = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
  if (failed.length > 0) {
    const named = listed(
      failed.map(({ name }) => name.slice(0, 80)),
      3,
    );
    return fail(
      `${failed.length} of ${cases.length} failed: ${named}`,
      'mend what failed and run the tests again',
      'author',
    );
  }
  if (passed.length === 0) {
    const what = cases.length === 0 ? 'has no such test' : `skipped all ${cases.length} tests`;
    return unknownFinding(`${where} ${what}`, 'run the tests, or say which with `with: tests:`', 'author');
  }
  if (given['max-skipped'] !== undefined && skipped.length > given['max-skipped'])
    return fail(
      `${skipped.length} tests skipped, lets ${given['max-skipped']} through`,
      'run what is skipped',
      'author',
    );
  const evidence = `${passed.length} passed${aside} (${where}${origin(context)})`;
  return times.length === given.report.length ? pass(evidence, Math.min(...times, context.now)) : pass(evidence);
}

/** Why results that began at `at` are not of this commit; undefined when they may be. */
function staleness(at: number | undefined, given: Options, context: Context, answers: Answers): string | undefined {
  const maxAge = given['max-age'];
  if (at === undefined) return maxAge === undefined ? undefined : 'does not say when the tests ran';
  if (maxAge !== undefined)
    return context.now - at > maxAge
      ? `is of ${ago(at, context.now)}, older than ${formatDuration(maxAge)}`
      : undefined;
  const commit = answers.value(commitOf(context));
  const isOlder = commit !== undefined && at < commit.committedAt;
  return isOlder ? `is of ${instant(at)}, older than the commit` : undefined;
}

function commitOf({ change }: Context) {
  return { kind: 'commit', sha: change.sha } as const;
}

function holding(words: string): RegExp {
  return new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
}
