// What a report tells of a smoke test below its rows: what was expected and what came, where the time went, what the suite could ask.
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence } from '../record/evidence.ts';
import { besideEachOther } from './difference.ts';
import type { Ending } from './ending.ts';
import { againstLast } from './latency.ts';
import { figureTable, method } from './probe-figures.ts';
import type { CheckResult, SuiteResult } from './result.ts';
import { slowestOf, traceCells, traceHeads } from './trace.ts';

/** The details; empty where nothing was asked. */
export function detailsOf({ walked, hints, changes }: Ending): Evidence['details'] {
  if (walked === undefined) return [];
  const { result } = walked;
  const left = result.cleanups.filter(({ because }) => because !== '');
  return [
    { heading: 'Expected, and what came', lines: [], table: differences(result), open: true },
    { heading: 'Where the time went', lines: [], table: traces(result) },
    { heading: 'Not cleaned up', lines: left.map(({ id, because }) => `${id}: ${because}`), table: [] },
    { heading: `Latencies (percentiles by ${method})`, lines: [], table: figureTable(result.checks) },
    againstLast(changes),
    {
      heading: 'What the suite could ask',
      lines: hints.map(({ text, line }) => coded(line === 0 ? text : `${text} (line ${line})`)),
      table: [],
    },
  ].filter(({ lines, table }) => lines.length > 0 || table.length > 1);
}

/** What fits a screen: the first failures of the checks that failed, cut around the place where they differ. */
const mostDifferences = 12;
const mostOfOne = 3;

/** At most three failures of a check. What else is wrong with an answer of another status follows from that. */
export function worthTelling(failures: CheckResult['failures']): CheckResult['failures'] {
  return failures.slice(0, failures[0]?.about === 'status' ? 1 : mostOfOne);
}

function differences({ checks }: SuiteResult): readonly (readonly string[])[] {
  const shown = differing(checks);
  const rows = shown.map(({ id, failure: { about, expected, got } }) => {
    const beside = besideEachOther(expected, got);
    return [id, about, beside.expected, beside.got];
  });
  const left = failing(checks).filter(({ id }) => !shown.some((one) => one.id === id)).length;
  const more = left > 0 ? [[`and ${left} more, below`, '', '', '']] : [];
  return [['Check', 'What', 'Expected', 'Came'], ...rows, ...more];
}

/** The failures that the table shows: of each check at most three, and of as many checks as fit. */
export function differing(checks: readonly CheckResult[]) {
  return failing(checks)
    .flatMap(({ id, failures }) => worthTelling(failures).map((failure) => ({ id, failure })))
    .slice(0, mostDifferences);
}

/** Those that decide first; a case of a report is told by its check. */
function failing(checks: readonly CheckResult[]): readonly CheckResult[] {
  const failed = checks.filter(({ outcome, id }) => outcome === 'fail' && !id.includes(' › '));
  const decides = ({ severity }: CheckResult) => severity === 'blocking';
  return [...failed.filter(decides), ...failed.filter((check) => !decides(check))];
}

/** The checks that failed, and the slowest of those that passed. */
function traces(result: SuiteResult): readonly (readonly string[])[] {
  const rows = result.checks.flatMap(({ id, outcome, trace }) =>
    outcome === 'fail' && trace !== undefined ? [[id, ...traceCells(trace)]] : [],
  );
  const ready = result.readiness?.trace === undefined ? [] : [['ready', ...traceCells(result.readiness.trace)]];
  const slowest = slowestOf(result.checks);
  const last = slowest === undefined ? [] : [[`${slowest.id} (slowest that passed)`, ...traceCells(slowest.trace)]];
  return [['Check', ...traceHeads], ...ready, ...rows.slice(0, mostDifferences), ...last];
}

/** Our own words, in which what stands between backticks is code. */
export function coded(text: string): Exclude<Phrase, string> {
  return text.split('`').flatMap((part, at) => (part === '' ? [] : [at % 2 === 1 ? { code: part } : part]));
}
