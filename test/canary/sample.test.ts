import { describe, expect, test } from '@jest/globals';
import { difference, pooled } from '../../src/canary/sample.ts';
import { counts, polls } from './example.ts';

describe('difference', () => {
  test.each([
    [
      'the first reading of a counter is only its mark',
      undefined,
      { bad: 5, total: 100 },
      'ever',
      { bad: 0, total: 0 },
    ],
    ['later ones count what came since', { bad: 5, total: 100 }, { bad: 7, total: 150 }, 'ever', { bad: 2, total: 50 }],
    [
      'a restarted counter counts from zero',
      { bad: 5, total: 100 },
      { bad: 1, total: 8 },
      'ever',
      { bad: 1, total: 8 },
    ],
    [
      'one that stands higher than a restarted process can is a sum of which one was restarted: nobody knows what came since',
      { bad: 50, total: 9000, most: 100 },
      { bad: 40, total: 6000 },
      'ever',
      { bad: 0, total: 0 },
    ],
    [
      'one that stands as high as it can',
      { bad: 50, total: 9000, most: 100 },
      { bad: 9, total: 300 },
      'ever',
      { bad: 9, total: 300 },
    ],
    [
      'failures that alone fell count from zero',
      { bad: 50, total: 900 },
      { bad: 2, total: 960 },
      'ever',
      { bad: 2, total: 60 },
    ],
    [
      'a counter that began with the walk counts at once',
      undefined,
      { bad: 2, total: 40 },
      'walk',
      { bad: 2, total: 40 },
    ],
    [
      'an estimate that wavers counts nothing',
      { bad: 5, total: 100.4 },
      { bad: 5, total: 100.1 },
      'walk',
      { bad: 0, total: 0 },
    ],
    ['bad never exceeds total', { bad: 0, total: 100 }, { bad: 9, total: 104 }, 'ever', { bad: 4, total: 4 }],
  ] as const)('%s', (_name, before, read, counting, expected) => {
    expect(difference(before, read, counting).counts).toEqual(expected);
  });

  test('an estimate that wavered is not counted twice when it rises again', () => {
    const wavered = difference({ bad: 0, total: 100.4 }, { bad: 0, total: 100.1 }, 'walk');
    const risen = difference(wavered.mark, { bad: 0, total: 105 }, 'walk');

    expect(risen.counts.total).toBeCloseTo(4.6, 10);
  });
});

test('pooled adds up the counts of disjoint intervals and leaves gaps out', () => {
  const log = polls([0, 10, 20], (second) =>
    second === 10 ? { canary: { kind: 'no-data', because: '' } } : { canary: counts(1, 10) },
  );

  expect(pooled(log, 'm', 'canary')).toEqual({ bad: 2, total: 20, good: false });
  expect(pooled(log, 'm', 'stable')).toBeUndefined();
});
