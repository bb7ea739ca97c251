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
      errors: [{ message: 'The router does not answer (http://127.0.0.1:1). Start it.', place: undefined }],
    });
  });

  test('of one fault in a file is one error on its line', () => {
    const told = tell(faultyFile(1));

    expect(told.errors).toEqual([{ message: told.message, place: { file: 'smoke.yml', line: 1, column: 3 } }]);
  });

  test('of two faults is an error on each line, and the whole list is its message', () => {
    const told = tell(faultyFile(2));

    expect(told.errors).toEqual([
      { message: 'smoke.yml:1:3: no 1', place: { file: 'smoke.yml', line: 1, column: 3 } },
      { message: 'smoke.yml:2:3: no 2', place: { file: 'smoke.yml', line: 2, column: 3 } },
    ]);
    expect(told.message).toContain('smoke.yml:1:3: no 1\nsmoke.yml:2:3: no 2');
  });

  test.each([
    [10, 'smoke.yml:10:3: no 10'],
    [11, 'smoke.yml:10:3: no 10 (1 more in the log and the summary of this step)'],
  ])('of %i faults is ten errors, for GitHub shows no more; the last counts the others', (count, last) => {
    const { errors } = tell(faultyFile(count));

    expect([errors.length, errors.at(-1)?.message, errors[8]?.message]).toEqual([10, last, 'smoke.yml:9:3: no 9']);
  });

  test.each([[new Error('boom')], ['a text'], [undefined]])(
    'of ours is told with a plea to report it: %s',
    (thrown) => {
      expect(tell(thrown)).toMatchObject({
        reason: 'fault',
        errors: [{ message: tell(thrown).message, place: undefined }],
      });
      expect(tell(thrown).message).toContain('Please report it');
    },
  );
});

function faultyFile(count: number): Problem {
  const lines = Array.from({ length: count }, (_, index) => index + 1);
  const marks = lines.map((line) => ({
    message: `smoke.yml:${line}:3: no ${line}`,
    place: { file: 'smoke.yml', line, column: 3 },
  }));
  const fix = marks.map(({ message }) => message).join('\n');
  return new Problem({ what: 'The suite has faults', where: 'smoke.yml:1:3', fix, reason: 'bad-suite', marks });
}

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
