// The kind `ingest`: reports of another runner as evidence; a stale or empty one fails, a missing one proves nothing.
import type { Asking } from '../asking.ts';
import { type Attempted, judgedBy, unasked } from '../attempt.ts';
import { type Checkouts, checkoutsOf } from '../checkout.ts';
import type { Failure } from '../failure.ts';
import { reportPaths } from '../report-path.ts';
import { reportText } from '../report-text.ts';
import type { CaseResult } from '../result.ts';
import type { Check } from '../shape.ts';

/** File times and clocks of runners differ by less. */
const leewayMs = 2_000;

export type Reports = NonNullable<Check['ingest']>['junit'];

/** Reports that a step before has written in this run. */
export function askIngest(asking: Asking, check: Check): Promise<Attempted> {
  return ingested(asking, check.ingest?.junit ?? [], asking.runBegan);
}

/** The cases of the reports at these paths, none of which may be older than `since` (ms). Never throws. */
export async function ingested({ port }: Pick<Asking, 'port'>, junit: Reports, since: number): Promise<Attempted> {
  try {
    const paths = await reportPaths(port.files, typeof junit === 'string' ? [junit] : junit);
    if ('because' in paths) return unasked(paths.because);
    const checkouts = checkoutsOf(port.command, paths);
    const reports: Judged[] = [];
    let room = mostShown;
    for (const path of paths) {
      const report = await judgedReport({ files: port.files, path, since, checkouts });
      const cases = shown(report.cases, room);
      reports.push({ ...report, cases });
      room -= cases.length;
    }
    return together(reports);
  } catch (error) {
    return unasked(error instanceof Error ? error.message : `${String(junit)} cannot be read`);
  }
}

/** Failures of one report that are told: what is shown of a check has fewer. */
const mostTold = 100;

/** Cases that are shown at most, as a suite has checks. All are judged; those that failed are shown first. */
const mostShown = 10_000;

function shown(cases: readonly CaseResult[], room: number): readonly CaseResult[] {
  if (cases.length <= room) return cases;
  const bad = cases.filter(({ outcome }) => outcome === 'fail').slice(0, Math.max(room, 0));
  const others = cases.filter(({ outcome }) => outcome !== 'fail').slice(0, Math.max(room - bad.length, 0));
  return [...bad, ...others];
}

/** What one report says; `because`: it cannot say anything. */
interface Judged {
  readonly path: string;
  readonly because?: string;
  readonly failures: readonly Failure[];
  readonly cases: readonly CaseResult[];
  /** Of all its cases, how many were run. */
  readonly ran: number;
}

interface Place {
  readonly files: Asking['port']['files'];
  readonly path: string;
  readonly since: number;
  readonly checkouts: Checkouts;
}

async function judgedReport({ files, path, since, checkouts }: Place): Promise<Judged> {
  const nothing = { path, failures: [], cases: [], ran: 0 };
  const bad = (expected: string, got: string): Judged => ({
    ...nothing,
    failures: [{ about: `report ${path}`, expected, got }],
  });
  const stale = (at: number) => bad('one of this run', `one of ${new Date(at).toISOString()}`);
  const [bytes, changedAt] = [await files.bytes(path), await files.changedAt(path)];
  if (bytes === undefined || changedAt === undefined) return { ...nothing, because: `there is no report at ${path}` };
  if (changedAt < since - leewayMs) return stale(changedAt);
  // Its parser is loaded with the first report: few suites ingest one.
  const { readJunitReport } = await import('../junit-report.ts');
  const report = readJunitReport(reportText(bytes));
  if ('because' in report) return bad('a JUnit report', report.because);
  // A checkout gives an old file a new date: what the report says of itself counts too, and what git knows of the file.
  const { began, cases } = report;
  if (began !== undefined && began.latest < since - leewayMs) return stale(began.latest);
  if (began === undefined || began.surely < since - leewayMs) {
    const held = await checkouts.holds(path);
    if (held === true)
      return bad(
        'one of this run',
        'the one that is committed: it is as git checked it out. Remove it from the repository, or have the runner write to another path',
      );
    if (held !== false)
      return {
        ...nothing,
        because: `whether ${path} was written by this run nobody can tell: ${held.because}; a timestamp with its zone in the report would`,
      };
  }
  if (cases.length === 0 && report.pending === 0) return bad('cases that were run', 'no case');
  const failures = cases
    .filter(({ outcome }) => outcome === 'fail')
    .slice(0, mostTold)
    .map(({ name, message }) => ({ about: name, expected: 'a pass', got: message }));
  return { path, failures, cases, ran: cases.filter(({ outcome }) => outcome !== 'skipped').length };
}

/** One that failed decides, then one that could not be read; not one of the cases run at all is a failure too. */
function together(reports: readonly Judged[]): Attempted {
  const failures = reports.flatMap((report) => report.failures);
  const cases = distinct(reports);
  const unread = reports.flatMap(({ because }) => because ?? [])[0];
  if (failures.length > 0) return judgedBy(failures, { cases });
  if (unread !== undefined) return { ...unasked(unread), cases };
  if (reports.some(({ ran }) => ran > 0)) return judgedBy([], { cases });
  const [first] = reports;
  const about = reports.length === 1 ? `report ${first?.path ?? ''}` : `${reports.length} reports`;
  return judgedBy([{ about, expected: 'cases that were run', got: `${cases.length} cases, all skipped` }], { cases });
}

/** Characters by which names are told apart: lists show a few more. */
const told = 100;

/** Cases of the same name get that of their report before it, and what is the same then a number. */
function distinct(reports: readonly Judged[]): readonly CaseResult[] {
  const files = new Map<string, number>();
  for (const { cases } of reports)
    for (const name of new Set(cases.map((one) => one.name))) files.set(name, (files.get(name) ?? 0) + 1);
  const times = new Map<string, number>();
  return reports.flatMap(({ path, cases }) =>
    cases.map((one) => {
      const name = (files.get(one.name) ?? 0) > 1 ? `${path} › ${one.name}` : one.name;
      const start = name.slice(0, told);
      const time = (times.get(start) ?? 0) + 1;
      times.set(start, time);
      return { ...one, name: time === 1 ? name : `${start} (${time})` };
    }),
  );
}
