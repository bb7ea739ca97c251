// Memory under load: samples in the order they were taken, as a load test writes them.
import { z } from 'zod';
import { type Read, read, readJson, unreadable } from './reading.ts';

/** Fewer say nothing about a trend (ours): two in each quarter. */
const fewest = 8;

const sample = z.union([
  z.number(),
  z.looseObject({ bytes: z.number() }).transform(({ bytes }) => bytes),
  z.looseObject({ rss: z.number() }).transform(({ rss }) => rss),
  z.looseObject({ heapUsed: z.number() }).transform(({ heapUsed }) => heapUsed),
]);
const samples = z.union([z.array(sample), z.looseObject({ samples: z.array(sample) }).transform((one) => one.samples)]);

export interface MemoryGrowth {
  readonly samples: number;
  /** How much more the last quarter holds than the first, by their medians, as a fraction; one outlier changes neither. */
  readonly growth: number;
}

/** Reads `[bytes, …]`, `[{bytes | rss | heapUsed}, …]` or `{samples: …}`. */
export function readMemory(text: string): Read<MemoryGrowth> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const parsed = samples.safeParse(json.report);
  if (!parsed.success) return unreadable('it is no list of memory samples');
  const values = parsed.data;
  if (values.length < fewest) return unreadable(`it has ${values.length} samples, needs ${fewest}`);
  if (values.some((value) => value <= 0)) return unreadable('a sample is no amount of memory');
  const quarter = Math.floor(values.length / 4);
  const [first, last] = [median(values.slice(0, quarter)), median(values.slice(-quarter))];
  return read({ samples: values.length, growth: last / first - 1 });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]];
  return (low + high) / 2;
}
