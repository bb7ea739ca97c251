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
  headers,
  timeout,
});

/** `json: <url>`: the URL may hold the placeholders; the queries' texts are JSON pointers (/errors) into its answer. */
export const jsonSource = z.strictObject({
  json: words.describe('URL; {{side}} {{version}} {{track}} {{leg}} {{window}} are filled in'),
  headers,
  timeout,
});

export type PrometheusSourceOptions = z.infer<typeof prometheusSource>;
export type JsonSourceOptions = z.infer<typeof jsonSource>;

/** Sources whose adapter comes with a later release: their options are read, not checked. */
const later = ['probe', 'datadog', 'cloudwatch', 'command'] as const;

export const sources: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['prometheus', prometheusSource],
  ['json', jsonSource],
  ...later.map((name) => [name, z.looseObject({})] as const),
]);

/** Whether the policy may name the source although nothing can ask it yet. */
export function isLaterSource(name: string): boolean {
  return later.some((other) => other === name);
}

/** Metrics without a query: the side's health answer, the platform's ready pods, the alert manager's firing alerts. */
export const builtInMetrics: ReadonlySet<string> = new Set(['health', 'pods-ready', 'alerts-firing']);
