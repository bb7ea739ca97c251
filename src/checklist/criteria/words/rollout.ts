// Words of the criteria in rollout.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { span } from '../../options.ts';

export const strategyChosen = {
  id: 'strategy-chosen',
  title: 'Strategy chosen',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      'one-of': z
        .array(z.enum(['blue-green', 'canary', 'rolling', 'feature-flag', 'phased', 'dark-launch']))
        .min(1)
        .optional(),
    }),
  ),
} as const;

export const gradualRollout = {
  id: 'gradual-rollout-for-high-risk',
  title: 'High risk goes out in steps',
  moment: 'review',
  with: once(() => z.strictObject({})),
} as const;

export const gradualPlanScheduled = {
  id: 'gradual-plan-scheduled',
  title: 'Steps written down',
  moment: 'review',
  with: once(() => z.strictObject({})),
} as const;

export const productionStageTime = {
  id: 'production-stage-time',
  title: 'Takes its expected time',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      'at-least': span().optional(),
      'at-most': span().optional(),
      expected: span().optional().describe('as at-most'),
    }),
  ),
} as const;

export const rollbackTriggers = {
  id: 'rollback-triggers-documented',
  title: 'Rollback triggers written down',
  moment: 'review',
  with: once(() => z.strictObject({})),
} as const;

export const behindFlag = {
  id: 'risky-change-behind-flag',
  title: 'High risk behind a flag',
  moment: 'review',
  with: once(() => z.strictObject({})),
} as const;

export const stagingStageTime = {
  id: 'staging-stage-time',
  title: 'Staging took its expected time',
  moment: 'deploy',
  with: once(() => z.strictObject({ 'at-least': span().optional(), 'at-most': span().optional() })),
} as const;
