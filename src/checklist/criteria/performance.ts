// Performance: benchmarks against the baseline of what runs or a fixed limit, and a load test whose thresholds held.
import type { Answers } from '../../evidence/answer.ts';
import { formatPercent } from '../../kit/percent.ts';
import { holds, type Unit } from '../../policy/condition.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { type Benchmark, readBenchmarks, readLoadTest } from '../report/benchmark.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { listed, short } from '../words.ts';
import * as worded from './words/performance.ts';

type Options = Given<typeof worded.performanceNoRegression>;

/** Benchmarks of shared runners differ by a few percent from run to run (ours; the presets that say a number win). */
const usualTolerance = 0.05;

/** `performance-no-regression`: the limits under `sla` hold, and no benchmark is worse than the baseline by more than `tolerance`. */
export const performanceNoRegression: Criterion = withOptions({
  ...worded.performanceNoRegression,
  asks: (context, given, answers) => [
    ...asksReports([given.report], given.from, context, answers),
    ...(comparesWith(given) && context.change.base !== ''
      ? [{ kind: 'file', path: given.baseline, sha: context.change.base } as const]
      : []),
  ],
  finds: (context, given, answers) => {
    const told = reportAt(
      placeOf(given.report, given.from, context, answers),
      'a list of benchmarks',
      readBenchmarks,
      answers,
    );
    if (told.kind === 'open') return told.found;
    const found = [
      ...(given.sla === undefined ? [] : [againstLimits(told.report, given.sla, context)]),
      ...(comparesWith(given) ? [againstBaseline(told.report, given, context, answers)] : []),
    ];
    const worst =
      found.find(({ outcome }) => outcome === 'fail') ?? found.find(({ outcome }) => outcome !== 'pass') ?? found[0];
    return worst ?? unknownFinding('neither a limit nor a baseline is named', 'name one under `with:`');
  },
});

function comparesWith({ sla, tolerance }: Options): boolean {
  return sla === undefined || tolerance !== undefined;
}

function againstLimits(now: readonly Benchmark[], sla: NonNullable<Options['sla']>, context: Context): Found {
  const broken: string[] = [];
  for (const [name, condition] of Object.entries(sla)) {
    const one = now.find((benchmark) => benchmark.name === name);
    const value = one === undefined ? undefined : inUnit(one, condition.unit);
    const kept = value === undefined ? undefined : holds(condition, value);
    if (kept === undefined) {
      const what = one === undefined ? `${name} was not measured` : `${name} is in ${one.unit || 'no unit'}`;
      return unknownFinding(`${what}; it must be ${condition.text}`, `measure ${name} in a unit that fits`, 'author');
    }
    if (!kept) broken.push(`${name} ${shown(one)}, must be ${condition.text}`);
  }
  if (broken.length > 0) return fail(listed(broken, 3), 'make it faster', 'author');
  return pass(`${Object.keys(sla).length} within their limits${origin(context)}`);
}

function againstBaseline(now: readonly Benchmark[], given: Options, context: Context, answers: Answers): Found {
  const { base } = context.change;
  if (base === '')
    return unknownFinding('there is nothing before this change to compare with', 'name limits under `with: sla:`');
  const file = answers.of({ kind: 'file', path: given.baseline, sha: base });
  if (file.kind === 'unknown') return notTold(file);
  const read = file.value.found ? readBenchmarks(file.value.text) : undefined;
  if (read === undefined || read.kind === 'unreadable') {
    const why = read === undefined ? 'is not there' : `proves nothing: ${read.because}`;
    const todo = `commit the benchmarks of what runs as ${given.baseline}, or name limits under \`with: sla:\``;
    return unknownFinding(`the baseline ${given.baseline} of ${short(base)} ${why}`, todo, 'author');
  }
  const tolerance = given.tolerance ?? usualTolerance;
  const worse: string[] = [];
  for (const before of read.report) {
    const after = now.find(({ name }) => name === before.name);
    if (after === undefined || after.unit !== before.unit) {
      const what = after === undefined ? 'is not measured any more' : `was in ${before.unit} and is in ${after.unit}`;
      return unknownFinding(`${before.name} ${what}`, 'measure it as the baseline does', 'author');
    }
    if (isWorse(before, after, tolerance)) worse.push(`${before.name} ${shown(after)}, was ${shown(before)}`);
  }
  const lets = `lets ${formatPercent(tolerance)} through`;
  if (worse.length > 0) return fail(`worse: ${listed(worse, 3)}; ${lets}`, 'make it as fast as before', 'author');
  return pass(`${read.report.length} not worse than at ${short(base)}, ${lets}${origin(context)}`);
}

function isWorse(before: Benchmark, after: Benchmark, tolerance: number): boolean {
  return before.better === 'smaller'
    ? after.value > before.value * (1 + tolerance)
    : after.value < before.value * (1 - tolerance);
}

const units: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  ms: { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000 },
  ratio: { '%': 0.01, ratio: 1 },
  bytes: { B: 1, bytes: 1, KB: 1e3, MB: 1e6, GB: 1e9 },
  count: { '': 1, count: 1 },
  'per-minute': { 'per minute': 1, '/min': 1, '/s': 60, 'req/s': 60, 'ops/s': 60 },
};

function inUnit({ value, unit }: Benchmark, wanted: Unit): number | undefined {
  const times = units[wanted][unit];
  return times === undefined ? undefined : value * times;
}

function shown(benchmark: Benchmark | undefined): string {
  return benchmark === undefined ? '' : `${benchmark.value} ${benchmark.unit}`.trim();
}

/** `load-test-results`: every threshold of the k6 summary at `report` was kept. */
export const loadTestResults: Criterion = withOptions({
  ...worded.loadTestResults,
  asks: (context, { report, from }, answers) => asksReports([report], from, context, answers),
  finds: (context, { report, from }, answers) => {
    const told = reportAt(placeOf(report, from, context, answers), 'a k6 summary', readLoadTest, answers);
    if (told.kind === 'open') return told.found;
    const { kept, broken } = told.report;
    if (broken.length > 0)
      return fail(`not kept: ${listed(broken, 3)}`, 'make it bear the load, and run the load test again', 'author');
    return pass(`${kept.length} thresholds kept${origin(context)}`);
  },
});
