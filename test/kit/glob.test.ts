import { describe, expect, test } from '@jest/globals';
import { anyMatches, matches } from '../../src/kit/glob.ts';

/** The same with so long a path that it is walked letter by letter. */
const far = `${'x/'.repeat(600)}`;

describe('globs', () => {
  test.each([
    ['**/a/**/b/*.ts', `${far}a/${far}b/c.ts`, true],
    ['**/a/**/b/*.ts', `${far}a/${far}b/c/d.ts`, false],
    ['**/*.{ts,tsx}/**/*y', `${far}a.tsx/z/xy`, true],
    ['**/*.{ts,tsx}/**/*y', `${far}a.js/z/xy`, false],
    ['**/{*a*,b?}/**', `${far}b/c`, false],
    ['**/{*a*,b?}/**', `${far}bb/c`, true],
    ['**/*/**/?', `${far}/yy`, false],
    ['**/*/**/?', `${far}y`, true],
    ['**a**b**}', `a${far}b}`, true],
    ['**a**b**{', `a${far}b}`, false],
  ])('%s and a long path are told apart', (glob, path, expected) => {
    expect(matches(glob, path)).toBe(expected);
  });

  test('a path made to keep a glob with many stars busy is read once', () => {
    const path = `${'a/'.repeat(2000)}${'a'.repeat(95)}`;

    expect(matches('**/a/**/a/**/a/**/a/**/a/**/b', path)).toBe(false);
    expect(matches('**/*a*a*a*a*a*a*a*b', path)).toBe(false);
    expect(matches('**/a/**/a/**/a/**/a/**/a*', path)).toBe(true);
  });

  test.each([
    ['docs/**', 'docs/a/b.md', true],
    ['docs/**', 'docs', false],
    ['docs/**', 'mydocs/a.md', false],
    ['**/*.md', 'README.md', true],
    ['**/*.md', 'a/b/c.md', true],
    ['**/*.md', 'a/b/c.mdx', false],
    ['**/auth/**', 'auth/x.ts', true],
    ['**/auth/**', 'src/auth/x.ts', true],
    ['**/auth/**', 'src/oauth/x.ts', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/a/b.ts', false],
    ['v?.*', 'v1.2', true],
    ['**/*.{ts,tsx}', 'src/a.tsx', true],
    ['**/*.{ts,tsx}', 'src/a.js', false],
    ['a.b', 'axb', false],
    ['**', '.github/x.yml', true],
    ['a{b', 'a{b', true],
    ['a,b', 'a,b', true],
    ['(a|b)+', '(a|b)+', true],
  ])('%s and %s: %s', (glob, path, expected) => {
    expect(matches(glob, path)).toBe(expected);
  });

  test('a leading ! takes away what an earlier pattern gave', () => {
    expect(anyMatches(['src/**', '!src/test/**'], 'src/a.ts')).toBe(true);
    expect(anyMatches(['src/**', '!src/test/**'], 'src/test/a.ts')).toBe(false);
    expect(anyMatches(['src/**', '!src/test/**', 'src/test/keep.ts'], 'src/test/keep.ts')).toBe(true);
  });

  test('only ! patterns match the rest, an empty list nothing', () => {
    expect(anyMatches(['!docs/**'], 'src/a.ts')).toBe(true);
    expect(anyMatches(['!docs/**'], 'docs/a.md')).toBe(false);
    expect(anyMatches([], 'a')).toBe(false);
  });
});
