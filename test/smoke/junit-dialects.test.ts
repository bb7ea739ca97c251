// Reports as runners really write them, shortened: a red one never passes, a green one is not held to what its dialect leaves out.
import { describe, expect, test } from '@jest/globals';
import { readJunitReport } from '../../src/smoke/junit-report.ts';

/** `pass`, `flaky`, `fail: …` or `doubt: …`. */
function judgedAs(text: string): string {
  const report = readJunitReport(text);
  if ('because' in report) return `doubt: ${report.because}`;
  const bad = report.cases.find(({ outcome }) => outcome === 'fail');
  if (bad !== undefined) return `fail: ${bad.name}: ${bad.message}`;
  if (report.cases.every(({ outcome }) => outcome === 'skipped')) return 'nothing was run';
  return report.cases.some(({ flaky }) => flaky) ? 'flaky' : 'pass';
}

const rows: readonly (readonly [string, string, string | RegExp])[] = [
  [
    'mocha-junit-reporter leaves pending cases out and counts them, in suites that do not say so',
    `<testsuites name="Mocha Tests" tests="4" failures="0" skipped="1"><testsuite name="Root Suite" tests="0" failures="0"></testsuite>
<testsuite name="cart" tests="3" failures="0"><testcase name="cart ok" classname="ok"/><testcase name="cart full" classname="full"/></testsuite>
<testsuite name="login" tests="1" failures="0"><testcase name="login ok" classname="ok"/></testsuite></testsuites>`,
    'pass',
  ],
  [
    'mocha: more cases are missing than were skipped',
    '<testsuites tests="4" skipped="1"><testsuite name="cart" tests="4"><testcase name="a"/><testcase name="b"/></testsuite></testsuites>',
    'doubt: it announces 4 tests and has fewer',
  ],
  [
    'mocha: a hook failed, and the cases after it are missing',
    `<testsuites tests="3" failures="1"><testsuite name="after" tests="3" failures="1"><testcase name="passes"/>
<testcase name="&quot;after each&quot; hook"><failure message="no clean"><![CDATA[Error: no clean]]></failure></testcase></testsuite></testsuites>`,
    /^fail: after › "after each" hook: no clean/,
  ],
  [
    'Playwright with includeRetries: passed in the end',
    `<testsuites id="" name="" tests="1" failures="0" skipped="0" errors="0"><testsuite name="a.spec.js" tests="1" failures="0" skipped="0" errors="0">
<testcase name="flaky" classname="a.spec.js"><flakyFailure message="once" type="Error"><stackTrace/></flakyFailure></testcase></testsuite></testsuites>`,
    'flaky',
  ],
  [
    'Playwright: an error of beforeAll, and the case after it skipped',
    `<testsuites tests="2" failures="0" skipped="1" errors="1"><testsuite name="a.spec.js" tests="2" failures="0" skipped="1" errors="1">
<testcase name="one"><rerunError message="no db"/><error message="no db" type="Error">no db</error></testcase><testcase name="two"><skipped></skipped></testcase></testsuite></testsuites>`,
    /^fail: a.spec.js › one: no db/,
  ],
  [
    'Playwright: a file that does not load',
    '<testsuites id="" name="" tests="0" failures="0" skipped="0" errors="0" time="0.03">\n</testsuites>',
    'nothing was run',
  ],
  [
    'jest-junit: a file that does not load, among suites without cases',
    '<testsuites tests="0" failures="0" errors="1"><testsuite name="crash.test.js" errors="1" failures="0" tests="0"></testsuite></testsuites>',
    'doubt: it announces 1 failures and shows none',
  ],
  [
    'rspec: an error outside of examples',
    '<testsuite name="rspec" tests="1" skipped="0" failures="0" errors="1"><properties><property name="seed" value="1"/></properties><testcase classname="a" name="b"/></testsuite>',
    'doubt: it announces 1 failures and shows none',
  ],
  [
    'vitest: flaky is not told, its case passed',
    '<testsuites tests="2" failures="0" errors="0"><testsuite name="a.test.js" tests="2" failures="0" errors="0" skipped="1"><testcase name="cart &gt; ok"/><testcase name="later"><skipped/></testcase></testsuite></testsuites>',
    'pass',
  ],
  [
    'pytest: a teardown that fails after a pass',
    `<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="0" skipped="0" tests="1"><testcase classname="test_a" name="test_td"/>
<testcase classname="test_a" name="test_td"><error message="failed on teardown with &quot;RuntimeError&quot;">def td():</error></testcase></testsuite></testsuites>`,
    /^fail: test_a › test_td: failed on teardown/,
  ],
  [
    'pytest: what does not import',
    '<testsuites><testsuite name="pytest" errors="1" tests="1"><testcase classname="" name="test_crash"><error message="collection failure">x</error></testcase></testsuite></testsuites>',
    /^fail: .*test_crash: collection failure/,
  ],
  [
    'surefire counts each run of a case that passed in its third (SUREFIRE-1627)',
    '<testsuite name="a.B" tests="4" errors="0" skipped="0" failures="2"><testcase name="one"/><testcase name="two"><flakyFailure message="1"><stackTrace/></flakyFailure><flakyFailure message="2"/></testcase></testsuite>',
    'flaky',
  ],
  [
    'surefire: failed in every run',
    '<testsuite name="a.B" tests="2" failures="2"><testcase name="two"><failure message="first"/><rerunFailure message="again"/></testcase></testsuite>',
    'fail: a.B › two: first',
  ],
  [
    'surefire: a class whose set-up failed has a case without a name',
    '<testsuite name="a.B" tests="1" errors="1"><testcase name="" classname="a.B"><error message="no db" type="E"/></testcase></testsuite>',
    /^fail: a.B › a case without a name: no db/,
  ],
  [
    'a rerun that failed, and no failure beside it',
    '<testsuite><testcase name="a"><rerunFailure message="again"/></testcase></testsuite>',
    'fail: a: again',
  ],
  [
    'go-junit-report: what does not build',
    '<testsuites tests="1" errors="1"><testsuite name="shop/cart" tests="1" failures="0" errors="1"><testcase name="[build failed]" classname="shop/cart"><error message="Build error"><![CDATA[cart.go:3]]></error></testcase></testsuite></testsuites>',
    /^fail: shop\/cart › \[build failed\]: Build error/,
  ],
  [
    'gotestsum: an empty package beside others',
    '<testsuites tests="1" failures="0" errors="0"><testsuite tests="0" failures="0" name="shop/empty"></testsuite><testsuite tests="1" failures="0" name="shop"><testcase classname="shop" name="TestA"/></testsuite></testsuites>',
    'pass',
  ],
  [
    'JunitXml.TestLogger of dotnet',
    '<testsuites><testsuite name="Shop.dll" tests="2" skipped="1" failures="0" errors="0" timestamp="2026-11-17T10:00:00"><testcase classname="Cart" name="Works"/><testcase classname="Cart" name="Later"><skipped /></testcase></testsuite></testsuites>',
    'pass',
  ],
  [
    'PHPUnit: suites in suites, each with the sum of its own',
    '<testsuites><testsuite name="" tests="2" assertions="2" errors="1" failures="0" skipped="0"><testsuite name="unit" tests="2" errors="1"><testsuite name="Cart" tests="2" errors="1"><testcase name="a"/><testcase name="b"><error type="E">E: no db</error></testcase></testsuite></testsuite></testsuite></testsuites>',
    'fail: Cart › b: E: no db',
  ],
  [
    'nextest: passed in its second run',
    '<testsuites name="nextest-run" tests="1" failures="0" errors="0" uuid="u"><testsuite name="shop" tests="1" disabled="0" errors="0" failures="0"><testcase name="a" classname="shop"><flakyFailure type="test failure">x</flakyFailure></testcase></testsuite></testsuites>',
    'flaky',
  ],
  [
    'GoogleTest: all disabled',
    '<testsuites tests="1" failures="0" disabled="1" errors="0"><testsuite name="A" tests="1" failures="0" disabled="1"><testcase name="DISABLED_a" status="notrun" result="suppressed"/></testsuite></testsuites>',
    'nothing was run',
  ],
  [
    'GoogleTest: run to the end',
    '<testsuites tests="1" failures="0"><testsuite name="A" tests="1"><testcase name="a" status="run" result="completed"/></testsuite></testsuites>',
    'pass',
  ],
  [
    'TestNG: ignored',
    '<testsuite name="a.B" tests="1" ignored="1"><testcase name="a"><ignored/></testcase></testsuite>',
    'nothing was run',
  ],
  [
    'a case that says so by its status alone',
    '<testsuite><testcase name="a" status="FAILED"/></testsuite>',
    'fail: a: it failed without a message',
  ],
  [
    'a failure of the suite itself',
    '<testsuite name="cart" tests="1"><error message="set-up failed"/><testcase name="a"/></testsuite>',
    'fail: cart: set-up failed',
  ],
  [
    'cases that stand in no suite',
    '<testsuites><testcase name="a"><failure message="x"/></testcase></testsuites>',
    'fail: a: x',
  ],
  [
    'counts that are no numbers',
    '<testsuite tests="many"><testcase name="a"/></testsuite>',
    /^doubt: its counts are no/,
  ],
  ['counts that are left empty', '<testsuite tests="" failures=""><testcase name="a"/></testsuite>', 'pass'],
  [
    'what a passed case printed: a page, in CDATA and in a comment',
    '<testsuite><testcase name="a"><system-out><![CDATA[<!DOCTYPE html><p>]]></system-out><!-- <!ENTITY a "b"> --></testcase></testsuite>',
    'pass',
  ],
  [
    'what printed the end of its own report',
    '<testsuite tests="2"><testcase name="a"><system-out><![CDATA[</testcase></testsuite>]]></system-out></testcase>',
    /^doubt: it is no JUnit report/,
  ],
  [
    'two reports one after the other',
    '<testsuite><testcase name="a"/></testsuite><testsuite><testcase name="b"><failure/></testcase></testsuite>',
    /^doubt: it is no JUnit report/,
  ],
  [
    'a declaration behind an open comment',
    '<testsuite><testcase name="a"/></testsuite><!-- <!DOCTYPE a>',
    /^doubt: it is no JUnit report/,
  ],
  [
    'letters as numbers',
    '<testsuite name="&#107;&#xE4;se"><testcase name="a"><failure message="tok&#101;n&#x3D;abc &#x110000;"/></testcase></testsuite>',
    'fail: käse › a: token=abc &#x110000;',
  ],
];

describe('a report', () => {
  test.each(rows)('%s', (_name, text, expected) => {
    if (expected instanceof RegExp) expect(judgedAs(text)).toMatch(expected);
    else expect(judgedAs(text)).toBe(expected);
  });

  test.each(rows.filter(([, , expected]) => String(expected).startsWith('pass')))(
    '%s: cut anywhere it never passes',
    (_name, text) => {
      for (let end = 0; end < text.length - 1; end += 7) expect(judgedAs(text.slice(0, end))).toMatch(/^doubt: /);
    },
  );
});
