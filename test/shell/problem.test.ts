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
      place: undefined,
      others: [],
    });
  });

  test('of one fault in a file is one error on its line', () => {
    expect(tell(faultyFile(1))).toMatchObject({ place: { file: 'smoke.yml', line: 1, column: 3 }, others: [] });
  });

  test('of two faults is one error that lists both, and the line of the second is marked too', () => {
    const told = tell(faultyFile(2));

    expect(told.message).toContain('smoke.yml:1:3: no 1\nsmoke.yml:2:3: no 2');
    expect(told.place).toEqual({ file: 'smoke.yml', line: 1, column: 3 });
    expect(told.others).toEqual([{ message: 'smoke.yml:2:3: no 2', place: { file: 'smoke.yml', line: 2, column: 3 } }]);
  });

  test.each([
    [11, 'smoke.yml:11:3: no 11'],
    [12, 'smoke.yml:11:3: no 11 (1 more in the error of this step)'],
  ])('of %i faults marks ten more lines, for GitHub shows no more; the last counts the others', (count, last) => {
    const { others } = tell(faultyFile(count));

    expect([others.length, others.at(-1)?.message, others[8]?.message]).toEqual([10, last, 'smoke.yml:10:3: no 10']);
  });

  test.each([[new Error('boom')], ['a text'], [undefined]])(
    'of ours is told with a plea to report it: %s',
    (thrown) => {
      expect(tell(thrown)).toMatchObject({ reason: 'fault', place: undefined, others: [] });
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
