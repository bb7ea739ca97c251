// Attempts to bring evidence that proves nothing: checks that say what their author wants, owners and teams of one's own choice, paths that lead away.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { ChangedFile, PullFact } from '../../src/evidence/fact.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { pages } from '../../src/report/pages.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import {
  aCheck,
  aComparison,
  aDeployment,
  aPull,
  aReview,
  deployStory,
  files,
  noon,
  policyText,
  reviewStory,
  type Story,
  sha,
} from '../checklist/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { foundBy, given } from './gate.ts';

async function gate(world: MemoryWorld, id = 'ci-all-green') {
  return foundBy(await step(world, given()), id);
}

describe('a check', () => {
  const red = aCheck({ id: 1, conclusion: 'failure', event: 'push', branch: 'main', attempt: 1 });
  const later = { id: 2, startedAt: noon - 1000, completedAt: noon - 500 };

  test.each([
    ['of the same name by another app', { app: 'mallory-ci', workflow: undefined, runId: undefined }],
    ['made through the API in the name of GitHub Actions', { workflow: undefined, runId: undefined }],
    ['that is a status of the same name', { kind: 'status', app: 'mallory', workflow: undefined, runId: undefined }],
    ['of another workflow', { workflow: '.github/workflows/mine.yml', runId: 101, event: 'push', branch: 'main' }],
    ['run by hand', { runId: 101, event: 'workflow_dispatch', branch: 'main' }],
    ['of a branch put on the same commit', { runId: 101, event: 'push', branch: 'mallory' }],
  ] as const)('%s does not make a red one green', async (_what, { ...given }) => {
    const world = deployStory();
    const fact = { ...aCheck(later), ...given };
    world.github.ci.set(
      sha('c'),
      [red, fact].map((one) => JSON.parse(JSON.stringify(one))),
    );

    expect(await gate(world)).toMatchObject({ verdict: 'closed', outcome: 'fail' });
  });

  describe('of a pull request into a branch whose workflow is easier', () => {
    const runs = [
      aCheck({ id: 1, runId: 100, event: 'pull_request', branch: 'change-482', conclusion: 'failure' }),
      aCheck({ ...later, runId: 101, event: 'pull_request', branch: 'change-482' }),
    ];
    const other = (given: Partial<PullFact>) => aPull({ number: 483, headRef: 'change-482', ...given });

    test.each([
      ['the same commit into another branch', other({ baseRef: 'easy' }), 'fail'],
      ['the same commit into the same branch', other({ baseRef: 'main' }), 'pass'],
      ['another commit', other({ baseRef: 'easy', headSha: sha('d') }), 'pass'],
      ['another branch', other({ baseRef: 'easy', headRef: 'easy' }), 'pass'],
    ])('does not hide the red one of this: %s, %s', async (_what, pull, outcome) => {
      const world = reviewStory();
      world.github.ci.set(sha('a'), runs);
      world.github.pulls.set(483, pull);

      expect((await gate(world)).outcome).toBe(outcome);
    });

    test('nor while nobody tells whether there is one', async () => {
      const world = reviewStory();
      world.github.ci.set(sha('a'), runs);
      world.github.silent.set('pulls-from', unknown('GitHub answered 502', 'run it again'));

      expect((await gate(world)).outcome).toBe('fail');
    });
  });

  test.each(['skipped', 'neutral'])('that was %s proves nothing, alone or many of them', async (conclusion) => {
    const world = reviewStory();
    world.github.ci.set(sha('a'), [aCheck({ conclusion }), aCheck({ id: 2, name: 'lint', conclusion })]);

    expect(await gate(world)).toMatchObject({ verdict: 'closed', outcome: 'unknown' });
  });

  test('that once was green on another head is nobody’s', async () => {
    const world = reviewStory();
    world.github.ci.delete(sha('a'));
    world.github.ci.set(sha('d'), [aCheck({ startedAt: noon, completedAt: noon })]);

    expect(await gate(world)).toMatchObject({ verdict: 'closed', outcome: 'unknown' });
    expect(world.github.asked).not.toContainEqual({ kind: 'ci', sha: sha('d') });
  });

  test('that says to be a record of ours does not hide behind that name', async () => {
    const world = deployStory();
    const name = 'boring-deploys / pre-deploy-gate / production';
    world.github.ci.set(sha('c'), [aCheck(), { ...red, name }]);

    expect((await gate(world)).outcome).toBe('fail');
  });

  test.each<[string, ChangedFile[], string]>([
    ['made to succeed', [{ path: '.github/workflows/ci.yml', status: 'modified' }], 'ci.yml'],
    [
      'brought along',
      [{ path: '.github/workflows/ci.yml', previous: '.github/workflows/old.yml', status: 'renamed' }],
      'ci.yml, old.yml',
    ],
    ['that is gone', [{ path: '.github/workflows/tests.yml', status: 'removed' }], 'tests.yml'],
    ['of an action of one’s own', [{ path: '.github/actions/test/action.yml', status: 'modified' }], 'test/action.yml'],
  ])('of a workflow %s is green, and the reviewers are told', async (_what, changed, names) => {
    const world = reviewStory({ comparison: { files: changed } });

    const found = await gate(world);

    expect(found.outcome).toBe('pass');
    expect(found.evidence).toContain(`; this change edits ${names}: read what its checks still do`);
  });

  test('beside other files has no such warning', async () => {
    const added = { path: '.github/workflows/new.yml', status: 'added' } as const;

    const found = await gate(reviewStory({ comparison: { files: [...files('src/a.ts'), added] } }));

    expect(found.evidence).not.toContain('this change edits');
  });
});

describe('people of one’s own choice', () => {
  const policy = `${policyText}roles: {owners: [codeowners], data: ["@acme/data"]}\n`;
  const approved = (role: string) => `${policy}types: {standard: {approvals: [{role: ${role}}]}}\n`;
  const touching = (path: string): Story => ({
    policy: approved('owners'),
    comparison: { files: files('src/pay.ts', path) },
  });

  test.each([
    ['src/other.ts', 'pass'],
    ['.github/CODEOWNERS', 'waiting'],
  ])('code owners are those from before a change that brings %s', async (path, outcome) => {
    const world = deployStory(touching(path));
    world.github.files.set(`.github/CODEOWNERS@${sha('f')}`, '* @bob\n');
    world.github.files.set(`.github/CODEOWNERS@${sha('b')}`, '* @carol\n');

    expect((await gate(world, 'approval-owners')).outcome).toBe(outcome);
  });

  test.each([
    ['its own pull request', ['src/pay.ts', '.github/CODEOWNERS'], 'waiting'],
    ['somebody else’s pull request of the same range', ['src/pay.ts'], 'pass'],
  ])('code owners of a unit are those from before a list that %s brings', async (_whose, ofPull, outcome) => {
    const story = touching('.github/CODEOWNERS');
    const world = deployStory({ ...story, policy: `${approved('owners')}unit: {name: pay, paths: ["src/**"]}\n` });
    world.github.deployments = [aDeployment({ id: 8001, sha: sha('b'), payload: { tree: sha('6'), unit: 'pay' } })];
    world.github.pullFiles.set(482, aComparison({ files: files(...ofPull) }));
    world.github.files.set(`.github/CODEOWNERS@${sha('f')}`, '* @bob\n');
    world.github.files.set(`.github/CODEOWNERS@${sha('b')}`, '* @carol\n');

    expect((await gate(world, 'approval-owners')).outcome).toBe(outcome);
  });

  test('on a pull request they are those of the default branch', async () => {
    const world = reviewStory(touching('.github/CODEOWNERS'));
    world.github.files.set(`.github/CODEOWNERS@${sha('f')}`, '* @carol\n');
    world.github.files.set(`.github/CODEOWNERS@${sha('a')}`, '* @bob\n');

    expect((await gate(world, 'approval-owners')).outcome).toBe('waiting');
  });

  test('who was taken out of the team approves no longer', async () => {
    const world = deployStory({ policy: approved('data') });
    world.github.teams.set('acme/data', ['bob']);
    expect((await gate(world, 'approval-data')).outcome).toBe('pass');

    world.github.teams.set('acme/data', ['carol']);

    expect((await gate(world, 'approval-data')).outcome).toBe('waiting');
  });

  test('a team that was renamed has nobody: unknown, whoever took its name’s place', async () => {
    const world = deployStory({ policy: approved('data') });
    world.github.silent.set('team-members', unknown('GitHub finds no team acme/data (404)', 'correct the name'));

    expect(await gate(world, 'approval-data')).toMatchObject({ verdict: 'closed', outcome: 'unknown' });
  });

  test.each([
    ['a bot’s token', { author: { login: 'helper[bot]', bot: true } }],
    ['a review that was dismissed', { state: 'dismissed' }],
    ['an approval from before the force push', { sha: sha('d') }],
    ['an approval of no commit', { sha: '' }],
  ] as const)('%s approves nothing', async (_what, given) => {
    const world = deployStory();
    world.github.permissions.set('helper[bot]', 'write');
    world.github.reviews.set(482, [aReview(given)]);

    expect((await gate(world, 'code-review-approved')).outcome).toBe('waiting');
  });
});

describe('paths and places', () => {
  const faultsOf = (text: string) => {
    const read = readPolicy(`version: 1\n${text}`, vocabulary, { path: 'p.yml' });
    return read.kind === 'faults' ? read.faults.map(({ what }) => what) : [];
  };

  test.each(['main', 'v1', 'abc1234', `${sha('a')}x`])(
    'a base that can be moved to another commit is refused: @%s',
    (at) => {
      expect(faultsOf(`extends: ["acme/platform//deploy/base.yml@${at}"]\n`)).not.toEqual([]);
    },
  );

  test('a report outside the workspace is not read', async () => {
    const line = '{id: coverage-minimum, with: {report: ../../etc/passwd}}';
    const world = reviewStory({ policy: `version: 1\nextends: []\nchecklist:\n  - ${line}\n` });
    world.github.silent.set('workspace-file', unknown('../../etc/passwd leads out of the repository', 'give another'));

    expect((await gate(world, 'coverage-minimum')).outcome).toBe('unknown');
  });
});

describe('what the pages say of a title that wants to be more', () => {
  test.each([
    ['a mention', 'thanks @acme/everyone', '@acme'],
    ['an image', '![x](https://evil.example/pixel.png)', '![x]('],
    ['HTML', '<img src=x onerror=alert(1)><details open>', '<img'],
    ['a fence', '```\n# open\n```', '```'],
    ['a row', 'a | ✓ pass | b', '| ✓ pass | b'],
    ['a marker of ours', '<!-- boring-deploys -->', '<!-- boring-deploys -->'],
    ['a turned direction', 'a\u202eb', '\u202e'],
    ['a closing issue', 'fixes #1', ' #1'],
  ])('%s stays text', async (_what, title, sign) => {
    const pull = aPull({ number: 482, title, headRef: title, mergedAt: noon, mergeSha: sha('c') });
    const { evidence } = await step(
      deployStory({ pulls: [pull], comparison: { files: files(`src/${title}.ts`) } }),
      given(),
    );
    if (evidence === undefined) throw new Error('no evidence');
    const site = { repository: { owner: 'octo-org', name: 'shop' }, serverUrl: 'https://github.example' };
    const source = { ...site, pull: 482, deployments: [], now: noon };
    const shown = [pages.check(evidence).summary, pages.summary(evidence, { ...source, records: [] })];

    for (const page of shown) expect(page).not.toContain(sign);
  });
});
