// Libraries that only some suites need: brought by what the text mentions, and by what turns out to be needed.
import { expect, test } from '@jest/globals';
import { lazily, NotLoaded, withLibraries } from '../../src/smoke/library.ts';

test('one that the text mentions is there at once, one that it does not when it is needed, and none twice', async () => {
  const brought: string[] = [];
  const library = (name: string, mention: RegExp) =>
    lazily(async () => {
      brought.push(name);
      return name;
    }, mention);
  const [patterns, pages, never] = [
    library('patterns', /matches/),
    library('pages', /html/),
    library('never', /never/),
  ];
  let runs = 0;

  const run = () => {
    runs += 1;
    return `${patterns.now()} ${pages.now()}`;
  };

  expect(() => never.now()).toThrow(NotLoaded);
  expect(await withLibraries('body: {matches: x}', run)).toBe('patterns pages');
  expect([runs, brought]).toEqual([2, ['patterns', 'pages']]);
  expect(await withLibraries('html and matches', run)).toBe('patterns pages');
  expect([runs, brought]).toEqual([3, ['patterns', 'pages']]);
});

test('what else goes wrong is told as it is', async () => {
  const broken = () => {
    throw new Error('a fault');
  };

  await expect(withLibraries('', broken)).rejects.toThrow('a fault');
});
