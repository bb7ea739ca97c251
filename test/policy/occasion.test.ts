// When something is told: by users exposed, by severity, and when nobody knows.
import { expect, test } from '@jest/globals';
import { happens, type Occasion } from '../../src/policy/occasion.ts';

test.each<[string | undefined, Occasion, boolean]>([
  [undefined, {}, true],
  ['always', { usersExposed: 0 }, true],
  ['users-exposed > 0', { usersExposed: 0 }, false],
  ['users-exposed > 0', { usersExposed: 1 }, true],
  ['users-exposed > 100', { usersExposed: 100 }, false],
  ['users-exposed >= 100', { usersExposed: 100 }, true],
  ['users-exposed > 100', {}, true],
  ['P0', { severity: 'P1' }, false],
  ['P0', {}, true],
  ['users-exposed > 100 or P0 or P1', { usersExposed: 5, severity: 'P2' }, false],
  ['users-exposed > 100 or P0 or P1', { usersExposed: 5, severity: 'P1' }, true],
  ['users-exposed > 100 and P0', { usersExposed: 500, severity: 'P1' }, false],
  ['users-exposed > 100 and P0', { usersExposed: 500, severity: 'P0' }, true],
])('%j of %j: %s', (words, occasion, holds) => {
  expect(happens(words, occasion)).toBe(holds);
});
