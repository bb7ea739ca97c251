// Reading coverage: each format by its content, lines counted once, totals that lie.
import { describe, expect, test } from '@jest/globals';
import { type CoverageFormat, readCoverage } from '../../../src/checklist/report/coverage.ts';

const lcov = 'TN:\nSF:a.ts\nDA:1,1\nDA:2,0\nend_of_record\n';
const cobertura = `<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.99"><packages><package name="p"><classes><class filename="a.ts">
<methods><method name="m"><lines><line number="1" hits="3"/></lines></method></methods>
<lines><line number="1" hits="3"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>`;
const clover = `<coverage generated="1"><project><package name="p"><file name="a.ts" path="src/a.ts">
<line num="1" count="3" type="stmt"/><line num="2" type="cond" truecount="0" falsecount="0"/></file></package></project></coverage>`;
const summary = JSON.stringify({
  total: { lines: { total: 2, covered: 1, skipped: 0, pct: 99 } },
  'a.ts': { lines: { total: 2, covered: 1, skipped: 0, pct: 99 } },
});
const statement = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 9 } });
const final = JSON.stringify({
  'a.ts': {
    path: 'a.ts',
    statementMap: { 0: statement(1), 1: statement(1), 2: statement(2) },
    s: { 0: 0, 1: 4, 2: 0 },
    f: {},
    b: {},
  },
});

describe('a coverage report', () => {
  test.each([
    ['lcov', 'lcov', lcov],
    ['lcov behind a byte order mark', 'lcov', `\uFEFF${lcov}`],
    ['cobertura, whatever rate it claims', 'cobertura', cobertura],
    ['clover', 'clover', clover],
    ['an Istanbul summary, whatever share it claims', 'istanbul', summary],
    ['Istanbul with every statement', 'istanbul', final],
  ] as const)('%s is told by its content: one of two lines', (_name, format, text) => {
    const read = readCoverage(text);

    expect(read).toMatchObject({ kind: 'report', report: { found: 2, hit: 1, files: [{ found: 2, hit: 1 }] } });
    expect(readCoverage(text, format)).toEqual(read);
  });

  test.each([
    ['lcov', 'cobertura', lcov],
    ['cobertura', 'clover', cobertura],
    ['clover', 'lcov', clover],
    ['istanbul', 'lcov', summary],
  ] as const)('that is %s and should be %s is unreadable', (is, wanted, text) => {
    const given: CoverageFormat = wanted;

    expect(readCoverage(text, given)).toEqual({ kind: 'unreadable', because: `it is ${is}, not ${wanted}` });
  });

  test.each([
    [
      'a summary whose total is not the sum',
      JSON.stringify({ total: { lines: { total: 4, covered: 4 } }, a: { lines: { total: 4, covered: 1 } } }),
    ],
    ['a summary with more covered than there is', JSON.stringify({ total: { lines: { total: 4, covered: 5 } } })],
    ['a summary of nothing', JSON.stringify({ total: { lines: { total: 0, covered: 0 } } })],
    ['a statement without a count', JSON.stringify({ a: { path: 'a', statementMap: { 0: statement(1) }, s: {} } })],
    [
      'a line without a number',
      '<coverage><packages><class filename="a"><line hits="1"/></class></packages></coverage>',
    ],
    ['a line without hits', '<coverage><packages><class filename="a"><line number="1"/></class></packages></coverage>'],
    [
      'hits in words',
      '<coverage><packages><class filename="a"><line number="1" hits="lots"/></class></packages></coverage>',
    ],
    ['no line at all', '<coverage line-rate="1"><packages/></coverage>'],
    ['JUnit', '<testsuite><testcase name="a"/></testsuite>'],
    ['a document type of its own', '<!DOCTYPE coverage [<!ENTITY a "b">]><coverage><packages/></coverage>'],
  ])('with %s is unreadable', (_what, text) => {
    expect(readCoverage(text).kind).toBe('unreadable');
  });

  test('counts a file that two classes share once', () => {
    const text =
      '<coverage><packages><class filename="a"><line number="1" hits="0"/></class><class filename="a"><line number="1" hits="2"/></class></packages></coverage>';

    expect(readCoverage(text)).toMatchObject({ report: { found: 1, hit: 1 } });
  });
});
