/** Measures: which metrics the policy's queries give, and the query texts with every placeholder filled in. */
import type { Compared, Limit, MetricQuery, Metrics, QueryUnit } from './parts.ts';

/** The version on trial, and the one the users have. */
export type Arm = 'canary' | 'stable';

/** One metric as it is asked: two counters, or one value. `part`: which requests `count` counts; `rate: good`: the metric names the share that
 * went well (a histogram's slow ones are told by counting the others). `scale` turns the source's unit into the limits' (ratio 0..1, ms). */
export type Measure = { readonly metric: string; readonly source: string } & (
  | {
      readonly kind: 'ratio';
      readonly part: 'bad' | 'good';
      readonly rate?: 'good';
      readonly count: string;
      readonly total: string;
    }
  | { readonly kind: 'value'; readonly text: string; readonly scale: number }
);

/** What the placeholders stand for. */
export interface Place {
  readonly side: string;
  readonly version: string;
  readonly track: Arm;
  readonly leg: string;
  readonly windowMs: number;
}

const scales: Readonly<Record<QueryUnit, number>> = {
  ratio: 1,
  percent: 0.01,
  s: 1000,
  ms: 1,
  bytes: 1,
  count: 1,
  'per-minute': 1,
};

/** The quantiles that a histogram gives, each as `<name>-p<quantile>`. */
export const quantiles = [50, 90, 95, 99] as const;

/** Every metric that the policy's queries give: a histogram gives `<name>-p50` to `-p99`, and `-slow` when it says what is slow. */
export function measuresOf(metrics: Metrics): readonly Measure[] {
  return metrics.queries.flatMap(expanded);
}

/** The measures that this policy looks at: those of its limits and its comparison, the required and the shown ones. */
export function wantedMeasures(
  metrics: Metrics,
  limits: readonly Limit[],
  compared: readonly Compared[] = [],
): readonly Measure[] {
  const named = [...limits, ...compared].map(({ metric }) => metric);
  const wanted = new Set([...named, ...metrics.required, ...metrics.shown]);
  return measuresOf(metrics).filter(({ metric }) => wanted.has(metric));
}

function expanded(query: MetricQuery): readonly Measure[] {
  const { name, source } = query;
  if (query.kind === 'value') {
    return [{ metric: name, source, kind: 'value', text: query.value, scale: scales[query.unit ?? 'ratio'] }];
  }
  if (query.kind === 'ratio') {
    const { part, count, total } = query;
    const rate = part === 'good' ? { rate: 'good' as const } : {};
    return [{ metric: name, source, kind: 'ratio', part, ...rate, count, total }];
  }
  const labels = query.labels ?? '';
  const window = '[{{window}}]';
  const scale = scales[query.unit ?? (query.histogram.endsWith('_milliseconds') ? 'ms' : 's')];
  const latencies = quantiles.map((quantile): Measure => {
    const buckets = `sum by (le) (increase(${query.histogram}_bucket{${labels}}${window}))`;
    const text = `histogram_quantile(${quantile / 100}, ${buckets})`;
    return { metric: `${name}-p${quantile}`, source, kind: 'value', text, scale };
  });
  if (query.slowMs === undefined) return latencies;
  const edge = `${labels === '' ? '' : `${labels},`}le=${bucket(query.slowMs / scale)}`;
  const count = `sum(increase(${query.histogram}_bucket{${edge}}${window}))`;
  const total = `sum(increase(${query.histogram}_count{${labels}}${window}))`;
  return [...latencies, { metric: `${name}-slow`, source, kind: 'ratio', part: 'good', count, total }];
}

/** A bucket's label: newer servers write whole numbers as `1.0`. */
function bucket(edge: number): string {
  return Number.isInteger(edge) ? `~"${edge}|${edge}.0"` : `"${edge}"`;
}

/** How a filled-in text escapes what comes from outside, such as a tag's name: inside PromQL's quotes, in a URL, in a JSON pointer. */
export type Escape = 'promql' | 'url' | 'pointer';

const escapes: Readonly<Record<Escape, (value: string) => string>> = {
  promql: (value) => value.replace(/[\\"']/g, (mark) => `\\${mark}`).replace(/\n/g, ' '),
  url: encodeURIComponent,
  pointer: (value) => value.replace(/~/g, '~0').replace(/\//g, '~1'),
};

/** The text with {{side}} {{version}} {{track}} {{leg}} {{window}} filled in; other braces stay. The window is whole seconds, at least one. */
export function fill(text: string, place: Place, within: Escape): string {
  const values: Readonly<Record<string, string>> = {
    side: place.side,
    version: place.version,
    track: place.track,
    leg: place.leg,
    window: `${Math.max(1, Math.round(place.windowMs / 1000))}s`,
  };
  return text.replace(/\{\{\s*(side|version|track|leg|window)\s*\}\}/g, (_, name: string) =>
    escapes[within](values[name] ?? ''),
  );
}
