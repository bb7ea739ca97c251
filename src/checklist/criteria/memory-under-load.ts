// Memory under load: the samples of a load test, or a metric that was measured meanwhile.
import { z } from 'zod';
import { formatPercent } from '../../kit/percent.ts';
import type { Condition } from '../../policy/condition.ts';
import { asksWord, findWord, wordOptions } from '../attestation.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { fail, pass } from '../finding.ts';
import { percentage, span } from '../options.ts';
import { readMemory } from '../report/memory.ts';
import { artifactFrom, asksReports, fromWith, origin, placeOf, reportAt } from '../report-file.ts';
import { asksLimited, findLimited, notOnPulls } from './metric-evidence.ts';

const hour = 60 * 60 * 1000;

/** Memory that grows by more than this an hour under load is taken for a leak (ours). */
const usualRise: Condition = { kind: 'rising', is: '<', value: 0.05, perMs: hour, text: 'rising < 5 %/h' };

/** `memory-leak-load-tested`: under load, memory grew by at most `max-growth` (default 10 %, ours: caches warm up) from the first quarter of the samples
 * to the last; else `metric` does not rise; else somebody's word counts. */
export const memoryLeakLoadTested: Criterion = withOptions({
  id: 'memory-leak-load-tested',
  title: 'Memory holds under load',
  moment: 'review',
  with: fromWith(
    'report',
    z.strictObject({
      ...wordOptions,
      report: z.string().min(1).optional().describe('[bytes, …] or [{bytes}, …] in the order of time'),
      from: artifactFrom.optional(),
      'max-growth': percentage.default(0.1),
      metric: z.string().min(1).optional().describe('memory of the load test, asked at deploy'),
      over: span.default(2 * hour).describe('how far the metric is looked back at'),
    }),
  ),
  asks: (context, given, answers) => {
    if (given.report !== undefined) return asksReports([given.report], given.from, context, answers);
    if (given.metric === undefined) return asksWord(given, context, answers);
    if (context.moment === 'review') return [];
    return asksLimited({ metric: given.metric, is: usualRise, overMs: given.over }, context, answers);
  },
  finds: (context, given, answers) => {
    if (given.report === undefined) {
      if (given.metric === undefined) return findWord(given, context, answers, ['with: report:', 'with: metric:']);
      const limited = { metric: given.metric, is: usualRise, overMs: given.over };
      return context.moment === 'review' ? notOnPulls('metrics are') : findLimited(limited, context, answers);
    }
    const place = placeOf(given.report, given.from, context, answers);
    const told = reportAt(place, 'a list of memory samples', readMemory, answers);
    if (told.kind === 'open') return told.found;
    const { growth, samples } = told.report;
    const lets = `lets ${formatPercent(given['max-growth'])} through`;
    const words = `${growth > 0 ? `grew by ${formatPercent(growth)}` : 'did not grow'} over ${samples} samples, ${lets}`;
    // Divided numbers miss their decimal by less than this.
    return growth > given['max-growth'] + 1e-9
      ? fail(words, 'find what is kept, and load it again', 'author')
      : pass(`${words}${origin(context)}`);
  },
});
