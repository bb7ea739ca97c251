// The poller: asks every measure of both arms at one instant, and turns counters into the counts since the poll before.
import { type Escape, fill, type Measure, type Place } from '../policy/measure.ts';
import type { Json, MetricSource as Source } from '../policy/parts.ts';
import type { Sides } from '../record/running.ts';
import type { BuiltIn } from './built-in.ts';
import { noMemory, sidesThen, whole } from './earlier.ts';
import type { Counts } from './interval.ts';
import { armsOf, countingOf, queriesOf } from './query.ts';
import { type Fault, mostStrata, noParts, noSource, tooMany } from './query-fault.ts';
import type { Reader, Reading } from './reader.ts';
import { type Arm, difference, type Mark, type Poll, type Sample, type Samples } from './sample.ts';

export type { Reader, Reading } from './reader.ts';

export interface Polling {
  readonly measures: readonly Measure[];
  /** Sources with their variables filled in. */
  readonly sources: readonly Source[];
  readonly sides: Sides;
  readonly versions: Readonly<Record<Arm, string>>;
  readonly leg: string;
  /** The label by whose values a metric is compared, by metric. */
  readonly strata: Readonly<Record<string, string>>;
  /** Opens a source; the options have their placeholders filled in. */
  readonly open: (provider: string, options: Readonly<Record<string, Json>>) => Reader;
  /** What needs no query: the health of a side, its ready pods, the alerts that fire. */
  readonly builtIns: readonly BuiltIn[];
}

/** Values are read over the last minute: a window of a few scrapes, none longer than what it is to show. */
const valueWindow = 60_000;

export class Poller {
  readonly #polling: Polling;
  readonly #marks = new Map<string, Mark & { readonly stage: string }>();

  constructor(polling: Polling) {
    this.#polling = polling;
  }

  /** One look at everything. `sinceMs`: how long the walk has lasted, the window of counters that count since its beginning. */
  async poll(look: {
    readonly at: number;
    readonly stage: string;
    readonly warm: boolean;
    readonly sinceMs: number;
    /** So long ago is what stands for stable. */
    readonly earlierMs?: number | undefined;
  }): Promise<Poll> {
    const { at, stage, warm, sinceMs, earlierMs } = look;
    const readers = new Map<string, Reader>();
    const { sides, versions } = this.#polling;
    const asked = this.#polling.measures.flatMap((measure) => {
      const both = earlierMs !== undefined;
      const arms = both ? (['canary', 'stable'] as const) : armsOf(measure, this.#textsOf(measure), versions);
      return arms.map(async (arm) => {
        const now = { measure, arm, side: sides[arm], at, stage, sinceMs, readers, isEarlier: false };
        const then = arm === 'stable' ? earlierMs : undefined;
        const sample = await (then === undefined ? this.#sample(now) : this.#earlier({ ...now, at: at - then }));
        return [measure.metric, arm, sample] as const;
      });
    });
    const found = this.#polling.builtIns.map(
      async ({ metric, ask }) => [metric, 'canary', await ask(this.#polling.sides.canary)] as const,
    );
    return { at, stage, warm, samples: gathered(await Promise.all([...asked, ...found])) };
  }

  /** The service at another time, all sides together. */
  async #earlier(asked: Asked): Promise<Sample> {
    const { measure } = asked;
    const sides = sidesThen(measure, [...queriesOf(measure), ...this.#textsOf(measure)], this.#polling.sides);
    if ('kind' in sides) return sides;
    return whole(await Promise.all(sides.map((side) => this.#sample({ ...asked, side, isEarlier: true }))));
  }

  async #sample(asked: Asked): Promise<Sample> {
    const { measure, arm } = asked;
    if (measure.kind === 'value') {
      const reading = await this.#read(asked, measure.text, valueWindow);
      // Infinite is beyond every limit, and a number all the same.
      const { MAX_VALUE } = Number;
      return reading.kind === 'value'
        ? { kind: 'value', value: Math.max(-MAX_VALUE, Math.min(MAX_VALUE, reading.value * measure.scale)) }
        : reading;
    }
    const label = this.#polling.strata[measure.metric];
    if (label !== undefined) return this.#parted(asked, measure, label);
    const [count, total] = await Promise.all([
      this.#read(asked, measure.count, asked.sinceMs),
      this.#read(asked, measure.total, asked.sinceMs),
    ]);
    const read = ratioOf(measure.part, count, total);
    if ('kind' in read) return read;
    return {
      kind: 'counts',
      ...this.#since(asked, `${measure.metric} ${arm} ${asked.side} ${asked.isEarlier}`, read, measure.total),
      ...namedBy(measure),
    };
  }

  /** Counts since the poll before. What was counted before the shift was counted at another weight: the first reading of a stage is its mark. */
  #since({ stage, isEarlier }: Asked, key: string, read: Mark, total: string): Counts {
    const before = this.#marks.get(key);
    const { counts, mark } = difference(before, read, countingOf(total));
    this.#marks.set(key, { ...mark, stage });
    const isFirst = before === undefined ? isEarlier : before.stage !== stage;
    return isFirst ? { bad: 0, total: 0 } : counts;
  }

  /** The counts of each stratum, and their sum. */
  async #parted(asked: Asked, measure: Ratio, label: string): Promise<Sample> {
    const { arm, side, at, sinceMs, isEarlier } = asked;
    const read = (text: string) =>
      this.#ask(asked, text, sinceMs, async (reader, query) =>
        reader.parts === undefined ? noParts(measure) : reader.parts(query, label, at),
      );
    const [count, total] = await Promise.all([read(measure.count), read(measure.total)]);
    if (total.kind !== 'parts') return total;
    if (count.kind === 'error' || (count.kind === 'no-data' && measure.part === 'good')) return count;
    if (Object.keys(total.parts).length > mostStrata) return tooMany(measure, label);
    const strata = Object.entries(total.parts).map(([name, all]): readonly [string, Counts] => {
      const counted = (count.kind === 'parts' ? count.parts[name] : undefined) ?? 0;
      const mark = { bad: measure.part === 'bad' ? counted : all - counted, total: all };
      return [name, this.#since(asked, `${measure.metric} ${arm} ${side} ${isEarlier} ${name}`, mark, measure.total)];
    });
    const bad = strata.reduce((sum, [, one]) => sum + one.bad, 0);
    const requests = strata.reduce((sum, [, one]) => sum + one.total, 0);
    return { kind: 'counts', bad, total: requests, strata: Object.fromEntries(strata), ...namedBy(measure) };
  }

  #read(asked: Asked, text: string, windowMs: number): Promise<Reading> {
    return this.#ask(asked, text, windowMs, (reader, query) => reader.read(query, asked.at, windowMs));
  }

  #ask<T>(
    { measure, arm, side, readers, isEarlier }: Asked,
    text: string,
    windowMs: number,
    how: (reader: Reader, query: string) => Promise<T>,
  ): Promise<T | Fault> {
    const { versions, leg, open } = this.#polling;
    const source = this.#sourceOf(measure);
    if (source === undefined) return Promise.resolve(noSource(measure));
    const place: Place = { side, version: versions[arm], track: arm, leg, windowMs };
    const options = filledOptions(source, place);
    // Queries of one poll share a reader, so that numbers out of one answer belong together.
    const key = JSON.stringify([source.name, options]);
    const reader = readers.get(key) ?? open(source.provider, options);
    readers.set(key, reader);
    if (isEarlier && reader.range === undefined) return Promise.resolve(noMemory(measure));
    return how(reader, fill(text, place, escapeOf(source)));
  }

  #sourceOf({ source }: Measure): Source | undefined {
    return this.#polling.sources.find(({ name }) => name === source);
  }

  #textsOf(measure: Measure): readonly string[] {
    return Object.values(this.#sourceOf(measure)?.options ?? {}).filter((option) => typeof option === 'string');
  }
}

type Ratio = Extract<Measure, { readonly kind: 'ratio' }>;

function namedBy({ rate }: Ratio): { readonly good?: true } {
  return rate === 'good' ? { good: true } : {};
}

interface Asked {
  readonly measure: Measure;
  readonly arm: Arm;
  readonly side: string;
  /** It stands for stable, of another time. */
  readonly isEarlier: boolean;
  readonly at: number;
  readonly stage: string;
  readonly sinceMs: number;
  readonly readers: Map<string, Reader>;
}

/** Bad and total of a ratio. No series of bad requests beside counted ones means none was bad; without a total nothing is known. */
function ratioOf(part: 'bad' | 'good', count: Reading, total: Reading): Mark | Sample {
  if (total.kind !== 'value') return total;
  const counted: Reading = count.kind === 'no-data' && part === 'bad' ? { kind: 'value', value: 0 } : count;
  if (counted.kind !== 'value') return counted;
  const bad = part === 'bad' ? counted.value : total.value - counted.value;
  if (Number.isFinite(bad) && Number.isFinite(total.value)) return { bad, total: total.value };
  return { kind: 'error', because: 'a counter is infinite', remedy: 'Correct the query.', retryable: false };
}

function filledOptions(source: Source, place: Place): Readonly<Record<string, Json>> {
  if (source.provider !== 'json') return source.options;
  const entries = Object.entries(source.options);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? fill(value, place, 'url') : value]),
  );
}

/** How a source's query texts are filled in. */
export function escapeOf({ provider }: Source): Escape {
  return provider === 'prometheus' ? 'promql' : 'pointer';
}

/** The filled-in texts of a measure, of both arms; those of the canary first, each once. */
export function textsOf(polling: Polling, measure: Measure, windowMs: number): readonly string[] {
  const { sides, versions, leg, sources } = polling;
  const source = sources.find(({ name }) => name === measure.source);
  const texts = measure.kind === 'ratio' ? [measure.count, measure.total] : [measure.text];
  if (source === undefined) return texts;
  const filled = (['canary', 'stable'] as const).flatMap((arm) => {
    const place: Place = { side: sides[arm], version: versions[arm], track: arm, leg, windowMs };
    return texts.map((text) => fill(text, place, escapeOf(source)));
  });
  return [...new Set(filled)];
}

function gathered(told: readonly (readonly [string, Arm, Sample])[]): Samples {
  const samples: Record<string, Partial<Record<Arm, Sample>>> = {};
  for (const [metric, arm, sample] of told) samples[metric] = { ...samples[metric], [arm]: sample };
  return samples;
}
