import { expect, test } from '@jest/globals';
import { once } from '../../src/kit/once.ts';

test('makes a value at the first call, and never again', () => {
  const made: object[] = [];
  const value = once(() => {
    made.push({});
    return made.at(-1);
  });

  expect(made).toHaveLength(0);
  expect(value()).toBe(value());
  expect(made).toHaveLength(1);
});

test('keeps nothing as a value too', () => {
  let calls = 0;
  const value = once(() => {
    calls += 1;
    return undefined;
  });

  expect([value(), value()]).toEqual([undefined, undefined]);
  expect(calls).toBe(1);
});
