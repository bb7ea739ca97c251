// What counts as slow: where a histogram's query does not say, the first bucket that held nine tenths of the stable version's requests in the last hour.
import { fill } from '../policy/measure.ts';
import type { MetricQuery } from '../policy/parts.ts';
import type { Sides } from '../record/running.ts';
import { pollingOf } from './beginning.ts';
import { escapeOf, type Polling } from './poller.ts';
import type { Scene } from './scene.ts';
import type { SightWorld } from './sight.ts';

/** Slower than this share of stable's requests (reference canary 4, `slow`). */
const usual = 0.9;
const hour = 3_600_000;

type Histogram = Extract<MetricQuery, { readonly kind: 'histogram' }>;

/** The scene with every wanted `<name>-slow` settled. What cannot be asked stays as it is: not measured. */
export async function withSlow(world: SightWorld, scene: Scene, sides: Sides): Promise<Scene> {
  const { policy, limits } = scene;
  const wanted = new Set([...policy.compare, ...limits].map(({ metric }) => metric));
  const polling = pollingOf(world, scene, sides);
  const queries = await Promise.all(
    policy.metrics.queries.map(async (query) => {
      if (query.kind !== 'histogram' || query.slowMs !== undefined || !wanted.has(`${query.name}-slow`)) return query;
      const slowMs = await edgeOf(polling, query, world.clock.now());
      world.log.info(
        slowMs === undefined
          ? `${query.name}-slow is not measured: its buckets could not be read; write \`slow:\` into the query.`
          : `${query.name}-slow: slower than ${slowMs} ms, the bucket that held 90 % of stable's requests in the last hour.`,
      );
      return slowMs === undefined ? query : { ...query, slowMs };
    }),
  );
  return { ...scene, policy: { ...policy, metrics: { ...policy.metrics, queries } } };
}

async function edgeOf(polling: Polling, query: Histogram, at: number): Promise<number | undefined> {
  const { sources, sides, versions, leg, open } = polling;
  const source = sources.find(({ name }) => name === query.source);
  if (source === undefined || sides.stable === '') return undefined;
  const place = { side: sides.stable, version: versions.stable, track: 'stable', leg, windowMs: hour } as const;
  const text = `sum by (le) (increase(${query.histogram}_bucket{${query.labels ?? ''}}[{{window}}]))`;
  const reading = await open(source.provider, source.options).parts?.(fill(text, place, escapeOf(source)), 'le', at);
  if (reading?.kind !== 'parts') return undefined;
  const edge = usualEdge(reading.parts);
  const milliseconds = query.unit === 'ms' || (query.unit === undefined && query.histogram.endsWith('_milliseconds'));
  return edge === undefined ? undefined : edge * (milliseconds ? 1 : 1000);
}

/** The first finite edge below which nine tenths of all requests lie; undefined without requests, or when most lie beyond the last edge. */
export function usualEdge(buckets: Readonly<Record<string, number>>): number | undefined {
  const all = buckets['+Inf'] ?? buckets.Inf ?? 0;
  const edges = Object.entries(buckets)
    .map(([edge, below]) => ({ edge: Number(edge), below }))
    .filter(({ edge }) => Number.isFinite(edge))
    .sort((one, other) => one.edge - other.edge);
  return all <= 0 ? undefined : edges.find(({ below }) => below >= usual * all)?.edge;
}
