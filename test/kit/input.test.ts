// The shared inputs: defaults, what is refused, and in which words.
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { globs, sharedInputs } from '../../src/kit/input.ts';

const shape = z.strictObject(sharedInputs);
const empty = Object.fromEntries(Object.keys(sharedInputs).map((name) => [name, '']));

describe('the shared inputs', () => {
  test('have the defaults of the contract', () => {
    expect(shape.parse(empty)).toMatchObject({
      environment: 'production',
      policy: '.github/deploy-policy.yml',
      'policy-source': 'trusted',
      comment: 'auto',
      'dry-run': false,
      'deployment-id': undefined,
      override: [],
      'job-status': 'success',
    });
  });

  test.each([
    ['expected-sha', '3f9c2ab', 'is not a full commit sha: give all 40 characters'],
    ['expected-sha', 'F'.repeat(40), 'is not a full commit sha'],
    ['policy-source', 'head', 'is none of trusted, workspace'],
    ['dry-run', 'yes', 'is neither true nor false'],
    ['deployment-id', '-1', 'is not a whole number above 0'],
    ['deployment-id', '1e5', 'is not a whole number above 0'],
    ['policy', '../other/policy.yml', 'leaves the repository'],
    ['policy', '/etc/passwd', 'leaves the repository'],
  ])('refuse %s: %s', (name, value, words) => {
    const read = shape.safeParse({ ...empty, [name]: value });

    expect(read.success).toBe(false);
    expect(read.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join()).toContain(words);
  });

  test('name every fault at once', () => {
    const read = shape.safeParse({ ...empty, 'dry-run': 'yes', 'expected-sha': 'abc', comment: 'never' });

    expect(read.error?.issues).toHaveLength(3);
  });

  test('take several overrides, by line or comma', () => {
    expect(shape.parse({ ...empty, override: 'a\n b ,c\n' }).override).toEqual(['a', 'b', 'c']);
  });
});

test.each([
  ['a.xml\n b.xml ,c.xml\n', ['a.xml', 'b.xml', 'c.xml']],
  ['**/{junit,TEST}*.xml, !**/{a,b}/**', ['**/{junit,TEST}*.xml', '!**/{a,b}/**']],
  ['{a\nb,c', ['{a', 'b', 'c']],
  ['', []],
])('globs %j are %j: a comma between braces belongs to its glob', (text, all) => {
  expect(globs.parse(text)).toEqual(all);
});
