// JUnit XML of a result: counts, words, and nothing that breaks XML.
import { expect, test } from '@jest/globals';
import { junitOf } from '../../src/smoke/junit.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

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

  const xml = junitOf('shop "a"', await runSuite(service, suite, aWalk()));

  expect(xml).toContain('<testsuite name="shop &quot;a&quot;" tests="4" failures="1" errors="0" skipped="2"');
  expect(xml).toMatch(/<testcase classname="shop &quot;a&quot;" name="home" time="0\.\d{3}">/);
  expect(xml).toContain('<system-out>asked 203.0.113.7, ');
  expect(xml).toContain(', DNS 2 ms, first byte 180 ms, total 231 ms</system-out>');
  expect(xml).toContain('\nasked total 5 ms</failure>');
  expect(xml).toContain('<failure message="body: expected &quot;well&quot;, got &quot;&lt;b&gt;&amp;');
  expect(xml).toContain('<skipped message="it needs order, which did not pass"/>');
  expect(xml).toContain('<skipped message="advisory: status: expected 2xx, got 500"/>');
  expect([...xml].some((letter) => letter < ' ' && letter !== '\n')).toBe(false);
});
