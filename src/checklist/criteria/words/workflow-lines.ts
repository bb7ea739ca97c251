// Words of the criteria in workflow-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { span, wordOptions } from '../../options.ts';

const workflowOption = once(() => z.string().min(1).optional().describe('workflow file; default: the one that runs'));

export const leastPrivilege = {
  id: 'least-privilege-deploy-account',
  title: 'Deploying account may do little',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      workflow: workflowOption(),
      keys: z.array(z.string().min(1)).default([]).describe('lasting keys that are let through'),
    }),
  ),
} as const;

export const phasedOrder = {
  id: 'phased-execution-order',
  title: 'One phase after the other',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      workflow: workflowOption(),
      phases: z.array(z.string().min(1)).min(2).default(['infrastructure', 'database', 'application', 'validation']),
      'approval-after': z
        .array(z.string().min(1))
        .default([])
        .describe('phases after which a person approves the next'),
      jobs: z
        .record(z.string(), z.string().min(1))
        .default({})
        .describe('the job of each phase; default: one that is called so'),
    }),
  ),
} as const;

export const pipelineTime = {
  id: 'ci-pipeline-stage-time',
  title: 'Checks take their expected time',
  moment: 'review',
  with: once(() => z.strictObject({ 'at-least': span().optional(), 'at-most': span().optional() })),
} as const;
