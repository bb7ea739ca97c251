// Words of the criteria in monitoring-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { wordOptions } from '../../options.ts';

const name = once(() => z.string().min(1));

export const metricsCollected = {
  id: 'metrics-collected',
  title: 'Metrics arrive',
  moment: 'deploy',
  with: once(() => z.strictObject({ ...wordOptions(), metrics: z.array(name()).min(1).optional() })),
} as const;

export const monitoringActive = {
  id: 'monitoring-active',
  title: 'Monitoring runs',
  moment: 'deploy',
  with: once(() => z.strictObject(wordOptions())),
} as const;

const alertOptions = once(() => ({
  ...wordOptions(),
  source: name().optional().describe('the metric source that has the rules'),
}));

export const alertsConfigured = {
  id: 'alerts-configured',
  title: 'Alerts wired',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...alertOptions(),
      rules: z.array(name()).min(1).optional().describe('names of rules that must stand'),
    }),
  ),
} as const;

export const dbAlertsSet = {
  id: 'db-alerts-set',
  title: 'Database alerts set',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({ ...alertOptions(), metrics: z.array(name()).min(1).default(['cpu', 'memory', 'connections']) }),
  ),
} as const;

/** In the order of the catalogue. */
export const monitoringLines = [dbAlertsSet, metricsCollected, alertsConfigured, monitoringActive] as const;
