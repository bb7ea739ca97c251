// Attempts to talk the gate round: each is something a person could really do, and none of them opens it.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import type { CommitFact } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import {
  aCommit,
  aComparison,
  aDeployment,
  aPull,
  aReview,
  aRollback,
  aStatus,
  deployStory,
  files,
  noon,
  policyText,
  reviewStory,
  sha,
} from '../checklist/story.ts';
import { given, rowOf } from './gate.ts';

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
    world.github.deployments = [
      aDeployment({ id: 8001, sha: sha('c'), payload: { pulls: [482] } }),
      aDeployment({
        id: 8002,
        sha: sha('d'),
        payload: { pulls: [490] },
        statuses: [aStatus('failure', 'rolled back to v1.7.4, deployment 8001')],
      }),
      aRollback({
        id: 8003,
        payload: { sha: sha('c'), from: { deploymentId: 8002, sha: sha('d'), version: 'v1.8.0' }, pulls: [490] },
      }),
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

describe('the hour', () => {
  const windows = `${policyText}timezone: Europe/Berlin\nwindows: {allow: [{days: [wed], from: "10:00", to: "12:00"}], otherwise: denied}\n`;

  test('a planned start in an open window does not begin a deployment before it', async () => {
    const world = deployStory({ policy: windows });

    const outcome = await step(world, given({ 'planned-start': '2026-11-18T10:00:00Z' }));

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'planned-start', exit: 1 });
    expect(rowOf(outcome, 'deploy-window')?.outcome).toBe('pass');
    expect(outcome.error).toContain('planned for 2026-11-18 10:00 UTC');
    expect(world.github.deployments).toHaveLength(1);
  });

  test('nor does a planned start that is over let a deployment begin outside every window', async () => {
    const outcome = await step(deployStory({ policy: windows }), given({ 'planned-start': '2026-11-11T10:00:00Z' }));

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'window-closed' });
  });
});

describe('the record', () => {
  const torn = (id: number) => ({
    ...aDeployment({ id, sha: sha('b') }),
    payload: { marker: 'boring-deploys', schema: 2 },
  });

  test('what a later release wrote is not taken for nothing', async () => {
    const world = deployStory();
    world.github.deployments = [torn(8001)];

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'change-unknown' });
    expect(outcome.error).toContain('one deployment of ours cannot be read');
  });

  test('beside others it is said, and left out', async () => {
    const world = deployStory();
    world.github.deployments = [...world.github.deployments, torn(8002)];

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('open');
    expect(rowOf(outcome, 'change-known')?.evidence).toContain('one deployment of ours cannot be read, left out');
  });

  test('a drill under way is in the way', async () => {
    const world = deployStory();
    const under = [aStatus('in_progress', 'rollback: planned')];
    const drill = aRollback({ id: 8002, statuses: under, payload: { drill: true } });
    world.github.deployments = [...world.github.deployments, drill];

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'in-flight' });
    expect(outcome.error).toContain('drill 8002');
  });

  test('a drill is waited for, though a newer deployment would be superseded', async () => {
    const world = deployStory({ policy: `${policyText}in-flight: supersede\n` });
    const under = [aStatus('in_progress', 'rollback: planned')];
    const drill = aRollback({ id: 8002, statuses: under, payload: { drill: true } });
    const newer = aDeployment({
      id: 8003,
      sha: sha('d'),
      statuses: [aStatus('in_progress', 'gate open: tier low, plan dark')],
    });
    world.github.deployments = [...world.github.deployments, drill, newer];

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'in-flight' });
    expect(outcome.error).toContain('drill 8002');
  });

  test('a version of any length begins a Deployment', async () => {
    const world = deployStory();

    await step(world, given({ version: 'v'.repeat(500) }));

    expect(world.github.deployment(9001).description).toHaveLength(140);
  });
});

describe('people', () => {
  const policy = `${policyText}roles: {lead: [alice, zoe]}\ntypes: {standard: {approvals: [{role: lead}]}}\n`;

  test.each([
    ['alice', 'waiting'],
    ['zoe', 'open'],
  ])('the author’s own approval of the environment is none: %s, %s', async (user, verdict) => {
    const world = deployStory({ policy });
    world.github.approvals.set(7001, [{ user, environment: 'production', state: 'approved', comment: '' }]);

    expect((await step(world, given())).verdict).toBe(verdict);
  });
});

describe('a cancelled job', () => {
  test('begins nothing and does not say that the gate is open', async () => {
    const world = deployStory();
    world.cancel();

    await expect(step(world, given())).rejects.toMatchObject({ parts: { reason: 'cancelled' } });
    expect(world.github.deployments).toHaveLength(1);
  });
});
