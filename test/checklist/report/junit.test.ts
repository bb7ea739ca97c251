// Reading JUnit reports: nested suites, outcomes, totals that lie, time stamps.
import { describe, expect, test } from '@jest/globals';
import { readJunit } from '../../../src/checklist/report/junit.ts';

const outcomes = (text: string) => {
  const read = readJunit(text);
  return read.kind === 'report' ? read.report.cases.map(({ outcome }) => outcome) : read.because;
};

describe('a JUnit report', () => {
  test('gives every case of nested suites, by suite, class and name', () => {
    const read = readJunit(
      '<testsuites><testsuite name="pay &amp; go"><testsuite name="card"><testcase classname="Card" name="is &quot;charged&quot;"/></testsuite></testsuite></testsuites>',
    );

    expect(read).toEqual({
      kind: 'report',
      report: { cases: [{ name: 'pay & go card Card is "charged"', outcome: 'passed' }] },
    });
  });

  test.each([
    ['a bare case', '<testcase name="a"/>', 'passed'],
    [
      'output that looks like a failure',
      '<testcase name="a"><system-out><![CDATA[<failure/> <!DOCTYPE x>]]></system-out></testcase>',
      'passed',
    ],
    ['a failure', '<testcase name="a"><failure message="no"/></testcase>', 'failed'],
    ['an error', '<testcase name="a"><error/></testcase>', 'failed'],
    ['a failure of a skipped case', '<testcase name="a"><skipped/><failure/></testcase>', 'failed'],
    ['skipped', '<testcase name="a"><skipped/></testcase>', 'skipped'],
    ['disabled by status', '<testcase name="a" status="disabled"/>', 'skipped'],
  ])('%s: %s is %s', (_what, text, outcome) => {
    expect(outcomes(`<testsuite>${text}</testsuite>`)).toEqual([outcome]);
  });

  test.each([
    ['as many as it has', 'tests="2" failures="1" errors="0"', 'report'],
    ['fewer than it has', 'tests="1"', 'report'],
    ['more tests than it has', 'tests="3"', 'unreadable'],
    ['more failures than it has', 'tests="2" failures="2"', 'unreadable'],
    ['errors that it does not have', 'tests="2" failures="1" errors="2"', 'unreadable'],
    ['words for numbers', 'tests="many"', 'unreadable'],
    ['numbers below zero', 'failures="-1"', 'unreadable'],
  ])('that announces %s', (_what, numbers, kind) => {
    const text = `<testsuites><testsuite ${numbers}><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite></testsuites>`;

    expect(readJunit(text).kind).toBe(kind);
  });

  test.each([
    ['with a zone', '2026-11-17T10:00:00Z', Date.UTC(2026, 10, 17, 10)],
    ['with an offset', '2026-11-17T10:00:00.5+0200', Date.UTC(2026, 10, 17, 8)],
    ['without a zone it may be twelve hours later', '2026-11-17T10:00:00', Date.UTC(2026, 10, 17, 22)],
    ['that is no time', 'yesterday', undefined],
    ['that cannot be', '2026-13-45T10:00:00Z', undefined],
  ])('says when it ran: %s', (_what, timestamp, at) => {
    const read = readJunit(`<testsuite timestamp="${timestamp}"><testcase name="a"/></testsuite>`);

    expect(read.kind === 'report' && read.report.at).toBe(at);
  });

  test('the newest suite says when', () => {
    const suite = (hour: number) =>
      `<testsuite timestamp="2026-11-17T0${hour}:00:00Z"><testcase name="a"/></testsuite>`;
    const read = readJunit(`<testsuites>${suite(7)}${suite(9)}${suite(8)}</testsuites>`);

    expect(read.kind === 'report' && read.report.at).toBe(Date.UTC(2026, 10, 17, 9));
  });

  test('of another root is none', () => {
    expect(readJunit('<coverage><packages/></coverage>')).toMatchObject({
      because: expect.stringContaining('coverage'),
    });
  });
});
