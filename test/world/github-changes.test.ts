// The fake GitHub's git and pull requests, met with the real Octokit.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { type FakeGithub, type FakeRepository, startFakeGithub } from './github/fake.ts';

const owner = 'octo-org';
const repo = 'shop';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let fake: FakeGithub;
let shop: FakeRepository;
let octokit: Octokit;

beforeEach(async () => {
  fake = await startFakeGithub();
  shop = fake.repository('octo-org/shop', { files: { 'README.md': '# shop\n', 'src/a.ts': 'one\ntwo\nthree\n' } });
  octokit = new Octokit({ baseUrl: fake.url, auth: fake.token({ permissions: 'read-all' }), log: silent });
});

afterEach(async () => {
  await fake.close();
});

describe('files and trees', () => {
  test('names blobs, trees and commits as git does', () => {
    // printf '# shop\n' > README.md; printf hi > a/b.txt; git add . && git write-tree
    const other = fake.repository('octo-org/other', { files: { 'README.md': '# shop\n', 'a/b.txt': 'hi' } });

    const tree = fakeTree(other);

    expect(tree).toBe('f534de99d59b9771a123010a0d2ca99ddc8d18f3');
  });

  test('gives a file at a ref, raw when asked for, and a folder as a list', async () => {
    shop.commit({ branch: 'topic', files: { 'src/a.ts': 'changed\n' } });

    const file = await octokit.rest.repos.getContent({ owner, repo, path: 'src/a.ts', ref: 'topic' });
    const raw = await octokit.rest.repos.getContent({ owner, repo, path: 'src/a.ts', mediaType: { format: 'raw' } });
    const folder = await octokit.rest.repos.getContent({ owner, repo, path: 'src' });

    expect(Buffer.from((file.data as { content: string }).content, 'base64').toString()).toBe('changed\n');
    expect(raw.data).toBe('one\ntwo\nthree\n');
    expect((folder.data as { path: string }[]).map((entry) => entry.path)).toEqual(['src/a.ts']);
    await expect(octokit.rest.repos.getContent({ owner, repo, path: 'gone.ts' })).rejects.toMatchObject({
      status: 404,
    });
    fake.assertClean();
  });

  test('walks a tree to the bottom only when told', async () => {
    const sha = shop.head();

    const flat = await octokit.rest.git.getTree({ owner, repo, tree_sha: sha });
    const deep = await octokit.rest.git.getTree({ owner, repo, tree_sha: sha, recursive: '1' });

    expect(flat.data.tree.map((entry) => entry.path)).toEqual(['README.md', 'src']);
    expect(deep.data.tree.map((entry) => entry.path)).toEqual(['README.md', 'src', 'src/a.ts']);
    fake.assertClean();
  });
});

describe('comparisons', () => {
  test.each([
    ['identical', 'main', 'main', 0, 0],
    ['ahead', 'main', 'topic', 1, 0],
    ['behind', 'topic', 'main', 0, 1],
    ['diverged', 'side', 'topic', 1, 1],
  ])('says %s of %s...%s', async (status, base, head, ahead, behind) => {
    shop.commit({ branch: 'topic', files: { 'b.ts': 'b\n' } });
    shop.commit({ branch: 'side', files: { 'c.ts': 'c\n' } });

    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
      owner,
      repo,
      basehead: `${base}...${head}`,
    });

    expect([data.status, data.ahead_by, data.behind_by]).toEqual([status, ahead, behind]);
    fake.assertClean();
  });

  test('lists added, changed, removed and moved files since the fork point', async () => {
    shop.commit({
      branch: 'topic',
      files: { 'src/a.ts': 'one\n2\nthree\n', 'docs/README.md': '# shop\n', 'README.md': null, 'n.ts': 'n' },
    });
    shop.commit({ files: { 'later.ts': 'on main\n' } });

    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: 'main...topic' });

    expect(data.files?.map((file) => [file.status, file.filename, file.previous_filename])).toEqual([
      ['renamed', 'docs/README.md', 'README.md'],
      ['added', 'n.ts', undefined],
      ['modified', 'src/a.ts', undefined],
    ]);
    expect(data.files?.[2]?.patch).toBe('@@ -1,3 +1,3 @@\n one\n-two\n+2\n three');
    fake.assertClean();
  });

  test('stops at 300 files, and pages through commits without repeating the files', async () => {
    const many = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`many/${index}.txt`, `${index}\n`]));
    shop.commit({ branch: 'topic', files: many });
    for (const name of ['x', 'y']) shop.commit({ branch: 'topic', files: { [name]: name } });

    const ask = (page: number) =>
      octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: 'main...topic', per_page: 2, page });
    const [first, second] = [await ask(1), await ask(2)];

    expect(first.data.files).toHaveLength(300);
    expect(second.data.files).toEqual([]);
    expect([first.data.commits.length, second.data.commits.length, first.data.total_commits]).toEqual([2, 1, 3]);
    fake.assertClean();
  });
});

describe('pull requests', () => {
  test.each([
    ['squash', 1, 'Add b (#1)'],
    ['merge', 2, 'Merge pull request #1 from octo-org/topic\n\nAdd b'],
    ['rebase', 1, 'Change b2.ts'],
  ] as const)('merged by %s is found again by the commit on main', async (method, parents, message) => {
    shop.commit({ branch: 'topic', files: { 'b.ts': 'b\n' } });
    const last = shop.commit({ branch: 'topic', files: { 'b2.ts': 'b\n' } });
    const pull = shop.openPull({ branch: 'topic', title: 'Add b', author: 'alice' });
    shop.commit({ files: { 'c.ts': 'c\n' } });

    const landed = shop.merge(pull, method, { by: 'bob' });

    const found = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
      owner,
      repo,
      commit_sha: landed.sha,
    });
    const merged = await octokit.rest.pulls.get({ owner, repo, pull_number: 1 });
    expect([landed.parents.length, landed.message]).toEqual([parents, message]);
    expect(Object.keys(shop.filesAt())).toEqual(expect.arrayContaining(['b.ts', 'b2.ts', 'c.ts']));
    expect(found.data.map((each) => each.number)).toEqual([1]);
    expect(merged.data).toMatchObject({
      merged: true,
      merge_commit_sha: landed.sha,
      merged_by: { login: 'bob' },
      head: { sha: last.sha },
    });
    fake.assertClean();
  });

  test('whose branch gets a commit move their head, and reviews keep the commit they were for', async () => {
    const first = shop.commit({ branch: 'topic', files: { 'b.ts': 'b\n' } });
    const pull = shop.openPull({ branch: 'topic', title: 'Add b', author: 'alice' });
    shop.review(pull, { user: 'bob', body: '/signoff plan' });
    const second = shop.commit({ branch: 'topic', files: { 'b.ts': 'b2\n' } });

    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: pull.number });
    const reviews = await octokit.rest.pulls.listReviews({ owner, repo, pull_number: pull.number });

    expect([data.head.sha, data.commits, data.changed_files, data.additions]).toEqual([second.sha, 2, 1, 1]);
    expect(reviews.data[0]).toMatchObject({
      state: 'APPROVED',
      commit_id: first.sha,
      user: { login: 'bob' },
      body: '/signoff plan',
    });
    fake.assertClean();
  });

  test('cannot be approved by their author', () => {
    shop.commit({ branch: 'topic' });
    const pull = shop.openPull({ branch: 'topic', title: 'Add b', author: 'alice' });

    expect(() => shop.review(pull, { user: 'alice' })).toThrow('Can not approve your own pull request');
  });

  test('from a fork have another head repository', async () => {
    const fork = shop.fork('mallory');
    fork.commit({ branch: 'evil', files: { 'x.ts': 'x\n' }, author: 'mallory' });
    shop.openPull({ from: fork, branch: 'evil', title: 'Trust me', author: 'mallory' });

    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: 1 });

    expect(data.head.repo?.full_name).toBe('mallory/shop');
    expect(data.base.repo.full_name).toBe('octo-org/shop');
    fake.assertClean();
  });

  test('that touch the same file as main do not merge', () => {
    shop.commit({ branch: 'topic', files: { 'README.md': 'theirs\n' } });
    const pull = shop.openPull({ branch: 'topic', title: 'Conflict' });
    shop.commit({ files: { 'README.md': 'ours\n' } });

    expect(() => shop.merge(pull)).toThrow('merge conflict in README.md');
  });
});

function fakeTree(repository: FakeRepository): string | undefined {
  return repository.resolve('main')?.tree;
}
