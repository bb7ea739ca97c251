// Puts reports of other runners beside the checks of a suite, each path or glob as a check of its own.
import { Problem } from '../kit/problem.ts';
import { file } from './shape/leaf.ts';
import { type Suite, suiteOrProblem } from './suite.ts';

/** The suite with one check more for each path or glob; they are asked whatever the tags. What begins with `!` is taken away from each. Throws a
 * Problem for a path out of the repository. */
export function withReports(suite: Suite, paths: readonly string[]): Suite {
  if (paths.length === 0) return suite;
  const wrong = paths.find((path) => !file.safeParse(path).success);
  if (wrong !== undefined) throw refused(`“${wrong}” is no path inside the repository`);
  const without = paths.filter((path) => path.startsWith('!'));
  const wanted = paths.filter((path) => !path.startsWith('!'));
  if (wanted.length === 0) throw refused(`“${without.join(', ')}” takes away, and no path says what from`);
  const taken = new Set(suite.checks.map(({ id }) => id));
  const tags = [...new Set(suite.checks.flatMap((check) => check.tags))];
  const checks = wanted.map((path, at) => {
    const usual = wanted.length === 1 ? 'report' : `report-${at + 1}`;
    const id = taken.has(usual) ? `${usual}-ingested` : usual;
    return { id, title: `Report ${path}`, ingest: { junit: [path, ...without] }, tags };
  });
  const read = suiteOrProblem(JSON.stringify({ version: 1, checks }), 'input ingest');
  return { ...suite, checks: [...suite.checks, ...read.checks] };
}

function refused(what: string): Problem {
  return new Problem({
    what,
    where: 'input ingest',
    fix: 'Write it as seen from the folder of the checkout, such as results.xml or target/surefire-reports/TEST-*.xml, one a line.',
    reason: 'bad-input',
  });
}
