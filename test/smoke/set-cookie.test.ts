// Cookies that an answer sets: by name and attribute, the last of several, and never with their value in the report.
import { describe, expect, test } from '@jest/globals';
import { failuresOf } from '../../src/smoke/expect.ts';
import { setCookieAt } from '../../src/smoke/set-cookie.ts';
import { aReply, aSuite } from './town.ts';

const lines = [
  'session=old; Path=/',
  'theme=dark; Max-Age=3600; Expires=Wed, 09 Jun 2027 10:18:14 GMT',
  'session=a=b; Path=/; HttpOnly; Secure; SameSite=Lax',
  'empty=',
];

describe('a cookie that an answer sets', () => {
  test.each([
    ['session', 'a=b'],
    ['session@httponly', 'true'],
    ['session@Secure', 'true'],
    ['session@samesite', 'Lax'],
    ['theme@max-age', '3600'],
    ['theme@expires', 'Wed, 09 Jun 2027 10:18:14 GMT'],
    ['theme@httponly', undefined],
    ['Theme', undefined],
    ['none', undefined],
    ['none@secure', undefined],
    ['empty', ''],
  ])('%s is %s', (asked, value) => {
    expect(setCookieAt(lines, asked)).toBe(value);
  });
});

function told(cookie: string): readonly string[] {
  const check = aSuite(`checks:\n  - {id: a, http: {url: /}, expect: {cookie: ${cookie}}}`).checks[0];
  if (check === undefined) throw new Error('no check');
  return failuresOf(check.expect, aReply({ setCookies: lines }), 0).map(
    ({ about, expected, got }) => `${about}: ${expected}, got ${got}`,
  );
}

describe('an expectation of cookies', () => {
  test.each([
    ['{session: {exists: true}, session@httponly: true, session@secure: {exists: true}}'],
    ['{session@samesite: {one_of: [Lax, Strict]}, theme@max-age: {gte: 60}, none: {exists: false}}'],
    ['{theme@httponly: {exists: false}, theme: dark}'],
  ])('%s holds', (cookie) => {
    expect(told(cookie)).toEqual([]);
  });

  test.each([
    ['{theme@httponly: true}', 'cookie theme@httponly: "true", got nothing there'],
    ['{session@samesite: Strict}', 'cookie session@samesite: "Strict", got "Lax"'],
    ['{session: {starts_with: s}}', 'cookie session: starts with "s", got "… (3 characters)"'],
    ['{none: {exists: true}}', 'cookie none: a value, got nothing there'],
  ])('%s does not', (cookie, words) => {
    expect(told(cookie)).toEqual([words]);
  });
});
