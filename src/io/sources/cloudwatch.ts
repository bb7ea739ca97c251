// The source `cloudwatch`: through the AWS command line that the runner is signed in with.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import { redact } from '../../kit/redact.ts';
import type { CloudwatchSourceOptions } from '../../providers/sources.ts';
import type { Command, MetricSource, Reading } from '../../world.ts';
import { erred } from './reading.ts';

const defaultTimeout = 15_000;
/** Periods are whole minutes. */
const minute = 60;

const answer = z.object({
  MetricDataResults: z.array(
    z.object({
      StatusCode: z.string(),
      Values: z.array(z.number()),
      Messages: z.array(z.object({ Value: z.string() })).optional(),
    }),
  ),
});

const statShape = z.looseObject({ Metric: z.looseObject({ MetricName: z.string() }), Stat: z.string() });

/**
 * Asks `get-metric-data` over the window, in minutes that are over. A query is the JSON of a MetricStat ({"Metric": …, "Stat": "Sum"})
 * or an expression. Sums and counts are added up over the window; of all else the newest value is taken.
 */
export function cloudwatchReader(options: CloudwatchSourceOptions, command: Command): MetricSource {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const program = (options.aws ?? 'aws').split(/\s+/).filter((word) => word !== '');
  return {
    async read(query, at, windowMs) {
      const stat = statShape.safeParse(parsed(query));
      if (query.trim().startsWith('{') && !stat.success) {
        return erred('the query is no MetricStat', `Give {"Metric": {…}, "Stat": "Sum"}: ${query}`, false, at);
      }
      const what = stat.success
        ? { MetricStat: { ...stat.data, Period: minute } }
        : { Expression: query, Period: minute };
      // The minute under way would be read half.
      const end = Math.floor(at / 1000 / minute) * minute;
      const start = end - Math.max(minute, Math.ceil(windowMs / 1000 / minute) * minute);
      const line = [
        ...program,
        'cloudwatch',
        'get-metric-data',
        ...['--region', options.cloudwatch],
        ...(options.profile === undefined ? [] : ['--profile', options.profile]),
        ...['--start-time', new Date(start * 1000).toISOString(), '--end-time', new Date(end * 1000).toISOString()],
        ...['--scan-by', 'TimestampDescending', '--output', 'json'],
        ...['--metric-data-queries', JSON.stringify([{ Id: 'a', ReturnData: true, ...what }])],
      ];
      const reply = await command({ line, env: {}, timeoutMs });
      if (reply.code !== 0 || reply.timedOut) {
        const said = reply.timedOut
          ? 'no answer in time'
          : redact(reply.stderr.trim().split('\n').at(-1) ?? '').slice(0, 300);
        const passing =
          reply.timedOut || /Throttling|timed? ?out|connect|ServiceUnavailable|InternalFailure/i.test(said);
        return erred(`aws cloudwatch: ${said}`, 'Check the sign-in of the runner, region and query.', passing, at);
      }
      const adds = stat.success && /^(Sum|SampleCount)$/.test(stat.data.Stat);
      return readingIn(reply.stdout, adds, at);
    },
  };
}

function readingIn(stdout: string, adds: boolean, at: number): Reading {
  const told = answer.safeParse(parsed(stdout));
  if (!told.success)
    return erred('aws cloudwatch printed no metric data', 'Run the command on the runner by hand.', false, at);
  const [first, second] = told.data.MetricDataResults;
  if (first === undefined) return { kind: 'no-data', because: 'CloudWatch has no such metric', at };
  if (second !== undefined) {
    return erred(
      `the query gives ${told.data.MetricDataResults.length} series`,
      'Aggregate them in the expression.',
      false,
      at,
    );
  }
  if (first.StatusCode !== 'Complete') {
    const said = first.Messages?.map(({ Value }) => Value).join('; ') ?? '';
    return erred(
      `CloudWatch answers ${first.StatusCode}${said === '' ? '' : `: ${said}`}`,
      'A partial answer is no evidence.',
      true,
      at,
    );
  }
  const [newest] = first.Values;
  if (newest === undefined) return { kind: 'no-data', because: 'no values in the window', at };
  return { kind: 'value', value: adds ? first.Values.reduce((sum, one) => sum + one, 0) : newest, at };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
