// Words of the criteria in kubernetes-rollout.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { manifestShape, percentage, span } from '../../options.ts';

const pods = once(() => z.int().min(0));

export const strategyRolling = {
  id: 'strategy-rolling',
  title: 'Instances replaced one by one',
  moment: 'review',
  with: once(() =>
    manifestShape({
      'max-surge': pods().default(1).describe('so many pods more than wanted at most'),
      'max-unavailable': pods().default(0).describe('so many pods less than wanted at most'),
      replicas: pods().optional().describe('so many pods at least'),
      'per-instance': span().optional().describe('a pod may take this long before the rollout counts as failed'),
    }),
  ),
} as const;

export const autoscalingConfigured = {
  id: 'autoscaling-configured',
  title: 'Scales by itself',
  moment: 'review',
  with: once(() =>
    manifestShape({
      minimum: pods().optional().describe('so many pods at least'),
      maximum: pods().optional().describe('so many pods at most'),
      cpu: percentage().optional().describe('adds pods at this share of what is requested, or earlier'),
      memory: percentage().optional(),
      except: z.array(z.string().min(1)).default([]).describe('Deployments that need not scale'),
    }),
  ),
} as const;
