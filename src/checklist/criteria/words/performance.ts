// Words of the criteria in performance.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { parseCondition } from '../../../policy/condition.ts';
import { artifactFrom, percentage } from '../../options.ts';

const limit = once(() =>
  z.string().transform((text, context) => {
    const condition = parseCondition(text);
    if (condition?.kind === 'compare' || condition?.kind === 'band') return condition;
    context.addIssue({ code: 'custom', message: `“${text}” is no limit of its own, such as < 500ms` });
    return z.NEVER;
  }),
);

export const performanceNoRegression = {
  id: 'performance-no-regression',
  title: 'No slower than before',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      report: z.string().min(1).default('benchmark.json').describe('[{name, value, unit}]'),
      from: artifactFrom().optional(),
      baseline: z
        .string()
        .min(1)
        .default('benchmarks/baseline.json')
        .describe('the same, in the repository where the change begins'),
      tolerance: percentage().optional().describe('so much worse than the baseline is let through'),
      sla: z.record(z.string().min(1), limit()).optional().describe('limit by benchmark; asked instead of a baseline'),
    }),
  ),
} as const;

export const loadTestResults = {
  id: 'load-test-results',
  title: 'Load tested',
  moment: 'review',
  with: once(() =>
    z.strictObject({ report: z.string().min(1).default('k6-summary.json'), from: artifactFrom().optional() }),
  ),
} as const;
