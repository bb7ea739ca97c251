// Words of the criteria in coverage-minimum.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom, coverageFormats, percentage } from '../../options.ts';

export const coverageMinimum = {
  id: 'coverage-minimum',
  title: 'Coverage',
  moment: 'review',
  with: once(() =>
    z
      .strictObject({
        'at-least': percentage().optional(),
        above: percentage().optional(),
        report: z.string().min(1).default('coverage/lcov.info'),
        format: z.enum(coverageFormats).optional().describe('else told by what is in the file'),
        from: artifactFrom().optional(),
        tests: z.string().min(1).optional().describe('which tests the report is of, for the reader'),
      })
      .refine((given) => given['at-least'] === undefined || given.above === undefined, {
        error: 'takes at-least (that much is enough) or above (that much is not), not both',
      }),
  ),
} as const;
