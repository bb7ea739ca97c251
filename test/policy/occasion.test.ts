// Occasions: by users exposed, by severity, and when nobody knows; what the grammar does not know is refused with the right spelling.
import { describe, expect, test } from '@jest/globals';
import { type Happening, happens, parseOccasion } from '../../src/policy/occasion.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';

test.each<[string, Happening, boolean]>([
  ['always', { usersExposed: 0 }, true],
  ['users-exposed > 0', { usersExposed: 0 }, false],
  ['users-exposed > 0', { usersExposed: 1 }, true],
  ['users-exposed > 100', { usersExposed: 100 }, false],
  ['users-exposed >= 100', { usersExposed: 100 }, true],
  ['users-exposed < 100', { usersExposed: 100 }, false],
  ['users-exposed<=100', { usersExposed: 100 }, true],
  ['P0', { severity: 'P1' }, false],
  ['p0 OR p1', { severity: 'P1' }, true],
  ['users-exposed > 100 or P0 or P1', { usersExposed: 5, severity: 'P2' }, false],
  ['users-exposed > 100 or P0 or P1', { usersExposed: 5, severity: 'P1' }, true],
  ['users-exposed > 100 and P0', { usersExposed: 500, severity: 'P1' }, false],
  ['users-exposed > 100 and P0', { usersExposed: 500, severity: 'P0' }, true],
])('%j of %j: %s', (text, happening, holds) => {
  const occasion = parseOccasion(text);

  expect(occasion?.text).toBe(text);
  expect(happens(occasion, happening)).toBe(holds);
});

test.each<[string, Happening, boolean]>([
  ['users-exposed > 100', {}, true],
  ['P0', {}, true],
  ['P0 or P1', { severity: '' }, true],
  ['users-exposed > 100 and P0', { severity: 'P0' }, true],
  ['users-exposed > 100 and P0', { severity: 'P1' }, false],
  ['users-exposed > 100 and P0', { usersExposed: 5 }, false],
])(
  'what nobody counted or rated counts as true, what is known counts as it is: %j of %j: %s',
  (text, happening, holds) => {
    expect(happens(parseOccasion(text), happening)).toBe(holds);
  },
);

test('without an occasion it always is', () => {
  expect(happens(undefined, { usersExposed: 0, severity: 'P3' })).toBe(true);
});

describe('a text that is no occasion', () => {
  const read = (line: string) => {
    const told = readPolicy(`version: 1\nextends: starter@1\n${line}\n`, vocabulary, { path: 'p.yml' });
    return told.kind === 'faults' ? told.faults.map(({ line: at, what, fix }) => `${at}: ${what}. ${fix}`) : [];
  };
  const known = 'Write always, users-exposed > 100 or P0 to P3, joined by “or” and “and”';

  test.each([
    ['user-exposed > 100', 'Did you mean “users-exposed > 100”?'],
    ['users-exposed > 100 or alwas', 'Did you mean “users-exposed > 100 or always”?'],
    ['P0 and P4', 'Did you mean “P0 and P0”?'],
    ['users-exposed > 5 %', known],
    ['users-exposed => 5', known],
    ['P0, P1', known],
    ['P0 or', known],
    ['full moon', known],
  ])('is refused at its line, with the nearest right spelling: %j', (text, fix) => {
    expect(read(`rollback: {follow-up: {issue: {when: "${text}"}}}`)).toEqual([`3: “${text}” is no occasion. ${fix}`]);
    expect(read(`announce: [{id: a, if: "${text}"}]`)).toEqual([`3: “${text}” is no occasion. ${fix}`]);
  });

  test.each(['always', 'users-exposed > 100 or P0 or P1'])('is not %j', (text) => {
    expect(read(`rollback: {follow-up: {issue: {when: "${text}"}}}`)).toEqual([]);
    expect(read(`announce: [{id: a, if: "${text}"}]`)).toEqual([]);
  });
});
