import { describe, expect, test } from '@jest/globals';
import { chanceOf, type EarlyPoll, earlyPart, isWorseEarly } from '../../src/canary/early.ts';

const poll = (bad: number, total = 100, stableBad = 9, stableTotal = 900): EarlyPoll => ({
  canary: { bad, total },
  before: { bad, total },
  stable: { bad: stableBad, total: stableTotal },
});

describe('the early look', () => {
  test.each([
    [1, 1, 0.1],
    [3, 3, 0.001],
    [10, 10, 1e-10],
    [2, 3, 0.028],
  ])('knows how likely chance is: %d of %d failures on a tenth of the requests', (own, all, chance) => {
    expect(chanceOf([poll(own, 100, all - own)], 'canary', 1)).toBeCloseTo(chance, 12);
  });

  test('counts large numbers as exactly as small ones', () => {
    // Binomial(2000, 1/10) at 260: 4.6 standard deviations up.
    const chance = chanceOf([poll(260, 10_000, 1740, 90_000)], 'canary', 1);

    expect(chance).toBeGreaterThan(5e-6);
    expect(chance).toBeLessThan(1e-5);
  });

  test.each([
    ['one poll', [poll(40)], false],
    ['two bad polls', [poll(10), poll(9)], true],
    ['one bad poll among nine good ones', [poll(60), ...Array.from({ length: 9 }, () => poll(1))], false],
    ['ten polls that are a little worse each', Array.from({ length: 10 }, () => poll(4)), true],
    ['after the last look', Array.from({ length: 28 }, () => poll(10)), false],
    ['two even polls', [poll(1), poll(1)], false],
    ['one bad poll among good ones', [poll(40), poll(1), poll(1)], false],
    ['a look that was not fixed beforehand', Array.from({ length: 5 }, () => poll(10)), false],
  ])('%s', (_name, polls, expected) => {
    expect(isWorseEarly(polls, 0.01, 1)).toBe(expected);
  });

  test('wants more where failures come in clusters, and where stable may be read late', () => {
    const polls = [poll(10), poll(9)];

    expect(isWorseEarly(polls, 0.01, 5)).toBe(false);
    expect(
      isWorseEarly(
        polls.map((one) => ({ ...one, before: { bad: 1, total: 100 } })),
        0.01,
        1,
      ),
    ).toBe(false);
  });

  test('takes no more of the error probability than its part, whatever the looks', () => {
    const perLook = [2, 3, 4, 6, 10, 16, 22].map((many) => {
      // The least probability with which this log is told, bisected: what the look takes of it is the log's own chance.
      const polls = Array.from({ length: many }, () => poll(6));
      const chance = chanceOf(polls, 'canary', 1);
      let [low, high] = [-200, 5];
      for (let step = 0; step < 60; step += 1) {
        const middle = (low + high) / 2;
        if (isWorseEarly(polls, Math.exp(middle), 1)) high = middle;
        else low = middle;
      }
      return chance / Math.exp(high);
    });

    expect(perLook.reduce((sum, one) => sum + one, 0)).toBeCloseTo(earlyPart, 6);
  });

  test('says nothing without requests', () => {
    expect(chanceOf([poll(0, 0)], 'canary', 1)).toBe(1);
    expect(chanceOf([poll(5, 100, 0, 0)], 'canary', 1)).toBe(1);
  });
});
