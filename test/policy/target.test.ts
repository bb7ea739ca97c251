// Targets of delivery figures: below, at and above, with a second level, by type, and too few to tell.
import { describe, expect, test } from '@jest/globals';
import { type Attained, attains, targetWords, typesNamed } from '../../src/policy/target.ts';

const day = 24 * 60 * 60 * 1000;

describe('a target', () => {
  test.each<[string, string, Attained['value'], string]>([
    ['< 1d', '', day - 1, 'met'],
    ['< 1d', '', day, 'missed'],
    ['< 1d', '< 7d', day, 'acceptable'],
    ['< 1d', '< 7d', 7 * day, 'missed'],
    ['< 5 %', '', 0.0499, 'met'],
    ['< 5 %', '', 0.05, 'missed'],
    ['> 99 %', '', 0.99, 'missed'],
    ['> 99 %', '', 0.991, 'met'],
    ['< 0.5', '', 0.5, 'missed'],
    ['daily', '', 'daily', 'met'],
    ['daily', 'weekly', 'weekly', 'acceptable'],
    ['daily', 'weekly', 'monthly', 'missed'],
    ['weekly', '', 'daily', 'met'],
    ['soon', '', 0.5, 'not readable'],
    ['daily', '', 0.5, 'not readable'],
    ['', '', 0.5, 'no target'],
  ])('%j (acceptable %j) with %j is %s', (target, acceptable, value, attained) => {
    expect(attains({ target, acceptable }, { n: 5, value })).toBe(attained);
  });

  test.each([
    [4, 'too few'],
    [5, 'met'],
  ])('of %i deployments is %s', (n, attained) => {
    expect(attains({ target: '< 5 %', acceptable: '' }, { n, value: 0 })).toBe(attained);
  });

  test('is read from a map of target and acceptable, and from one by type', () => {
    expect(targetWords({ target: 'daily', acceptable: 'weekly' })).toEqual({ target: 'daily', acceptable: 'weekly' });
    expect(targetWords({ standard: '< 1d', hotfix: '< 2h' }, 'hotfix').target).toBe('< 2h');
    expect(typesNamed({ standard: '< 1d', hotfix: '< 2h' })).toEqual(['standard', 'hotfix']);
    expect(typesNamed({ target: 'daily' })).toEqual([]);
  });
});
