// Benchmarks by name: values with their units, lower is better unless the report says otherwise, and k6 summaries.
import { z } from 'zod';
import { type Read, read, readJson, unreadable } from './reading.ts';

export interface Benchmark {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'smaller' | 'bigger';
}

const measured = z.looseObject({
  name: z.string().min(1),
  value: z.number().min(0),
  unit: z.string().default(''),
  better: z.enum(['smaller', 'bigger']).optional(),
});

const list = z.array(measured).min(1);
const wrapped = z.looseObject({ benchmarks: list });

/** Reads `[{"name", "value", "unit"}]`, alone or under `benchmarks`. Throughput (`ops/s`, `req/s`, anything per second) counts as better when
 * bigger, everything else when smaller; `better` says so itself. Two values of one name are unreadable: which of them is meant? */
export function readBenchmarks(text: string): Read<readonly Benchmark[]> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const told = list.safeParse(json.report);
  const inside = wrapped.safeParse(json.report);
  const items = told.success ? told.data : inside.success ? inside.data.benchmarks : undefined;
  if (items === undefined) return unreadable('it is no list of benchmarks with name, value and unit');
  const names = items.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return unreadable(`it has ${twice} twice`);
  return read(
    items.map(({ name, value, unit, better }) => ({
      name,
      value,
      unit,
      better: better ?? (/\/\s*s(ec(ond)?)?$/i.test(unit) ? 'bigger' : 'smaller'),
    })),
  );
}

export interface LoadTest {
  /** Names of the thresholds that were kept, and of those that were not. */
  readonly kept: readonly string[];
  readonly broken: readonly string[];
}

/** The two forms of k6: `--summary-export` writes whether a threshold was broken, `handleSummary` whether it was ok. */
const threshold = z.union([
  z.boolean().transform((broken) => !broken),
  z.looseObject({ ok: z.boolean() }).transform(({ ok }) => ok),
]);
const k6 = z.looseObject({
  metrics: z.record(z.string(), z.looseObject({ thresholds: z.record(z.string(), threshold).optional() })),
});

/** Reads a k6 summary. One without a single threshold says how it went, but not whether that is well: unreadable. */
export function readLoadTest(text: string): Read<LoadTest> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const told = k6.safeParse(json.report);
  if (!told.success) return unreadable('it is no k6 summary');
  const thresholds = Object.entries(told.data.metrics).flatMap(([metric, { thresholds: own = {} }]) =>
    Object.entries(own).map(([words, ok]) => ({ name: `${metric} ${words}`, ok })),
  );
  if (thresholds.length === 0) return unreadable('it has no threshold that could be kept or broken');
  const named = (ok: boolean) => thresholds.filter((one) => one.ok === ok).map(({ name }) => name);
  return read({ kept: named(true), broken: named(false) });
}
