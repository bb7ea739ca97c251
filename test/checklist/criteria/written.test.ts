// Criteria that the change, its description and the policy answer by themselves: documentation, schema apart, sections, plans, releases.
import { describe, expect, test } from '@jest/globals';
import { plain } from '../../../src/kit/phrase.ts';
import type { Evidence } from '../../../src/record/evidence.ts';
import { checkRunOf } from '../../../src/record/keep.ts';
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
} from '../story.ts';

const changed = (line: string, paths: readonly string[], given: Parameters<typeof findingOf>[2] = {}) =>
  findingOf(deployStory, line, { ...given, comparison: { files: files(...paths), ...given.comparison } });

describe('documentation', () => {
  test.each([
    ['api-docs-updated', ['src/api/orders.ts'], 'fail'],
    ['api-docs-updated', ['src/api/orders.ts', 'docs/openapi.yml'], 'pass'],
    ['api-docs-updated', ['src/shop.ts'], 'not-applicable'],
    ['documentation-updated', ['src/shop.ts'], 'fail'],
    ['documentation-updated', ['src/shop.ts', 'docs/shop.md'], 'pass'],
    ['documentation-updated', ['test/shop.test.ts'], 'not-applicable'],
    ['{id: api-docs-updated, with: {code: ["src/**"], docs: [API.txt]}}', ['src/shop.ts', 'API.txt'], 'pass'],
  ])('%s of %j: %s', async (line, paths, outcome) => {
    expect((await changed(line, paths)).outcome).toBe(outcome);
  });

  test('a label says that none is needed, a removed file is none, an incomplete list is unknown', async () => {
    const pull = aPull({ number: 482, mergedAt: noon, mergeSha: sha('c'), labels: ['no-docs'] });

    expect((await changed('documentation-updated', ['src/shop.ts'], { pulls: [pull] })).outcome).toBe('not-applicable');
    expect(
      (
        await changed('documentation-updated', [], {
          comparison: {
            files: [
              { path: 'src/a.ts', status: 'modified' },
              { path: 'docs/a.md', status: 'removed' },
            ],
          },
        })
      ).outcome,
    ).toBe('fail');
    expect((await changed('documentation-updated', ['src/shop.ts'], { comparison: { complete: false } })).outcome).toBe(
      'unknown',
    );
  });
});

describe('migrations-separate-from-code', () => {
  test.each([
    ['schema and code', ['db/migrations/1_a.sql', 'src/shop.ts'], 'fail'],
    ['schema alone', ['db/migrations/1_a.sql'], 'pass'],
    ['schema with its tests', ['db/migrations/1_a.sql', 'test/a.test.ts', 'docs/a.md'], 'pass'],
    ['code alone', ['src/shop.ts'], 'pass'],
    ['neither', ['docs/a.md'], 'not-applicable'],
  ])('%s', async (_what, paths, outcome) => {
    expect((await changed('migrations-separate-from-code', paths)).outcome).toBe(outcome);
  });

  test.each([
    ['a minute too early', 24 * 60 - 1, 'waiting'],
    ['a day later', 24 * 60, 'pass'],
  ])('code follows the schema: %s', async (_what, minutes, outcome) => {
    const finding = await changed('{id: migrations-separate-from-code, with: {hours: 24}}', ['src/shop.ts'], {
      change: ({ github }) => {
        const own = aDeployment({
          id: 7900,
          sha: sha('b'),
          task: 'deploy:migration',
          createdAt: noon - 2 * 24 * 60 * minute,
        });
        const payload = {
          marker: 'boring-deploys',
          schema: 1,
          kind: 'migration',
          run: { id: 6001, attempt: 1, url: '' },
          environment: 'production',
          unit: '',
          version: 'v1',
          artifact: [],
          sha: sha('b'),
          parent: 8001,
          leg: '',
          tool: 'dbmate',
          set: '',
          files: [],
          before: [],
        };
        const at = noon - minutes * minute;
        const statuses = own.statuses.map((status) => ({ ...status, description: 'migrated', createdAt: at }));
        github.deployments = [...github.deployments, { ...own, payload, statuses }];
      },
    });

    expect(finding.outcome).toBe(outcome);
  });
});

describe('isolate-risky-changes', () => {
  const policy = 'areas: {pay: {paths: ["src/pay/**"]}, ai: {paths: ["src/ai/**"]}}';

  test.each([
    ['one area', ['src/pay/a.ts'], 'pass'],
    ['two areas', ['src/pay/a.ts', 'src/ai/a.ts'], 'fail'],
    ['none', ['src/shop.ts'], 'pass'],
  ])('%s', async (_what, paths, outcome) => {
    expect((await changed('isolate-risky-changes', paths, { policy })).outcome).toBe(outcome);
  });

  test('counts the named areas only, and one that the policy does not have is unknown', async () => {
    const both = ['src/pay/a.ts', 'src/ai/a.ts'];

    expect((await changed('{id: isolate-risky-changes, with: {areas: [pay]}}', both, { policy })).outcome).toBe('pass');
    expect((await changed('{id: isolate-risky-changes, with: {areas: [tenant]}}', both, { policy })).outcome).toBe(
      'unknown',
    );
  });
});

describe('sections of the description', () => {
  const written = (line: string, body: string) =>
    findingOf(reviewStory, line, { pulls: [aPull({ number: 482, body })] });

  test.each([
    ['user-facing-changes-described', '## What users will see\n\nA new button.', 'pass'],
    ['user-facing-changes-described', '## User-facing changes\n\n<!-- say it -->', 'fail'],
    ['user-facing-changes-described', 'nothing of the kind', 'fail'],
    ['release-notes-prepared', '## Release notes\n\nFaster search.', 'pass'],
    ['release-notes-prepared', '## Notes\n\nFaster search.', 'fail'],
    ['risks-mitigations-listed', '## Risks\n\n- slow queries -> index first', 'pass'],
    ['risks-mitigations-listed', '## Risks\n\n| risk | what we do |\n|---|---|\n| slow | index |', 'pass'],
    ['risks-mitigations-listed', '## Risks\n\n- slow queries', 'fail'],
    ['risks-mitigations-listed', '## Risks\n\nnone', 'fail'],
    ['risks-mitigations-listed', `## Risks\n\n${'- '.repeat(30_000)}`, 'fail'],
    [
      '{id: announcement-template, with: {sections: [time, if-wrong]}}',
      '**Time:** 10:00\n\n### If wrong\n\nback by traffic',
      'pass',
    ],
    ['{id: announcement-template, with: {sections: [time, if-wrong]}}', 'Time:\nIf wrong: back', 'fail'],
    ['{id: announcement-template, with: {sections: [time]}}', '<!-- time: 10:00 -->', 'fail'],
    ['{id: announcement-template, with: {sections: [time]}}', `${'*\n'.repeat(30_000)}`, 'fail'],
    [
      'go-rollback-walkthrough',
      '- Database access: dave\n- Restore duration: 4 min\n- Post-restore tester: erin',
      'pass',
    ],
    ['go-rollback-walkthrough', '- Database access: dave\n- Restore duration: 4 min', 'fail'],
    ['{id: go-rollback-walkthrough, with: {answers: [tester]}}', 'Tester: erin', 'pass'],
  ])('%s in %j: %s', async (line, body, outcome) => {
    expect((await written(line, body)).outcome).toBe(outcome);
  });

  test('what is missing is named', async () => {
    expect(
      plain((await written('{id: announcement-template, with: {sections: [time, risks]}}', 'Time: 10:00')).evidence),
    ).toBe('#482: no heading or line of “risks: …”');
  });

  test.each([
    ['says it', '## Escalation\n\ncall dave', 'pass'],
    ['does not say it', '## Other\n\nwords', 'fail'],
    ['is not there', undefined, 'fail'],
  ])('a file that %s: %s', async (_what, text, outcome) => {
    const finding = await findingOf(reviewStory, 'escalation-path-defined', {
      change: ({ github }) => {
        if (text !== undefined) github.files.set('docs/runbook.md', text);
      },
    });

    expect(finding.outcome).toBe(outcome);
  });

  test.each([
    ['part of the change', '# Runbook', ['docs/runbook.md'], 'pass'],
    ['older', '# Runbook', ['src/shop.ts'], 'unknown'],
    ['empty', ' ', ['docs/runbook.md'], 'fail'],
    ['missing', undefined, ['src/shop.ts'], 'fail'],
  ] as const)('a runbook that is %s: %s', async (_what, text, paths, outcome) => {
    const finding = await changed('runbook-reviewed', paths, {
      change: ({ github }) => {
        if (text !== undefined) github.files.set('docs/runbook.md', text);
      },
    });

    expect(finding.outcome).toBe(outcome);
  });
});

/** A policy whose only plan has these stages, for a change of high risk. */
const planned = (stages: string, by: string) => ({
  policy:
    'environments: {production: {plan: steps}}\ntiers: {default: high}\nlimits: [{metric: health, breach: failing, then: rollback}]',
  plans: `{steps: {by: ${by}, stages: [${stages}]}}`,
});

describe('the plan', () => {
  const one = '{id: full, weight: 100 %, bake: 10m}';
  const two = `{id: ten, weight: 10 %, bake: 20m}, ${one}`;
  const judged = (line: string, stages: string, by = 'traffic') => findingOf(deployStory, line, planned(stages, by));

  test.each([
    ['blue-green', one, 'traffic', 'pass'],
    ['canary', one, 'traffic', 'fail'],
    ['canary', two, 'traffic', 'pass'],
    ['blue-green', two, 'traffic', 'pass'],
    ['rolling', two, 'rollout', 'pass'],
    ['canary', two, 'rollout', 'fail'],
    ['feature-flag', two, 'flag', 'pass'],
    ['phased', `{id: ours, weight: 0 %, bake: 1h, audience: [us]}, ${one}`, 'flag', 'pass'],
    ['dark-launch', two, 'traffic', 'fail'],
  ])('strategy %s of stages %j by %s: %s', async (name, stages, by, outcome) => {
    expect((await judged(`{id: strategy-chosen, with: {one-of: [${name}]}}`, stages, by)).outcome).toBe(outcome);
  });

  test('of one stage is too few for high risk, two are enough', async () => {
    expect((await judged('gradual-rollout-for-high-risk', one)).outcome).toBe('fail');
    expect((await judged('gradual-rollout-for-high-risk', two)).outcome).toBe('pass');
    expect((await judged('gradual-plan-scheduled', two)).outcome).toBe('pass');
  });

  test.each([
    ['at-least: 30m', 'pass'],
    ['at-least: 31m', 'fail'],
    ['at-most: 30m', 'pass'],
    ['at-most: 29m', 'fail'],
    ['expected: 15m', 'fail'],
  ])('that bakes half an hour, expected %s: %s', async (given, outcome) => {
    expect((await judged(`{id: production-stage-time, with: {${given}}}`, two)).outcome).toBe(outcome);
  });

  test.each([
    ['at-least: 40m', 'pass'],
    ['at-least: 41m', 'fail'],
    ['at-most: 30m', 'pass'],
    ['at-most: 29m', 'fail'],
  ])(
    'that bakes half an hour and may take five minutes longer, with a smoke test of five, expected %s: %s',
    async (given, outcome) => {
      const line = `{id: production-stage-time, with: {${given}}}`;
      const stages = '{id: ten, weight: 10 %, bake: 20m, max-bake: 25m}, {id: full, weight: 100 %, bake: 10m}';
      const plans = `{steps: {stages: [${stages}], smoke: {after: full}}}`;
      const policy = `${planned(stages, 'traffic').policy}\nsmoke: {budget: 5m}`;

      expect((await findingOf(deployStory, line, { policy, plans })).outcome).toBe(outcome);
    },
  );

  test('triggers of a rollback are the limits that roll back', async () => {
    expect((await judged('rollback-triggers-documented', two)).outcome).toBe('pass');
    expect((await findingOf(deployStory, 'rollback-triggers-documented', { policy: 'limits: null' })).outcome).toBe(
      'fail',
    );
  });
});

describe('the release', () => {
  const run = (given: object) => ({ run: { sha: sha('c'), ref: 'refs/heads/main', ...given } });
  const tag = { ref: 'refs/tags/v1' };

  test.each([
    ['a tag', tag, 'pass'],
    ['a branch', {}, 'fail'],
  ])('release-tagged from %s: %s', async (_what, given, outcome) => {
    expect((await findingOf(deployStory, 'release-tagged', run(given))).outcome).toBe(outcome);
  });

  test.each([
    ['approved', { ...tag, event: 'workflow_dispatch' }, 'approved', 'pass'],
    ['not approved', { ...tag, event: 'workflow_dispatch' }, undefined, 'waiting'],
    ['rejected', { ...tag, event: 'workflow_dispatch' }, 'rejected', 'fail'],
    ['started by a push', { ...tag, event: 'push' }, 'approved', 'fail'],
    ['of a branch', { event: 'workflow_dispatch' }, 'approved', 'fail'],
  ] as const)('a tag, by hand, %s', async (_what, given, state, outcome) => {
    const finding = await findingOf(deployStory, 'environment-production-tagged-approved', {
      ...run(given),
      change: (world) => {
        if (state !== undefined)
          world.github.approvals.set(world.run.id, [{ user: 'bob', environment: 'production', state, comment: '' }]);
      },
    });

    expect(finding.outcome).toBe(outcome);
  });

  test('an artifact must be named', async () => {
    expect((await findingOf(deployStory, 'artifacts-generated', { artifact: ['sha256:a'] })).outcome).toBe('pass');
    expect((await findingOf(deployStory, 'artifacts-generated')).outcome).toBe('fail');
    expect((await findingOf(reviewStory, 'artifacts-generated')).outcome).toBe('asked-at-deploy');
  });

  test.each([
    ['nobody', {}, [], 'pass'],
    ['a label', { labels: ['do-not-deploy'] }, [], 'fail'],
    ['asks for changes', {}, [aReview({ state: 'changes_requested' })], 'fail'],
    ['says no-go', {}, [aReview({ state: 'commented', body: 'wait\n/no-go alarms' })], 'fail'],
    ['quotes no-go', {}, [aReview({ state: 'commented', body: '> /no-go' })], 'pass'],
    [
      'said no-go and approved since',
      {},
      [aReview({ state: 'commented', body: '/no-go' }), aReview({ id: 2, submittedAt: noon })],
      'pass',
    ],
    [
      'said no-go after the approval',
      {},
      [aReview(), aReview({ id: 2, state: 'commented', body: '/no-go', submittedAt: noon })],
      'fail',
    ],
    [
      'is a bot',
      {},
      [aReview({ author: { login: 'lint[bot]', bot: true }, state: 'commented', body: '/no-go' })],
      'pass',
    ],
  ] as const)('an objection: %s', async (_what, pull, reviews, outcome) => {
    const finding = await findingOf(reviewStory, 'no-open-objection', {
      pulls: [aPull({ number: 482, ...pull })],
      change: ({ github }) => void github.reviews.set(482, reviews),
    });

    expect(finding.outcome).toBe(outcome);
  });
});

const smokeEvidence = (given: Partial<Evidence>): Evidence => ({
  marker: 'boring-deploys',
  schema: 1,
  action: 'smoke-test',
  moment: 'deploy',
  environment: 'staging',
  unit: '',
  leg: '',
  sha: sha('c'),
  tree: sha('7'),
  version: 'v1',
  pulls: [],
  deploymentId: null,
  run: { id: 1, attempt: 1, job: 'smoke', url: '' },
  at: noon - 60 * minute,
  verdict: 'pass',
  reason: '',
  reportOnly: false,
  title: 'passed',
  sentence: 'It passed.',
  facts: [],
  rows: [],
  moments: [],
  wayBack: '',
  migration: '',
  details: [],
  found: {},
  ...given,
});
/** What staging-smoke-passed finds where these smoke tests are on record. */
const stagingSmoke = (given: readonly Partial<Evidence>[], line = 'staging-smoke-passed') =>
  findingOf(deployStory, line, {
    change: ({ github }) => {
      const records = given.map((one, index) => {
        const kept = checkRunOf(smokeEvidence(one));
        return {
          id: index + 1,
          name: kept.name,
          app: 'github-actions',
          sha: kept.sha,
          conclusion: kept.conclusion,
          externalId: kept.externalId,
          text: kept.text,
          completedAt: noon,
          url: 'https://github.example/1',
        };
      });
      github.records.set(sha('c'), records);
    },
  });

describe('staging-smoke-passed', () => {
  test.each([
    ['passed', [{}], 'pass'],
    ['failed', [{ verdict: 'fail' }], 'fail'],
    ['failed since', [{ at: noon - 90 * minute }, { verdict: 'fail' }], 'fail'],
    ['of another tree', [{ tree: sha('0') }], 'fail'],
    ['of this very environment', [{ environment: 'production' }], 'fail'],
    ['of another unit', [{ unit: 'pay' }], 'fail'],
    ['none', [], 'fail'],
  ])('a smoke test that %s', async (_what, given, outcome) => {
    expect((await stagingSmoke(given)).outcome).toBe(outcome);
  });

  test.each([
    ['1h', 'pass'],
    ['59m', 'fail'],
  ])('an hour old, max-age %s: %s', async (age, outcome) => {
    expect((await stagingSmoke([{}], `{id: staging-smoke-passed, with: {max-age: ${age}}}`)).outcome).toBe(outcome);
  });
});

describe('a staging proof by some tags', () => {
  const core = { found: { tags: ['core'] } };
  const past = (minutes: number) => ({ at: noon - minutes * minute });

  test.each<[string, readonly Partial<Evidence>[], string]>([
    ['of the whole suite', [{}], 'staging: pass, 1 h ago'],
    ['of a tag', [core], 'staging: pass (only tag core), 1 h ago'],
    [
      'of two, one after the other',
      [core, { found: { tags: ['pay'] }, ...past(90) }],
      'staging: pass (only tags core, pay), 1 h ago',
    ],
    ['of a tag after the whole', [core, past(90)], 'staging: pass, 1 h 30 min ago'],
    [
      'of a tag after the whole failed',
      [core, { verdict: 'fail', ...past(90) }, past(95)],
      'staging: pass (only tag core), 1 h ago',
    ],
    [
      'of a tag here, of the whole elsewhere',
      [core, { environment: 'qa', ...past(90) }],
      'staging: pass (only tag core), 1 h ago',
    ],
    [
      'of a tag in one leg',
      [
        { ...core, leg: 'us' },
        { leg: 'eu', ...past(90) },
      ],
      'staging: pass (only tag core), 1 h ago',
    ],
    ['that failed', [{ ...core, verdict: 'fail' }], 'staging: fail (only tag core), 1 h ago'],
  ])('%s says so', async (_what, given, words) => {
    expect(plain((await stagingSmoke(given)).evidence)).toBe(words);
  });

  test('where the whole is too old', async () => {
    const line = '{id: staging-smoke-passed, with: {max-age: 80m}}';

    expect(plain((await stagingSmoke([core, past(90)], line)).evidence)).toBe('staging: pass (only tag core), 1 h ago');
  });

  test('that ended the Deployment is told by staging-first too', async () => {
    const staged = (...words: readonly string[]) =>
      findingOf(deployStory, 'staging-first', {
        policy: 'environments: {staging: {}, production: {needs: staging}}',
        artifact: [],
        change: ({ github }) => {
          const statuses = words.map((one) => aStatus('success', one));
          const staging = aDeployment({ id: 7001, sha: sha('a'), environment: 'staging', statuses });
          github.deployments = [...github.deployments, staging];
        },
      });

    expect(plain((await staged('smoke pass: 3 of 3, tags core')).evidence)).toMatch(/, smoke test only of tag core$/);
    expect(plain((await staged('smoke pass: 3 of 3')).evidence)).not.toContain('smoke');
    expect(plain((await staged('smoke pass: 3 of 3', 'smoke pass: 1 of 1, tags core')).evidence)).not.toContain(
      'smoke',
    );
    expect(plain((await staged('finished')).evidence)).not.toContain('smoke');
  });
});

describe('rollback-root-cause-before-redeploy', () => {
  function takenBack(from: string, drill = false, state: 'success' | 'failure' = 'success') {
    return findingOf(deployStory, 'rollback-root-cause-before-redeploy', {
      change: ({ github }) => {
        const left = { deploymentId: 7000, sha: from, version: 'v2' };
        const statuses = [
          aStatus('in_progress', 'gate open: tier medium, plan canary', noon - 120 * minute),
          aStatus(state, 'rollback: verified'),
        ];
        const back = aRollback({ id: 7100, statuses, payload: { drill, from: left } });
        github.deployments = [...github.deployments, back];
      },
    });
  }

  test('closes over the very commit that was taken back, and over no other', async () => {
    expect((await takenBack(sha('c'))).outcome).toBe('fail');
    expect((await takenBack(sha('d'))).outcome).toBe('pass');
    expect((await takenBack(sha('c'), true)).outcome).toBe('pass');
    // It had switched before it failed.
    expect((await takenBack(sha('c'), false, 'failure')).outcome).toBe('fail');
  });
});

describe('risky-change-behind-flag', () => {
  const stages = '{id: ten, weight: 10 %, bake: 1h}, {id: full, weight: 100 %, bake: 1h}';
  const judged = (body: string, by = 'traffic', policy = '') => {
    const given = planned(stages, by);
    const pulls = [aPull({ number: 482, body, mergedAt: noon - 25 * minute, mergeSha: sha('c') })];
    return findingOf(deployStory, 'risky-change-behind-flag', {
      ...given,
      policy: `${given.policy}\n${policy}`,
      pulls,
    });
  };

  test.each([
    ['a flag in the description', 'words\n**Flag:** `new-checkout`', 'traffic', '', 'pass'],
    ['a flag that nobody sees', '<!-- Flag: new-checkout -->', 'traffic', '', 'fail'],
    ['a flag in a fence', '```\nFlag: new-checkout\n```', 'traffic', '', 'fail'],
    ['no name', 'Flag:', 'traffic', '', 'fail'],
    ['a plan by a flag', '', 'flag', '', 'pass'],
    ['a flag of the policy', '', 'traffic', 'rollback: {flag: new-checkout}', 'pass'],
  ])('%s', async (_what, body, by, policy, outcome) => {
    expect((await judged(body, by, policy)).outcome).toBe(outcome);
  });
});

describe('staging-stage-time', () => {
  const judged = (minutes: number, line: string, tree = sha('7')) =>
    findingOf(deployStory, line, {
      policy: 'environments: {staging: {}, production: {needs: staging}}',
      change: ({ github }) => {
        const createdAt = noon - 90 * minute - minutes * minute;
        const staged = aDeployment({ id: 7001, sha: sha('a'), environment: 'staging', createdAt, payload: { tree } });
        github.deployments = [...github.deployments, staged];
      },
    });
  const line = '{id: staging-stage-time, with: {at-least: 15m, at-most: 45m}}';

  test.each([
    [14, 'fail'],
    [15, 'pass'],
    [45, 'pass'],
    [46, 'fail'],
  ])('%i minutes: %s', async (minutes, outcome) => {
    expect((await judged(minutes, line)).outcome).toBe(outcome);
  });

  test('is unknown where staging never ran the tree, and not asked without a staging', async () => {
    expect((await judged(20, line, sha('0'))).outcome).toBe('unknown');
    expect((await findingOf(deployStory, line)).outcome).toBe('not-applicable');
  });
});

describe('what people attest', () => {
  const judged = (text: string | undefined, line = 'security-groups-configured') =>
    findingOf(deployStory, line, {
      change: ({ github }) => {
        if (text !== undefined) github.files.set('.github/attestations/security-groups-configured.yml', text);
      },
    });

  test.each([
    ['ninety days old', 'by: dave\nat: 2026-08-19T10:00:00Z', 'pass'],
    ['a second older', 'by: dave\nat: 2026-08-19T09:59:59Z', 'fail'],
    ['missing', undefined, 'unknown'],
    ['not dated', 'by: dave', 'unknown'],
  ])('%s', async (_what, text, outcome) => {
    expect((await judged(text)).outcome).toBe(outcome);
  });

  test('has an age of its own, and knows since when', async () => {
    const text = 'by: dave\nat: 2026-11-10';

    expect((await judged(text, '{id: security-groups-configured, with: {max-age: 1d}}')).outcome).toBe('fail');
    expect((await judged(text, '{id: security-groups-configured, ahead: 7d}')).outcome).toBe('pass');
    expect((await judged(text, '{id: security-groups-configured, ahead: 8d}')).outcome).toBe('waiting');
  });
});
