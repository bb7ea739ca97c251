// Comparisons of many commits, of many files, and with renames.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Comparison } from '../../../../src/evidence/fact.ts';
import { type Ground, openGround } from '../ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

async function compare(base: string, head: string): Promise<Comparison> {
  const answer = await ground.github().ask({ kind: 'comparison', base, head });
  if (answer.kind === 'unknown') throw new Error(answer.because);
  return answer.value;
}

function files(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/${index}.ts`, `file ${index}\n`]));
}

describe('the lines of a file', () => {
  const text = (first: string, last: string) => `${first}\n${'-\n'.repeat(20)}${last}\n`;

  test.each([
    ['the same lines, though the branch has moved on above them', 'two', true],
    ['other lines', 'three', false],
  ])('%s', async (_what, merged, same) => {
    ground.repo.commit({ files: { 'a.ts': text('zero', 'one') } });
    ground.repo.branch('topic');
    const head = ground.repo.commit({ branch: 'topic', files: { 'a.ts': text('zero', 'two') } }).sha;
    const before = ground.repo.commit({ files: { 'a.ts': text('moved\non', 'one') } }).sha;
    const after = ground.repo.commit({ files: { 'a.ts': text('moved\non', merged) } }).sha;

    const [reviewed, brought] = [await compare(before, head), await compare(before, after)];

    expect(reviewed.files[0]?.lines).toHaveLength(64);
    expect(brought.files[0]?.lines === reviewed.files[0]?.lines).toBe(same);
    expect(brought.files[0]?.content).not.toBe(reviewed.files[0]?.content);
    ground.fake.assertClean();
  });
});

describe('a comparison', () => {
  test('has all its commits, newest last, though GitHub pages them', async () => {
    const base = ground.repo.head();
    for (let number = 1; number <= 230; number += 1) ground.repo.commit({ message: `Change ${number}` });

    const told = await compare(base, ground.repo.head());

    expect(told.commits.map((commit) => commit.message)).toEqual(
      Array.from({ length: 230 }, (_, index) => `Change ${index + 1}`),
    );
    expect(told.complete).toBe(true);
    expect(ground.fake.count('GET /repos/octo-org/shop/compare/**')).toBe(3);
    ground.fake.assertClean();
  });

  test.each([
    { ahead: 0, behind: 0, status: 'identical' },
    { ahead: 1, behind: 0, status: 'ahead' },
    { ahead: 0, behind: 1, status: 'behind' },
    { ahead: 1, behind: 1, status: 'diverged' },
  ])('with $ahead commits ahead and $behind behind is $status', async ({ ahead, behind, status }) => {
    const fork = ground.repo.head();
    ground.repo.branch('topic');
    if (ahead > 0) ground.repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
    if (behind > 0) ground.repo.commit({ files: { 'b.ts': 'b' } });

    const told = await compare(ground.repo.head(), ground.repo.head('topic'));

    expect(told).toMatchObject({ status, mergeBase: fork, complete: true });
    expect(told.files.map((file) => file.path)).toEqual(ahead > 0 ? ['a.ts'] : []);
    ground.fake.assertClean();
  });

  test.each([
    { count: 299, trees: 0 },
    { count: 300, trees: 2 },
    { count: 301, trees: 2 },
  ])('of $count files reads $trees trees and has them all', async ({ count, trees }) => {
    const base = ground.repo.head();
    const head = ground.repo.commit({ files: files(count) }).sha;

    const told = await compare(base, head);

    expect(told.files).toHaveLength(count);
    expect(told.files.every((file) => file.status === 'added')).toBe(true);
    expect(told.complete).toBe(true);
    expect(ground.fake.count('GET /repos/octo-org/shop/git/trees/*')).toBe(trees);
    ground.fake.assertClean();
  });

  test('of whole trees tells changed, removed and renamed files apart, from the merge base on', async () => {
    const before = {
      'keep.ts': 'keep',
      'change.ts': 'old',
      'gone.ts': 'gone',
      'old/name.ts': 'moved',
      'empty.txt': '',
    };
    ground.repo.commit({ files: before });
    ground.repo.branch('topic');
    ground.repo.commit({ files: { 'elsewhere.ts': 'of others' } });
    const after = { 'change.ts': 'new', 'gone.ts': null, 'old/name.ts': null, 'new/name.ts': 'moved' };
    const emptied = { 'empty.txt': null, 'other-empty.txt': '' };
    const head = ground.repo.commit({ branch: 'topic', files: { ...after, ...emptied, ...files(300) } }).sha;

    const told = await compare(ground.repo.head(), head);

    expect(told.status).toBe('diverged');
    expect(told.files.filter((file) => !file.path.startsWith('src/')).map(({ content: _, ...file }) => file)).toEqual([
      { path: 'change.ts', status: 'modified' },
      { path: 'empty.txt', status: 'removed' },
      { path: 'gone.ts', status: 'removed' },
      { path: 'new/name.ts', previous: 'old/name.ts', status: 'renamed' },
      { path: 'other-empty.txt', status: 'added' },
    ]);
    ground.fake.assertClean();
  });

  test('of a tree that GitHub cut short says that it is not complete', async () => {
    const base = ground.repo.head();
    const head = ground.repo.commit({ files: files(300) }).sha;
    const cut = { sha: head, tree: [], truncated: true };
    ground.fake.faults.add({ match: 'GET /repos/octo-org/shop/git/trees/*', status: 200, body: cut });

    expect((await compare(base, head)).complete).toBe(false);
  });

  test('names the old path of a file that GitHub says was renamed', async () => {
    const text = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
    ground.repo.commit({ files: { 'old.ts': text } });
    const base = ground.repo.head();
    const head = ground.repo.commit({ files: { 'old.ts': null, 'new.ts': text } }).sha;

    const told = await compare(base, head);

    expect(told.files).toEqual([expect.objectContaining({ path: 'new.ts', previous: 'old.ts', status: 'renamed' })]);
    ground.fake.assertClean();
  });
});
