// The kind `probe`: the same request many times, one after another, for latencies that mean something.
import { formatDuration } from '../../kit/duration.ts';
import type { Asking } from '../asking.ts';
import { type Attempted, judgedBy, unanswered, unasked } from '../attempt.ts';
import { exchange } from '../exchange.ts';
import type { Failure } from '../failure.ts';
import { filledExpectation } from '../given.ts';
import { outgoingOf } from '../outgoing.ts';
import { fewest, figureNames, type Latencies, latenciesOf } from '../percentile.ts';
import { method } from '../probe-figures.ts';
import type { Figures } from '../result.ts';
import { withSchema } from '../schema.ts';
import type { Check, TimeBounds } from '../shape.ts';
import { filled } from '../template.ts';
import { slowest, type Trace, traceOf } from '../trace.ts';
import { judgeReply } from './http.ts';

/** Each sample is judged like an answer of `http`; the latency is that of those which held. The warm-up is asked and thrown away. */
export async function askProbe(asking: Asking, check: Check): Promise<Attempted> {
  const { probe } = check;
  if (probe === undefined) return unasked('it names no request');
  const { clock, cancelled, files } = asking.port;
  const request = await outgoingOf(probe.http, asking.values, asking.address, files);
  if ('because' in request) return unasked(request.because);
  const expectation = await withSchema(filledExpectation(check.expect, asking.values), files);
  if ('because' in expectation) return unasked(expectation.because);
  const redirects = probe.http.redirects ?? asking.redirects;
  const cookies = filled(probe.http.cookies, asking.values);
  const until = clock.steady() + asking.timeoutMs;
  // One sample that hangs must not take the time of all.
  const longest = Math.max(1_000, Math.ceil(asking.timeoutMs / (probe.warmup + probe.repeat)));
  const samples: number[] = [];
  const warmup: (number | undefined)[] = [];
  let traced: { readonly trace?: Trace } = {};
  const bad: Attempted[] = [];
  for (let asked = 0; asked < probe.warmup + probe.repeat; asked += 1) {
    const left = until - clock.steady();
    if (left <= 0 || cancelled.aborted) break;
    const reply = await exchange(asking, {
      request,
      redirects,
      cookies,
      jar: asking.jar,
      timeoutMs: Math.min(left, longest),
    });
    if (asked < probe.warmup) {
      warmup.push(reply.kind === 'reply' ? reply.durationMs : undefined);
      continue;
    }
    // The end of the budget cut it short, not the service.
    if (reply.kind === 'failed' && reply.trouble === 'timeout' && left < longest) break;
    const attempted =
      reply.kind === 'failed'
        ? unanswered(reply)
        : judgedBy(judgeReply(probe.http, expectation, reply, clock.now()), {
            status: reply.status,
            trace: traceOf(reply),
          });
    traced = slowest([traced, { trace: traceOf(reply) }]);
    if (reply.kind === 'reply' && attempted.failures.length === 0) samples.push(reply.durationMs);
    else bad.push(attempted);
  }
  return { ...traced, ...judgedSamples({ check, samples, bad, wanted: probe.repeat, warmup }) };
}

interface Sampled {
  readonly check: Check;
  readonly samples: readonly number[];
  readonly bad: readonly Attempted[];
  readonly wanted: number;
  readonly warmup: Figures['warmup'];
}

/** Errors decide first; then, with too few samples for a figure, nobody can tell. */
function judgedSamples({ check, samples, bad, wanted, warmup }: Sampled): Attempted {
  const most = check.expect.errors ?? 0;
  const first = bad[0];
  const figures =
    samples.length === 0 ? {} : { figures: { latency: latenciesOf(samples), errors: bad.length, wanted, warmup } };
  if (first !== undefined && bad.length > most) {
    const about = `${bad.length} of ${bad.length + samples.length} samples`;
    const failures: readonly Failure[] = [
      { about: 'errors', expected: most === 0 ? 'none' : `at most ${most}`, got: about },
      ...first.failures,
    ];
    const unreachable = samples.length === 0 && bad.every((one) => one.unreachable);
    return { ...first, ...figures, failures, unreachable };
  }
  if (samples.length + bad.length < wanted || samples.length === 0) {
    return tooFew(`${samples.length + bad.length} of ${wanted} samples came within the time`, figures);
  }
  const latency = latenciesOf(samples);
  const asked = Object.entries(check.expect.latency ?? {});
  const lacking = figureNames.find((name) => asked.some(([one]) => one === name) && samples.length < fewest[name]);
  const broken = figureNames.flatMap((name) => latencyFailures(name, check.expect.latency?.[name], latency));
  if (lacking !== undefined && broken.length === 0)
    return tooFew(`${lacking} needs at least ${fewest[lacking]} samples, there are ${samples.length}`, figures);
  return judgedBy(broken, figures);
}

function tooFew(because: string, figures: Pick<Attempted, 'figures'>): Attempted {
  const failures = [{ about: 'samples', expected: 'enough of them', got: because }];
  return { failures, trouble: 'samples', unreachable: false, ...figures };
}

function latencyFailures(
  name: keyof typeof fewest,
  bounds: TimeBounds | undefined,
  latency: Latencies,
): readonly Failure[] {
  if (bounds === undefined || latency.n < fewest[name]) return [];
  const got = latency[name];
  const wrong = [
    { sign: '<', limit: bounds.lt, holds: (limit: number) => got < limit },
    { sign: '<=', limit: bounds.lte, holds: (limit: number) => got <= limit },
    { sign: '>', limit: bounds.gt, holds: (limit: number) => got > limit },
    { sign: '>=', limit: bounds.gte, holds: (limit: number) => got >= limit },
  ];
  return wrong.flatMap(({ sign, limit, holds }) =>
    limit === undefined || holds(limit)
      ? []
      : [
          {
            about: `latency ${name}`,
            expected: `${sign} ${formatDuration(limit)}`,
            got: `${got} ms (n = ${latency.n}${/^p/.test(name) ? `, ${method}` : ''})`,
          },
        ],
  );
}
