// Reading lcov reports, and the coverage criterion at its limit.
import { describe, expect, test } from '@jest/globals';
import { leastCovered, readLcov } from '../../src/checklist/lcov.ts';
import { deployStory, files, findingOf, reviewStory } from './story.ts';

function report(...records: readonly (readonly [path: string, hit: number, found: number])[]): string {
  return records.map(([path, hit, found]) => `TN:\nSF:${path}\nLF:${found}\nLH:${hit}\nend_of_record\n`).join('');
}

describe('an lcov report', () => {
  test('gives the totals of its files', () => {
    const read = readLcov(report(['a.ts', 8, 10], ['b.ts', 1, 10]));

    expect(read).toMatchObject({ kind: 'coverage', coverage: { found: 20, hit: 9 } });
  });

  test('counts DA lines where there are any, and a file with two test names once', () => {
    const text =
      'TN:one\nSF:a.ts\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\nTN:two\nSF:a.ts\nDA:1,0\nDA:2,3\nLF:2\nLH:1\nend_of_record\n';

    expect(readLcov(text)).toMatchObject({ coverage: { found: 2, hit: 2 } });
  });

  test.each([
    ['empty', ''],
    ['cut off inside a record', 'TN:\nSF:a.ts\nLF:10\nLH:9\n'],
    ['of another format', '<coverage line-rate="0.9"/>'],
    ['of files without lines', 'SF:a.ts\nLF:0\nLH:0\nend_of_record\n'],
    ['with more hit than found', 'SF:a.ts\nLF:10\nLH:11\nend_of_record\n'],
    ['with words for numbers', 'SF:a.ts\nLF:many\nLH:1\nend_of_record\n'],
    ['with a record that never began', 'end_of_record\n'],
  ])('that is %s is unreadable', (_how, text) => {
    expect(readLcov(text).kind).toBe('unreadable');
  });

  test('names the files with the least coverage first', () => {
    const read = readLcov(report(['well.ts', 10, 10], ['half.ts', 5, 10], ['none.ts', 0, 3]));

    expect(read.kind === 'coverage' && leastCovered(read.coverage, 2).map(({ path }) => path)).toEqual([
      'none.ts',
      'half.ts',
    ]);
  });
});

describe('coverage-minimum', () => {
  function withReport(line: string, text: string | undefined, story = deployStory) {
    return findingOf(story, line, {
      comparison: { files: files('src/pay/refund.ts') },
      change: ({ github }) => {
        if (text !== undefined) github.workspace.set('coverage/lcov.info', text);
      },
    });
  }

  test.each([
    ['at-least', 7999, 'fail'],
    ['at-least', 8000, 'pass'],
    ['at-least', 8001, 'pass'],
    ['above', 7999, 'fail'],
    ['above', 8000, 'fail'],
    ['above', 8001, 'pass'],
  ] as const)('%s 80 %% with %i of 10000 lines: %s', async (word, hit, outcome) => {
    const line = `{id: coverage-minimum, with: {${word}: 80 %}}`;

    expect((await withReport(line, report(['a.ts', hit, 10_000]))).outcome).toBe(outcome);
  });

  test('does not round a value over its limit', async () => {
    const finding = await withReport('coverage-minimum', report(['a.ts', 7999, 10_000]));

    expect(finding.evidence).toBe('79.9 %, needs 80 %');
  });

  test('without a word for the limit asks at least 80 %', async () => {
    expect((await withReport('coverage-minimum', report(['a.ts', 80, 100]))).outcome).toBe('pass');
  });

  test('names the files of the change with the least coverage', async () => {
    const finding = await withReport(
      'coverage-minimum',
      report(['/home/ci/shop/src/pay/refund.ts', 41, 100], ['old.ts', 0, 10]),
    );

    expect(finding.todo).toEqual(
      expect.arrayContaining([{ code: '/home/ci/shop/src/pay/refund.ts' }, ' has 41 %: 59 lines uncovered']),
    );
  });

  test('is unknown without the report, with an unreadable one, and with one of another run', async () => {
    const another = '{id: coverage-minimum, with: {from: {artifact: coverage}}}';

    expect((await withReport('coverage-minimum', undefined)).outcome).toBe('unknown');
    expect((await withReport('coverage-minimum', 'SF:a.ts')).outcome).toBe('unknown');
    expect((await withReport(another, report(['a.ts', 1, 1]))).outcome).toBe('unknown');
  });

  test('says at review that the report is the pull request’s own', async () => {
    const finding = await withReport('coverage-minimum', report(['a.ts', 9, 10]), reviewStory);

    expect(finding.evidence).toBe('90 %, needs 80 %, from this pull request');
  });
});
