// Tests and builds that must have passed: by JUnit reports, else by the checks of the commit that are called so.
import type { Answers } from '../../evidence/answer.ts';
import { formatDuration } from '../../kit/duration.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, pass, unknownFinding } from '../finding.ts';
import { asksChecks, findChecks } from '../named-check.ts';
import { readJunit, type TestCase } from '../report/junit.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { ago, instant, listed } from '../words.ts';
import * as worded from './words/tests-pass.ts';

type Kind = (typeof worded.testsPass)[number]['kind'];
type Options = Given<(typeof worded.testsPass)[number]>;

/** Each: every report is there, whole, of this commit, has tests that ran, and none failed; or the checks of that name passed. */
export const testsPass: readonly Criterion[] = worded.testsPass.map(({ kind, ...words }) =>
  withOptions({
    ...words,
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
