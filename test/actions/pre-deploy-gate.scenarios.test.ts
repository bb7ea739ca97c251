// The ways a change can come, each with the words that people read: merge queue, fork, target event, units, direct pushes, rebases.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { plain } from '../../src/kit/phrase.ts';
import { pages } from '../../src/report/pages.ts';
import type { Outcome } from '../../src/world.ts';
import {
  aCommit,
  aComparison,
  aDeployment,
  aPull,
  aReview,
  deployStory,
  files,
  minute,
  noon,
  policyText,
  reviewStory,
  type Story,
  sha,
} from '../checklist/story.ts';
import { anEvidence, aRecord } from '../record/evidences.ts';
import { aSource } from '../report/stories.ts';
import { given, rowOf } from './gate.ts';

const site = 'https://github.example';

/** The comment as people read it. */
function commentOf(...outcomes: readonly Outcome[]): string {
  const records = outcomes.map(({ evidence }, id) =>
    aRecord(evidence ?? anEvidence(), { id: id + 1, url: `${site}/octo-org/shop/runs/${id + 1}` }),
  );
  return pages.comment(aSource([], [], { records, serverUrl: site, now: noon }));
}

/** What the report says was judged. */
function rangeOf({ evidence }: Outcome): string {
  const detail = evidence?.details.find(({ heading }) => /What is (deployed|judged)/.test(heading));
  return detail === undefined ? '' : detail.lines.map(plain).join('\n');
}

describe('a merge group', () => {
  const queued = (some: Story = {}) => {
    const world = reviewStory({
      ...some,
      run: {
        event: 'merge_group',
        ref: `refs/heads/gh-readonly-queue/main/pr-482-${sha('b')}`,
        sha: sha('c'),
        mergeGroup: { baseSha: sha('b'), headSha: sha('c') },
      },
    });
    const { pull: _, ...run } = world.run;
    world.github.pullsOf.set(sha('c'), []);
    return { ...world, run };
  };

  test('is judged from its base to its head, and says so', async () => {
    const outcome = await step(queued(), given());

    expect(outcome).toMatchObject({ verdict: 'open', sha: sha('c'), exit: 0, deploymentId: undefined });
    expect(rangeOf(outcome)).toContain('the merge group, from its base: one file, one pull request');
    expect(commentOf(outcome)).toContain(`[ccccccc](${site}/octo-org/shop/commit/${sha('c')})`);
  });

  test('is not opened by the review of an older head than the one in the queue', async () => {
    const world = queued();
    world.github.reviews.set(482, [aReview({ sha: sha('d') })]);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'people' });
    expect(plain(rowOf(outcome, 'code-review-approved')?.evidence ?? '')).toBe(
      '#482: not approved; bob approved an older commit',
    );
  });

  test('fails, rather than passes while waiting, where the repository says so', async () => {
    const world = queued();
    world.github.reviews.set(482, []);

    expect((await step(world, given())).exit).toBe(0);
    expect((await step(world, given({ 'if-waiting': 'fail' }))).exit).toBe(1);
  });
});

describe('a fork', () => {
  const pull = aPull({ number: 482, fork: true, author: { login: 'mallory', bot: false } });
  const policy = `${policyText}  - {id: orphans, command: ./ops/orphans.sh}\n`;

  test('is judged by what can be read; nothing is written, and no command of its own is run', async () => {
    const world = reviewStory({ pulls: [pull], policy });

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', exit: 0, silent: true });
    expect(world.github.asked.map(({ kind }) => kind)).not.toContain('command');
    expect(rowOf(outcome, 'orphans')?.outcome).toBe('asked-at-deploy');
    expect(plain(outcome.evidence?.title ?? '')).toContain('criteria met');
  });

  test('that nobody reviewed waits, and says for whom', async () => {
    const world = reviewStory({ pulls: [pull], policy });
    world.github.reviews.set(482, []);

    const outcome = await step(world, given({ 'if-waiting': 'fail' }));

    expect(outcome).toMatchObject({ verdict: 'waiting', exit: 1, silent: true });
    expect(outcome.error).toContain('submit one approving review of aaaaaaa');
  });
});

describe('pull_request_target', () => {
  const pull = aPull({ number: 482, fork: true, author: { login: 'mallory', bot: false } });
  const target = (change: Partial<Story> = {}) =>
    reviewStory({
      pulls: [pull],
      ...change,
      run: { event: 'pull_request_target', ref: 'refs/heads/main', sha: sha('f') },
    });

  test('judges the head, not the branch it runs on, and writes: its token may', async () => {
    const world = target();

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'open', sha: sha('a'), silent: false, deploymentId: undefined });
    expect(outcome.evidence).toMatchObject({ moment: 'review', sha: sha('a'), pulls: [482] });
    expect(rangeOf(outcome)).toContain('the pull request, from its merge base: one file, one pull request');
  });

  test('runs no command and reads the policy of the default branch, whatever the pull request brings', async () => {
    const world = target({ policy: `${policyText}  - {id: orphans, command: ./ops/orphans.sh}\n` });
    world.github.files.set(`.github/deploy-policy.yml@${sha('a')}`, 'version: 1\nchecklist: []\n');

    const outcome = await step(world, given());

    expect(world.github.asked.map(({ kind }) => kind)).not.toContain('command');
    expect(rowOf(outcome, 'code-review-approved')?.outcome).toBe('pass');
  });
});

describe('two units in one repository', () => {
  const unit = (name: string) => `${policyText}unit: {name: ${name}, paths: ["services/${name}/**"]}\n`;
  const change = files('services/pay/refund.ts', 'docs/refund.md');

  test('at review each has its own verdict and its own section, in one comment', async () => {
    const judged = (name: string) => step(reviewStory({ policy: unit(name), comparison: { files: change } }), given());
    const [pay, shop] = [await judged('pay'), await judged('shop')];

    expect(pay).toMatchObject({ verdict: 'open', reason: 'all-met' });
    expect(shop).toMatchObject({ verdict: 'open', reason: 'not-concerned' });
    const comment = commentOf(pay, shop);
    expect(comment).toContain('### ✓ Production · pay: open');
    expect(comment).toContain('### ✓ Production · shop: open. No file of shop is touched');
    expect(comment.slice(comment.indexOf('· shop'))).not.toContain('| Open |');
    expect(rangeOf(pay)).toContain('one file');
  });

  test('at deploy each counts from its own predecessor', async () => {
    const world = deployStory({ policy: unit('pay'), comparison: { files: change } });
    const of = (id: number, name: string, at: string) =>
      aDeployment({ id, sha: sha(at), payload: { unit: name, tree: sha('6'), version: `${name}-${id}` } });
    world.github.deployments = [of(8001, 'pay', 'b'), of(8002, 'shop', 'd')];

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('open');
    expect(rangeOf(outcome)).toContain('the range from pay-8001 (bbbbbbb, deployment 8001), ahead: one file');
    expect(world.github.deployment(9001).payload).toMatchObject({ unit: 'pay', previous: { deploymentId: 8001 } });
  });

  test('another unit’s unreviewed commit is no business of this one', async () => {
    const stray = aCommit({ sha: sha('e'), parents: [sha('b')] });
    const world = deployStory({
      policy: unit('pay'),
      comparison: { files: change, commits: [stray, aCommit({ sha: sha('c'), parents: [sha('e')] })] },
    });
    const pay = aDeployment({ id: 8001, sha: sha('b'), payload: { unit: 'pay', tree: sha('6') } });
    world.github.deployments = [pay];
    const patch = (base: string, head: string, ...paths: readonly string[]) =>
      world.github.comparisons.set(
        `${sha(base)}...${sha(head)}`,
        aComparison({ base: sha(base), head: sha(head), files: files(...paths) }),
      );
    patch('b', 'e', 'services/shop/tea.ts');
    patch('e', 'c', 'services/pay/refund.ts');

    expect((await step(world, given())).verdict).toBe('open');
    patch('b', 'e', 'services/pay/tea.ts');
    world.github.deployments = [pay];
    expect((await step(world, given())).reason).toBe('criterion:code-review-approved');
  });
});

describe('a range with a commit that nobody reviewed', () => {
  test('closes, names the commit, and says what to do', async () => {
    const commits = [aCommit({ sha: sha('e'), parents: [sha('b')] }), aCommit({ sha: sha('c'), parents: [sha('e')] })];
    const outcome = await step(deployStory({ comparison: { commits } }), given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'criterion:code-review-approved', exit: 1 });
    const comment = commentOf(outcome);
    expect(comment).toContain('✗\u00a0fail | Reviewed · one commit came without a pull request: eeeeeee');
    expect(comment).toContain('bring these commits by a reviewed pull request');
  });
});

describe('a rebase merge', () => {
  const commits = [
    aCommit({ sha: sha('e'), tree: sha('9'), parents: [sha('b')] }),
    aCommit({ sha: sha('c'), tree: sha('8'), parents: [sha('e')] }),
  ];
  const reviewed = [{ path: 'src/pay.ts', status: 'modified', content: 'one', lines: '+a' }] as const;

  function rebased(merged: (typeof reviewed)[number]) {
    const pull = aPull({ number: 482, mergedAt: noon - 25 * minute, mergeSha: sha('c') });
    const world = deployStory({ pulls: [pull], comparison: { commits, files: [merged] } });
    const { github } = world;
    for (const { sha: name } of commits) github.pullsOf.set(name, [pull]);
    for (const commit of commits) github.commits.set(commit.sha, commit);
    github.comparisons.set(
      `${sha('b')}...${sha('a')}`,
      aComparison({ base: sha('b'), head: sha('a'), files: reviewed }),
    );
    return world;
  }

  test('of the same patch keeps its review: two commits are one pull request', async () => {
    const outcome = await step(rebased(reviewed[0]), given());

    expect(outcome.verdict).toBe('open');
    expect(rangeOf(outcome)).toContain('one file, one pull request');
    expect(plain(rowOf(outcome, 'code-review-approved')?.evidence ?? '')).toBe('#482: bob on aaaaaaa');
  });

  test('of another patch does not, and names the file', async () => {
    const outcome = await step(rebased({ ...reviewed[0], content: 'two', lines: '+b' } as never), given());

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'criterion:code-review-approved' });
    expect(plain(rowOf(outcome, 'code-review-approved')?.evidence ?? '')).toBe(
      '#482: ccccccc is not what was reviewed: src/pay.ts',
    );
  });
});

describe('what asks again', () => {
  const again = ({ evidence }: Outcome) =>
    (evidence?.details ?? []).filter(({ open }) => open === true).map(({ lines }) => lines.map(plain).join());
  const unreviewed = <World extends { readonly github: { readonly reviews: Map<number, unknown> } }>(world: World) => {
    world.github.reviews.set(482, []);
    return world;
  };

  test('at review: a review where people are missing, a push, or the run', async () => {
    const waits = await step(unreviewed(reviewStory()), given());
    const failed = await step(
      reviewStory({ policy: `${policyText}  - {id: owners, file: {path: OWNERS}}\n` }),
      given(),
    );

    expect(again(waits)).toEqual([
      'Asked again by a submitted review, where the workflow runs on pull_request_review, by a push, or when this run is run again.',
    ]);
    expect(again(failed)).toEqual(['Asked again by a push, or when this run is run again.']);
    expect(commentOf(waits)).toContain('- Asked again by a submitted review');
  });

  test('at deploy: the run or the next one; not where nothing is missing', async () => {
    expect(again(await step(unreviewed(deployStory()), given()))[0]).toMatch(/^Asked again when this run is run again/);
    expect(again(await step(deployStory(), given()))).toEqual([]);
  });
});

describe('every report', () => {
  test('says which range, tree and policy it is about', async () => {
    const outcome = await step(deployStory(), given());
    const comment = commentOf(outcome);

    expect(comment).toContain('the range from v1.7.4 (bbbbbbb, deployment 8001), ahead: one file, one pull request');
    expect(comment).toContain('tree 7777777, start planned 2026-11-17 10:00 UTC');
    expect(comment).toMatch(/policy \[starter@\u200B1 @ [0-9a-f]{12}\]\(.*\) from main/);
  });
});
