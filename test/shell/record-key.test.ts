// The key of the records: who signs with it, who only checks, and that it is kept secret line by line.
import { describe, expect, test } from '@jest/globals';
import { sharedInputs } from '../../src/kit/input.ts';
import { secretsOf } from '../../src/shell/entrance.ts';
import { withRecordKey } from '../../src/shell/record-key.ts';
import { memoryWorld } from '../world/memory/world.ts';

const keys = ['first-key-of-the-shop', 'second-key-of-the-shop'];
const pull = { number: 7, headSha: 'a'.repeat(40), baseSha: 'b'.repeat(40), fork: false, labels: [] };

describe('a record-key', () => {
  test.each([
    ['a push signs', { event: 'push' }, keys, 'signs', 2, 0],
    [
      'a pull request of this repository only checks, and is warned',
      { event: 'pull_request', pull },
      keys,
      'checks',
      2,
      1,
    ],
    [
      'one that runs the base’s workflow does not sign either',
      { event: 'pull_request_target', pull },
      keys,
      'checks',
      2,
      1,
    ],
    [
      'a fork gets nothing of it, and is warned',
      { event: 'pull_request_target', pull: { ...pull, fork: true } },
      keys,
      undefined,
      0,
      1,
    ],
    ['without a key there is nothing to do', { event: 'pull_request', pull }, [], undefined, 0, 0],
  ] as const)('%s', (_, run, given, recordKey, kept, warnings) => {
    const world = memoryWorld({ run });

    const told = withRecordKey(world.run, given, world.log);

    expect(told.run.recordKey).toBe(recordKey);
    expect(told.keys).toHaveLength(kept);
    expect(world.told.filter((line) => line.startsWith('warn: '))).toHaveLength(warnings);
    expect(world.told.join()).not.toContain('of-the-shop');
  });

  test.each([
    ['', []],
    ['  first-key-of-the-shop  ', ['first-key-of-the-shop']],
    ['first-key-of-the-shop\r\n\nsecond-key-of-the-shop', keys],
    ['0123456789abcdef', ['0123456789abcdef']],
  ])('is read line by line: %j', (text, read) => {
    expect(sharedInputs['record-key'].parse(text)).toEqual(read);
  });

  test.each(['0123456789abcde', 'first-key-of-the-shop\nshort'])(
    'that can be guessed is refused, and not repeated: %j',
    (text) => {
      const { error } = sharedInputs['record-key'].safeParse(text);

      expect(error?.issues[0]?.message).toContain('fewer than 16 characters');
      expect(JSON.stringify(error?.issues)).not.toMatch(/0123456789|short|shop/);
    },
  );

  test('is a secret in each of its lines', () => {
    expect(secretsOf({ 'record-key': keys }, {})).toEqual(keys);
  });
});
