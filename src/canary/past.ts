// The past: what the stable version did in the hour before the shift, as far as its source can still tell.
import { fill, type Measure } from '../policy/measure.ts';
import type { Blocks } from './dispersion.ts';
import type { Counts } from './interval.ts';
import { escapeOf, type Polling, type Reader } from './poller.ts';
import { countingOf } from './query.ts';
import type { Past, PastMetric } from './sample.ts';

/** Long enough to see clusters of minutes, short enough to be the same service (reference canary 6.6 a). ms */
const reach = 3_600_000;
const minute = 60_000;
/** The newest time whose rate the comparison begins with. ms */
const newest = 5 * minute;

export interface Remembered {
  readonly past: Past;
  /** Why a metric has none. */
  readonly lacks: readonly string[];
}

interface Counter {
  readonly reader: Reader;
  readonly query: (text: string, windowMs: number) => string;
}

/** Asks each ratio's past of its source. `everyMs`: the poll interval, whose blocks count too. What cannot be asked is left out and said. */
export async function readPast(polling: Polling, at: number, everyMs: number): Promise<Remembered> {
  const ratios = polling.measures.filter((measure) => measure.kind === 'ratio');
  const told = await Promise.all(
    ratios.map(async (measure) => [measure.metric, await pastOf(polling, measure, at, everyMs)] as const),
  );
  const past = Object.fromEntries(told.flatMap(([metric, one]) => (typeof one === 'string' ? [] : [[metric, one]])));
  return { past, lacks: told.flatMap(([metric, one]) => (typeof one === 'string' ? [`${metric}: ${one}`] : [])) };
}

type Ratio = Extract<Measure, { readonly kind: 'ratio' }>;

async function pastOf(polling: Polling, measure: Ratio, at: number, everyMs: number): Promise<PastMetric | string> {
  const { sides, versions, leg, sources, open } = polling;
  const source = sources.find(({ name }) => name === measure.source);
  if (source === undefined || source.provider === 'json') return 'its source has no past';
  const reader = open(source.provider, source.options);
  const place = { side: sides.stable, version: versions.stable, track: 'stable', leg } as const;
  const counter = {
    reader,
    query: (text: string, windowMs: number) => fill(text, { ...place, windowMs }, escapeOf(source)),
  };
  const lengths = [...new Set([everyMs, minute, newest])];
  const blocks = await Promise.all(lengths.map((lengthMs) => blocksOf(counter, measure, at, lengthMs)));
  const known = blocks.filter((one): one is Blocks => typeof one !== 'string');
  if (known.length === 0) return blocks.find((one) => typeof one === 'string') ?? 'its source has no past';
  return { blocks: known, recent: recentOf(known) };
}

async function blocksOf(
  { reader, query }: Counter,
  measure: Ratio,
  at: number,
  lengthMs: number,
): Promise<Blocks | string> {
  if (reader.range === undefined) return 'its source has no past';
  const cumulative = countingOf(measure.total) === 'ever';
  const span = { from: at - reach + (cumulative ? 0 : lengthMs), to: at, stepMs: lengthMs };
  const [count, total] = await Promise.all([
    reader.range(query(measure.count, lengthMs), span),
    reader.range(query(measure.total, lengthMs), span),
  ]);
  if (total.kind !== 'values') return total.because;
  const counted = count.kind === 'values' ? count.values : [];
  if (count.kind === 'error' || (count.kind === 'no-data' && measure.part === 'good')) return count.because;
  const at0 = new Map(counted.map((one) => [one.at, one.value]));
  const marks = total.values.map((one): Counts => ({ bad: at0.get(one.at) ?? 0, total: one.value }));
  const sums = cumulative ? marks.slice(1).flatMap((mark, place) => since(marks[place], mark)) : marks;
  const counts = sums.map(({ bad, total: all }) => clean(measure.part === 'bad' ? bad : all - bad, all));
  return { lengthMs, counts: counts.filter((one) => one.total > 0) };
}

/** A counter that fell was restarted: that block is left out. */
function since(before: Counts | undefined, now: Counts): readonly Counts[] {
  if (before === undefined || now.total < before.total || now.bad < before.bad) return [];
  return [{ bad: now.bad - before.bad, total: now.total - before.total }];
}

function clean(bad: number, total: number): Counts {
  return { bad: Math.min(Math.max(0, bad), Math.max(0, total)), total: Math.max(0, total) };
}

function recentOf(blocks: readonly Blocks[]): PastMetric['recent'] {
  const whole = blocks.find(({ lengthMs, counts }) => lengthMs === newest && counts.length > 0)?.counts.at(-1);
  if (whole !== undefined) return { '': whole };
  const parts = blocks.find(({ lengthMs }) => lengthMs < newest);
  if (parts === undefined) return {};
  const last = parts.counts.slice(-Math.round(newest / parts.lengthMs));
  return {
    '': last.reduce((sum, one) => ({ bad: sum.bad + one.bad, total: sum.total + one.total }), { bad: 0, total: 0 }),
  };
}
