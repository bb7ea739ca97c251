// The gate's bundle on the occasions that are easily got wrong: a merge queue, a target event of a fork, a rebase, a push past everybody.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Pull } from '../world/github/fake.ts';
import type { StepResult } from '../world/runner/types.ts';
import type { JobAsked, Town } from '../world/town.ts';
import { errorsOf, landed, shownBy, townOfBundles } from './ground.ts';

let town: Town;
let count = 0;

beforeAll(async () => {
  town = await townOfBundles();
});
afterAll(() => town.stop());

const gatePermissions = {
  contents: 'read',
  actions: 'read',
  checks: 'write',
  deployments: 'read',
  'pull-requests': 'write',
  statuses: 'read',
} as const;

type Occasion = JobAsked['occasion'];

async function gate(occasion: Occasion, asked: Partial<JobAsked> = {}): Promise<StepResult> {
  const job = town.job({
    occasion,
    path: '.github/workflows/gate.yml',
    name: 'gate',
    permissions: gatePermissions,
    ...asked,
  });
  const step = await job.uses('pre-deploy-gate', { with: {} });
  await job.finish();
  return step;
}

function proposed(approved = true): Pull {
  count += 1;
  const pull = town.pullRequest({
    title: `Change ${count}`,
    body: '## Rollback\nBack to the version before.',
    files: { [`services/shop/change-${count}.ts`]: 'export {};\n', 'CHANGELOG.md': `# Changelog\n- ${count}\n` },
  });
  if (approved) town.approve(pull);
  return pull;
}

/** The same payload under another event: what GitHub sends differs in the commit and the ref alone. */
function targeted(pull: Pull): Occasion {
  const { event, by } = town.occasions.pullChanged(pull);
  const ref = `refs/heads/${town.repo.defaultBranch}`;
  return { event: { ...event, name: 'pull_request_target' }, sha: town.repo.head(), ref, by };
}

/** The pull request merged onto main on a branch of the queue's own. */
function queued(pull: Pull): Occasion {
  const base = town.repo.head();
  const { sha } = town.repo.testMerge(base, pull.headSha);
  const ref = `refs/heads/gh-readonly-queue/main/pr-${pull.number}-${base}`;
  const { event, by } = town.occasions.pullChanged(pull);
  const { repository, sender } = event.payload as { readonly repository: object; readonly sender: object };
  const group = { head_sha: sha, head_ref: ref, base_sha: base, base_ref: 'refs/heads/main' };
  const payload = { action: 'checks_requested', merge_group: group, repository, sender };
  return { event: { name: 'merge_group', payload: payload as typeof event.payload }, sha, ref, by };
}

const records = (sha: string) => town.repo.checkRunsOf(sha).filter(({ name }) => name.startsWith('boring-deploys / '));

describe('a merge group', () => {
  test('is judged at its own head by the pull request that it is named after', async () => {
    const pull = proposed();
    const occasion = queued(pull);
    town.ci(occasion.sha);

    const step = await gate(occasion);

    expect(errorsOf(step)).toEqual([]);
    expect([step.exitCode, step.outputs.verdict, step.outputs.sha]).toEqual([0, 'open', occasion.sha]);
    expect(records(occasion.sha)).toHaveLength(1);
    expect(records(pull.headSha)).toEqual([]);
    expect(step.summary).toContain('the merge group, from its base');
    expect(town.deployments()).toEqual([]);
    town.github.assertClean();
  });

  test('that nobody reviewed waits', async () => {
    const occasion = queued(proposed(false));
    town.ci(occasion.sha);

    const step = await gate(occasion);

    expect([step.exitCode, step.outputs.verdict]).toEqual([0, 'waiting']);
    expect(step.summary).toContain('not approved');
  });
});

describe('pull_request_target of a fork', () => {
  test('judges the head of the pull request and writes its report, for its token may', async () => {
    const fork = town.repo.fork('mallory');
    fork.branch('tea');
    fork.commit({
      branch: 'tea',
      files: { 'services/shop/iced.ts': 'export {};\n', 'CHANGELOG.md': '# Changelog\n- iced\n' },
    });
    const body = '## Rollback\nRevert.';
    const pull = town.repo.openPull({ title: 'Iced tea', branch: 'tea', from: fork, author: 'mallory', body });
    town.ci(pull.headSha);
    const occasion = targeted(pull);

    const waits = await gate(occasion);
    town.approve(pull);
    const opens = await gate(occasion);

    expect([waits.outputs.verdict, opens.outputs.verdict]).toEqual(['waiting', 'open']);
    expect(opens.outputs.sha).toBe(pull.headSha);
    expect(records(pull.headSha).length).toBeGreaterThan(0);
    expect(records(occasion.sha)).toEqual([]);
    expect(town.comments(pull)).toHaveLength(1);
    expect(town.deployments()).toEqual([]);
    town.github.assertClean();
  });
});

describe('at deploy', () => {
  const deployGate = async (sha: string) => {
    const job = town.job({ sha });
    const step = await job.uses('pre-deploy-gate', { with: { comment: 'false', 'dry-run': 'true' } });
    await job.finish();
    return step;
  };

  test('a rebase merge of several commits keeps the review of its pull request; a push past everybody has none', async () => {
    const first = landed(town);
    const job = town.job({ sha: first.sha });
    await job.uses('pre-deploy-gate', { with: { comment: 'false' } });
    await job.uses('pre-deploy-gate', { with: { comment: 'false', mode: 'finish' } });
    await job.finish();
    const pull = proposed(false);
    town.repo.commit({ branch: pull.headBranch, files: { 'services/shop/second.ts': 'export {};\n' } });
    town.approve(pull);
    const rebased = town.repo.merge(pull, 'rebase').sha;
    town.ci(rebased);

    const reviewed = await deployGate(rebased);
    const pushed = town.repo.commit({ files: { 'services/shop/pushed.ts': 'export {};\n' }, message: 'Quick' }).sha;
    town.ci(pushed);
    const stray = await deployGate(pushed);

    expect(errorsOf(reviewed)).toEqual([]);
    expect([reviewed.outputs.verdict, pull.landed.length]).toEqual(['open', 2]);
    expect([stray.exitCode, stray.outputs.verdict]).toEqual([1, 'closed']);
    expect(shownBy(stray)).toContain(`one commit came without a pull request: ${pushed.slice(0, 7)}`);
    town.github.assertClean();
  });
});
