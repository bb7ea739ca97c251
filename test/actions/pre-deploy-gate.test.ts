// The gate's procedure against a repository in memory: what opens it, what does not, and what it writes.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { unknown } from '../../src/evidence/answer.ts';
import { readHistory } from '../../src/record/history.ts';
import {
  aCheck,
  aCommit,
  aComparison,
  aDeployment,
  aPull,
  aReview,
  aStatus,
  deployStory,
  files,
  minute,
  noon,
  policyText,
  reviewStory,
  sha,
} from '../checklist/story.ts';
import { given, rowOf } from './gate.ts';

describe('at the deploy moment', () => {
  test('opens when everything required is met, and begins one Deployment with all that outlives the checks', async () => {
    const world = deployStory();

    const outcome = await step(world, given({ version: 'v1.8.0', artifact: 'sha256:abc' }));

    expect(outcome).toMatchObject({
      verdict: 'open',
      reason: 'all-met',
      exit: 0,
      sha: sha('c'),
      version: 'v1.8.0',
      deploymentId: 9001,
    });
    expect(outcome.outputs).toMatchObject({ tier: 'medium', plan: 'canary', 'tree-sha': sha('7') });
    expect(world.github.story(9001)).toEqual(['in_progress: gate open: tier medium, plan canary']);
    expect(world.github.deployment(9001).payload).toMatchObject({
      kind: 'deploy',
      sha: sha('c'),
      tree: sha('7'),
      pulls: [482],
      tier: 'medium',
      plan: 'canary',
      artifact: ['sha256:abc'],
      previous: { deploymentId: 8001, sha: sha('b'), version: 'v1.7.4' },
    });
    const history = readHistory(world.github.deployments, { environment: 'production', unit: '' });
    expect(history.malformed).toBe(0);
  });

  test('goes on with its own Deployment when the gate runs again in the same run', async () => {
    const world = deployStory();
    await step(world, given());

    const again = await step(world, given());

    expect(again.deploymentId).toBe(9001);
    expect(world.github.deployments.map(({ id }) => id)).toEqual([8001, 9001]);
  });

  test('writes nothing under dry-run', async () => {
    const world = deployStory();

    const outcome = await step(world, given({ 'dry-run': 'true' }));

    expect(outcome).toMatchObject({ verdict: 'open', silent: true, deploymentId: undefined });
    expect(world.github.deployments).toHaveLength(1);
  });

  test('starts a first deployment: nothing to compare with, highest tier, no way back', async () => {
    const world = deployStory();
    world.github.deployments = [];

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', deploymentId: 9001 });
    expect(outcome.outputs.tier).toBe('high');
    expect(outcome.evidence?.wayBack).toContain('none');
    expect(world.github.deployment(9001).payload).toMatchObject({ previous: null });
  });

  test('closes on a commit behind what runs, with the command that goes back', async () => {
    const world = deployStory({ comparison: { status: 'behind', files: [], commits: [] } });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'behind', exit: 1 });
    expect(outcome.error).toContain(`gh workflow run rollback.yml -f to=${sha('c')}`);
    expect(world.github.deployments).toHaveLength(1);
  });

  test('keeps the tier of the whole range when the last pull request touches documents only', async () => {
    const risky = aPull({ number: 481, headSha: sha('d'), mergedAt: noon - 50 * minute });
    const world = deployStory({
      policy: `${policyText}tiers:\n  rules:\n    - {id: pay, tier: high, when: {paths: [src/pay/**]}}\n`,
      comparison: {
        files: files('src/pay/refund.ts', 'docs/refund.md'),
        commits: [
          aCommit({ sha: sha('e'), parents: [sha('b')] }),
          aCommit({ sha: sha('c'), parents: [sha('e')], message: 'docs only' }),
        ],
      },
    });
    world.github.pullsOf.set(sha('e'), [risky]);
    world.github.commits.set(sha('d'), aCommit({ sha: sha('d') }));
    world.github.reviews.set(481, [aReview({ sha: sha('d') })]);

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('open');
    expect(outcome.outputs.tier).toBe('high');
    expect(outcome.evidence?.pulls).toEqual([482, 481]);
  });

  test('asks for the review of every pull request of the range', async () => {
    const world = deployStory({
      comparison: {
        commits: [aCommit({ sha: sha('e'), parents: [sha('b')] }), aCommit({ sha: sha('c'), parents: [sha('e')] })],
      },
    });
    world.github.pullsOf.set(sha('e'), [aPull({ number: 481, headSha: sha('d'), mergedAt: noon - 50 * minute })]);
    world.github.commits.set(sha('d'), aCommit({ sha: sha('d') }));

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'people', exit: 1 });
    expect(outcome.error).toContain('#481');
  });

  test('counts a commit without a pull request as unreviewed', async () => {
    const world = deployStory({
      comparison: {
        commits: [aCommit({ sha: sha('e'), parents: [sha('b')] }), aCommit({ sha: sha('c'), parents: [sha('e')] })],
      },
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'criterion:code-review-approved' });
    expect(outcome.error).toContain(sha('e').slice(0, 7));
  });

  test('closes when the token cannot read the history, and names the line to add', async () => {
    const world = deployStory();
    world.github.silent.set('deployments', {
      ...unknown('GitHub answered 403', 'ask again'),
      permission: 'deployments: read',
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'change-unknown', exit: 1 });
    expect(outcome.error).toContain('deployments: read');
    for (const id of ['behind', 'locked', 'in-flight']) expect(rowOf(outcome, id)?.outcome).toBe('unknown');
  });

  test('stops with every fault of a bad policy, and asks nothing else', async () => {
    const world = deployStory({ policy: 'version: 1\nenforced: full\nalpha: 3\n' });

    await expect(step(world, given())).rejects.toMatchObject({ parts: { reason: 'bad-policy' } });
    expect(world.github.asked.map(({ kind }) => kind)).toEqual(['default-branch', 'file']);
  });

  test('refuses a ref that the environment does not allow', async () => {
    const world = deployStory({ run: { ref: 'refs/heads/feature' } });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'ref', exit: 1 });
  });

  test('refuses to judge one commit while another is checked out', async () => {
    const world = deployStory();
    world.github.checkout = sha('d');

    await expect(step(world, given())).rejects.toMatchObject({ parts: { reason: 'sha-mismatch' } });
  });

  test('refuses an expected commit that the event is not about', async () => {
    await expect(step(deployStory(), given({ 'expected-sha': sha('d') }))).rejects.toMatchObject({
      parts: { reason: 'sha-mismatch' },
    });
  });

  test('names the sides from the router, and warns when it cannot be reached', async () => {
    const policy = `${policyText}traffic: {router: command, sides: [blue, green], get: ./get.sh, set: ./set.sh}\n`;
    const reached = await step(deployStory({ policy }), given());
    const world = deployStory({ policy });
    world.traffic.reachable = false;
    const unreached = await step(world, given());

    expect(reached.outputs).toMatchObject({ 'stable-side': 'blue', 'idle-side': 'green' });
    expect(unreached.outputs).toMatchObject({ 'stable-side': '', 'idle-side': '' });
    expect(unreached.verdict).toBe('open');
    expect(unreached.warnings.join()).toContain('does not answer');
  });

  test('a plan by rollout has no sides: the router is not asked for any, and its stages say how they go', async () => {
    const traffic = 'traffic: {router: command, sides: [old, new], get: ./get.sh, set: ./set.sh}\n';
    const policy = `${policyText}plans: {canary: {by: rollout}}\n${traffic}`;
    const world = deployStory({ policy });
    world.traffic.reachable = false;

    const { outputs, warnings } = await step(world, given());

    expect(outputs).toMatchObject({ plan: 'canary', 'stable-side': '', 'idle-side': '' });
    expect(warnings.join()).not.toContain('sides');
    expect(JSON.parse(String(outputs?.stages))).toContainEqual(expect.objectContaining({ by: 'rollout' }));
    // What the reusable workflow asks.
    expect(outputs?.stages).toContain('"by":"rollout"');
  });
});

describe('another deployment under way', () => {
  const underWay = aDeployment({
    id: 8002,
    sha: sha('d'),
    payload: { run: { id: 6002, attempt: 1, url: 'https://github.example/runs/6002' } },
    statuses: [aStatus('in_progress', 'gate open: tier medium, plan canary')],
  });

  function runStands(status: 'in_progress' | 'completed') {
    return {
      id: 6002,
      attempt: 1,
      path: '.github/workflows/deploy.yml',
      event: 'push',
      headSha: sha('d'),
      headBranch: 'main',
      status,
      createdAt: noon,
      actor: 'bob',
      url: '',
    };
  }

  test('waits while its run lives', async () => {
    const world = deployStory();
    world.github.deployments = [...world.github.deployments, underWay];
    world.github.runs.set(6002, runStands('in_progress'));

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'in-flight', exit: 1 });
  });

  test('waits when nobody can tell whether its run lives', async () => {
    const world = deployStory();
    world.github.deployments = [...world.github.deployments, underWay];

    expect((await step(world, given())).reason).toBe('in-flight');
  });

  test('opens over one that was left, and says so', async () => {
    const world = deployStory();
    world.github.deployments = [...world.github.deployments, underWay];
    world.github.runs.set(6002, runStands('completed'));

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('open');
    expect(rowOf(outcome, 'in-flight')?.evidence).toContain('8002 was left');
    expect(outcome.warnings.join()).toContain('deployment 8002 was left by a run that is over');
    expect(world.github.story(8002)).toHaveLength(1);
  });

  test('ends it when the policy supersedes, after its own has begun', async () => {
    const world = deployStory({ policy: `${policyText}in-flight: supersede\n` });
    world.github.deployments = [...world.github.deployments, underWay];
    world.github.runs.set(6002, runStands('in_progress'));

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', deploymentId: 9001 });
    expect(world.github.story(8002).at(-1)).toBe('inactive: superseded by 9001');
  });

  test('closes when the policy says close', async () => {
    const world = deployStory({ policy: `${policyText}in-flight: close\n` });
    world.github.deployments = [...world.github.deployments, underWay];
    world.github.runs.set(6002, runStands('in_progress'));

    expect(await step(world, given())).toMatchObject({ verdict: 'closed', reason: 'in-flight' });
  });
});

describe('continuous integration', () => {
  test('a red test in one workflow stays red beside a green test in another', async () => {
    const world = deployStory();
    world.github.ci.set(sha('c'), [
      aCheck({ id: 1, workflow: '.github/workflows/a.yml', runId: 100, conclusion: 'failure' }),
      aCheck({ id: 2, workflow: '.github/workflows/b.yml', runId: 101 }),
    ]);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'criterion:ci-all-green' });
    expect(outcome.error).toContain('test of a.yml');
  });

  test('the check run of the gate’s own job does not hold the gate shut, nor does it open it', async () => {
    const own = aCheck({
      id: 9,
      name: 'deploy',
      workflow: '.github/workflows/deploy.yml',
      runId: 7001,
      status: 'in_progress',
    });
    const world = deployStory();
    world.github.ci.set(sha('c'), [own]);

    const alone = await step(world, given());
    world.github.ci.set(sha('c'), [own, aCheck()]);
    const beside = await step(world, given());

    expect(alone).toMatchObject({ verdict: 'closed', reason: 'criterion:ci-all-green' });
    expect(rowOf(alone, 'ci-all-green')?.outcome).toBe('unknown');
    expect(beside.verdict).toBe('open');
  });

  test('waits for running checks and opens once they are green', async () => {
    const world = deployStory();
    world.github.ci.set(sha('c'), [aCheck({ status: 'in_progress' })]);
    world.clock.after(5 * minute, () => {
      world.github.ci.set(sha('c'), [aCheck()]);
    });

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('open');
    expect(world.clock.now()).toBeLessThan(noon + 6 * minute);
  });

  test('is still waiting when the checks run longer than wait', async () => {
    const world = deployStory();
    world.github.ci.set(sha('c'), [aCheck({ status: 'in_progress' })]);

    const outcome = await step(world, given({ wait: '3m' }));

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'ci-running', exit: 1 });
    expect(world.clock.now()).toBe(noon + 3 * minute);
    expect(world.github.deployments).toHaveLength(1);
  });

  test('stops waiting when the job is cancelled, and begins nothing', async () => {
    const world = deployStory();
    world.github.ci.set(sha('c'), [aCheck({ status: 'in_progress' })]);
    world.clock.after(minute, () => world.cancel());

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('waiting');
    expect(world.github.deployments).toHaveLength(1);
  });
});

describe('at the review moment', () => {
  test('a green gate begins no Deployment', async () => {
    const world = reviewStory();

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', exit: 0, sha: sha('a'), deploymentId: undefined });
    expect(outcome.evidence).toMatchObject({ moment: 'review', sha: sha('a'), pulls: [482] });
    expect(world.github.deployments).toHaveLength(1);
  });

  test('passes while people are missing, unless if-waiting says fail', async () => {
    const world = reviewStory();
    world.github.reviews.set(482, []);

    const passed = await step(world, given());
    const failed = await step(world, given({ 'if-waiting': 'fail' }));

    expect(passed).toMatchObject({ verdict: 'waiting', reason: 'people', exit: 0 });
    expect(failed).toMatchObject({ verdict: 'waiting', exit: 1 });
  });

  test('says nothing to GitHub on a pull request of a fork, and judges what can be read', async () => {
    const pull = aPull({ number: 482, fork: true });
    const world = reviewStory({ pulls: [pull] });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', silent: true });
  });

  test('does not take a marker or a sign-off that a user pasted into the description', async () => {
    const pull = aPull({
      number: 482,
      body: '<!-- boring-deploys v1 octo-org/shop#482 -->\n### ✓ Production: open\n/signoff on-call',
    });
    const world = reviewStory({
      pulls: [pull],
      policy: `${policyText}  - {id: on-call, sign-off: sre}\nroles: {sre: [carol]}\n`,
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'people' });
    expect(rowOf(outcome, 'on-call')?.todo).toEqual(['submit a review with the line ', { code: '/signoff on-call' }]);
  });

  test('is open without further ado when no file of the unit is touched', async () => {
    const world = reviewStory({ policy: `${policyText}unit: {name: pay, paths: [services/pay/**]}\n` });
    world.github.reviews.set(482, []);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', reason: 'not-concerned', exit: 0 });
  });

  test('shows what is asked at the deploy moment only', async () => {
    const world = reviewStory({ policy: `${policyText}  - staging-first\n` });

    const outcome = await step(world, given());

    expect(rowOf(outcome, 'staging-first')?.outcome).toBe('asked-at-deploy');
    expect(rowOf(outcome, 'ref')?.outcome).toBe('asked-at-deploy');
    expect(outcome.verdict).toBe('open');
  });

  test('judges a merge group from its base to its head by the pull request that the queue names', async () => {
    const world = reviewStory({
      run: {
        event: 'merge_group',
        ref: `refs/heads/gh-readonly-queue/main/pr-482-${sha('b')}`,
        sha: sha('c'),
        mergeGroup: { baseSha: sha('b'), headSha: sha('c') },
      },
    });
    const { pull: _, ...run } = world.run;
    world.github.pullsOf.set(sha('c'), []);

    const outcome = await step({ ...world, run }, given());

    expect(outcome).toMatchObject({ verdict: 'open', sha: sha('c'), deploymentId: undefined });
    expect(outcome.evidence?.pulls).toEqual([482]);
  });
});

describe('words of the policy', () => {
  test('report mode judges, says so, stops nothing and begins', async () => {
    const world = deployStory({ policy: `${policyText}enforce: report\n` });
    world.github.ci.set(sha('c'), [aCheck({ conclusion: 'failure' })]);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'closed', exit: 0, error: '', deploymentId: 9001 });
    expect(outcome.evidence?.reportOnly).toBe(true);
  });

  test('a repository without a policy file is judged by starter', async () => {
    const world = deployStory();
    world.github.files.clear();

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('open');
    expect(outcome.evidence?.facts.at(-1)).toContain('starter');
  });

  test('a closed window waits, and says when it opens', async () => {
    const world = deployStory({
      policy: `${policyText}timezone: Europe/Berlin\nwindows:\n  allow: [{days: [wed], from: "10:00", to: "14:00"}]\n  otherwise: denied\n`,
    });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'window-closed', exit: 1 });
    expect(outcome.error).toContain('Wed 2026-11-18 10:00 (Europe/Berlin)');
  });

  test('a hotfix needs only what its type keeps, and its approval by role', async () => {
    const pull = aPull({ number: 482, labels: ['hotfix'], mergedAt: noon - 25 * minute });
    const policy = `${policyText}types:\n  hotfix: {when: {labels: [hotfix]}, approvals: [{role: lead}], required-only: [code-review-approved], owed: 24h}\nroles: {lead: [carol]}\n`;
    const world = deployStory({ pulls: [pull], policy });
    world.github.ci.set(sha('c'), [aCheck({ conclusion: 'failure' })]);

    const before = await step(world, given());
    world.github.reviews.set(482, [aReview({ sha: sha('a'), author: { login: 'carol', bot: false } })]);
    world.github.permissions.set('carol', 'write');
    const after = await step(world, given());

    expect(before).toMatchObject({ verdict: 'waiting', reason: 'people' });
    expect(after).toMatchObject({ verdict: 'open' });
    expect(rowOf(after, 'ci-all-green')).toMatchObject({ outcome: 'warn', required: false });
  });

  test('an override by a role opens the gate, and is shown with who and why', async () => {
    const policy = `${policyText}overrides: {allow: [ci-all-green], by: [lead]}\nroles: {lead: [alice]}\n`;
    const red = [aCheck({ conclusion: 'failure' })];
    const world = deployStory({ policy });
    world.github.ci.set(sha('c'), red);
    const why = { override: 'ci-all-green', 'override-reason': 'the runner pool is broken' };

    const outcome = await step(world, given(why));
    const other = deployStory({ policy, run: { triggeringActor: 'mallory' } });
    other.github.ci.set(sha('c'), red);

    expect(outcome.verdict).toBe('open');
    expect(rowOf(outcome, 'ci-all-green')).toMatchObject({ outcome: 'waived', who: 'alice' });
    await expect(step(other, given(why))).rejects.toMatchObject({ parts: { reason: 'override-refused' } });
    await expect(step(deployStory({ policy }), given({ ...why, 'override-reason': 'hm' }))).rejects.toThrow(
      '10 characters',
    );
    await expect(step(deployStory({ policy }), given({ ...why, override: 'behind' }))).rejects.toThrow(
      'may not be overridden',
    );
  });
});

describe('the other modes', () => {
  test('lock holds the gate shut until unlock', async () => {
    const world = deployStory();

    const locked = await step(world, given({ mode: 'lock', 'lock-reason': 'incident 491' }));
    const shut = await step(world, given());
    await step(world, given({ mode: 'unlock' }));
    const open = await step(world, given());

    expect(locked).toMatchObject({ verdict: 'locked', exit: 0 });
    expect(shut).toMatchObject({ verdict: 'closed', reason: 'locked' });
    expect(shut.error).toContain('incident 491');
    expect(open.verdict).toBe('open');
  });

  test('finish ends the Deployment of this run with success, once', async () => {
    const world = deployStory();
    await step(world, given());

    const first = await step(world, given({ mode: 'finish' }));
    await step(world, given({ mode: 'finish' }));

    expect(first).toMatchObject({ verdict: 'finished', exit: 0, deploymentId: 9001 });
    expect(world.github.story(9001)).toEqual(['in_progress: gate open: tier medium, plan canary', 'success: finished']);
  });

  test('finish does not end what a canary is rolling out', async () => {
    const world = deployStory();
    await step(world, given());
    world.github.say(9001, { state: 'in_progress', description: 'canary ten 10 %: baking', logUrl: '' });

    await expect(step(world, given({ mode: 'finish' }))).rejects.toMatchObject({
      parts: { reason: 'plan-unfinished' },
    });
  });

  test.each(['metrics', 'hygiene'])('%s reports and writes nothing on GitHub', async (mode) => {
    const world = deployStory();

    const outcome = await step(world, given({ mode }));

    expect(outcome).toMatchObject({ verdict: 'reported', exit: 0, evidence: undefined });
    expect(outcome.table?.title).toContain('production');
  });
});

describe('the commit that runs already', () => {
  test('has the tier and plan of the Deployment that brought it', async () => {
    const world = deployStory();
    world.github.deployments = [
      aDeployment({ id: 8001, sha: sha('c'), payload: { tier: 'low', plan: 'direct', pulls: [482] } }),
    ];

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('open');
    expect(outcome.outputs).toMatchObject({ tier: 'low', plan: 'direct' });
  });
});

describe('a comparison that diverged', () => {
  test('is of the highest tier and says so', async () => {
    const world = deployStory({ comparison: aComparison({ status: 'diverged' }) });

    const outcome = await step(world, given());

    expect(outcome.outputs.tier).toBe('high');
    expect(JSON.stringify(outcome.evidence?.facts)).toContain('diverged');
  });
});
