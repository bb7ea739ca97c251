// Metric sources: the adapter that the policy names. Reading never throws; what went wrong is a typed reading.
import type { z } from 'zod';
import { Problem } from '../../kit/problem.ts';
import { jsonSource, prometheusSource } from '../../providers/sources.ts';
import type { Clock, MetricSource, SourceOptions, World } from '../../world.ts';
import { jsonReader } from './json.ts';
import { prometheusReader } from './prometheus.ts';

export interface SourceWorld {
  readonly http: World['http'];
  readonly clock: Clock;
}

/** The source of the policy. Throws a Problem when this release has no adapter for it, or when its options are wrong. */
export function createSource(options: SourceOptions, world: SourceWorld): MetricSource {
  switch (options.source) {
    case 'json':
      return jsonReader(own(options, jsonSource), world.http);
    case 'prometheus':
      return prometheusReader(own(options, prometheusSource), world.http);
    default:
      throw new Problem({
        what: `The metric source ${options.source} cannot be read by this release`,
        where: 'metrics.sources',
        fix: 'Use `prometheus`, or `json` with a URL that answers the numbers.',
        reason: 'source-unsupported',
      });
  }
}

function own<Shape extends z.ZodObject>(options: SourceOptions, shape: Shape): z.infer<Shape> {
  const read = shape.safeParse(options.options);
  if (read.success) return read.data;
  throw new Problem({
    what: `The metric source ${options.source} lacks what it needs`,
    where: read.error.issues.map((issue) => `metrics.sources.*.${issue.path.join('.')}: ${issue.message}`).join('; '),
    fix: 'Complete the source in the policy.',
    reason: 'bad-policy',
  });
}
