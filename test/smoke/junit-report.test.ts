// Reports of other runners, in the forms that they write them.
import { describe, expect, test } from '@jest/globals';
import { type JunitReport, readJunitReport } from '../../src/smoke/junit-report.ts';

function read(text: string): JunitReport {
  const report = readJunitReport(text);
  if ('because' in report) throw new Error(report.because);
  return report;
}

const at = (iso: string) => Date.parse(iso);

describe('a report', () => {
  test('of nested suites brings every case, named by the nearest suite that has a name', () => {
    const { cases } = read(`<?xml version="1.0"?>
<testsuites name="all"><testsuite name="outer"><testcase name="a"/>
  <testsuite name="inner"><testcase name="b"/><testsuite><testcase name="c"/></testsuite></testsuite>
</testsuite><testsuite name="second"><testcase name="d" classname="own.Class"/></testsuite></testsuites>`);

    expect(cases.map(({ name }) => name)).toEqual(['outer › a', 'inner › b', 'inner › c', 'own.Class › d']);
  });

  test.each([
    ['<testcase name="a"/>', 'pass', ''],
    ['<testcase name="a"><system-out>fine</system-out></testcase>', 'pass', ''],
    ['<testcase name="a"><failure message="no cart"/></testcase>', 'fail', 'no cart'],
    ['<testcase name="a"><failure>no cart</failure></testcase>', 'fail', 'no cart'],
    ['<testcase name="a"><failure><![CDATA[no <b>cart]]></failure></testcase>', 'fail', 'no <b>cart'],
    ['<testcase name="a"><failure message="no cart">at cart.ts:7</failure></testcase>', 'fail', 'no cart at cart.ts:7'],
    ['<testcase name="a"><failure message="no cart">no cart, at 7</failure></testcase>', 'fail', 'no cart, at 7'],
    ['<testcase name="a"><failure/></testcase>', 'fail', 'it failed without a message'],
    ['<testcase name="a"><error message="it crashed"/></testcase>', 'fail', 'it crashed'],
    ['<testcase name="a"><failure message="&#27;[31mred&#27;[0m &amp; more"/></testcase>', 'fail', 'red & more'],
    ['<testcase name="a"><failure message="&amp;lt;"/></testcase>', 'fail', '&lt;'],
    ['<testcase name="a"><skipped/></testcase>', 'skipped', ''],
    ['<testcase name="a"><skipped/><failure message="x"/></testcase>', 'fail', 'x'],
  ])('case %s is %s', (text, outcome, message) => {
    expect(read(`<testsuite name="s">${text}</testsuite>`).cases).toEqual([
      expect.objectContaining({ name: 's › a', outcome, message }),
    ]);
  });

  test.each([
    ['flakyFailure', true],
    ['flakyError', true],
    ['system-err', false],
  ])('with %s passed only after a retry: %s', (element, flaky) => {
    expect(read(`<testsuite><testcase name="a"><${element} message="x"/></testcase></testsuite>`).cases).toEqual([
      expect.objectContaining({ outcome: 'pass', flaky }),
    ]);
  });

  test.each([
    ['1.5', 1_500],
    ['0', 0],
    ['', 0],
    ['1,234.5', 0],
  ])('a time of %j is %i ms', (time, durationMs) => {
    expect(read(`<testsuite><testcase name="a" time="${time}"/></testsuite>`).cases[0]).toMatchObject({ durationMs });
  });

  test.each(['\u{FEFF}', '\u{FEFF}<?xml version="1.0" encoding="UTF-8"?>\r\n', '\n\n  ', '<!-- made by hand -->'])(
    'that begins with %j is one',
    (head) => {
      expect(read(`${head}<testsuite><testcase name="a"/></testsuite>`).cases).toHaveLength(1);
    },
  );

  test.each([
    ['in UTC', '2026-11-17T10:00:00Z', at('2026-11-17T10:00:00Z')],
    ['with parts of a second', '2026-11-17T10:00:00.123Z', at('2026-11-17T10:00:00Z')],
    ['with a zone', '2026-11-17T10:00:00+02:00', at('2026-11-17T08:00:00Z')],
    ['with a zone without a colon', '2026-11-17T10:00:00-0530', at('2026-11-17T15:30:00Z')],
    ['with a blank', '2026-11-17 10:00:00', at('2026-11-17T22:00:00Z')],
    ['without a zone: as late as it can have been', '2026-11-17T10:00:00', at('2026-11-17T22:00:00Z')],
    ['that is none', 'yesterday', undefined],
    ['that is impossible', '2026-13-45T99:99:99Z', undefined],
    ['that is missing', '', undefined],
  ])('says when it began %s', (_name, timestamp, began) => {
    expect(read(`<testsuite timestamp="${timestamp}"><testcase name="a"/></testsuite>`).began?.latest).toBe(began);
  });

  test('is as new as its newest suite', () => {
    const suites = ['2026-11-17T10:00:00Z', '2026-11-17T11:00:00Z', '2026-11-17T09:00:00Z'];
    const text = suites.map((one) => `<testsuite timestamp="${one}"><testcase name="a"/></testsuite>`).join('');

    expect(read(`<testsuites>${text}</testsuites>`).began?.latest).toBe(at('2026-11-17T11:00:00Z'));
  });
});

describe('what is no whole report', () => {
  test.each([
    ['', /no JUnit report/],
    ['<html><testcase name="a"/></html>', /no JUnit report/],
    ['<testsuite><testcase name="a"/>', /no JUnit report/],
    ['{"tests": 1}', /no JUnit report/],
    ['<testsuite tests="2"><testcase name="a"/></testsuite>', /announces 2 tests and has fewer/],
    ['<testsuites tests="3"><testsuite tests="1"><testcase name="a"/></testsuite></testsuites>', /announces 3 tests/],
    ['<testsuites><testsuite tests="1"/></testsuites>', /announces 1 tests/],
    ['<!DOCTYPE a [<!ENTITY b "c">]><testsuite><testcase name="&b;"/></testsuite>', /declares a document type/],
    ['<testsuite><!doctype a><testcase name="a"/></testsuite>', /declares a document type/],
    [`<testsuite>${' '.repeat(10 * 1_048_576)}</testsuite>`, /more than 10 MiB/],
    [`<testsuite>${'<a/>'.repeat(100_001)}</testsuite>`, /more than 100,000 tags/],
    [`<testsuite><testcase name="a" b="${'>'.repeat(1_048_577)}"/></testsuite>`, /a tag of more than 1 MiB/],
    [`${'<testsuite>'.repeat(200)}<testcase name="a"/>${'</testsuite>'.repeat(200)}`, /no JUnit report/],
  ])('%#', (text, because) => {
    expect(readJunitReport(text)).toEqual({ because: expect.stringMatching(because) });
  });
});
