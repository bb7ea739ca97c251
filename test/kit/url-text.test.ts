// The text of a part of a URL: decoded, and never a reason to stop.
import { expect, test } from '@jest/globals';
import { plainText } from '../../src/kit/url-text.ts';

test.each([
  ['p%40ss', 'p@ss'],
  ['p%ss', 'p%ss'],
  ['100%', '100%'],
  ['%40%', '@%'],
  ['%C3%A9-%ff', 'é-%ff'],
  ['', ''],
])('%s is %s', (part, text) => {
  expect(plainText(part)).toBe(text);
});
