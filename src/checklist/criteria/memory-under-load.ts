// Memory under load: the samples of a load test, or a metric that was measured meanwhile.
import { formatPercent } from '../../kit/percent.ts';
import type { Condition } from '../../policy/condition.ts';
import { asksWord, findWord } from '../attestation.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { fail, pass } from '../finding.ts';
import { readMemory } from '../report/memory.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { asksLimited, findLimited, notOnPulls } from './metric-evidence.ts';
import * as worded from './words/memory-under-load.ts';
import { hour } from './words/memory-under-load.ts';

/** Memory that grows by more than this an hour under load is taken for a leak (ours). */
const usualRise: Condition = { kind: 'rising', is: '<', value: 0.05, perMs: hour, text: 'rising < 5 %/h' };

/** `memory-leak-load-tested`: under load, memory grew by at most `max-growth` (default 10 %, ours: caches warm up) from the first quarter of the samples
 * to the last; else `metric` does not rise; else somebody's word counts. */
export const memoryLeakLoadTested: Criterion = withOptions({
  ...worded.memoryLeakLoadTested,
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
