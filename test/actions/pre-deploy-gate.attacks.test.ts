// Attempts to talk the gate round: each is something a person could really do, and none of them opens it.
import { describe, expect, test } from '@jest/globals';
import { type Inputs, inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import type { CommitFact } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import {
  aCommit,
  aComparison,
  aDeployment,
  aPull,
  aReview,
  aStatus,
  deployStory,
  files,
  noon,
  policyText,
  reviewStory,
  sha,
} from '../checklist/story.ts';

function given(some: Readonly<Record<string, string>> = {}): Inputs {
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  return inputs.parse({ ...empty, ...some });
}

function rowOf(outcome: Awaited<ReturnType<typeof step>>, id: string) {
  return outcome.evidence?.rows.find((row) => row.id === id);
}

describe('the files of a change', () => {
  const tiers = `${policyText}tiers:\n  rules:\n    - {id: pay, tier: high, when: {paths: [src/pay/**]}}\n`;

  test('code that is moved out of a risky place is still a change of that place', async () => {
    const world = reviewStory({
      policy: tiers,
      comparison: { files: [{ path: 'docs/refund.md', previous: 'src/pay/refund.ts', status: 'renamed' }] },
    });

    expect((await step(world, given())).outputs.tier).toBe('high');
  });

  test('a push while the gate looks does not lend its harmless files to the commit before', async () => {
    const world = reviewStory({ policy: `${policyText}unit: {name: pay, paths: [src/pay/**]}\n` });
    const pushed = aPull({ number: 482, headSha: sha('d') });
    world.github.pulls.set(482, pushed);
    world.github.pullFiles.set(482, aComparison({ head: sha('d'), files: files('docs/readme.md') }));

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'change-unknown' });
    expect(outcome.error).toContain(`#482 has moved on to ${sha('d')}`);
  });
});

describe('the commits of a range', () => {
  test('a commit behind merges nested deeper than anybody asks is not taken for reviewed', async () => {
    const depth = 9;
    const at = (index: number) => index.toString(16).padStart(40, '0');
    const merge = (index: number): CommitFact =>
      aCommit({ sha: index === 0 ? sha('c') : at(index), parents: [sha('b'), at(index + 1)] });
    const commits = Array.from({ length: depth }, (_, index) => merge(index));
    const world = deployStory({
      comparison: { commits: [...commits, aCommit({ sha: at(depth), parents: [sha('b')] })] },
    });
    const brought = world.github.pullsOf.get(sha('c')) ?? [];
    for (const { sha: name } of commits) world.github.pullsOf.set(name, brought);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'change-unknown' });
    expect(outcome.error).toContain('nested too deep');
  });

  const hotfix = `${policyText}types: {hotfix: {when: {labels: [hotfix]}, required-only: [ci-all-green]}, standard: {}}\n`;
  const urgent = aPull({ number: 482, mergedAt: noon, mergeSha: sha('c'), labels: ['hotfix'] });

  test('a direct push does not ride along with a hotfix', async () => {
    const world = deployStory({
      policy: hotfix,
      pulls: [urgent],
      comparison: {
        commits: [aCommit({ sha: sha('e'), parents: [sha('b')] }), aCommit({ sha: sha('c'), parents: [sha('e')] })],
      },
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'criterion:code-review-approved' });
    expect(outcome.result).toMatchObject({ type: 'standard' });
  });

  test('nor does all that nobody knows of before a first deployment', async () => {
    const world = deployStory({ policy: hotfix, pulls: [urgent] });
    world.github.deployments = [];

    expect((await step(world, given())).result).toMatchObject({ type: 'standard' });
    world.github.reviews.set(482, []);
    expect((await step(world, given())).verdict).toBe('waiting');
  });

  test('after a rollback the reviews of what runs again are asked, not those of what was left', async () => {
    const world = deployStory();
    const run = { id: 6009, attempt: 1, url: '' };
    world.github.deployments = [
      aDeployment({ id: 8001, sha: sha('c'), payload: { pulls: [482] } }),
      aDeployment({
        id: 8002,
        sha: sha('d'),
        payload: { pulls: [490] },
        statuses: [aStatus('failure', 'rolled back to v1.7.4, deployment 8001')],
      }),
      {
        ...aDeployment({
          id: 8003,
          sha: sha('c'),
          task: 'deploy:rollback',
          statuses: [aStatus('success', 'rollback: verified')],
        }),
        payload: {
          ...{ marker: 'boring-deploys', schema: 1, kind: 'rollback', run, environment: 'production', unit: '' },
          ...{ version: 'v1.7.4', artifact: [], sha: sha('c'), drill: false, leg: '', to: null, how: 'traffic' },
          from: { deploymentId: 8002, sha: sha('d'), version: 'v1.8.0' },
          ...{ reason: '', severity: '', pulls: [490] },
        },
      },
    ];
    world.github.pulls.set(490, aPull({ number: 490 }));
    world.github.reviews.set(490, [aReview()]);
    world.github.reviews.set(482, []);

    const outcome = await step(world, given());

    expect(outcome.evidence?.pulls).toEqual([482]);
    expect(plain(rowOf(outcome, 'code-review-approved')?.evidence ?? '')).toContain('#482');
    expect(outcome.verdict).toBe('waiting');
  });
});

describe('one unit of many', () => {
  test('a merge that brings files of the unit is the unit’s, whatever its pull request says', async () => {
    const world = deployStory({
      policy: `${policyText}unit: {name: pay, paths: [src/pay/**]}\n`,
      comparison: { files: files('src/pay/refund.ts', 'docs/readme.md') },
    });
    world.github.deployments = [aDeployment({ id: 8001, sha: sha('b'), payload: { unit: 'pay', tree: sha('6') } })];
    world.github.pullFiles.set(482, aComparison({ head: sha('a'), files: files('docs/readme.md') }));

    expect((await step(world, given())).evidence?.pulls).toEqual([482]);
  });
});
