import { expect, test } from '@jest/globals';
import { nearest } from '../../src/kit/spelling.ts';

test.each([
  ['checklst', 'checklist'],
  ['lables', 'labels'],
  ['Roles', 'roles'],
  ['xyz', undefined],
  ['zzzzzzzz', undefined],
])('the nearest word to %s is %s', (wrong, right) => {
  expect(nearest(wrong, ['checklist', 'labels', 'roles', 'plans'])).toBe(right);
});
