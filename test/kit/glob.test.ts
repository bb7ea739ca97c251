import { describe, expect, test } from '@jest/globals';
import { anyMatches, matches } from '../../src/kit/glob.ts';

describe('globs', () => {
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
