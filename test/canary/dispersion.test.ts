import { describe, expect, test } from '@jest/globals';
import { dispersionOf, Growing } from '../../src/canary/dispersion.ts';

const even = Array.from({ length: 20 }, (_, block) => ({ bad: 10 + (block % 2), total: 1000 }));
const bursts = Array.from({ length: 20 }, (_, block) => ({ bad: block % 5 === 0 ? 50 : 0, total: 1000 }));

describe('dispersion', () => {
  test.each([
    ['even failures', even, 1],
    ['failures in bursts', bursts, 42.5],
    ['nothing that failed', even.map(({ total }) => ({ bad: 0, total })), 1],
    ['everything that failed', even.map(({ total }) => ({ bad: total, total })), 1],
  ])('of %s', (_name, counts, phi) => {
    const told = dispersionOf([{ lengthMs: 10_000, counts }]);

    expect(told.phi).toBeCloseTo(phi, 0);
    expect(told.known).toBe(true);
  });

  test.each([
    [7, false],
    [8, true],
  ])('is known with at least eight blocks: %d', (many, known) => {
    expect(dispersionOf([{ lengthMs: 60_000, counts: even.slice(0, many) }])).toMatchObject({
      known,
      skipped: known ? [] : [60_000],
    });
  });

  test('is that of the length which scatters most', () => {
    const told = dispersionOf([
      { lengthMs: 10_000, counts: even },
      { lengthMs: 300_000, counts: bursts },
    ]);

    expect(told.phi).toBeGreaterThan(20);
  });

  test('is learned poll by poll where a source has no past', () => {
    const growing = new Growing();
    const known: boolean[] = [];
    for (const [place, block] of bursts.entries()) {
      growing.add(place * 10_000, block);
      known.push(growing.dispersion.known);
    }

    expect(known.indexOf(true)).toBe(7);
    expect(growing.dispersion.phi).toBeCloseTo(dispersionOf([{ lengthMs: 0, counts: bursts }]).phi, 6);
  });
});
