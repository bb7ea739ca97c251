// Words of the criteria in static-checks.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom } from '../../options.ts';

const check = once(() => z.array(z.string().min(1)).min(1));

export const lintClean = {
  id: 'lint-clean',
  title: 'Linter clean',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      warnings: z.int().min(0).default(0).describe('so many are let through; a check decides by itself'),
      report: z.string().min(1).optional().describe('ESLint JSON or SARIF'),
      from: artifactFrom().optional(),
      check: check().optional().describe('names of checks; * and ** allowed'),
    }),
  ),
} as const;

export const typeCheckClean = {
  id: 'type-check-clean',
  title: 'Types checked',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      strict: z.boolean().default(false),
      config: z.string().min(1).default('tsconfig.json').describe('where strict: true is read'),
      check: check().optional().describe('names of checks; * and ** allowed'),
    }),
  ),
} as const;
