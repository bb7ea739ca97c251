// Every reader of report files against files that prove nothing, and against whatever else there is.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBenchmarks, readLoadTest } from '../../../src/checklist/report/benchmark.ts';
import { readBundle } from '../../../src/checklist/report/bundle.ts';
import { readCoverage } from '../../../src/checklist/report/coverage.ts';
import { readJunit } from '../../../src/checklist/report/junit.ts';
import { readLicences } from '../../../src/checklist/report/licences.ts';
import { readLint } from '../../../src/checklist/report/lint.ts';
import type { Read } from '../../../src/checklist/report/reading.ts';
import { readVulnerabilities } from '../../../src/checklist/report/vulnerabilities.ts';
import { hostile, tooLarge } from './hostile.ts';

const readers: readonly (readonly [string, (text: string) => Read<unknown>])[] = [
  ['JUnit', readJunit],
  ['coverage', readCoverage],
  ['vulnerabilities', readVulnerabilities],
  ['lint', readLint],
  ['benchmarks', readBenchmarks],
  ['load test', readLoadTest],
  ['bundle size', readBundle],
  ['licences', readLicences],
];

/** Pieces of real reports in any order: closer to the readers' decisions than letters alone. */
const pieces = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        '<testsuites>',
        '</testsuites>',
        '<testsuite tests="2">',
        '</testsuite>',
        '<testcase name="a"/>',
        '<failure>',
      ),
      fc.constantFrom(
        '<coverage>',
        '<packages>',
        '<class filename="a">',
        '<line number="1" hits="0"/>',
        '</coverage>',
        '<![CDATA[',
        ']]>',
      ),
      fc.constantFrom(
        'SF:a.ts\n',
        'DA:1,1\n',
        'end_of_record\n',
        '{"results":',
        '[',
        ']',
        '}',
        '"metrics":{}',
        '<!DOCTYPE a [',
        '&lt;',
      ),
    ),
    { maxLength: 30 },
  )
  .map((list) => list.join(''));

describe.each(readers)('the reader of %s', (_name, reader) => {
  test.each(hostile)('learns nothing from %s', (_what, text) => {
    expect(reader(text)).toMatchObject({ kind: 'unreadable', because: expect.stringMatching(/^it /) });
  });

  test('learns nothing from more than 20 MB, and does not look at it', () => {
    expect(reader(tooLarge)).toMatchObject({ because: expect.stringContaining('20') });
  });

  test('never throws and never hangs, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), pieces, fc.json()), (text) => {
        expect(['report', 'unreadable']).toContain(reader(text).kind);
      }),
      { numRuns: 150 },
    );
  });
});
