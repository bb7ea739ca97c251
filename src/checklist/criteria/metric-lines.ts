// Lines of the catalogue that the policy's metrics answer: quiet logs, backups, replicas, room on the servers, start-up, peak hours.
import { z } from 'zod';
import type { QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { formatPercent } from '../../kit/percent.ts';
import { type Condition, parseCondition } from '../../policy/condition.ts';
import type { Effective } from '../../policy/effective.ts';
import { wordOptions } from '../attestation.ts';
import type { Criterion } from '../criterion.ts';
import { fail, notTold, pass, unknownFinding } from '../finding.ts';
import { asksMeasure, freshMs, isMeasured, measured, type Wanted } from '../measurement.ts';
import { percentage, span } from '../options.ts';
import { type Asking, allOf, askedLine } from './asked-line.ts';
import { asksLimited, findLimited, type Limited, withoutNumber } from './metric-evidence.ts';
import { findRow, sqlTimeoutMs } from './sql-evidence.ts';

const name = z.string().min(1);
const hour = 3_600_000;

const condition = z.string().transform((text, context): Condition => {
  const parsed = parseCondition(text);
  if (parsed !== undefined && parsed.kind !== 'state') return parsed;
  context.addIssue({ code: 'custom', message: `“${text}” is no limit of a number, such as < 60 %` });
  return z.NEVER;
});

function limited(limit: Limited): Asking {
  return {
    asks: (context, answers) => asksLimited(limit, context, answers),
    finds: (context, answers) => findLimited(limit, context, answers),
  };
}

/** The limit on a metric that has a query; undefined where nobody measures it. */
function whereMeasured(policy: Effective, limit: Limited): Asking | undefined {
  return isMeasured({ policy }, limit.metric) ? limited(limit) : undefined;
}

function time(is: '<' | '<=', value: number): Condition {
  return { kind: 'compare', is, value, unit: 'ms', text: `${is} ${formatDuration(value)}` };
}

/** `staging-logs-quiet`: at most so many error lines in the last minutes. */
const stagingLogsQuiet = askedLine({
  id: 'staging-logs-quiet',
  title: 'Staging logs quiet',
  with: z.strictObject({
    ...wordOptions,
    window: span.default(10 * 60_000),
    metric: name.default('staging-log-errors').describe('error lines in {{window}} on staging'),
    'at-most': z.int().min(0).default(0),
  }),
  ways: ['metrics.queries.staging-log-errors'],
  asking: (policy, given) => {
    const most = given['at-most'];
    const is: Condition = { kind: 'compare', is: '<=', value: most, unit: 'count', text: `<= ${most}` };
    return whereMeasured(policy, { metric: given.metric, is, overMs: given.window });
  },
});

/** `backup-fresh`: the newest backup is young enough. */
const backupFresh = askedLine({
  id: 'backup-fresh',
  title: 'Backup fresh',
  with: z.strictObject({
    ...wordOptions,
    'max-age': span.default(24 * hour),
    metric: name.default('backup-age').describe('time since the newest backup, with its unit'),
  }),
  ways: ['metrics.queries.backup-age'],
  asking: (policy, given) => whereMeasured(policy, { metric: given.metric, is: time('<=', given['max-age']) }),
});

/** Lag in ms as Postgres tells: on a replica that has replayed all it got there is none; on a primary the slowest replica's; NULL without any. */
export const lagQuery = `select extract(epoch from case
  when not pg_is_in_recovery() then (select case when count(*) > 0 then coalesce(max(replay_lag), interval '0') end from pg_stat_replication)
  when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then interval '0'
  else now() - pg_last_xact_replay_timestamp() end) * 1000`;

/** `replication-lag`: by a metric, or asked of the Postgres at `url`. */
const replicationLag = askedLine({
  id: 'replication-lag',
  title: 'Replicas keep up',
  with: z.strictObject({
    ...wordOptions,
    below: span.default(100),
    metric: name.default('replication-lag').describe('with its unit'),
    url: name.optional().describe('a Postgres that has the answer, e.g. ${REPLICA_URL}'),
  }),
  ways: ['metrics.queries.replication-lag', 'with: {url: "${REPLICA_URL}"}'],
  asking: (policy, { below, metric, url }) => {
    if (url === undefined) return whereMeasured(policy, { metric, is: time('<', below) });
    const question: QuestionOf<'sql'> = { kind: 'sql', url, query: lagQuery, timeoutMs: sqlTimeoutMs };
    return {
      asks: () => [question],
      finds: (_context, answers) => {
        const told = answers.of(question);
        if (told.kind === 'unknown') return notTold(told);
        if (told.value.first?.[0] === null)
          return unknownFinding('no replica is connected', 'see why, or ask one itself');
        return findRow(told.value, `< ${below}ms`);
      },
    };
  },
});

/** Room that is left for a second version beside the first (ours; the presets that say numbers win). */
const usualRoom: Condition = { kind: 'compare', is: '<', value: 0.8, unit: 'ratio', text: '< 80 %' };

/** `server-capacity-headroom`: each resource (a metric of that name) is below its limit. */
const serverCapacityHeadroom = askedLine({
  id: 'server-capacity-headroom',
  title: 'Room on the servers',
  with: z
    .object({ ...wordOptions, resources: z.array(name).min(1).optional().describe('metrics below 80 %') })
    .catchall(condition),
  ways: ['metrics.queries.cpu', 'metrics.queries.memory'],
  asking: (policy, { attestation: _, 'max-age': __, resources, ...limits }) => {
    const written = Object.entries(limits).flatMap(([metric, is]) => (is === undefined ? [] : [{ metric, is }]));
    const bare = (resources ?? (written.length === 0 ? ['cpu', 'memory'] : [])).map((resource) => ({
      metric: resource === 'storage' && !isMeasured({ policy }, 'storage') ? 'disk' : resource,
      is: usualRoom,
    }));
    const wanted = [...written, ...bare];
    return wanted.some(({ metric }) => isMeasured({ policy }, metric)) ? allOf(wanted.map(limited)) : undefined;
  },
});

/** `container-startup-time`: how long a new instance takes until it is ready. */
const containerStartupTime = askedLine({
  id: 'container-startup-time',
  title: 'Starts quickly',
  with: z.strictObject({
    ...wordOptions,
    below: span.default(30_000),
    metric: name.default('container-startup-time').describe('with its unit'),
  }),
  ways: ['metrics.queries.container-startup-time'],
  asking: (policy, { below, metric }) => whereMeasured(policy, { metric, is: time('<', below) }),
});

/** `deploy-window-peak`: traffic now is at most this share of the highest within `of`. */
const deployWindowPeak = askedLine({
  id: 'deploy-window-peak',
  title: 'Not at peak traffic',
  with: z.strictObject({
    ...wordOptions,
    metric: name.default('request-rate'),
    'at-most': percentage.default(0.8),
    of: span.default(7 * 24 * hour),
  }),
  ways: ['metrics.queries.request-rate'],
  asking: (policy, { metric, 'at-most': most, of }) => {
    if (!isMeasured({ policy }, metric)) return undefined;
    const now: Wanted = { metric, overMs: freshMs };
    const range = `${Math.round(of / 1000)}s:${freshMs / 1000}s`;
    const top: Wanted = { ...now, shaped: (text) => `max_over_time((${text})[${range}])` };
    return {
      asks: (given, answers) => [...asksMeasure(now, given, answers), ...asksMeasure(top, given, answers)],
      finds: (given, answers) => {
        const [rate, highest] = [measured(now, given, answers), measured(top, given, answers)];
        if (rate.kind !== 'value') return withoutNumber(metric, rate);
        if (highest.kind !== 'value') return withoutNumber(`${metric} of the last ${formatDuration(of)}`, highest);
        if (highest.value <= 0) return unknownFinding(`${metric} was never above 0`, `correct the query of ${metric}`);
        const share = rate.value / highest.value;
        const words = `${formatPercent(share, 0)} of the highest ${metric} of ${formatDuration(of)}`;
        if (share <= most) return pass(words);
        return fail(`${words}, at most ${formatPercent(most)}`, 'deploy at a quieter hour', '');
      },
    };
  },
});

/** In the order of the catalogue. */
export const metricLines: readonly Criterion[] = [
  stagingLogsQuiet,
  backupFresh,
  replicationLag,
  serverCapacityHeadroom,
  containerStartupTime,
  deployWindowPeak,
];
