// The other criteria, each at its limit: staging proof, drills, plans, changelog, migrations, windows, scans.
import { describe, expect, test } from '@jest/globals';
import type { RecordFact } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import type { Evidence } from '../../src/record/evidence.ts';
import { checkRunOf } from '../../src/record/keep.ts';
import {
  aDeployment,
  aPull,
  aReview,
  aRollback,
  aStatus,
  deployStory,
  files,
  findingOf,
  minute,
  noon,
  reviewStory,
  sha,
} from './story.ts';

const day = 24 * 60 * minute;

describe('staging-first', () => {
  const needs = 'environments: {staging: {}, production: {needs: staging}}';

  function staged(
    deployments: readonly ReturnType<typeof aDeployment>[],
    given: { readonly policy?: string; readonly artifact?: readonly string[] } = {},
  ) {
    return findingOf(deployStory, 'staging-first', {
      policy: given.policy ?? needs,
      artifact: given.artifact ?? [],
      change: ({ github }) => {
        github.deployments = [...github.deployments, ...deployments];
      },
    });
  }

  const inStaging = (given: Partial<Parameters<typeof aDeployment>[0]> = {}) =>
    aDeployment({ id: 7001, sha: sha('a'), environment: 'staging', ...given });

  test('the identical tree succeeded there: pass, whatever the commit is called', async () => {
    expect((await staged([inStaging()])).outcome).toBe('pass');
  });

  test.each([
    ['another tree succeeded there', [inStaging({ payload: { tree: sha('0') } })]],
    [
      'it is still under way there',
      [inStaging({ statuses: [aStatus('in_progress', 'gate open: tier medium, plan canary')] })],
    ],
    [
      'it was rolled back there',
      [
        inStaging({
          statuses: [aStatus('success', 'finished'), aStatus('failure', 'rolled back to v1, deployment 1')],
        }),
      ],
    ],
    [
      'a rollback left it, though nobody could write that on it',
      [
        inStaging(),
        aRollback({
          id: 7002,
          environment: 'staging',
          payload: {
            environment: 'staging',
            sha: sha('e'),
            from: { deploymentId: 7001, sha: sha('a'), version: 'v2' },
          },
        }),
      ],
    ],
    ['nothing was ever deployed there', []],
  ])('%s: fail', async (_what, deployments) => {
    expect((await staged(deployments)).outcome).toBe('fail');
  });

  test('a success that was superseded since still proves it', async () => {
    const statuses = [aStatus('success', 'finished'), aStatus('inactive', 'superseded by 7002')];

    expect((await staged([inStaging({ statuses })])).outcome).toBe('pass');
  });

  test('the same tree with another artifact proves nothing', async () => {
    const finding = await staged([inStaging({ payload: { artifact: ['sha256:old'] } })], { artifact: ['sha256:new'] });

    expect(finding.outcome).toBe('fail');
    expect(plain(finding.evidence)).toContain('another artifact');
  });

  test('without needs it asks an environment that is called like a staging, and does not apply where there is none', async () => {
    expect((await staged([], { policy: '' })).outcome).toBe('not-applicable');
    expect((await staged([inStaging({ payload: { tree: sha('0') } })], { policy: '' })).outcome).toBe('fail');
    expect((await staged([inStaging()], { policy: '' })).outcome).toBe('pass');
  });
});

describe('rollback-procedure-tested', () => {
  function drilled(
    agoMs: number,
    line = '{id: rollback-procedure-tested, with: {max-age: 7d, below: 5m}}',
    tookMs = minute,
    state: 'success' | 'failure' = 'success',
  ) {
    const statuses = [aStatus(state, 'rollback: verified', noon - agoMs)];
    const drill = aRollback({ id: 7500, createdAt: noon - agoMs - tookMs, statuses, payload: { drill: true } });
    return findingOf(deployStory, line, {
      change: ({ github }) => {
        github.deployments = [...github.deployments, drill];
      },
    });
  }

  test.each([
    ['just within its age', 7 * day, minute, 'pass'],
    ['older than its age', 7 * day + 1, minute, 'fail'],
    ['just below its budget', day, 5 * minute - 1, 'pass'],
    ['as long as its budget', day, 5 * minute, 'fail'],
  ] as const)('a drill that is %s: %s', async (_what, agoMs, tookMs, outcome) => {
    expect((await drilled(agoMs, undefined, tookMs)).outcome).toBe(outcome);
  });

  test('a drill that failed, and none at all, are failures that say how to drill', async () => {
    const never = await findingOf(deployStory, 'rollback-procedure-tested');

    expect((await drilled(day, undefined, minute, 'failure')).outcome).toBe('fail');
    expect(plain(never.todo)).toContain('-f mode=drill');
  });
});

describe('rollback-plan-documented', () => {
  function written(body: string, line = 'rollback-plan-documented') {
    return findingOf(reviewStory, line, { pulls: [aPull({ number: 482, body })] });
  }

  test.each([
    ['## Rollback\n\nswitch back to blue', 'pass'],
    ['# How to roll back\nflag off', 'pass'],
    ['## Rollback\n\n## Notes\ntext', 'fail'],
    ['## Rollback\n<!-- how is this taken back? -->\n', 'fail'],
    ['## Rollback\n- [ ]\n', 'fail'],
    ['we can roll it back', 'fail'],
    ['```\n## Rollback\ntext\n```', 'fail'],
    ['', 'fail'],
  ])('%j: %s', async (body, outcome) => {
    expect((await written(body)).outcome).toBe(outcome);
  });

  test('names: how wants the means in the words', async () => {
    const line = '{id: rollback-plan-documented, with: {names: how}}';

    expect((await written('## Rollback\n\nas always', line)).outcome).toBe('fail');
    expect((await written('## Rollback\n\nby traffic', line)).outcome).toBe('pass');
  });

  test('a budget in the policy longer than within fails', async () => {
    const line = '{id: rollback-plan-documented, with: {within: 4m}}';

    expect((await findingOf(reviewStory, line, { policy: 'rollback: {budget: 5m}' })).outcome).toBe('fail');
    expect((await findingOf(reviewStory, line, { policy: 'rollback: {budget: 4m}' })).outcome).toBe('pass');
  });

  test('one file may hold the plan for every change', async () => {
    const line = '{id: rollback-plan-documented, with: {file: docs/rollback.md}}';
    const change = (text: string) =>
      findingOf(reviewStory, line, { change: ({ github }) => github.files.set('docs/rollback.md', text) });

    expect((await change('switch back')).outcome).toBe('pass');
    expect((await change('  ')).outcome).toBe('fail');
    expect((await findingOf(reviewStory, line)).outcome).toBe('fail');
  });
});

describe('changelog-updated', () => {
  test.each([
    [['CHANGELOG.md', 'src/a.ts'], 'pass'],
    [['packages/pay/CHANGELOG.md'], 'pass'],
    [['.changeset/brave-dogs.md'], 'pass'],
    [['src/changelog.ts'], 'fail'],
  ] as const)('%j: %s', async (paths, outcome) => {
    expect(
      (await findingOf(reviewStory, 'changelog-updated', { comparison: { files: files(...paths) } })).outcome,
    ).toBe(outcome);
  });

  test('a removed changelog is none, a label may say that none is needed, an incomplete list is unknown', async () => {
    const removed = [{ path: 'CHANGELOG.md', status: 'removed' as const }];
    const pulls = [aPull({ number: 482, labels: ['no-changelog'] })];

    expect((await findingOf(reviewStory, 'changelog-updated', { comparison: { files: removed } })).outcome).toBe(
      'fail',
    );
    expect((await findingOf(reviewStory, 'changelog-updated', { pulls })).outcome).toBe('not-applicable');
    expect((await findingOf(deployStory, 'changelog-updated', { comparison: { complete: false } })).outcome).toBe(
      'unknown',
    );
  });
});

describe('migration-lint-backward-compatible', () => {
  const line = 'migration-lint-backward-compatible';
  const changed = { files: files('db/migrations/V042__refunds.sql') };
  const policy = 'migrations: {directory: db/migrations}';

  function record(given: Partial<Evidence>): RecordFact {
    const evidence: Evidence = {
      marker: 'boring-deploys',
      schema: 1,
      action: 'migrate',
      moment: 'deploy',
      environment: 'production',
      unit: '',
      leg: '',
      sha: sha('c'),
      tree: sha('7'),
      version: '',
      pulls: [],
      deploymentId: null,
      run: { id: 1, attempt: 1, job: 'lint', url: '' },
      at: noon,
      verdict: 'clean',
      reason: '',
      reportOnly: false,
      title: '',
      sentence: '',
      facts: [],
      rows: [],
      moments: [],
      wayBack: '',
      migration: '',
      details: [],
      found: { compatibility: 'expand', files: ['db/migrations/V042__refunds.sql'] },
      ...given,
    };
    const { name, externalId, text, conclusion } = checkRunOf(evidence);
    return {
      id: 1,
      name,
      app: 'github-actions',
      sha: evidence.sha,
      conclusion,
      externalId,
      text,
      completedAt: noon,
      url: 'https://github.example/check/1',
    };
  }

  function seen(facts: readonly RecordFact[]) {
    return findingOf(deployStory, line, {
      policy,
      comparison: changed,
      change: ({ github }) => github.records.set(sha('c'), facts),
    });
  }

  test('does not apply without a migration file', async () => {
    expect((await findingOf(deployStory, line, { policy })).outcome).toBe('not-applicable');
  });

  test('is unknown, with the remedy, while nobody has looked at the files', async () => {
    const finding = await seen([]);

    expect(finding.outcome).toBe('unknown');
    expect(plain(finding.todo)).toContain('phase: lint');
  });

  test.each([
    ['clean and expand', {}, 'pass'],
    [
      'clean and contract',
      { found: { compatibility: 'contract', deferred: ['db/migrations/V042__refunds.sql'] } },
      'pass',
    ],
    ['about another file', { found: { compatibility: 'expand', files: ['db/migrations/V041__x.sql'] } }, 'unknown'],
    ['failed', { verdict: 'failed' }, 'fail'],
    ['without a word on compatibility', { found: {} }, 'unknown'],
    ['of another tree', { tree: sha('0') }, 'unknown'],
    ['of another action', { action: 'smoke-test' as const }, 'unknown'],
    ['of another unit', { unit: 'pay' }, 'unknown'],
  ] as const)('evidence that is %s: %s', async (_what, given, outcome) => {
    expect((await seen([record(given)])).outcome).toBe(outcome);
  });

  test('a run that found nothing pending does not make little of what an earlier one said', async () => {
    const lint = record({ found: { compatibility: 'contract', files: ['db/migrations/V042__refunds.sql'] } });
    const idle = record({ verdict: 'nothing-pending', found: { compatibility: 'none', files: [] }, at: noon + minute });

    const finding = await seen([lint, { ...idle, id: 2 }]);

    expect(finding.outcome).toBe('pass');
    expect(plain(finding.evidence)).toContain('contract');
  });

  test('evidence about one pull request does not stand for the whole range', async () => {
    const finding = await findingOf(deployStory, line, {
      policy,
      comparison: { files: files('db/migrations/V042__refunds.sql', 'db/migrations/V043__drop.sql') },
      change: ({ github }) => github.records.set(sha('c'), [record({})]),
    });

    expect(finding.outcome).toBe('unknown');
    expect(plain(finding.evidence)).toContain('(db/migrations/V043__drop.sql)');
  });

  test.each(['./db/migrations', 'db/migrations/', './', '.'])('knows the folder written as %s', async (directory) => {
    const given = { policy: `migrations: {directory: ${directory}}`, comparison: changed };

    expect((await findingOf(deployStory, line, given)).outcome).toBe('unknown');
  });

  test('a record that somebody edited is none', async () => {
    const fact = record({});

    expect((await seen([{ ...fact, text: fact.text.replace('expand', 'none') }])).outcome).toBe('unknown');
  });
});

describe('deploy-window', () => {
  // The clock of the stories stands at Tuesday 10:00 UTC, 11:00 in Berlin.
  function windows(allow: string, more = '') {
    return `timezone: Europe/Berlin\n${more}\nwindows: {allow: [{days: [tue], ${allow}}], otherwise: denied${more === '' ? '' : ', except: [{type: hotfix, by: dba}]'}}`;
  }

  test.each([
    ['from: "11:00", to: "12:00"', 'pass'],
    ['from: "11:01", to: "12:00"', 'waiting'],
    ['from: "10:00", to: "11:00"', 'waiting'],
    ['from: "10:00", to: "11:01"', 'pass'],
  ])('%s: %s', async (allow, outcome) => {
    expect(
      (await findingOf(deployStory, 'ci-all-green', { policy: windows(allow), id: 'deploy-window' })).outcome,
    ).toBe(outcome);
  });

  test('a type is let through by its label and a person of the role, never by the label alone', async () => {
    const pulls = [aPull({ number: 482, labels: ['hotfix'], mergedAt: noon - 25 * minute })];
    const policy = windows('from: "14:00", to: "15:00"', 'types: {hotfix: {when: {labels: [hotfix]}}}');
    const by = (login: string) =>
      findingOf(deployStory, 'ci-all-green', {
        policy,
        pulls,
        id: 'deploy-window',
        change: ({ github }) => {
          github.reviews.set(482, [aReview({ author: { login, bot: false } })]);
          github.permissions.set(login, 'write');
        },
      });

    expect((await by('bob')).outcome).toBe('waiting');
    expect((await by('carol')).outcome).toBe('pass');
  });
});

describe('security-scan-clean', () => {
  const line = '{id: security-scan-clean, with: {max: medium, reports: [scan.json]}}';

  function scanned(text: string | undefined) {
    return findingOf(deployStory, line, {
      change: ({ github }) => {
        if (text !== undefined) github.workspace.set('scan.json', text);
      },
    });
  }

  const audit = (counts: object) => JSON.stringify({ auditReportVersion: 2, metadata: { vulnerabilities: counts } });
  const sarif = (results: readonly object[], rules: readonly object[] = []) =>
    JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'scan', rules } }, results }] });

  const broken = JSON.stringify({
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'scan' } }, invocations: [{ executionSuccessful: false }], results: [] }],
  });
  const packed = (score: string) =>
    JSON.stringify({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: { name: 'CodeQL', rules: [{ id: 'other', properties: { 'security-severity': '5.0' } }] },
            extensions: [{ name: 'pack', rules: [{ id: 'js/x', properties: { 'security-severity': score } }] }],
          },
          results: [{ ruleId: 'js/x', ruleIndex: 0, rule: { index: 0, toolComponent: { index: 0 } }, level: 'error' }],
        },
      ],
    });

  test('says how many findings are suppressed, and why a broken scan is none', async () => {
    const quiet = await scanned(sarif([{ level: 'error', suppressions: [{}] }]));

    expect(plain(quiet.evidence)).toContain('nothing above medium, 1 suppressed');
    expect(plain((await scanned(broken)).evidence)).toContain('scan says that it did not run to its end');
  });

  test.each([
    ['an npm audit with a moderate finding', audit({ moderate: 3 }), 'pass'],
    ['an npm audit with a high finding', audit({ high: 1 }), 'fail'],
    ['SARIF without results', sarif([]), 'pass'],
    ['SARIF with a warning', sarif([{ level: 'warning' }]), 'pass'],
    ['SARIF with an error', sarif([{ level: 'error' }]), 'fail'],
    ['SARIF with a suppressed error', sarif([{ level: 'error', suppressions: [{}] }]), 'pass'],
    [
      'one whose suppression is under review',
      sarif([{ level: 'error', suppressions: [{ status: 'underReview' }] }]),
      'fail',
    ],
    [
      'one whose suppression was rejected',
      sarif([{ level: 'error', suppressions: [{}, { status: 'rejected' }] }]),
      'fail',
    ],
    ['an error of the baseline that is gone', sarif([{ level: 'error', baselineState: 'absent' }]), 'pass'],
    ['an error that was there before', sarif([{ level: 'error', baselineState: 'unchanged' }]), 'fail'],
    [
      'a rule that passed',
      sarif([{ ruleId: 'r', kind: 'pass' }], [{ id: 'r', properties: { 'security-severity': '9.8' } }]),
      'pass',
    ],
    ['a tool that did not run to its end', broken, 'unknown'],
    ['a score in a query pack', packed('9.1'), 'fail'],
    ['a low score in a query pack', packed('3.9'), 'pass'],
    [
      'SARIF with a score of 6.9',
      sarif([{ ruleId: 'r', level: 'error' }], [{ id: 'r', properties: { 'security-severity': '6.9' } }]),
      'pass',
    ],
    [
      'SARIF with a score of 7.0',
      sarif([{ ruleId: 'r', level: 'note' }], [{ id: 'r', properties: { 'security-severity': '7.0' } }]),
      'fail',
    ],
    ['an empty file', '', 'unknown'],
    ['another JSON', '{}', 'unknown'],
    ['a truncated report', sarif([]).slice(0, -3), 'unknown'],
    ['no file', undefined, 'unknown'],
  ] as const)('%s: %s', async (_what, text, outcome) => {
    expect((await scanned(text)).outcome).toBe(outcome);
  });

  test('without reports it is not configured', async () => {
    expect(await findingOf(deployStory, 'security-scan-clean')).toMatchObject({
      outcome: 'unknown',
      evidence: 'not configured: no report is named',
    });
  });
});
