// What was merged is what was reviewed: squash, rebase and merge commits, and a merge by hand that holds more.
import { describe, expect, test } from '@jest/globals';
import type { ChangedFile, CommitFact } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { aCommit, aComparison, aPull, deployStory, findingOf, noon, sha } from './story.ts';

const reviewed: readonly ChangedFile[] = [{ path: 'src/pay.ts', status: 'modified', content: 'one', lines: '+a' }];

interface Merged {
  readonly commits: readonly CommitFact[];
  /** First parent of what was merged, and the files of the merge. */
  readonly before: string;
  readonly files: readonly ChangedFile[];
  readonly change?: (world: MemoryWorld) => void;
}

/** Pull request 482 (head a, tree 7) is on main as these commits, of another tree. */
function merged({ commits, before, files, change }: Merged, line = 'code-review-approved') {
  return findingOf(deployStory, line, {
    comparison: { commits },
    change: (world) => {
      const { github } = world;
      const pull = aPull({ number: 482, mergedAt: noon, mergeSha: sha('c') });
      for (const commit of commits) github.pullsOf.set(commit.sha, [pull]);
      github.commits.set(sha('a'), aCommit({ sha: sha('a'), tree: sha('7') }));
      github.comparisons.set(`${before}...${sha('a')}`, aComparison({ base: before, head: sha('a'), files: reviewed }));
      github.comparisons.set(`${before}...${sha('c')}`, aComparison({ base: before, files, commits }));
      change?.(world);
    },
  });
}

const squashed = { commits: [aCommit({ sha: sha('c'), tree: sha('8'), parents: [sha('b')] })], before: sha('b') };
const moved: readonly ChangedFile[] = [{ path: 'src/pay.ts', status: 'modified', content: 'two', lines: '+a' }];

describe('the review survives the merge', () => {
  test('squashed onto a branch that has moved on in the same file', async () => {
    expect((await merged({ ...squashed, files: moved })).outcome).toBe('pass');
  });

  test('rebased: its commits count together', async () => {
    const commits = [
      aCommit({ sha: sha('e'), tree: sha('9'), parents: [sha('b')] }),
      aCommit({ sha: sha('c'), tree: sha('8'), parents: [sha('e')] }),
    ];

    expect((await merged({ commits, before: sha('b'), files: moved })).outcome).toBe('pass');
  });

  test('a merge commit: what it adds to its first parent counts', async () => {
    const commits = [aCommit({ sha: sha('c'), tree: sha('8'), parents: [sha('b'), sha('a')] })];

    expect((await merged({ commits, before: sha('b'), files: moved })).outcome).toBe('pass');
  });

  test('a binary file is the same by its content', async () => {
    const { lines: _, ...binary } = reviewed[0] ?? { path: '', status: 'added' };

    expect((await merged({ ...squashed, files: [binary] })).outcome).toBe('pass');
  });
});

describe('the review does not count', () => {
  test.each<[string, readonly ChangedFile[], string]>([
    ['a file more', [...reviewed, { path: 'src/door.ts', status: 'added', content: 'x', lines: '+x' }], 'src/door.ts'],
    [
      'other lines in a reviewed file',
      [{ ...moved[0], path: 'src/pay.ts', status: 'modified', lines: '+b' }],
      'src/pay.ts',
    ],
    ['a reviewed file left out', [], 'src/pay.ts'],
    ['a file nobody can compare', [{ path: 'src/pay.ts', status: 'modified' }], 'src/pay.ts'],
  ])('when a merge by hand holds %s', async (_what, files, path) => {
    const commits = [aCommit({ sha: sha('c'), tree: sha('8'), parents: [sha('b'), sha('a')] })];

    const finding = await merged({ commits, before: sha('b'), files });

    expect(finding.outcome).toBe('fail');
    expect(plain(finding.evidence)).toBe(`#482: ${sha('c').slice(0, 7)} is not what was reviewed: ${path}`);
  });

  test('nor does a sign-off', async () => {
    const line = '{id: schema-read, sign-off: dba}';

    expect((await merged({ ...squashed, files: [] }, line)).outcome).toBe('fail');
  });

  test.each(['commit', 'comparison'] as const)('when the %s cannot be read: unknown', async (kind) => {
    const finding = await merged({
      ...squashed,
      files: moved,
      change: ({ github }) => {
        if (kind === 'commit') github.commits.delete(sha('a'));
        else github.comparisons.delete(`${sha('b')}...${sha('a')}`);
      },
    });

    expect(finding.outcome).toBe('unknown');
  });

  test('when not all files are known: unknown', async () => {
    const finding = await merged({
      ...squashed,
      files: moved,
      change: ({ github }) =>
        github.comparisons.set(`${sha('b')}...${sha('a')}`, aComparison({ files: reviewed, complete: false })),
    });

    expect(finding.outcome).toBe('unknown');
  });
});
