// Lines of the catalogue about monitoring itself: numbers arrive, alert rules stand, and somebody takes what fires.
import type { QuestionOf } from '../../evidence/question.ts';
import type { AlertingFact } from '../../evidence/service.ts';
import type { Effective } from '../../policy/effective.ts';
import { measuresOf } from '../../policy/measure.ts';
import type { Criterion } from '../criterion.ts';
import { type Found, fail, notTold, pass } from '../finding.ts';
import { asksMeasure, freshMs, isMeasured, measured } from '../measurement.ts';
import { listed } from '../words.ts';
import { type Asking, askedLine, together } from './asked-line.ts';
import * as worded from './words/monitoring-lines.ts';

/** Each of the metrics has a number now. A query without data is known to be none; a source that does not answer is unknown. */
function arriving(metrics: readonly string[]): Asking {
  const wanted = metrics.map((metric) => ({ metric, overMs: freshMs }));
  return {
    asks: (context, answers) => wanted.flatMap((one) => asksMeasure(one, context, answers)),
    finds: (context, answers) => {
      const found = wanted.map((one): Found => {
        const told = measured(one, context, answers);
        if (told.kind === 'value' || (told.kind === 'nothing' && told.arrives)) return pass(one.metric);
        if (told.kind === 'unknown') return notTold(told);
        return fail(
          `${one.metric} has no data: ${told.because}`,
          `let the service tell ${one.metric}, or correct its query`,
          '',
        );
      });
      const all = together(found);
      return all.outcome === 'pass' ? pass(`${listed(metrics, 5)} arrive`) : all;
    },
  };
}

/** `metrics-collected`: the named metrics, or all that the policy has queries for, have data. */
const metricsCollected = askedLine({
  ...worded.metricsCollected,
  ways: ['metrics.queries'],
  asking: (policy, given) => {
    const all = measuresOf(policy.metrics).map(({ metric }) => metric);
    if (all.length === 0) return undefined;
    return arriving(given.metrics ?? all);
  },
});

/** `monitoring-active`: what the limits and `metrics.required` go by has data; without it nobody would see a breach. */
const monitoringActive = askedLine({
  ...worded.monitoringActive,
  ways: ['metrics.queries.<a metric of your limits>'],
  asking: (policy) => {
    const { limits, metrics } = policy;
    const named = [...limits.map(({ metric }) => metric), ...metrics.required];
    const seen = [...new Set(named)].filter((metric) => isMeasured({ policy }, metric));
    return seen.length === 0 ? undefined : arriving(seen);
  },
});

function alerting(
  policy: Effective,
  source: string | undefined,
  judged: (fact: AlertingFact) => Found,
): Asking | undefined {
  const asked = policy.metrics.sources.find((one) =>
    source === undefined ? one.provider === 'prometheus' : one.name === source,
  );
  if (asked === undefined) return undefined;
  const question: QuestionOf<'alerting'> = { kind: 'alerting', provider: asked.provider, options: asked.options };
  return {
    asks: () => [question],
    finds: (_context, answers) => {
      const told = answers.of(question);
      return told.kind === 'unknown' ? notTold(told) : judged(told.value);
    },
  };
}

function unhealthy({ rules }: AlertingFact): Found | undefined {
  const broken = rules.filter(({ healthy }) => !healthy).map((rule) => rule.name);
  if (broken.length === 0) return undefined;
  return fail(`these rules cannot be evaluated: ${listed(broken, 3)}`, 'correct their expressions', '');
}

/** `alerts-configured`: alert rules are evaluated, the named ones among them, and an alert manager takes what fires. */
const alertsConfigured = askedLine({
  ...worded.alertsConfigured,
  ways: ['metrics.sources.<name>: {prometheus: …}'],
  asking: (policy, { source, rules: wanted = [] }) =>
    alerting(policy, source, (fact) => {
      const { rules, receivers } = fact;
      const missing = wanted.filter((one) => !rules.some((rule) => rule.name === one));
      if (rules.length === 0) return fail('no alert rule is loaded', 'write alert rules and load them', '');
      if (missing.length > 0) return fail(`no alert rule ${listed(missing, 3)}`, 'write it and load it', '');
      if (receivers === 0)
        return fail('no alert manager takes what fires', 'name one under `alerting:` of the Prometheus', '');
      return unhealthy(fact) ?? pass(`${rules.length} alert rules, ${receivers} alert managers`);
    }),
});

const database = /\b(db|database|postgres\w*|pg_\w*|mysql\w*|mariadb\w*|mongo\w*|sql|rds)|(db|database|sql)_/i;

/** `db-alerts-set`: for each of the metrics an alert rule names the database and it. */
const dbAlertsSet = askedLine({
  ...worded.dbAlertsSet,
  ways: ['metrics.sources.<name>: {prometheus: …}'],
  asking: (policy, { source, metrics }) =>
    alerting(policy, source, (fact) => {
      const ofDatabase = fact.rules
        .map((rule) => `${rule.name.replace(/([a-z])([A-Z])/g, '$1_$2')} ${rule.query}`.toLowerCase())
        .filter((text) => database.test(text));
      const missing = metrics.filter(
        (metric) => !ofDatabase.some((text) => text.includes(metric.toLowerCase().replace(/s$/, ''))),
      );
      if (missing.length > 0)
        return fail(`no alert rule for the database’s ${listed(missing, 5)}`, 'write one for each and load it', '');
      return unhealthy(fact) ?? pass(`${listed(metrics, 5)} have alert rules`);
    }),
});

/** In the order of the catalogue. */
export const monitoringLines: readonly Criterion[] = [
  dbAlertsSet,
  metricsCollected,
  alertsConfigured,
  monitoringActive,
];
