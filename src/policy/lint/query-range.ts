/** Rule: a query that looks back longer than the limit waits keeps breaching (or passing) long after what it measures has changed. */
import { formatDuration, parseDuration } from '../../kit/duration.ts';
import type { Fault } from '../fault.ts';
import { histogramMetrics } from '../references.ts';
import { child, select, type Traced, textsOf } from '../traced.ts';
import { isWritten, type LintScope, limitsOf, lineOf } from './scope.ts';

/** A range of PromQL that is written out: `[5m]`, `[1h:30s]`; `[{{window}}]` is filled in and fits. */
const range = /\[(\d+(?:ms|[smhd]))(?::[^\]]*)?\]/g;

/** Query ranges longer than the `for` of a limit on their metric. */
export function longRanges(scope: LintScope): readonly Fault[] {
  const limits = limitsOf(scope).filter(({ kind, forMs }) => kind === 'breach' && forMs > 0);
  return select(scope.tree, 'metrics.queries.*').flatMap(({ path, value }) => {
    const name = String(path.at(-1));
    const [shortest] = limits
      .filter(({ metric }) => metric === name || histogramMetrics(name).includes(metric))
      .sort((a, b) => a.forMs - b.forMs);
    if (shortest === undefined) return [];
    return ['value', 'bad', 'good', 'total'].flatMap((key) => {
      const text = child(value, key);
      const longest = text === undefined ? 0 : longestOf(text);
      if (text === undefined || longest <= shortest.forMs || !(isWritten(text.at) || isWritten(shortest.at))) return [];
      const what = `the query looks back ${formatDuration(longest)}, the limit ${shortest.id} (${lineOf(shortest.at)}) waits ${formatDuration(shortest.forMs)} only`;
      return [{ ...text.at, what, fix: 'Write [{{window}}], which fits the limit, or a longer for' }];
    });
  });
}

function longestOf(text: Traced): number {
  const [written] = textsOf(text);
  const found = [...(written?.text ?? '').matchAll(range)].map((match) => parseDuration(match[1] ?? '') ?? 0);
  return Math.max(0, ...found);
}
