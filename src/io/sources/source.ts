// Metric sources: the adapter that the policy names. Reading never throws; what went wrong is a typed reading.
import type { z } from 'zod';
import { Problem } from '../../kit/problem.ts';
import {
  cloudwatchSource,
  commandSource,
  datadogSource,
  jsonSource,
  probeSource,
  prometheusSource,
} from '../../providers/sources.ts';
import type { Clock, Command, MetricSource, SourceOptions, World } from '../../world.ts';
import { cloudwatchReader } from './cloudwatch.ts';
import { commandReader } from './command.ts';
import { datadogReader } from './datadog.ts';
import { jsonReader } from './json.ts';
import { Probes } from './probe.ts';
import { prometheusReader } from './prometheus.ts';

export interface SourceWorld {
  readonly http: World['http'];
  readonly clock: Clock;
  readonly command: Command;
  /** What this run has probed so far; without it every source begins anew. */
  readonly probes?: Probes;
}

/** The source of the policy. Throws a Problem for a name nobody knows, or when its options are wrong. */
export function createSource(options: SourceOptions, world: SourceWorld): MetricSource {
  switch (options.source) {
    case 'json':
      return jsonReader(own(options, jsonSource()), world.http);
    case 'prometheus':
      return prometheusReader(own(options, prometheusSource()), world.http);
    case 'datadog':
      return datadogReader(own(options, datadogSource()), world.http);
    case 'cloudwatch':
      return cloudwatchReader(own(options, cloudwatchSource()), world.command);
    case 'command':
      return commandReader(own(options, commandSource()), world.command);
    case 'probe':
      return (world.probes ?? new Probes()).reader(JSON.stringify(options.options), own(options, probeSource()), world);
    default:
      throw new Problem({
        what: `There is no metric source ${options.source}`,
        where: 'metrics.sources',
        fix: 'Name one of docs/providers.md, or use `command` with a script that prints the number.',
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
