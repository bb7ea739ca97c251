// Figures of probes as people read them: how many samples, by what method, and what was thrown away before.
import { describe, expect, test } from '@jest/globals';
import { latenciesOf } from '../../src/smoke/percentile.ts';
import { figureLine, figureTable } from '../../src/smoke/probe-figures.ts';
import type { CheckResult } from '../../src/smoke/result.ts';

const probe = (n: number, warmup: readonly (number | undefined)[] = []): Pick<CheckResult, 'id' | 'figures'> => ({
  id: `of-${n}`,
  figures: { latency: latenciesOf(Array.from({ length: n }, (_, at) => at + 1)), errors: 0, wanted: n, warmup },
});

describe('the table of probes', () => {
  test('has every figure that the samples allow, and what the warm-up took', () => {
    expect(figureTable([probe(100, [61, undefined]), { id: 'no-probe' }, probe(20), probe(1)])).toEqual([
      ['Probe', 'n', 'Average', 'p50', 'p90', 'p95', 'p99', 'Longest', 'Failed', 'Warm-up'],
      ['of-100', '100', '51 ms', '50 ms', '90 ms', '95 ms', '99 ms', '100 ms', '0', '61 ms, no answer'],
      ['of-20', '20', '11 ms', '10 ms', '18 ms', '19 ms', '–', '20 ms', '0', 'none'],
      ['of-1', '1', '1 ms', '–', '–', '–', '–', '1 ms', '0', 'none'],
    ]);
  });

  test('of a long warm-up has the first three', () => {
    expect(figureTable([probe(1, [9, 8, 7, 6, 5])])[1]?.at(-1)).toBe('9 ms, 8 ms, 7 ms and 2 more');
  });
});

test('a line of the log says the same', () => {
  const { figures } = probe(20, [30]);

  expect(figures && figureLine(figures)).toBe(
    'n = 20, average 11 ms, p50 10 ms, p90 18 ms, p95 19 ms, longest 20 ms (nearest rank), 0 failed; warm-up, not counted: 30 ms',
  );
});
