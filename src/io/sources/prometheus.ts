// The source `prometheus` (and what speaks its API: Thanos, Mimir, Grafana Cloud): one instant query, one number.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import type { PrometheusSourceOptions } from '../../providers/sources.ts';
import type { HttpReply, MetricSource, PartsReading, RangeReading, Reading, World } from '../../world.ts';
import { alertsOf } from './alerts.ts';
import { erred, failedReading, showUrl } from './reading.ts';

const defaultTimeout = 10_000;
const maxBytes = 1_048_576;

/** A number and its time, as every Prometheus result ends in: `[1763380000.1, "0.04"]`. */
const point = z.tuple([z.number(), z.string()]);

const success = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ metric: z.record(z.string(), z.string()).default({}), value: point })),
    }),
    z.object({ resultType: z.literal('scalar'), result: point }),
    z.object({ resultType: z.literal('string'), result: z.unknown() }),
    z.object({ resultType: z.literal('matrix'), result: z.unknown() }),
  ]),
  warnings: z.array(z.string()).default([]),
});

const series = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ values: z.array(point) })) }),
  warnings: z.array(z.string()).default([]),
});

const failure = z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() });

/** Asks `<base>/api/v1/query` by POST form, since queries outgrow a URL. The query's instant is the poll's. What may pass is
 * only marked so: the next poll is the next try. */
export function prometheusReader(options: PrometheusSourceOptions, http: World['http']): MetricSource {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const base = `${options.prometheus.replace(/\/+$/, '')}/api/v1`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    ...options.headers,
  };
  const ask = async (path: string, form: Readonly<Record<string, string>>) => {
    const url = `${base}/${path}`;
    const body = new URLSearchParams(form).toString();
    const reply = await http({ method: 'POST', url, headers, body, timeoutMs, maxBytes });
    return [`POST ${showUrl(url)}`, reply] as const;
  };
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  return {
    async read(query, at, windowMs) {
      const [call, reply] = await ask('query', { query, time: seconds(at) });
      return told(call, reply, { query, at, windowMs });
    },
    async parts(query, label, at) {
      const [call, reply] = await ask('query', { query, time: seconds(at) });
      return toldParts(call, reply, { query, at, windowMs: 0, label });
    },
    ...alertsOf(options, http),
    async range(query, { from, to, stepMs }) {
      const span = { start: seconds(from), end: seconds(to), step: seconds(stepMs) };
      const [call, reply] = await ask('query_range', { query, ...span });
      return toldRange(call, reply, { query, at: to, windowMs: to - from });
    },
  };
}

interface Asked {
  readonly query: string;
  readonly at: number;
  readonly windowMs: number;
}

function told(call: string, reply: HttpReply, { query, at, windowMs }: Asked): Reading {
  const body = reply.kind === 'reply' ? parsed(reply.body) : undefined;
  const fault = failure.safeParse(body);
  if (fault.success) {
    const { errorType, error } = fault.data;
    // Bad data stays bad; execution errors and timeouts may pass.
    const passing = errorType !== 'bad_data' && errorType !== 'not_found';
    return erred(`${call}: ${errorType}: ${error.slice(0, 300)}`, `Correct the query: ${query}`, passing, at);
  }
  const failed = failedReading(call, reply, at);
  if (failed !== undefined) return failed;
  const answer = success.safeParse(body);
  if (!answer.success) {
    return erred(
      `${call} answered no Prometheus result`,
      'metrics.sources.*.prometheus is the base URL before /api/v1.',
      false,
      at,
    );
  }
  const { data } = answer.data;
  // Remarks on the expression come with this prefix; all others are about data that is missing (a store that did not answer).
  const warnings = answer.data.warnings.filter((warning) => !warning.startsWith('PromQL'));
  if (warnings.length > 0) {
    return erred(
      `${call} warns: ${warnings.join('; ').slice(0, 300)}`,
      'A partial answer is no evidence: mend the source.',
      true,
      at,
    );
  }
  if (data.resultType === 'string' || data.resultType === 'matrix') {
    return erred(
      `the query gives a ${data.resultType}`,
      `Write an expression with one number as result: ${query}`,
      false,
      at,
    );
  }
  if (data.resultType === 'scalar') return numberOf(data.result[1], at);
  const [first, second] = data.result;
  if (first === undefined) {
    const seconds = Math.round(windowMs / 1000);
    return { kind: 'no-data', because: `no series in the last ${seconds} s; a window needs at least two scrapes`, at };
  }
  if (second !== undefined) {
    return erred(
      `the query gives ${data.result.length} series`,
      `Wrap it in sum(…), max(…) or another aggregation: ${query}`,
      false,
      at,
    );
  }
  return numberOf(first.value[1], at);
}

/** One number for each value of the label. A query that is not grouped by it says nothing. */
function toldParts(call: string, reply: HttpReply, asked: Asked & { readonly label: string }): PartsReading {
  const { at, label, query } = asked;
  const answer = success.safeParse(reply.kind === 'reply' ? parsed(reply.body) : undefined);
  const whole = answer.success && answer.data.data.resultType === 'vector' ? answer.data : undefined;
  const several = whole?.data.resultType === 'vector' ? whole.data.result : [];
  const partial = whole?.warnings.some((warning) => !warning.startsWith('PromQL')) ?? false;
  if (several.length < 1 || partial) {
    const fault = told(call, reply, asked);
    return fault.kind === 'value' ? { kind: 'no-data', because: `${call} answered no series`, at } : fault;
  }
  const parts: Record<string, number> = {};
  for (const { metric, value } of several) {
    const name = metric[label];
    if (name === undefined || parts[name] !== undefined) {
      return erred(
        `the query gives no single series for each ${label}`,
        `Write sum by (${label}) (…): ${query}`,
        false,
        at,
      );
    }
    const number = Number(value[1]);
    if (Number.isFinite(number)) parts[name] = number;
  }
  return { kind: 'parts', parts };
}

/** Over time, all series together; gaps and what is no number are left out. */
function toldRange(call: string, reply: HttpReply, asked: Asked): RangeReading {
  const { at } = asked;
  const answer = series.safeParse(reply.kind === 'reply' ? parsed(reply.body) : undefined);
  if (!answer.success) {
    const fault = told(call, reply, asked);
    return fault.kind === 'value' ? { kind: 'no-data', because: `${call} answered no series`, at } : fault;
  }
  const partial = answer.data.warnings.filter((warning) => !warning.startsWith('PromQL'));
  if (partial.length > 0) {
    return { kind: 'no-data', because: `${call} warns: ${partial.join('; ').slice(0, 300)}`, at };
  }
  const { result } = answer.data.data;
  if (result.length === 0) return { kind: 'no-data', because: 'no series in that time', at };
  const sums = new Map<number, number>();
  for (const [time, text] of result.flatMap(({ values }) => values)) {
    const value = Number(text);
    const instant = Math.round(time * 1000);
    if (Number.isFinite(value)) sums.set(instant, (sums.get(instant) ?? 0) + value);
  }
  const values = [...sums].sort(([one], [other]) => one - other).map(([instant, value]) => ({ at: instant, value }));
  return { kind: 'values', values };
}

function numberOf(text: string, at: number): Reading {
  if (text === 'NaN') return { kind: 'no-data', because: 'NaN (0 divided by 0: no requests)', at };
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
  if (Number.isNaN(value)) return erred(`the value “${text.slice(0, 40)}” is no number`, 'Check the query.', false, at);
  return { kind: 'value', value, at };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
