// JUnit XML of a result: counts, words, and nothing that breaks XML.
import { expect, test } from '@jest/globals';
import { junitOf } from '../../src/smoke/junit.ts';
import { readJunitReport } from '../../src/smoke/junit-report.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk, noReply } from './town.ts';

const heading = { name: 'shop "a"', path: '.github/smoke.yml', began: Date.UTC(2026, 10, 17, 10, 0, 0, 7) };

test('tells passed, failed, advisory and not run checks, with every hostile character escaped', async () => {
  const suite = aSuite(`
checks:
  - {id: home, http: {url: /}}
  - {id: order, http: {url: /order}, expect: {body: well}}
  - {id: shown, http: {url: /shown}, needs: [order]}
  - {id: mail, http: {url: /mail}, severity: advisory}
`);
  const hostile = `<b>&"'\u0000\u0007]]>`;
  const service = aService((_sent, path) => {
    if (path === '/order') return aReply({ body: hostile });
    if (path === '/') return aReply({ durationMs: 231, peer: '203.0.113.7', phases: { dnsMs: 2, firstByteMs: 180 } });
    return aReply({ status: path === '/mail' ? 500 : 200 });
  });

  const xml = junitOf(heading, await runSuite(service, suite, aWalk()));

  expect(xml).toContain('<testsuite name="shop &quot;a&quot;" tests="4" failures="1" errors="0" skipped="2"');
  expect(xml).toContain(' timestamp="2026-11-17T10:00:00Z">');
  expect(xml).toMatch(
    /<testcase classname="shop &quot;a&quot;" name="home" file="\.github\/smoke\.yml" line="4" time="0\.\d{3}">/,
  );
  expect(xml).toContain('<system-out>asked 203.0.113.7, ');
  expect(xml).toContain(', DNS 2 ms, first byte 180 ms, total 231 ms</system-out>');
  expect(xml).toContain('\nasked GET http://shop.example/order, total 5 ms</failure>');
  expect(xml).toContain('<failure type="assertion" message="body: expected &quot;well&quot;, got &quot;&lt;b&gt;&amp;');
  expect(xml).toContain('<skipped message="it needs order, which did not pass"/>');
  expect(xml).toContain('<skipped message="advisory: status: expected 2xx, got 500"/>');
  expect([...xml].some((letter) => letter < ' ' && letter !== '\n')).toBe(false);
});

test('what could not be asked is an error, a version that did not come a case of its own, a second attempt is told', async () => {
  const asking = aSuite(`
checks:
  - {id: tool, command: {run: nothing-of-this-name}}
  - {id: hint, command: {run: nothing-of-this-name}, severity: advisory}
  - {id: late, http: {url: /}, retry: {backoff: 1ms}}
`);
  const waiting = aSuite(
    'ready: {within: 1s, http: {url: /version}, expect: {json: {v: 2}}}\nchecks: [{id: a, http: {url: /}}]',
  );
  let asked = 0;
  const slow = aService(() => (++asked === 1 ? noReply() : aReply()));

  const told = junitOf(heading, await runSuite(slow, asking, aWalk()));
  const waited = junitOf(
    heading,
    await runSuite(
      aService(() => aReply({ body: '{"v":1}' })),
      waiting,
      aWalk(),
    ),
  );

  expect(told).toContain('tests="3" failures="0" errors="1" skipped="1"');
  expect(told).toMatch(/name="tool".*><error type="setup" message="there is no such command: [^"]*">/);
  expect(told).toContain('<system-out>passed at attempt 2\nasked total 5 ms</system-out>');
  expect(told).toContain('<flakyFailure type="network" message="no answer: connection refused');
  expect(waited).toContain('tests="2" failures="0" errors="1" skipped="1"');
  expect(waited).toMatch(/name="ready" time="[\d.]+"><error type="another-version" message="v: expected 2, got 1">/);
  expect(waited).toContain('GET http://shop.example/version');
});

test('is a report that other readers take, as ours does', async () => {
  const suite = aSuite('checks: [{id: home, http: {url: /}}, {id: shop, http: {url: /shop}}]');
  const result = await runSuite(
    aService((_sent, path) => aReply({ status: path === '/' ? 200 : 404 })),
    suite,
    aWalk(),
  );

  expect(readJunitReport(junitOf({ ...heading, name: 'smoke' }, result))).toMatchObject({
    cases: [
      { name: 'smoke › home', outcome: 'pass' },
      { name: 'smoke › shop', outcome: 'fail', message: expect.stringContaining('status: expected 2xx, got 404') },
    ],
  });
});

test('what passed only after a retry is told as flaky, and read back as that with its reason', async () => {
  let asked = 0;
  const service = aService(() => {
    asked += 1;
    return aReply(asked === 1 ? { status: 503, body: 'busy <&"' } : {});
  });
  const result = await runSuite(service, aSuite('checks: [{id: home, http: {url: /}}]'), aWalk());

  const xml = junitOf({ ...heading, name: 'smoke' }, result);

  expect(xml).toContain('tests="1" failures="0" errors="0" skipped="0"');
  expect(readJunitReport(xml)).toMatchObject({
    cases: [{ name: 'smoke › home', outcome: 'pass', flaky: true, message: 'status: expected 2xx, got 503, busy <&"' }],
  });
});
