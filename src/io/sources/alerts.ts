// The firing alerts of a service: by the rules of a Prometheus, and where one is named by the Alertmanager that takes them.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import type { PrometheusSourceOptions } from '../../providers/sources.ts';
import type { AlertsReading, HttpReply, MetricSource, World } from '../../world.ts';
import { erred, failedReading, showUrl } from './reading.ts';

const defaultTimeout = 10_000;
/** Rules carry their alerts with them. */
const maxBytes = 8_388_608;

const labels = z.record(z.string(), z.string()).default({});
const rule = z.object({
  name: z.string(),
  labels,
  health: z.string(),
  lastError: z.string().default(''),
  alerts: z.array(z.object({ labels, state: z.string() })).default([]),
});
const rules = z.object({ data: z.object({ groups: z.array(z.object({ rules: z.array(rule) })) }) });
const active = z.array(z.object({ labels, status: z.object({ state: z.string() }) }));

type Rule = z.infer<typeof rule>;
type Wanted = NonNullable<PrometheusSourceOptions['alerts']>;

/** `alerts` of a source that says which are the service's. An alert that no rule can raise, or whose rule cannot be evaluated, is no good sign: only
 * rules that are looked at and silent are none firing. */
export function alertsOf(options: PrometheusSourceOptions, http: World['http']): Pick<MetricSource, 'alerts'> {
  const { alerts: wanted, alertmanager } = options;
  if (wanted === undefined) return {};
  const get = async (url: string) => {
    const headers = { accept: 'application/json', ...options.headers };
    const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
    return [`GET ${showUrl(url)}`, await http({ method: 'GET', url, headers, timeoutMs, maxBytes })] as const;
  };
  const base = options.prometheus.replace(/\/+$/, '');
  return {
    async alerts(at) {
      const [ruled, taken] = await Promise.all([
        get(`${base}/api/v1/rules?type=alert`),
        alertmanager === undefined ? undefined : get(managerUrl(alertmanager)),
      ]);
      const raised = firingIn(...ruled, wanted, at);
      return taken === undefined || raised.kind !== 'alerts' ? raised : activeIn(...taken, wanted, at);
    },
  };
}

function managerUrl(base: string): string {
  return `${base.replace(/\/+$/, '')}/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=false`;
}

function firingIn(call: string, reply: HttpReply, wanted: Wanted, at: number): AlertsReading {
  const failed = failedReading(call, reply, at);
  if (failed?.kind === 'error') return failed;
  const read = rules.safeParse(bodyOf(reply));
  if (!read.success) {
    return erred(
      `${call} answered no alert rules`,
      'metrics.sources.*.prometheus is the base URL before /api/v1.',
      false,
      at,
    );
  }
  const able = read.data.data.groups.flatMap((group) => group.rules).filter((one) => mayRaise(one, wanted));
  if (able.length === 0) {
    return { kind: 'no-data', because: `no alert rule can raise an alert with ${shown(wanted)}`, at };
  }
  const ill = able.find(({ health }) => health === 'err');
  if (ill !== undefined) {
    const because = `the alert rule ${ill.name} cannot be evaluated${ill.lastError === '' ? '' : `: ${ill.lastError.slice(0, 200)}`}`;
    return erred(because, 'Mend the rule: an alert that cannot fire says nothing.', true, at);
  }
  const unseen = able.find(({ health }) => health !== 'ok');
  if (unseen !== undefined)
    return { kind: 'no-data', because: `the alert rule ${unseen.name} was not evaluated yet`, at };
  const firing = able.flatMap(({ name, alerts }) =>
    alerts.filter((one) => one.state === 'firing' && isWanted(one.labels, wanted)).map(() => name),
  );
  return { kind: 'alerts', firing };
}

function activeIn(call: string, reply: HttpReply, wanted: Wanted, at: number): AlertsReading {
  const failed = failedReading(call, reply, at);
  if (failed?.kind === 'error') return failed;
  const read = active.safeParse(bodyOf(reply));
  if (!read.success) {
    return erred(
      `${call} answered no alerts`,
      'metrics.sources.*.alertmanager is the base URL before /api/v2.',
      false,
      at,
    );
  }
  const firing = read.data
    .filter(({ labels: of, status }) => status.state === 'active' && isWanted(of, wanted))
    .map(({ labels: of }) => of.alertname ?? 'an alert without a name');
  return { kind: 'alerts', firing };
}

/** A label that the rule does not set may come with the series that it looks at. */
function mayRaise({ labels: of }: Rule, wanted: Wanted): boolean {
  return Object.entries(wanted).every(
    ([label, values]) => of[label] === undefined || [values].flat().includes(of[label]),
  );
}

function isWanted(of: Readonly<Record<string, string>>, wanted: Wanted): boolean {
  return Object.entries(wanted).every(
    ([label, values]) => of[label] !== undefined && [values].flat().includes(of[label]),
  );
}

/** `service="shop", severity="critical" or "page"` */
function shown(wanted: Wanted): string {
  const words = ([label, values]: readonly [string, Wanted[string]]) =>
    `${label}=${[values]
      .flat()
      .map((value) => `"${value}"`)
      .join(' or ')}`;
  return Object.entries(wanted).map(words).join(', ');
}

function bodyOf(reply: HttpReply): unknown {
  if (reply.kind !== 'reply' || reply.truncated) return undefined;
  try {
    return JSON.parse(reply.body);
  } catch {
    return undefined;
  }
}
