// The walk over a range: no commit slips in without its own pull request.
import { describe, expect, test } from '@jest/globals';
import { ownersOf } from '../../src/checklist/code-owners.ts';
import { type Walk, walkRange } from '../../src/checklist/walk.ts';
import type { CommitFact, PullFact } from '../../src/evidence/fact.ts';
import { gather } from '../../src/evidence/round.ts';
import { memoryWorld } from '../world/memory/world.ts';
import { aCommit, aPull, noon, sha } from './story.ts';

const merged = (pull: PullFact) => pull.mergedAt !== undefined;

async function walked(
  commits: readonly CommitFact[],
  pulls: Readonly<Record<string, readonly PullFact[]>>,
): Promise<Walk & { readonly calls: number }> {
  const { github } = memoryWorld();
  for (const [letter, of] of Object.entries(pulls)) github.pullsOf.set(sha(letter), of);
  const range = { commits, head: sha('h') };
  const answers = await gather(github.ask, (told) => walkRange(range, told, merged).asks, { rounds: 6 });
  return { ...walkRange(range, answers, merged), calls: github.asked.length };
}

const one = aPull({ number: 1, headSha: sha('1'), mergedAt: noon });
const two = aPull({ number: 2, headSha: sha('2'), mergedAt: noon + 1 });

describe('the pull requests of a range', () => {
  test('squashed: each commit is its own pull request, the newest first', async () => {
    const commits = [aCommit({ sha: sha('g'), parents: [sha('b')] }), aCommit({ sha: sha('h'), parents: [sha('g')] })];

    const walk = await walked(commits, { g: [one], h: [two] });

    expect(walk.pulls.map(({ number }) => number)).toEqual([2, 1]);
    expect(walk.strays).toEqual([]);
  });

  test('a merge commit stands for what it merged when that is the pull request’s head', async () => {
    const commits = [
      aCommit({ sha: sha('1'), parents: [sha('b')] }),
      aCommit({ sha: sha('h'), parents: [sha('b'), sha('1')] }),
    ];

    const walk = await walked(commits, { h: [one] });

    expect(walk).toMatchObject({ strays: [], calls: 1 });
  });

  test('a merge of something else is walked commit by commit', async () => {
    const commits = [
      aCommit({ sha: sha('x'), parents: [sha('b')] }),
      aCommit({ sha: sha('h'), parents: [sha('b'), sha('x')] }),
    ];

    const walk = await walked(commits, { h: [one] });

    expect(walk.strays.map((commit) => commit.sha)).toEqual([sha('x')]);
  });

  test('a pull request that is not merged did not bring the commit', async () => {
    const { mergedAt: _, ...open } = one;

    const walk = await walked([aCommit({ sha: sha('h'), parents: [sha('b')] })], { h: [open] });

    expect(walk).toMatchObject({ pulls: [] });
    expect(walk.strays).toHaveLength(1);
  });

  test('rebased: several commits of one pull request are one', async () => {
    const commits = [aCommit({ sha: sha('g'), parents: [sha('b')] }), aCommit({ sha: sha('h'), parents: [sha('g')] })];

    expect((await walked(commits, { g: [one], h: [one] })).pulls).toHaveLength(1);
  });

  test('what cannot be told is unread, not a pull request', () => {
    const silent = { kind: 'unknown', because: 'no answer', remedy: 'ask again' } as const;
    const answers = { find: () => silent, of: () => silent, value: () => undefined };

    const walk = walkRange({ commits: [aCommit({ sha: sha('h') })], head: sha('h') }, answers, merged);

    expect(walk).toMatchObject({ pulls: [], strays: [], unread: [silent] });
  });
});

describe('code owners', () => {
  const text =
    '# comment\n*  @acme/all\n/db/ @dba # inline\ndocs/* @writer\n*.sql @dba @acme/data\nnobody.txt\nmail.txt a@b.example\n';

  test.each([
    [['src/a.ts'], ['@acme/all']],
    [['db/x.ts'], ['@dba']],
    [['docs/a.md'], ['@writer']],
    [['docs/deep/a.md'], ['@acme/all']],
    [['db/x.sql'], ['@dba', '@acme/data']],
    [['nobody.txt'], []],
    [['mail.txt'], []],
    [
      ['src/a.ts', 'docs/a.md'],
      ['@acme/all', '@writer'],
    ],
  ])('of %j are %j', (paths, owners) => {
    expect(ownersOf(text, paths)).toEqual(owners);
  });
});
