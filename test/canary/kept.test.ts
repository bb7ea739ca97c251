// Kept counts: what a caretaker sampled, from record to record.
import { describe, expect, test } from '@jest/globals';
import { keepPolls, summed } from '../../src/canary/kept.ts';
import { aPoll, counts, start, value } from './example.ts';

describe('kept counts', () => {
  test('of one call are added up, the warm-up left out', () => {
    const polls = [
      aPoll({ at: start, warm: false, canary: counts(9, 9) }),
      aPoll({ at: start + 1, canary: counts(1, 10), stable: counts(2, 90) }),
      aPoll({ at: start + 2, canary: counts(3, 10), stable: value(5) }),
    ];

    expect(summed(polls)).toMatchObject({
      at: start + 2,
      samples: { m: { canary: { bad: 4, total: 20 }, stable: { bad: 2, total: 90 } } },
    });
    expect(summed([])).toBeUndefined();
  });

  test('keep their sum when there is no room for each', () => {
    const polls = Array.from({ length: 2000 }, (_, place) => aPoll({ at: start + place, canary: counts(1, 10) }));

    const text = keepPolls(polls);

    expect(text.length).toBeLessThanOrEqual(20_000);
    const rows: [number, { m: { canary: [number, number] } }][] = JSON.parse(text);
    expect(rows.reduce((sum, [, { m }]) => sum + m.canary[1], 0)).toBe(20_000);
    expect(rows.at(-1)?.[0]).toBe(start + 1999);
  });
});
