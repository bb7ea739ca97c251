// Words of the criteria in metric-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { type Condition, parseCondition } from '../../../policy/condition.ts';
import { percentage, span, wordOptions } from '../../options.ts';

const name = once(() => z.string().min(1));

const hour = 3_600_000;

const condition = once(() =>
  z.string().transform((text, context): Condition => {
    const parsed = parseCondition(text);
    if (parsed !== undefined && parsed.kind !== 'state') return parsed;
    context.addIssue({ code: 'custom', message: `“${text}” is no limit of a number, such as < 60 %` });
    return z.NEVER;
  }),
);

export const stagingLogsQuiet = {
  id: 'staging-logs-quiet',
  title: 'Staging logs quiet',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      window: span().default(10 * 60_000),
      metric: name().default('staging-log-errors').describe('error lines in {{window}} on staging'),
      'at-most': z.int().min(0).default(0),
    }),
  ),
} as const;

export const backupFresh = {
  id: 'backup-fresh',
  title: 'Backup fresh',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      'max-age': span().default(24 * hour),
      metric: name().default('backup-age').describe('time since the newest backup, with its unit'),
    }),
  ),
} as const;

export const replicationLag = {
  id: 'replication-lag',
  title: 'Replicas keep up',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      below: span().default(100),
      metric: name().default('replication-lag').describe('with its unit'),
      url: name().optional().describe('a Postgres that has the answer, e.g. ${REPLICA_URL}'),
    }),
  ),
} as const;

export const serverCapacityHeadroom = {
  id: 'server-capacity-headroom',
  title: 'Room on the servers',
  moment: 'deploy',
  with: once(() =>
    z
      .object({ ...wordOptions(), resources: z.array(name()).min(1).optional().describe('metrics below 80 %') })
      .catchall(condition()),
  ),
} as const;

export const containerStartupTime = {
  id: 'container-startup-time',
  title: 'Starts quickly',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      below: span().default(30_000),
      metric: name().default('container-startup-time').describe('with its unit'),
    }),
  ),
} as const;

export const deployWindowPeak = {
  id: 'deploy-window-peak',
  title: 'Not at peak traffic',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      metric: name().default('request-rate'),
      'at-most': percentage().default(0.8),
      of: span().default(7 * 24 * hour),
    }),
  ),
} as const;

/** In the order of the catalogue. */
export const metricLines = [
  stagingLogsQuiet,
  backupFresh,
  replicationLag,
  serverCapacityHeadroom,
  containerStartupTime,
  deployWindowPeak,
] as const;
