// Criteria that read reports of the workspace: tests, scans, linters, benchmarks, sizes, licences, coverage; each at its limit.
import { describe, expect, test } from '@jest/globals';
import { plain } from '../../../src/kit/phrase.ts';
import { hostile } from '../report/hostile.ts';
import { aCheck, deployStory, files, findingOf, minute, noon, reviewStory, sha } from '../story.ts';

type Texts = Readonly<Record<string, string>>;

/** The finding of one line with these files in the workspace, and these in the repository. */
function judged(
  line: string,
  workspace: Texts = {},
  repository: Texts = {},
  paths: readonly string[] = ['src/shop.ts'],
) {
  return findingOf(deployStory, line, {
    comparison: { files: files(...paths) },
    change: ({ github }) => {
      for (const [path, text] of Object.entries(workspace)) github.workspace.set(path, text);
      for (const [path, text] of Object.entries(repository)) github.files.set(path, text);
    },
  });
}

const junit = (cases: string, at = '') =>
  `<testsuite name="all"${at === '' ? '' : ` timestamp="${at}"`}>${cases}</testsuite>`;
const passed = '<testcase name="a"/>';
const failed = '<testcase name="is charged"><failure/></testcase>';
const skipped = '<testcase name="b"><skipped/></testcase>';

describe('tests by a JUnit report', () => {
  const line = '{id: unit-tests-pass, with: {report: unit.xml}}';

  test.each([
    ['all passed', junit(passed), 'pass', '1 passed (unit.xml)'],
    ['some skipped', junit(passed + skipped), 'pass', '1 passed, 1 skipped (unit.xml)'],
    ['one failed', junit(passed + failed), 'fail', '1 of 2 failed: all is charged'],
    ['all skipped', junit(skipped), 'unknown', 'skipped all 1 tests'],
    ['none at all', junit(''), 'unknown', 'has no such test'],
    ['older than the commit', junit(passed, '2026-11-17T08:59:59Z'), 'unknown', 'older than the commit'],
    ['as old as the commit', junit(passed, '2026-11-17T09:00:00Z'), 'pass', '1 passed'],
    ['cut off', '<testsuite><testcase name="a"/>', 'unknown', 'proves nothing'],
    ['without a zone it may be younger than it looks', junit(passed, '2026-11-17T00:00:00'), 'pass', '1 passed'],
  ])('%s: %s', async (_what, text, outcome, words) => {
    const finding = await judged(line, { 'unit.xml': text });

    expect([finding.outcome, plain(finding.evidence)]).toEqual([outcome, expect.stringContaining(words)]);
  });

  test('a missing report, and one of two that is missing, are unknown', async () => {
    expect((await judged(line)).outcome).toBe('unknown');
    expect(
      (await judged('{id: unit-tests-pass, with: {report: [unit.xml, more.xml]}}', { 'unit.xml': junit(passed) }))
        .outcome,
    ).toBe('unknown');
  });

  test.each([
    ['as many as are let through', 1, 'pass'],
    ['one more than is let through', 0, 'fail'],
  ])('skipped tests, %s: %s', async (_what, most, outcome) => {
    const text = junit(passed + skipped);

    expect(
      (await judged(`{id: unit-tests-pass, with: {report: unit.xml, max-skipped: ${most}}}`, { 'unit.xml': text }))
        .outcome,
    ).toBe(outcome);
  });

  test.each([
    ['just within max-age', noon - 60 * minute, 'pass'],
    ['older than max-age', noon - 60 * minute - 1000, 'unknown'],
  ])('results %s: %s', async (_what, at, outcome) => {
    const text = junit(passed, new Date(at).toISOString());

    expect(
      (await judged('{id: unit-tests-pass, with: {report: unit.xml, max-age: 1h}}', { 'unit.xml': text })).outcome,
    ).toBe(outcome);
  });

  test('max-age wants a report that says when the tests ran', async () => {
    expect(
      (await judged('{id: unit-tests-pass, with: {report: unit.xml, max-age: 1h}}', { 'unit.xml': junit(passed) }))
        .outcome,
    ).toBe('unknown');
  });

  test('a flow counts its own tests only, and none of them is unknown', async () => {
    const flow = '{id: payment-flow-tested, with: {report: unit.xml}}';
    const others = junit('<testcase name="search"/>');
    const own = junit('<testcase name="search"><failure/></testcase><testcase classname="Payment" name="order"/>');

    expect((await judged(flow, { 'unit.xml': others })).outcome).toBe('unknown');
    expect((await judged(flow, { 'unit.xml': own })).outcome).toBe('pass');
    expect(
      (await judged('{id: payment-flow-tested, with: {report: unit.xml, tests: search}}', { 'unit.xml': own })).outcome,
    ).toBe('fail');
  });

  test('on a pull request the evidence says whose it is', async () => {
    const finding = await findingOf(reviewStory, line, {
      change: ({ github }) => void github.workspace.set('unit.xml', junit(passed)),
    });

    expect(plain(finding.evidence)).toContain('from this pull request');
  });
});

describe('tests by the checks of the commit', () => {
  const byChecks = (line: string, ...checks: readonly Parameters<typeof aCheck>[0][]) =>
    findingOf(deployStory, line, {
      change: ({ github }) =>
        void github.ci.set(
          sha('c'),
          checks.map((check, index) => aCheck({ id: index + 1, ...check })),
        ),
    });

  test.each([
    ['passed', { name: 'unit tests' }, 'pass'],
    ['failed', { name: 'unit tests', conclusion: 'failure' }, 'fail'],
    ['still runs', { name: 'unit', status: 'in_progress' }, 'waiting'],
    ['was skipped', { name: 'unit', conclusion: 'skipped' }, 'unknown'],
    ['ended as nobody knows', { name: 'unit', conclusion: 'odd' }, 'unknown'],
    ['is another', { name: 'lint' }, 'unknown'],
  ] as const)('a check that %s', async (_what, check, outcome) => {
    expect((await byChecks('unit-tests-pass', check)).outcome).toBe(outcome);
  });

  test.each([
    ['unit-tests-pass', 'test', 'pass'],
    ['unit-tests-pass', 'test e2e', 'unknown'],
    ['integration-tests-pass', 'integration (postgres)', 'pass'],
    ['e2e-tests-pass', 'E2E / chrome', 'pass'],
    ['production-build-succeeds', 'build', 'pass'],
    ['image-built-and-tested', 'docker image', 'pass'],
    ['lint-clean', 'Lint', 'pass'],
    ['type-check-clean', 'typecheck', 'pass'],
  ])('%s is proven by a check called %s: %s', async (line, name, outcome) => {
    expect((await byChecks(line, { name })).outcome).toBe(outcome);
  });

  test('the policy may name the check, and then no other counts', async () => {
    const line = '{id: unit-tests-pass, with: {check: "ci.yml / verify"}}';
    const verify = { name: 'verify', workflow: 'ci.yml' };

    expect(
      (await byChecks(line, verify, { name: 'unit', conclusion: 'failure', runId: 101, workflow: 'x.yml' })).outcome,
    ).toBe('pass');
    expect((await byChecks(line, { name: 'unit' })).outcome).toBe('unknown');
  });

  test.each([
    ['says strict', '{\n // "strict": false\n "compilerOptions": {"strict": true}}', 'pass'],
    ['says that it is not', '{"compilerOptions": {"strict": false}}', 'fail'],
    ['does not say', '{"extends": "./base.json"}', 'unknown'],
    ['is not there', undefined, 'unknown'],
  ])('strict: true wants settings; a file that %s: %s', async (_what, text, outcome) => {
    const finding = await findingOf(deployStory, '{id: type-check-clean, with: {strict: true}}', {
      change: ({ github }) => {
        github.ci.set(sha('c'), [aCheck({ name: 'types' })]);
        if (text !== undefined) github.files.set('tsconfig.json', text);
      },
    });

    expect(finding.outcome).toBe(outcome);
  });
});

describe('a linter’s report', () => {
  const eslint = (errors: number, warnings: number) =>
    JSON.stringify([{ filePath: 'a', errorCount: errors, warningCount: warnings }]);

  test.each([
    ['clean', 0, 0, 'pass'],
    ['as many warnings as are let through', 0, 2, 'pass'],
    ['one warning more', 0, 3, 'fail'],
    ['an error', 1, 0, 'fail'],
  ])('%s', async (_what, errors, warnings, outcome) => {
    const line = '{id: lint-clean, with: {warnings: 2, report: lint.json}}';

    expect((await judged(line, { 'lint.json': eslint(errors, warnings) })).outcome).toBe(outcome);
  });
});

describe('scans', () => {
  const trivy = (severity: string, digest = 'a') =>
    JSON.stringify({
      SchemaVersion: 2,
      ArtifactName: 'shop',
      Metadata: { RepoDigests: [`shop@sha256:${digest.repeat(64)}`] },
      Results: [{ Target: 'x', Vulnerabilities: [{ VulnerabilityID: 'CVE-1', Severity: severity }] }],
    });

  test.each([
    ['dependency-vulnerabilities-clean', 'MEDIUM', 'pass'],
    ['dependency-vulnerabilities-clean', 'HIGH', 'fail'],
    ['container-image-scanned', 'MEDIUM', 'pass'],
    ['container-image-scanned', 'HIGH', 'fail'],
    ['secrets-from-vault', 'LOW', 'fail'],
  ])('%s with a finding that is %s: %s', async (id, severity, outcome) => {
    expect((await judged(`{id: ${id}, with: {reports: [scan.json]}}`, { 'scan.json': trivy(severity) })).outcome).toBe(
      outcome,
    );
  });

  test('one red report among green ones is red', async () => {
    const texts = { 'a.json': trivy('LOW'), 'b.json': trivy('CRITICAL') };

    expect(
      (await judged('{id: dependency-vulnerabilities-clean, with: {reports: [a.json, none.json, b.json]}}', texts))
        .outcome,
    ).toBe('fail');
  });

  test.each([
    ['the artifact', [`shop@sha256:${'a'.repeat(64)}`], 'pass'],
    ['another digest', [`shop@sha256:${'b'.repeat(64)}`], 'unknown'],
    ['an artifact without a digest', ['shop:1'], 'pass'],
  ])('a scan of an image counts for %s', async (_what, artifact, outcome) => {
    const finding = await findingOf(deployStory, '{id: container-image-scanned, with: {reports: [scan.json]}}', {
      artifact,
      change: ({ github }) => void github.workspace.set('scan.json', trivy('LOW')),
    });

    expect(finding.outcome).toBe(outcome);
  });
});

describe('benchmarks', () => {
  const bench = (value: number, unit = 'ms', name = 'load') => JSON.stringify([{ name, value, unit }]);
  const against = (now: string, before: string | undefined, tolerance = '10 %') =>
    judged(
      `{id: performance-no-regression, with: {tolerance: ${tolerance}}}`,
      { 'benchmark.json': now },
      before === undefined ? {} : { [`benchmarks/baseline.json@${sha('b')}`]: before },
    );

  test.each([
    ['as slow as is let through', bench(110), bench(100), 'pass'],
    ['a little slower', bench(110.1), bench(100), 'fail'],
    ['faster', bench(50), bench(100), 'pass'],
    ['throughput as low as is let through', bench(90, 'ops/s'), bench(100, 'ops/s'), 'pass'],
    ['throughput a little lower', bench(89, 'ops/s'), bench(100, 'ops/s'), 'fail'],
    ['in another unit', bench(1, 's'), bench(100), 'unknown'],
    ['no longer measured', bench(1, 'ms', 'other'), bench(100), 'unknown'],
    ['without a baseline', bench(1), undefined, 'unknown'],
    ['with a baseline that is cut off', bench(1), '[{', 'unknown'],
  ])('%s: %s', async (_what, now, before, outcome) => {
    expect((await against(now, before)).outcome).toBe(outcome);
  });

  test('a baseline of the change itself is no baseline', async () => {
    const finding = await judged(
      '{id: performance-no-regression, with: {tolerance: 0 %}}',
      { 'benchmark.json': bench(200) },
      { [`benchmarks/baseline.json@${sha('c')}`]: bench(200) },
    );

    expect(finding.outcome).toBe('unknown');
  });

  test.each([
    ['below', bench(499, 'ms', 'latency-p95'), 'pass'],
    ['at', bench(500, 'ms', 'latency-p95'), 'fail'],
    ['above, in seconds', bench(0.6, 's', 'latency-p95'), 'fail'],
    ['in a unit that does not fit', bench(1, 'MB', 'latency-p95'), 'unknown'],
    ['not measured', bench(1), 'unknown'],
  ])('a limit of its own: %s', async (_what, now, outcome) => {
    const line = '{id: performance-no-regression, with: {sla: {latency-p95: "< 500ms"}}}';

    expect((await judged(line, { 'benchmark.json': now })).outcome).toBe(outcome);
  });

  test.each([
    ['kept', false, 'pass'],
    ['broken', true, 'fail'],
  ])('thresholds of a load test that are %s', async (_what, broken, outcome) => {
    const text = JSON.stringify({ metrics: { http_req_duration: { thresholds: { 'p(95)<500': broken } } } });

    expect((await judged('load-test-results', { 'k6-summary.json': text })).outcome).toBe(outcome);
  });
});

describe('bundle-size-limit', () => {
  const size = (bytes: number, passes?: boolean) =>
    JSON.stringify([
      { name: 'app', size: 50_000 },
      { name: 'lib', size: bytes, passed: passes },
    ]);

  test.each([
    ['just below', '{id: bundle-size-limit, with: {gzip-below: 150 KB}}', size(99_999), 'pass'],
    ['at the limit', '{id: bundle-size-limit, with: {gzip-below: 150 KB}}', size(100_000), 'fail'],
    ['over its own limit', '{id: bundle-size-limit, with: {gzip-below: 150 KB}}', size(1, false), 'fail'],
    ['without any limit', 'bundle-size-limit', size(1), 'unknown'],
    ['within its own limits', 'bundle-size-limit', JSON.stringify([{ name: 'a', size: 1, passed: true }]), 'pass'],
  ])('%s', async (_what, line, text, outcome) => {
    expect((await judged(line, { 'size-limit.json': text })).outcome).toBe(outcome);
  });
});

describe('license-check', () => {
  const text = (licenses: string) =>
    JSON.stringify({ 'left-pad@1.3.0': { licenses }, 'other@1.0.0': { licenses: 'MIT' } });

  test.each([
    ['MIT', 'license-check', 'pass'],
    ['GPL-3.0', 'license-check', 'fail'],
    ['UNKNOWN', 'license-check', 'unknown'],
    ['Custom: LICENSE', 'license-check', 'unknown'],
    ['GPL-3.0', '{id: license-check, with: {except: ["left-pad@1.*"]}}', 'pass'],
    ['ISC', '{id: license-check, with: {allow: [MIT]}}', 'fail'],
    ['ISC', '{id: license-check, with: {allow: [MIT, ISC]}}', 'pass'],
  ])('a package under %s, %s: %s', async (licence, line, outcome) => {
    expect((await judged(line, { 'licenses.json': text(licence) })).outcome).toBe(outcome);
  });
});

describe('dependencies-pinned', () => {
  const before = { [`package.json@${sha('b')}`]: '{"dependencies": {"x": "1"}}' };

  test.each([
    ['no manifest changed', ['src/a.ts'], {}, 'pass'],
    ['the lock file followed', ['package.json', 'package-lock.json'], {}, 'pass'],
    [
      'only scripts changed',
      ['package.json'],
      { ...before, [`package.json@${sha('c')}`]: '{"scripts": {}, "dependencies": {"x": "1"}}' },
      'pass',
    ],
    [
      'a dependency changed',
      ['package.json'],
      { ...before, [`package.json@${sha('c')}`]: '{"dependencies": {"x": "2"}}' },
      'fail',
    ],
    ['a manifest that nobody can compare changed', ['go.mod'], {}, 'unknown'],
  ] as const)('%s: %s', async (_what, paths, repository, outcome) => {
    expect((await judged('dependencies-pinned', {}, repository, paths)).outcome).toBe(outcome);
  });
});

describe('coverage-minimum', () => {
  const cobertura = '<coverage><packages><class filename="a"><line number="1" hits="1"/></class></packages></coverage>';

  test('reads other formats than lcov, and refuses one that is not the named one', async () => {
    expect((await judged('{id: coverage-minimum, with: {report: c.xml}}', { 'c.xml': cobertura })).outcome).toBe(
      'pass',
    );
    expect(
      (await judged('{id: coverage-minimum, with: {report: c.xml, format: lcov}}', { 'c.xml': cobertura })).outcome,
    ).toBe('unknown');
  });
});

describe('a file that proves nothing', () => {
  const lines = [
    '{id: unit-tests-pass, with: {report: r}}',
    '{id: coverage-minimum, with: {report: r}}',
    '{id: security-scan-clean, with: {reports: [r]}}',
    '{id: dependency-vulnerabilities-clean, with: {reports: [r]}}',
    '{id: lint-clean, with: {report: r}}',
    '{id: performance-no-regression, with: {report: r, sla: {a: "< 1ms"}}}',
    '{id: load-test-results, with: {report: r}}',
    '{id: bundle-size-limit, with: {report: r}}',
    '{id: license-check, with: {report: r}}',
  ];

  test.each(lines)('is unknown with a reason and a remedy: %s', async (line) => {
    for (const [, text] of hostile) {
      const finding = await judged(line, { r: text });

      expect([finding.outcome, plain(finding.todo) !== '']).toEqual(['unknown', true]);
      expect(plain(finding.evidence)).toMatch(/^r /);
    }
  });

  test.each(lines)('is unknown when nobody may read it: %s', async (line) => {
    const finding = await findingOf(deployStory, line, {
      change: ({ github }) =>
        void github.silent.set('workspace-file', {
          kind: 'unknown',
          because: 'the disk is gone',
          remedy: 'run it again',
        }),
    });

    expect([finding.outcome, plain(finding.evidence)]).toEqual(['unknown', 'the disk is gone']);
  });
});
