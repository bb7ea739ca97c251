// Words of the criteria in rollback-plan.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { span } from '../../options.ts';

export const rollbackPlanDocumented = {
  id: 'rollback-plan-documented',
  title: 'Rollback plan written',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      file: z.string().min(1).optional().describe('a file of the repository that holds the plan for every change'),
      names: z.literal('how').optional().describe('the plan says by which means: flag, traffic, redeploy or database'),
      within: span().optional().describe('the rollback budget of the policy is no longer than this'),
    }),
  ),
} as const;

export const rollbackProcedureTested = {
  id: 'rollback-procedure-tested',
  title: 'Rollback drilled',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      'max-age': span().optional(),
      environment: z.string().min(1).optional(),
      below: span().optional().describe('the drill took less than this'),
    }),
  ),
} as const;
