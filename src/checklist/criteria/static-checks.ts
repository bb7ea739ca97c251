// What is checked without running the code: the linter, and the type checker in strict mode.
import type { Answers } from '../../evidence/answer.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { asksChecks, findChecks } from '../named-check.ts';
import { readLint } from '../report/lint.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import * as worded from './words/static-checks.ts';

/** `lint-clean`: at most `warnings` (default 0) in ESLint's JSON or SARIF under `report`, else the check that is called so passed. */
export const lintClean: Criterion = withOptions({
  ...worded.lintClean,
  asks: (context, { report, from }, answers) =>
    report === undefined ? asksChecks(context, answers) : asksReports([report], from, context, answers),
  finds: (context, given, answers) => {
    if (given.report === undefined)
      return findChecks({ globs: given.check ?? [], usual: /\blint|\beslint\b|\bbiome\b|\bruff\b/i }, context, answers);
    const told = reportAt(
      placeOf(given.report, given.from, context, answers),
      'ESLint JSON or SARIF',
      readLint,
      answers,
    );
    if (told.kind === 'open') return told.found;
    const { errors, warnings } = told.report;
    const counts = `${errors} errors, ${warnings} warnings`;
    return errors > 0 || warnings > given.warnings
      ? fail(`${counts}, lets ${given.warnings} warnings through`, `mend what ${given.report} names`, 'author')
      : pass(`${counts}${origin(context)}`);
  },
});

/** `type-check-clean`: the check that is called so passed; `strict: true` wants it in the compiler's settings (`config`) too. */
export const typeCheckClean: Criterion = withOptions({
  ...worded.typeCheckClean,
  asks: (context, { strict, config }, answers) => [
    ...asksChecks(context, answers),
    ...(strict ? [{ kind: 'file', path: config, sha: context.change.sha } as const] : []),
  ],
  finds: (context, given, answers) => {
    const usual = /type.?check|\btypes\b|\btsc\b|\bmypy\b|\bpyright\b/i;
    const found = findChecks({ globs: given.check ?? [], usual }, context, answers);
    if (found.outcome !== 'pass' || !given.strict) return found;
    return strictIn(given.config, context, answers) ?? found;
  },
});

/** What stands in the way of strict mode; undefined when the settings say it. Settings may have comments. */
function strictIn(path: string, { change }: Context, answers: Answers): Found | undefined {
  const told = answers.of({ kind: 'file', path, sha: change.sha });
  if (told.kind === 'unknown') return notTold(told);
  if (!told.value.found)
    return unknownFinding(`there is no ${path}`, 'name the settings under `with: config:`', 'author');
  const text = told.value.text.replace(/^\s*\/\/.*$/gm, '');
  if (/"strict"\s*:\s*true/.test(text)) return undefined;
  const where = [{ text: path, href: told.value.url }];
  return /"strict"\s*:\s*false/.test(text)
    ? fail([...where, ' says strict: false'], `set strict in ${path}`, 'author')
    : unknownFinding([...where, ' does not say strict itself'], `set "strict": true in ${path}`, 'author');
}
