import { describe, expect, test } from '@jest/globals';
import { holds, needsBaseline, parseCondition } from '../../src/policy/condition.ts';

function judge(text: string, value: number, baseline?: number): boolean | undefined {
  const condition = parseCondition(text);
  if (condition === undefined) throw new Error(`not a condition: ${text}`);
  return holds(condition, value, baseline);
}

describe('conditions', () => {
  test.each([
    ['< 1 %', { kind: 'compare', is: '<', value: 0.01, unit: 'ratio' }],
    ['>= 99.95 %', { kind: 'compare', is: '>=', value: 0.9995, unit: 'ratio' }],
    ['> 3s', { kind: 'compare', value: 3_000, unit: 'ms' }],
    ['> 2000ms', { kind: 'compare', value: 2_000, unit: 'ms' }],
    ['> 50 per minute', { kind: 'compare', value: 50, unit: 'per-minute' }],
    ['< 150 KB', { kind: 'compare', value: 150_000, unit: 'bytes' }],
    ['> 100', { kind: 'compare', value: 100, unit: 'count' }],
    ['5..10 %', { kind: 'band', from: 0.05, to: 0.1, unit: 'ratio' }],
    ['> 1.5x baseline', { kind: 'baseline', is: '>', factor: 1.5 }],
    ['1.5x baseline', { kind: 'baseline', is: '>', factor: 1.5 }],
    ['rising > 5 %/h', { kind: 'rising', is: '>', value: 0.05, perMs: 3_600_000 }],
    ['drop >= 10 %', { kind: 'drop', is: '>=', value: 0.1 }],
    ['failing', { kind: 'state', state: 'failing' }],
    ['all', { kind: 'state', state: 'all' }],
  ])('reads “%s”', (text, parsed) => {
    expect(parseCondition(text)).toMatchObject({ ...parsed, text });
  });

  test.each([
    '',
    '1 %',
    '= 1',
    '> ',
    '> 1 parsec',
    '10..5 %',
    'drop 10 %',
    'rising > 5 %',
    '> 1x',
    '> 1 % or < 2 %',
    'eval(1)',
  ])('refuses “%s”', (text) => {
    expect(parseCondition(text)).toBeUndefined();
  });

  test.each([
    ['< 1 %', [0.0099, 0.01, 0.0101], [true, false, false]],
    ['<= 1 %', [0.0099, 0.01, 0.0101], [true, true, false]],
    ['> 1 %', [0.0099, 0.01, 0.0101], [false, false, true]],
    ['>= 1 %', [0.0099, 0.01, 0.0101], [false, true, true]],
    ['5..10 %', [0.0499, 0.05, 0.1, 0.1001], [false, true, true, false]],
    ['failing', [1, 0.99, 0], [false, true, true]],
    ['passing', [1, 0.99, 0], [true, false, false]],
  ])('“%s” below, at and above', (text, values, expected) => {
    expect(values.map((value) => judge(text, value))).toEqual(expected);
  });

  test.each([
    ['> 1.5x baseline', 150, 100, false],
    ['> 1.5x baseline', 151, 100, true],
    ['drop > 10 %', 90, 100, false],
    ['drop > 10 %', 89, 100, true],
    ['drop > 10 %', 120, 100, false],
  ])('“%s” with %d against %d: %s', (text, value, baseline, expected) => {
    expect(judge(text, value, baseline)).toBe(expected);
  });

  test('without a number or without the baseline it needs, nothing can be told', () => {
    expect(judge('> 1 %', Number.NaN)).toBeUndefined();
    expect(judge('> 1.5x baseline', 1)).toBeUndefined();
    expect(judge('drop > 10 %', 1, 0)).toBeUndefined();
    expect([parseCondition('> 2x baseline'), parseCondition('> 1')].map((one) => one && needsBaseline(one))).toEqual([
      true,
      false,
    ]);
  });
});
