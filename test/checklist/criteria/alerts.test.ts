// Open alerts of GitHub's scanners as evidence, at each limit; and reports out of a run's artifact.
import { describe, expect, test } from '@jest/globals';
import type { AlertFact, AlertSource, AlertsFact } from '../../../src/evidence/alert.ts';
import type { ArtifactFileFact } from '../../../src/evidence/artifact.ts';
import { plain } from '../../../src/kit/phrase.ts';
import type { MemoryWorld } from '../../world/memory/world.ts';
import { aCommit, deployStory, findingOf, noon, reviewStory, type Story, sha } from '../story.ts';

function anAlert(severity: AlertFact['severity']): AlertFact {
  return {
    number: 1,
    severity,
    what: `CodeQL: ${severity} thing`,
    createdAt: noon,
    url: 'https://github.example/alert',
  };
}

const look = { tool: 'CodeQL', sha: sha('c'), at: noon, error: '' };
const url = 'https://github.example/security';

async function judged(
  line: string,
  told: Partial<Record<AlertSource, Partial<AlertsFact>>>,
  story: (given: Story) => MemoryWorld = deployStory,
) {
  const finding = await findingOf(story, line, {
    change: ({ github }) => {
      for (const source of ['code-scanning', 'dependabot', 'secret-scanning'] as const) {
        const fact = told[source];
        if (fact !== undefined)
          github.alerts.set(source, { open: [], analyses: source === 'code-scanning' ? [look] : [], url, ...fact });
      }
    },
  });
  return [finding.outcome, plain(finding.evidence)];
}

describe('code scanning', () => {
  const line = '{id: security-scan-clean, with: {from: code-scanning}}';

  test.each([
    ['nothing open', [], 'pass', '0 open alerts, none above medium'],
    ['below the limit', ['low'], 'pass', 'one open alert, none above medium'],
    ['at the limit', ['medium'], 'pass', 'one open alert'],
    ['above it', ['high', 'low'], 'fail', '1 high, lets medium through: CodeQL: high thing'],
    ['far above it', ['critical', 'critical', 'high', 'high'], 'fail', '2 critical, 2 high'],
  ] as const)('%s', async (_what, severities, outcome, words) => {
    expect(await judged(line, { 'code-scanning': { open: severities.map(anAlert) } })).toEqual([
      outcome,
      expect.stringContaining(words),
    ]);
  });

  test.each([
    ['never looked', [], 'nobody looked at this branch'],
    [
      'looked at another commit',
      [{ ...look, sha: sha('b') }],
      'the newest look of CodeQL is at bbbbbbb, not at ccccccc',
    ],
    ['failed to look', [{ ...look, error: 'out of memory' }], 'CodeQL failed: out of memory'],
  ])('that %s proves nothing', async (_what, analyses, words) => {
    expect(await judged(line, { 'code-scanning': { analyses } })).toEqual(['unknown', expect.stringContaining(words)]);
  });

  test('that failed once and then looked again is good', async () => {
    const analyses = [look, { ...look, error: 'out of memory', at: noon - 1 }];

    expect((await judged(line, { 'code-scanning': { analyses } }))[0]).toBe('pass');
  });

  test('may have looked at the identical tree', async () => {
    expect((await judged(line, { 'code-scanning': { analyses: [{ ...look, sha: sha('a') }] } }))[0]).toBe('pass');
  });

  test('asks for each tool that the policy names', async () => {
    const both = '{id: security-scan-clean, with: {from: code-scanning, tools: [codeql, Semgrep]}}';

    expect(await judged(both, { 'code-scanning': {} })).toEqual([
      'unknown',
      expect.stringContaining('Semgrep did not look at ccccccc'),
    ]);
    expect((await judged(both, { 'code-scanning': { analyses: [look, { ...look, tool: 'Semgrep' }] } }))[0]).toBe(
      'pass',
    );
  });

  test('of a pull request is asked of its test merge', async () => {
    const asked: unknown[] = [];
    const finding = await findingOf(reviewStory, line, {
      change: ({ github }) => {
        github.alerts.set('code-scanning', { open: [], analyses: [{ ...look, sha: sha('9') }], url });
        asked.push(github.asked);
      },
    });

    expect(finding.outcome).toBe('pass');
    expect(asked[0]).toContainEqual({ kind: 'alerts', source: 'code-scanning', ref: 'refs/pull/482/merge' });
  });

  test('that does not answer is unknown', async () => {
    expect((await judged(line, {}))[0]).toBe('unknown');
  });
});

test('dependabot speaks of the default branch, secret scanning of any secret', async () => {
  const dependencies = '{id: dependency-vulnerabilities-clean, with: {from: dependabot, max: high}}';
  const secrets = '{id: secrets-from-vault, with: {from: secret-scanning}}';

  expect(await judged(dependencies, { dependabot: { open: [anAlert('high')] } })).toEqual([
    'pass',
    expect.stringContaining('on the default branch, none above high'),
  ]);
  expect((await judged(dependencies, { dependabot: { open: [anAlert('critical')] } }))[0]).toBe('fail');
  expect((await judged(secrets, { 'secret-scanning': {} }))[0]).toBe('pass');
  expect((await judged(secrets, { 'secret-scanning': { open: [anAlert('critical')] } }))[0]).toBe('fail');
});

test('several sources and reports must all be clean', async () => {
  const line = '{id: security-scan-clean, with: {from: [code-scanning, dependabot], reports: [npm.json]}}';
  const clean = { 'code-scanning': {}, dependabot: {} };

  expect(await judged(line, clean)).toEqual(['unknown', 'there is no report at npm.json']);
  expect((await judged(line, { ...clean, dependabot: { open: [anAlert('high')] } }))[0]).toBe('fail');
  expect((await judged('{id: security-scan-clean, with: {from: [code-scanning, dependabot]}}', clean))[0]).toBe('pass');
});

describe('a report out of an artifact', () => {
  const lcov = 'SF:a.ts\nDA:1,1\nDA:2,1\nDA:3,1\nDA:4,1\nDA:5,0\nLF:5\nLH:4\nend_of_record\n';
  const there = (text: string): ArtifactFileFact => ({
    found: true,
    text,
    entry: 'x',
    run: { id: 1, event: 'push', url: '' },
  });
  const lines = [
    ['{id: coverage-minimum, with: {report: x, from: {artifact: out, workflow: ci.yml}}}', lcov],
    ['{id: unit-tests-pass, with: {report: x, from: {artifact: out}}}', '<testsuite><testcase name="a"/></testsuite>'],
    [
      '{id: lint-clean, with: {report: x, from: {artifact: out}}}',
      '[{"filePath":"a","errorCount":0,"warningCount":0}]',
    ],
    ['{id: bundle-size-limit, with: {report: x, from: {artifact: out}}}', '[{"name":"a","size":1,"passed":true}]'],
    ['{id: license-check, with: {report: x, from: {artifact: out}}}', '{"a@1":{"licenses":"MIT"}}'],
    [
      '{id: load-test-results, with: {report: x, from: {artifact: out}}}',
      '{"metrics":{"a":{"thresholds":{"p(95)<500":{"ok":true}}}}}',
    ],
    [
      '{id: performance-no-regression, with: {report: x, sla: {a: "< 5ms"}, from: {artifact: out}}}',
      '[{"name":"a","value":1,"unit":"ms"}]',
    ],
    [
      '{id: security-scan-clean, with: {reports: [x], from: {artifact: out}}}',
      '{"auditReportVersion":2,"metadata":{"vulnerabilities":{}}}',
    ],
    [
      '{id: own-tests, title: Own, report: {path: x, format: junit, from: {artifact: out}}}',
      '<testsuite><testcase name="a"/></testsuite>',
    ],
  ] as const;

  async function outcomeOf(line: string, put: (github: MemoryWorld['github']) => void) {
    const finding = await findingOf(deployStory, line, { change: ({ github }) => put(github) });
    return [finding.outcome, plain(finding.evidence)];
  }

  test.each(lines)('%s passes by it, and never by the workspace', async (line, text) => {
    const inArtifact = await outcomeOf(line, (github) => github.artifacts.set(`out/x@${sha('c')}`, there(text)));
    const inWorkspace = await outcomeOf(line, (github) => github.workspace.set('x', text));

    expect(inArtifact[0]).toBe('pass');
    expect(inWorkspace).toEqual(['unknown', 'no artifact out in the newest run of ci.yml']);
  });

  test('artifacts-generated by an artifact: there, and not there', async () => {
    const line = '{id: artifacts-generated, with: {from: {artifact: out, workflow: ci.yml}}}';

    expect(await outcomeOf(line, (github) => github.artifacts.set(`out/@${sha('c')}`, there('')))).toEqual([
      'pass',
      'out of ci.yml',
    ]);
    expect((await outcomeOf(line, () => undefined))[0]).toBe('unknown');
  });

  const [[coverage]] = lines;

  test('may be of a commit with the identical tree, where the judged one has none', async () => {
    const [outcome, words] = await outcomeOf(coverage, (github) =>
      github.artifacts.set(`out/x@${sha('a')}`, there(lcov)),
    );
    expect([outcome, words]).toEqual(['pass', '80 %, needs 80 %']);

    const changed = await outcomeOf(coverage, (github) => {
      github.commits.set(sha('a'), aCommit({ sha: sha('a'), tree: sha('8') }));
      github.artifacts.set(`out/x@${sha('a')}`, there(lcov));
    });
    expect(changed[0]).toBe('unknown');
  });

  test('waits while the run that brings it still runs', async () => {
    const pending = { found: false, because: 'ci.yml still runs', remedy: 'nothing', pending: true } as const;

    expect(await outcomeOf(coverage, (github) => github.artifacts.set(`out/x@${sha('c')}`, pending))).toEqual([
      'waiting',
      'ci.yml still runs',
    ]);
  });

  test('that nobody can read is unknown', async () => {
    const silent = {
      kind: 'unknown',
      because: 'the artifact out of run 1 cannot be read: it is encrypted',
      remedy: 'x',
    } as const;

    expect(await outcomeOf(coverage, (github) => github.silent.set('artifact-file', silent))).toEqual([
      'unknown',
      silent.because,
    ]);
    expect((await outcomeOf(coverage, (github) => github.artifacts.set(`out/x@${sha('c')}`, there('TN:'))))[0]).toBe(
      'unknown',
    );
  });
});
