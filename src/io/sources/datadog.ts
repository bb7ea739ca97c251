// The source `datadog`: one scalar over the window, by its metrics query API.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import type { DatadogSourceOptions } from '../../providers/sources.ts';
import type { HttpReply, MetricSource, Reading, World } from '../../world.ts';
import { erred, failedReading, showUrl } from './reading.ts';

const defaultTimeout = 10_000;
const maxBytes = 1_048_576;

const scalar = z.object({
  errors: z.union([z.string(), z.array(z.string())]).optional(),
  data: z.object({
    attributes: z.object({
      columns: z.array(z.object({ name: z.string(), type: z.string(), values: z.array(z.unknown()) })),
    }),
  }),
});

/**
 * Asks `/api/v2/query/scalar` for exactly the window, so that no unfinished bucket is read. Counts (`.as_count()`) are summed over it, all
 * else is averaged.
 */
export function datadogReader(options: DatadogSourceOptions, http: World['http']): MetricSource {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const url = `${options.datadog.replace(/\/+$/, '')}/api/v2/query/scalar`;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'dd-api-key': options['api-key'],
    'dd-application-key': options['app-key'],
  };
  return {
    async read(query, at, windowMs) {
      const aggregator = query.includes('.as_count()') ? 'sum' : 'avg';
      const attributes = {
        from: at - windowMs,
        to: at,
        queries: [{ data_source: 'metrics', name: 'a', query, aggregator }],
        formulas: [{ formula: 'a' }],
      };
      const body = JSON.stringify({ data: { type: 'scalar_request', attributes } });
      return told(
        `POST ${showUrl(url)}`,
        await http({ method: 'POST', url, headers, body, timeoutMs, maxBytes }),
        query,
        at,
      );
    },
  };
}

function told(call: string, reply: HttpReply, query: string, at: number): Reading {
  const failed = failedReading(call, reply, at);
  if (failed !== undefined) return failed;
  const answer = scalar.safeParse(reply.kind === 'reply' ? parsed(reply.body) : undefined);
  if (!answer.success)
    return erred(`${call} answered no scalar`, 'metrics.sources.*.datadog is the base URL of its API.', false, at);
  const faults = [answer.data.errors ?? []].flat().filter((one) => one !== '');
  if (faults.length > 0) {
    const because = `${call} answered in part: ${faults.join('; ').slice(0, 300)}`;
    return erred(because, 'A partial answer is no evidence: look into the query.', true, at);
  }
  const columns = answer.data.data.attributes.columns.filter(({ type }) => type === 'number');
  const values = columns.flatMap((column) => column.values);
  if (values.length > 1) {
    return erred(`the query gives ${values.length} series`, `Take the grouping (by {…}) out: ${query}`, false, at);
  }
  const [value] = values;
  if (value === undefined || value === null) return { kind: 'no-data', because: 'no points in the window', at };
  if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'value', value, at };
  return erred('the query gives no number', `Check it: ${query}`, false, at);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
