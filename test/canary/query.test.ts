import { describe, expect, test } from '@jest/globals';
import { armsOf, countingOf } from '../../src/canary/query.ts';

describe('queries', () => {
  test('a query that names no side is asked once', () => {
    const shared = { metric: 'cpu', source: 'main', kind: 'value', text: 'max(cpu)', scale: 1 } as const;

    expect(armsOf(shared, [])).toEqual(['canary']);
    expect(armsOf({ ...shared, text: 'max(cpu{side="{{side}}"})' }, [])).toEqual(['canary', 'stable']);
    expect(armsOf(shared, ['http://{{side}}/stats'])).toEqual(['canary', 'stable']);
  });

  test('a window makes a counter count since the walk began', () => {
    expect([countingOf('x[{{window}}]'), countingOf('/green/requests')]).toEqual(['walk', 'ever']);
  });
});
