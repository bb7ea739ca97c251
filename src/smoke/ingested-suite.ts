// Puts reports of other runners beside the checks of a suite, each as a check of its own.
import { Problem } from '../kit/problem.ts';
import { file } from './shape/leaf.ts';
import { type Suite, suiteOrProblem } from './suite.ts';

/** The suite with one check more for each report; they are asked whatever the tags. Throws a Problem for a path out of the repository. */
export function withReports(suite: Suite, paths: readonly string[]): Suite {
  if (paths.length === 0) return suite;
  const wrong = paths.find((path) => !file.safeParse(path).success);
  if (wrong !== undefined)
    throw new Problem({
      what: `“${wrong}” is no path inside the repository`,
      where: 'input ingest',
      fix: 'Write it as seen from the folder of the checkout, such as results.xml, one path a line.',
      reason: 'bad-input',
    });
  const taken = new Set(suite.checks.map(({ id }) => id));
  const tags = [...new Set(suite.checks.flatMap((check) => check.tags))];
  const checks = paths.map((junit, at) => {
    const usual = paths.length === 1 ? 'report' : `report-${at + 1}`;
    const id = taken.has(usual) ? `${usual}-ingested` : usual;
    return { id, title: `Report ${junit}`, ingest: { junit }, tags };
  });
  const read = suiteOrProblem(JSON.stringify({ version: 1, checks }), 'input ingest');
  return { ...suite, checks: [...suite.checks, ...read.checks] };
}
