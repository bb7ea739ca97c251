// The kind `ingest`: the report of another runner as evidence; a stale or empty one fails, a missing one proves nothing.
import type { Asking } from '../asking.ts';
import { type Attempted, judgedBy, unasked } from '../attempt.ts';
import type { Failure } from '../failure.ts';
import type { Check } from '../shape.ts';

/** File times and clocks of runners differ by less. */
const leewayMs = 2_000;

/** A report that a step before has written in this run. */
export function askIngest(asking: Asking, check: Check): Promise<Attempted> {
  return ingested(asking, check.ingest?.junit ?? '', asking.runBegan);
}

/** The cases of the report at `path`, which must not be older than `since` (ms). */
export async function ingested({ port }: Pick<Asking, 'port'>, path: string, since: number): Promise<Attempted> {
  const read = await textOf(port.files, path);
  if ('because' in read) return unasked(read.because);
  const stale = (at: number) => [
    { about: `report ${path}`, expected: 'one of this run', got: `one of ${new Date(at).toISOString()}` },
  ];
  if (read.changedAt < since - leewayMs) return judgedBy(stale(read.changedAt));
  // Its parser is loaded with the first report: few suites ingest one.
  const { readJunitReport } = await import('../junit-report.ts');
  const report = readJunitReport(read.text);
  if ('because' in report)
    return judgedBy([{ about: `report ${path}`, expected: 'a JUnit report', got: report.because }]);
  // A checkout gives an old file a new date: what the report says of itself counts too.
  if (report.began !== undefined && report.began < since - leewayMs) return judgedBy(stale(report.began));
  const run = report.cases.filter(({ outcome }) => outcome !== 'skipped');
  if (run.length === 0) {
    const got = report.cases.length === 0 ? 'no case' : `${report.cases.length} cases, all skipped`;
    return judgedBy([{ about: `report ${path}`, expected: 'cases that were run', got }], { cases: report.cases });
  }
  const failures = run.flatMap(({ name, outcome, message }): readonly Failure[] =>
    outcome === 'fail' ? [{ about: name, expected: 'a pass', got: message }] : [],
  );
  return judgedBy(failures, { cases: report.cases });
}

async function textOf(
  files: Asking['port']['files'],
  path: string,
): Promise<{ readonly text: string; readonly changedAt: number } | { readonly because: string }> {
  try {
    const [text, changedAt] = [await files.read(path), await files.changedAt(path)];
    if (text === undefined || changedAt === undefined) return { because: `there is no report at ${path}` };
    return { text, changedAt };
  } catch (error) {
    return { because: error instanceof Error ? error.message : `${path} cannot be read` };
  }
}
