// Lines of the catalogue that the policy's metrics answer: quiet logs, backups, replicas, room on the servers, start-up, peak hours.
import type { QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { formatPercent } from '../../kit/percent.ts';
import type { Condition } from '../../policy/condition.ts';
import type { Effective } from '../../policy/effective.ts';
import type { Criterion } from '../criterion.ts';
import { fail, notTold, pass, unknownFinding } from '../finding.ts';
import { asksMeasure, freshMs, isMeasured, measured, type Wanted } from '../measurement.ts';
import { type Asking, allOf, askedLine } from './asked-line.ts';
import { asksLimited, findLimited, type Limited, withoutNumber } from './metric-evidence.ts';
import { findRow, sqlTimeoutMs } from './sql-evidence.ts';
import * as worded from './words/metric-lines.ts';

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
  ...worded.stagingLogsQuiet,
  ways: ['metrics.queries.staging-log-errors'],
  asking: (policy, given) => {
    const most = given['at-most'];
    const is: Condition = { kind: 'compare', is: '<=', value: most, unit: 'count', text: `<= ${most}` };
    return whereMeasured(policy, { metric: given.metric, is, overMs: given.window });
  },
});

/** `backup-fresh`: the newest backup is young enough. */
const backupFresh = askedLine({
  ...worded.backupFresh,
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
  ...worded.replicationLag,
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
  ...worded.serverCapacityHeadroom,
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
  ...worded.containerStartupTime,
  ways: ['metrics.queries.container-startup-time'],
  asking: (policy, { below, metric }) => whereMeasured(policy, { metric, is: time('<', below) }),
});

/** `deploy-window-peak`: traffic now is at most this share of the highest within `of`. */
const deployWindowPeak = askedLine({
  ...worded.deployWindowPeak,
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
