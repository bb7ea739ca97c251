// Option shapes of the metric sources: one entry of `metrics.sources`, which begins with the provider's name.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';
import { once } from '../kit/once.ts';
import type { Providers } from './shape.ts';

const words = once(() => z.string().min(1, { error: 'must not be empty' }));
const timeout = once(() =>
  z
    .string()
    .refine((written) => parseDuration(written) !== undefined, { error: 'must be a duration such as 10s' })
    .optional()
    .describe('deadline of one call; default 10s'),
);
const headers = once(() => z.record(words(), words()).optional().describe('sent with each call'));

/** `prometheus: <base url>`: queries are PromQL with {{side}} {{version}} {{track}} {{leg}} {{window}}. */
export const prometheusSource = once(() =>
  z.strictObject({
    prometheus: words().describe('base URL, before /api/v1/query'),
    alerts: z
      .record(words(), z.union([words(), z.array(words()).min(1, { error: 'needs at least one value' })]))
      .optional()
      .describe(
        'labels of the alerts that are this service’s, for alerts-firing: {service: shop, severity: [critical, page]}',
      ),
    alertmanager: words()
      .optional()
      .describe('base URL of an Alertmanager: its active alerts count, silenced and inhibited ones do not'),
    headers: headers(),
    timeout: timeout(),
  }),
);

/** `json: <url>`: the URL may hold the placeholders; the queries' texts are JSON pointers (/errors) into its answer. */
export const jsonSource = once(() =>
  z.strictObject({
    json: words().describe('URL; {{side}} {{version}} {{track}} {{leg}} {{window}} are filled in'),
    headers: headers(),
    timeout: timeout(),
  }),
);

/** `datadog: <API base URL>`: counts (`.as_count()`) are summed over the window, all else is averaged. */
export const datadogSource = once(() =>
  z.strictObject({
    datadog: words().describe('base URL of the API, e.g. https://api.datadoghq.com'),
    'api-key': words().describe('for example ${DD_API_KEY}'),
    'app-key': words().describe('for example ${DD_APP_KEY}'),
    timeout: timeout(),
  }),
);

/** `cloudwatch: <region>`, through the AWS command line. Queries are a MetricStat as JSON, or an expression. */
export const cloudwatchSource = once(() =>
  z.strictObject({
    cloudwatch: words().describe('region; the runner is signed in to AWS'),
    profile: words().optional().describe('profile of the AWS configuration'),
    aws: words().optional().describe('how the command line is called; default aws'),
    timeout: timeout(),
  }),
);

/** `command: <line>`: finds QUERY, AT and WINDOW (seconds) in its environment and prints one number on its last line. */
export const commandSource = once(() =>
  z.strictObject({
    command: z
      .union([words(), z.array(words()).min(1, { error: 'needs at least the program' })])
      .describe('prints the number; finds QUERY, AT and WINDOW in its environment'),
    timeout: timeout(),
  }),
);

/** `probe: {<side>: <url>}`: the action asks both sides itself. Queries: requests, errors, average, p50, p90, p95 or p99, and the side. */
export const probeSource = once(() =>
  z.strictObject({
    probe: z.record(words(), words()).describe('URL that is asked on each side; 5xx and no answer count as errors'),
    requests: z.int().min(1).max(1_000).optional().describe('requests to each side at every poll; default 20'),
    headers: headers(),
    timeout: timeout(),
  }),
);

export type DatadogSourceOptions = z.infer<ReturnType<typeof datadogSource>>;
export type CloudwatchSourceOptions = z.infer<ReturnType<typeof cloudwatchSource>>;
export type CommandSourceOptions = z.infer<ReturnType<typeof commandSource>>;
export type ProbeSourceOptions = z.infer<ReturnType<typeof probeSource>>;
export type PrometheusSourceOptions = z.infer<ReturnType<typeof prometheusSource>>;
export type JsonSourceOptions = z.infer<ReturnType<typeof jsonSource>>;

export const sources: Providers = new Map<string, () => z.ZodType>([
  ['prometheus', prometheusSource],
  ['json', jsonSource],
  ['datadog', datadogSource],
  ['cloudwatch', cloudwatchSource],
  ['command', commandSource],
  ['probe', probeSource],
]);

/** Metrics without a query: the side's health answer, the platform's ready pods, the alert manager's firing alerts. */
export const builtInMetrics: ReadonlySet<string> = new Set(['health', 'pods-ready', 'alerts-firing']);
