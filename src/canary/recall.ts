// The recall: a stage as the metric sources remember it, poll by poll, for a judge that was not there while it baked.
import { fill, type Measure } from '../policy/measure.ts';
import type { Stage } from '../policy/parts.ts';
import { earlierMs, sidesThen, whole } from './earlier.ts';
import { escapeOf, type Polling, type Reader } from './poller.ts';
import { armsOf, countingOf, queriesOf } from './query.ts';
import { type Arm, difference, type Poll, type PollLog, type Sample } from './sample.ts';

/** `no-past`: a metric's source remembers nothing, so all have to be sampled. `error`: a source did not answer this time. */
export type Recalled =
  | { readonly kind: 'polls'; readonly polls: PollLog }
  | { readonly kind: 'no-past' }
  | { readonly kind: 'error'; readonly because: string };

interface Span {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** As many as a judge reads through in a moment at each call; a source answers more (Prometheus up to 11,000 points a query). */
const mostPolls = 360;

/** The time between two polls of a recalled stage, ms: the plan's interval, or a multiple of it where the stage lasts long. The same at every call. */
export function stepOf({ bakeMs, maxBakeMs = 0 }: Pick<Stage, 'bakeMs' | 'maxBakeMs'>, everyMs: number): number {
  return everyMs * Math.max(1, Math.ceil(Math.max(bakeMs, maxBakeMs) / mostPolls / everyMs));
}

/** Asks every measure of both versions over the span. The polls stand `stepMs` apart; what happened since the last whole step waits for the next call. */
export async function recall(polling: Polling, stage: Stage, span: Span): Promise<Recalled> {
  const { from, to, stepMs } = span;
  const steps = Math.floor((to - from) / stepMs);
  const steady = { ...span, to: from + steps * stepMs };
  const earlier = earlierMs(stage);
  const asked = polling.measures.flatMap((measure) => {
    const arms =
      earlier === undefined
        ? armsOf(measure, sourceTexts(polling, measure), polling.versions)
        : (['canary', 'stable'] as const);
    return arms.map(async (arm) => {
      const isEarlier = arm === 'stable' && earlier !== undefined;
      const told = isEarlier
        ? await toldEarlier(polling, measure, steady, earlier)
        : await toldOf(polling, measure, { arm, side: polling.sides[arm] }, steady);
      return { metric: measure.metric, arm, told };
    });
  });
  const all = await Promise.all(asked);
  const lost = all.find(({ told }) => typeof told === 'string');
  if (lost !== undefined) {
    return lost.told === noPast
      ? { kind: 'no-past' }
      : { kind: 'error', because: `${lost.metric}: ${String(lost.told)}` };
  }
  const polls = Array.from({ length: steps }, (_, step): Poll => {
    const at = from + (step + 1) * stepMs;
    const samples: Record<string, Partial<Record<Arm, Sample>>> = {};
    for (const { metric, arm, told } of all) {
      const sample = typeof told === 'string' ? undefined : told.get(at);
      samples[metric] = { ...samples[metric], [arm]: sample ?? nothingThen };
    }
    return { at, stage: stage.id, warm: at - from > stage.warmupMs || stage.warmupMs === 0, samples };
  });
  return { kind: 'polls', polls };
}

const noPast = 'no past';
const nothingThen: Sample = { kind: 'no-data', because: 'nothing was measured in that time' };

type Told = ReadonlyMap<number, Sample> | string;

/** The service at another time, all sides together, poll by poll as if it were now. */
async function toldEarlier(polling: Polling, measure: Measure, span: Span, earlier: number): Promise<Told> {
  const sides = sidesThen(measure, [...queriesOf(measure), ...sourceTexts(polling, measure)], polling.sides);
  if ('kind' in sides) return sides.because;
  const then = { ...span, from: span.from - earlier, to: span.to - earlier };
  const told = await Promise.all(sides.map((side) => toldOf(polling, measure, { arm: 'stable', side }, then)));
  const lost = told.find((one) => typeof one === 'string');
  if (lost !== undefined) return lost;
  const known = told.flatMap((one) => (typeof one === 'string' ? [] : [one]));
  const instants = new Set(known.flatMap((one) => [...one.keys()]));
  return new Map([...instants].map((at) => [at + earlier, whole(known.flatMap((one) => one.get(at) ?? []))] as const));
}

async function toldOf(
  polling: Polling,
  measure: Measure,
  { arm, side }: { readonly arm: Arm; readonly side: string },
  span: Span,
): Promise<Told> {
  const source = polling.sources.find(({ name }) => name === measure.source);
  // By strata a source answers many series at once: its past is not read.
  if (source === undefined || source.provider === 'json' || polling.strata[measure.metric] !== undefined) return noPast;
  const reader = polling.open(source.provider, source.options);
  const { versions, leg } = polling;
  const place = { side, version: versions[arm], track: arm, leg, windowMs: span.stepMs };
  const read = (text: string) => valuesOf(reader, fill(text, place, escapeOf(source)), span, text);
  if (measure.kind === 'value') {
    const values = await read(measure.text);
    if (typeof values === 'string') return values;
    return new Map(
      [...values].map(([at, value]): [number, Sample] => [at, { kind: 'value', value: value * measure.scale }]),
    );
  }
  const [count, total] = await Promise.all([read(measure.count), read(measure.total)]);
  if (typeof total === 'string') return total;
  if (typeof count === 'string') return count;
  return countingOf(measure.total) === 'walk'
    ? perStep(measure, count, total, span)
    : sinceBefore(measure, count, total, span);
}

type Ratio = Extract<Measure, { readonly kind: 'ratio' }>;
type Values = ReadonlyMap<number, number>;

/** The values by instant; the words of why not. */
async function valuesOf(
  reader: Reader,
  query: string,
  { from, to, stepMs }: Span,
  text: string,
): Promise<Values | string> {
  if (reader.range === undefined) return noPast;
  if (to <= from) return new Map();
  const begin = countingOf(text) === 'walk' ? from + stepMs : from;
  const told = await reader.range(query, { from: begin, to, stepMs });
  if (told.kind === 'error') return told.because;
  return new Map(told.kind === 'values' ? told.values.map(({ at, value }) => [at, value]) : []);
}

/** The window of each query is one step: what it counts is what the step had. */
function perStep({ part, rate }: Ratio, count: Values, total: Values, { from, stepMs }: Span): Told {
  return new Map(
    [...total].flatMap(([at, all]): [number, Sample][] => {
      const counted = count.get(at) ?? (part === 'bad' ? 0 : undefined);
      if (at <= from || counted === undefined || stepMs <= 0) return [];
      return [[at, countsOf(part, rate, counted, all)]];
    }),
  );
}

/** A counter since its process began: what it grew by since the step before. */
function sinceBefore({ part, rate }: Ratio, count: Values, total: Values, { from }: Span): Told {
  let before: { readonly bad: number; readonly total: number } | undefined;
  const told = new Map<number, Sample>();
  for (const [at, all] of [...total].sort(([a], [b]) => a - b)) {
    const counted = count.get(at) ?? 0;
    const read = { bad: part === 'bad' ? counted : all - counted, total: all };
    const { counts, mark } = difference(before, read, 'ever');
    if (before !== undefined && at > from)
      told.set(at, { kind: 'counts', ...counts, ...(rate === undefined ? {} : { good: true }) });
    before = mark;
  }
  return told;
}

function countsOf(part: Ratio['part'], rate: Ratio['rate'], counted: number, all: number): Sample {
  const total = Math.max(0, all);
  const bad = Math.min(total, Math.max(0, part === 'bad' ? counted : all - counted));
  return { kind: 'counts', bad, total, ...(rate === undefined ? {} : { good: true as const }) };
}

function sourceTexts({ sources }: Polling, { source }: Measure): readonly string[] {
  const options = sources.find(({ name }) => name === source)?.options ?? {};
  return Object.values(options).filter((option) => typeof option === 'string');
}
