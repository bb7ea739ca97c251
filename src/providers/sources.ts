// Option shapes of the metric sources: one entry of `metrics.sources`, which begins with the provider's name.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';

const words = z.string().min(1, { error: 'must not be empty' });
const timeout = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, { error: 'must be a duration such as 10s' })
  .optional()
  .describe('deadline of one call; default 10s');
const headers = z.record(words, words).optional().describe('sent with each call');

/** `prometheus: <base url>`: queries are PromQL with {{side}} {{version}} {{track}} {{leg}} {{window}}. */
export const prometheusSource = z.strictObject({
  prometheus: words.describe('base URL, before /api/v1/query'),
  alerts: z
    .record(words, z.union([words, z.array(words).min(1, { error: 'needs at least one value' })]))
    .optional()
    .describe(
      'labels of the alerts that are this service’s, for alerts-firing: {service: shop, severity: [critical, page]}',
    ),
  alertmanager: words
    .optional()
    .describe('base URL of an Alertmanager: its active alerts count, silenced and inhibited ones do not'),
  headers,
  timeout,
});

/** `json: <url>`: the URL may hold the placeholders; the queries' texts are JSON pointers (/errors) into its answer. */
export const jsonSource = z.strictObject({
  json: words.describe('URL; {{side}} {{version}} {{track}} {{leg}} {{window}} are filled in'),
  headers,
  timeout,
});

/** `datadog: <API base URL>`: counts (`.as_count()`) are summed over the window, all else is averaged. */
export const datadogSource = z.strictObject({
  datadog: words.describe('base URL of the API, e.g. https://api.datadoghq.com'),
  'api-key': words.describe('for example ${DD_API_KEY}'),
  'app-key': words.describe('for example ${DD_APP_KEY}'),
  timeout,
});

/** `cloudwatch: <region>`, through the AWS command line. Queries are a MetricStat as JSON, or an expression. */
export const cloudwatchSource = z.strictObject({
  cloudwatch: words.describe('region; the runner is signed in to AWS'),
  profile: words.optional().describe('profile of the AWS configuration'),
  aws: words.optional().describe('how the command line is called; default aws'),
  timeout,
});

/** `command: <line>`: finds QUERY, AT and WINDOW (seconds) in its environment and prints one number on its last line. */
export const commandSource = z.strictObject({
  command: z
    .union([words, z.array(words).min(1, { error: 'needs at least the program' })])
    .describe('prints the number; finds QUERY, AT and WINDOW in its environment'),
  timeout,
});

/** `probe: {<side>: <url>}`: the action asks both sides itself. Queries: requests, errors, average, p50, p90, p95 or p99, and the side. */
export const probeSource = z.strictObject({
  probe: z.record(words, words).describe('URL that is asked on each side; 5xx and no answer count as errors'),
  requests: z.int().min(1).max(1_000).optional().describe('requests to each side at every poll; default 20'),
  headers,
  timeout,
});

export type DatadogSourceOptions = z.infer<typeof datadogSource>;
export type CloudwatchSourceOptions = z.infer<typeof cloudwatchSource>;
export type CommandSourceOptions = z.infer<typeof commandSource>;
export type ProbeSourceOptions = z.infer<typeof probeSource>;
export type PrometheusSourceOptions = z.infer<typeof prometheusSource>;
export type JsonSourceOptions = z.infer<typeof jsonSource>;

export const sources: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['prometheus', prometheusSource],
  ['json', jsonSource],
  ['datadog', datadogSource],
  ['cloudwatch', cloudwatchSource],
  ['command', commandSource],
  ['probe', probeSource],
]);

/** Metrics without a query: the side's health answer, the platform's ready pods, the alert manager's firing alerts. */
export const builtInMetrics: ReadonlySet<string> = new Set(['health', 'pods-ready', 'alerts-firing']);
