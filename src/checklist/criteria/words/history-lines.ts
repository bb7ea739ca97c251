// Words of the criteria in history-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { span, wordOptions } from '../../options.ts';

/** A quarter of a year (ours): what was done before says little about how it is done now. */
const usualWithinMs = 90 * 24 * 60 * 60 * 1000;

const within = once(() => span().default(usualWithinMs).describe('Deployments that began so long ago at most'));

const ofHistory = once(() => z.strictObject({ within: within() }));

export const auditLogging = {
  id: 'audit-logging',
  title: 'Deployments leave a log',
  moment: 'review',
  with: ofHistory,
} as const;

export const stepsAutomated = {
  id: 'deployment-steps-automated',
  title: 'Deployed by workflows, not by hand',
  moment: 'review',
  with: ofHistory,
} as const;

export const everyoneCanDeploy = {
  id: 'knowledge-everyone-can-deploy',
  title: 'Everyone can deploy',
  moment: 'review',
  with: once(() =>
    z.strictObject({ ...wordOptions(), role: z.string().min(1).optional().describe('the team'), within: within() }),
  ),
} as const;
