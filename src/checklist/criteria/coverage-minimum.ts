// Coverage: the lines that tests reach are at least as many as the policy wants.
import { formatPercent } from '../../kit/percent.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { about, type Found, fail, type Place, pass } from '../finding.ts';
import { type Coverage, leastCovered } from '../lcov.ts';
import { readCoverage } from '../report/coverage.ts';
import { asksReports, placeOf, reportAt } from '../report-file.ts';
import { counted } from '../words.ts';
import * as worded from './words/coverage-minimum.ts';

type Options = Given<typeof worded.coverageMinimum>;

/** `coverage-minimum`: line coverage of a report (lcov, Cobertura, Clover, Istanbul); `at-least` includes the limit, `above` does not. Default: at least 80 %. */
export const coverageMinimum: Criterion = withOptions({
  ...worded.coverageMinimum,
  asks: (context, { report, from }, answers) => asksReports([report], from, context, answers),
  finds: (context, given, answers) => {
    const reader = (text: string) => readCoverage(text, given.format);
    const place = placeOf(given.report, given.from, context, answers);
    const told = reportAt(place, 'a report of lcov, Cobertura, Clover or Istanbul', reader, answers);
    return told.kind === 'open' ? told.found : judged(told.report, given, context);
  },
});

function judged(coverage: Coverage, given: Options, context: Context): Found {
  const share = coverage.hit / coverage.found;
  const strict = given.above !== undefined;
  const limit = given.above ?? given['at-least'] ?? 0.8;
  const wants = `${strict ? 'more than ' : ''}${formatPercent(limit)}`;
  const origin = context.moment === 'review' ? ', from this pull request' : '';
  const evidence = `${shown(share, limit)}, needs ${wants}${origin}`;
  const met = strict ? share > limit : share >= limit;
  return met ? pass(evidence) : about(fail(evidence, todo(coverage, context), 'author'), unreached(coverage, context));
}

/** One decimal, more where rounding would hide on which side of the limit the value lies; rounded down, so that 79.99 % is not 80 %. */
function shown(share: number, limit: number): string {
  for (const digits of [1, 2, 3, 4]) {
    const scale = 10 ** (digits + 2);
    const rounded = Math.floor(share * scale + 1e-9) / scale;
    if (rounded !== limit || share === limit || digits === 4) return formatPercent(rounded, digits);
  }
  return formatPercent(share, 4);
}

/** The lines of the change's files that no test reaches, neighbours together. */
function unreached({ files }: Coverage, { change }: Context): readonly Place[] {
  return change.files.flatMap(({ path }) => {
    const file = files.find((one) => one.path === path || one.path.endsWith(`/${path}`));
    return runsOf(file?.missed ?? []).map(([line, to]) => ({ path, line, to, message: 'No test reaches this.' }));
  });
}

function runsOf(lines: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else runs.push([line, line]);
  }
  return runs;
}

/** The files with least coverage, those of the change before all others. */
function todo(coverage: Coverage, { change }: Context): Phrase {
  const touched = new Set(change.files.map(({ path }) => path));
  const worst = leastCovered(coverage, coverage.files.length);
  const isTouched = (path: string) => touched.has(path) || [...touched].some((known) => path.endsWith(`/${known}`));
  const first = [...worst.filter(({ path }) => isTouched(path)), ...worst.filter(({ path }) => !isTouched(path))].slice(
    0,
    3,
  );
  const parts = first.flatMap((file, index) => [
    ...(index === 0 ? [] : ['; ']),
    { code: file.path },
    ` has ${formatPercent(file.hit / file.found, 0)}: ${counted(file.found - file.hit, 'line', 'lines')} uncovered`,
  ]);
  return ['test what is not reached: ', ...parts];
}
