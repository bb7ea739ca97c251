// What a reader is told when something was thrown.
import { describe, expect, test } from '@jest/globals';
import { Problem } from '../../src/kit/problem.ts';
import { secretsOf } from '../../src/shell/entrance.ts';
import { tell } from '../../src/shell/problem.ts';

describe('a thrown problem', () => {
  test('is told in three parts, without a stack', () => {
    const told = tell(
      new Problem({
        what: 'The router does not answer',
        where: 'http://127.0.0.1:1',
        fix: 'Start it.',
        reason: 'router-unreachable',
      }),
    );

    expect(told).toEqual({
      reason: 'router-unreachable',
      message: 'The router does not answer (http://127.0.0.1:1). Start it.',
      stack: '',
    });
  });

  test.each([[new Error('boom')], ['a text'], [undefined]])(
    'of ours is told with a plea to report it: %s',
    (thrown) => {
      expect(tell(thrown)).toMatchObject({ reason: 'fault' });
      expect(tell(thrown).message).toContain('Please report it');
    },
  );
});

describe('secrets', () => {
  test('are the secret inputs and environment variables that sound secret, but no everyday words', () => {
    const found = secretsOf(
      { 'github-token': 'ghs_abcdefgh', environment: 'production', 'database-url': 'postgres://x' },
      { SLACK_WEBHOOK: 'https://hooks.example/T0', USE_TOKEN: 'true', HOME: '/root/folder', MY_API_KEY: 'k-12345678' },
    );

    expect(found).toEqual(
      expect.arrayContaining(['ghs_abcdefgh', 'postgres://x', 'https://hooks.example/T0', 'k-12345678']),
    );
    expect(found).toHaveLength(4);
  });
});
