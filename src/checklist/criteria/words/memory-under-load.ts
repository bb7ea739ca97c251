// Words of the criteria in memory-under-load.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom, fromWith, percentage, span, wordOptions } from '../../options.ts';

export const hour = 60 * 60 * 1000;

export const memoryLeakLoadTested = {
  id: 'memory-leak-load-tested',
  title: 'Memory holds under load',
  moment: 'review',
  with: once(() =>
    fromWith(
      'report',
      z.strictObject({
        ...wordOptions(),
        report: z.string().min(1).optional().describe('[bytes, …] or [{bytes}, …] in the order of time'),
        from: artifactFrom().optional(),
        'max-growth': percentage().default(0.1),
        metric: z.string().min(1).optional().describe('memory of the load test, asked at deploy'),
        over: span()
          .default(2 * hour)
          .describe('how far the metric is looked back at'),
      }),
    ),
  ),
} as const;
