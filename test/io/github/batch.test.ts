// What is asked at one moment is one query, and tells exactly what the single calls tell; what a query cannot tell is asked alone.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Question } from '../../../src/evidence/question.ts';
import type { Pull } from '../../world/github/fake.ts';
import { begin, type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const shop = '/repos/octo-org/shop';
const nowhere = 'f'.repeat(40);

/** A merged pull request with labels, reviews of every kind and a bot's, and one that is open, from a fork that is gone. */
function story(): { readonly merged: Pull; readonly open: Pull; readonly sha: string } {
  const { repo, fake } = ground;
  repo.commit({
    branch: 'topic',
    files: { 'a.ts': 'a\n', 'docs/ü b.md': '# ü\n', 'bin.dat': 'a\0b' },
    message: 'One\n\nWhy',
  });
  const merged = repo.openPull({
    title: 'Add a',
    branch: 'topic',
    author: 'renovate[bot]',
    labels: ['one', 'two'],
    body: 'B',
  });
  for (const [user, state] of [
    ['bob', 'APPROVED'],
    ['carol', 'CHANGES_REQUESTED'],
    ['dan', 'COMMENTED'],
    ['erin', 'DISMISSED'],
    ['sonar[bot]', 'COMMENTED'],
  ] as const)
    repo.review(merged, { user, state, body: `/signoff ${user}` });
  const { sha } = repo.merge(merged, 'squash');
  repo.commit({ branch: 'other', files: { 'b.ts': 'b\n' } });
  const open = repo.openPull({ title: 'Add b', branch: 'other', author: 'mallory' });
  fake.team('octo-org/sre', []);
  return { merged, open, sha };
}

function questions({ merged, open, sha }: ReturnType<typeof story>): readonly Question[] {
  return [
    { kind: 'default-branch' },
    { kind: 'pulls-of', sha },
    { kind: 'pull', number: merged.number },
    { kind: 'pull', number: open.number },
    { kind: 'reviews', pull: merged.number },
    { kind: 'reviews', pull: open.number },
    { kind: 'contributions', pull: merged.number },
    { kind: 'contributions', pull: open.number },
    { kind: 'commit', sha },
    { kind: 'commit', sha: open.headSha },
    { kind: 'environments' },
    { kind: 'deployments', environment: 'production' },
    { kind: 'deployments', environment: 'staging' },
    { kind: 'file', path: 'docs/ü b.md', sha },
    { kind: 'file', path: './a.ts', sha },
    { kind: 'file', path: 'bin.dat', sha },
    { kind: 'file', path: 'docs', sha },
    { kind: 'file', path: 'no.md', sha },
    { kind: 'file', path: 'no.md', sha: nowhere },
    { kind: 'file', path: 'a.ts', sha: 'main' },
    { kind: 'pull', number: 404 },
    { kind: 'reviews', pull: 404 },
    { kind: 'pulls-of', sha: nowhere },
    { kind: 'commit', sha: nowhere },
  ];
}

describe('facts asked at one moment', () => {
  test('are the very facts that are told one by one, and over REST', async () => {
    ground.repo.deployment({ environment: 'production', statuses: [{ state: 'success' }] });
    ground.repo.deployment({ environment: 'staging' });
    const asked = questions(story());
    const alone = ground.github().ask;
    const oneByOne = [];
    for (const question of asked) oneByOne.push(await alone(question));
    const together = await Promise.all(asked.map((question) => ground.github().ask(question)));
    ground.fake.faults.add({
      match: 'POST /graphql',
      times: Number.POSITIVE_INFINITY,
      status: 501,
      body: { message: 'No' },
    });
    const overRest = await Promise.all(asked.map((question) => ground.github().ask(question)));

    const { ask, calls } = ground.github();
    ground.fake.faults.clear();
    const batched = await Promise.all(asked.map((question) => ask(question)));

    expect(batched).toEqual(oneByOne);
    expect(together).toEqual(oneByOne);
    // REST does not tell who edited a review.
    expect(overRest).toEqual(JSON.parse(JSON.stringify(oneByOne).replaceAll('"edited":"never",', '')));
    // The query; then over REST a binary file, a folder, a branch's file, and what is not there: a pull request and its reviews, a commit
    // as such, its pull requests and its file; `a.ts` at main is asked as such.
    expect(calls()).toBe(9);
    ground.fake.assertClean();
  });

  test('are told without what the token may not read, which is named', async () => {
    const { merged, sha } = story();
    const { ask } = ground.github({}, { permissions: { contents: 'read' } });

    const [commit, file, reviews, deployments] = await Promise.all([
      ask({ kind: 'commit', sha }),
      ask({ kind: 'file', path: 'a.ts', sha }),
      ask({ kind: 'reviews', pull: merged.number }),
      ask({ kind: 'deployments', environment: 'production' }),
    ]);

    expect(commit).toMatchObject({ kind: 'known' });
    expect(file).toMatchObject({ kind: 'known', value: { text: 'a\n' } });
    expect(reviews).toMatchObject({ kind: 'unknown', permission: 'pull-requests: read' });
    expect(deployments).toMatchObject({ kind: 'unknown', permission: 'deployments: read' });
    ground.fake.assertClean();
  });

  test.each([
    ['a budget that is spent', { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }],
    ['a field that an older server does not know', { errors: [{ message: "Field 'fullDatabaseId' doesn't exist" }] }],
    ['no data', { data: null }],
    ['another shape', { data: { repository: { part0: 7, part1: { reviews: {} } } } }],
    ['nothing of one part', { data: { repository: { part0: null } } }],
    [
      'an error on each part',
      {
        data: { repository: { part0: null, part1: null } },
        errors: [
          { type: 'FORBIDDEN', message: 'No', path: ['repository', 'part0'] },
          { type: 'SERVICE_UNAVAILABLE', message: 'Timeout', path: ['repository', 'part1', 'reviews'] },
        ],
      },
    ],
  ])('are asked one by one where GraphQL answers with %s', async (_what, body) => {
    const { merged, sha } = story();
    const { ask } = ground.github();
    ground.fake.faults.add({ match: 'POST /graphql', status: 200, body });

    const told = await Promise.all([ask({ kind: 'commit', sha }), ask({ kind: 'reviews', pull: merged.number })]);

    expect(told).toMatchObject([{ kind: 'known' }, { kind: 'known', value: { length: 5 } }]);
    expect(ground.fake.count(`GET ${shop}/**`)).toBe(2);
  });

  test('are not taken from a part of which GitHub refused a piece', async () => {
    const { merged, sha } = story();
    const { ask } = ground.github();
    const review = {
      fullDatabaseId: '1',
      state: 'APPROVED',
      body: '',
      submittedAt: begin,
      url: '',
      commit: { oid: sha },
    };
    const reviews = { pageInfo: { hasNextPage: false }, nodes: [{ ...review, author: null }] };
    const path = ['repository', 'part1', 'reviews', 'nodes', 0, 'author'];
    const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration', path }];
    const body = { data: { repository: { part0: null, part1: { reviews } } }, errors };
    ground.fake.faults.add({ match: 'POST /graphql', status: 200, body });

    const [, told] = await Promise.all([ask({ kind: 'commit', sha }), ask({ kind: 'reviews', pull: merged.number })]);

    expect(told).toMatchObject({ kind: 'known', value: { length: 5 } });
  });

  test('end with one refusal where the limit of all calls is spent', async () => {
    const { merged, sha } = story();
    const { ask } = ground.github({ deadlineMs: 500 });
    ground.fake.faults.add({ match: 'POST /graphql', status: 403, retryAfter: 60 });

    const told = await Promise.all([ask({ kind: 'commit', sha }), ask({ kind: 'reviews', pull: merged.number })]);

    expect(told).toMatchObject([0, 1].map(() => ({ kind: 'unknown', because: expect.stringContaining('rate limit') })));
    expect(ground.fake.count(`GET ${shop}/**`)).toBe(0);
  });

  test('are read to the last page: 101 reviews', async () => {
    const { merged, sha } = story();
    for (let number = 6; number <= 101; number += 1) ground.repo.review(merged, { user: 'bob' });
    const { ask } = ground.github();

    const [reviews] = await Promise.all([ask({ kind: 'reviews', pull: merged.number }), ask({ kind: 'commit', sha })]);

    expect(reviews).toMatchObject({ kind: 'known', value: { length: 101 } });
  });

  test('are several queries where they are very many', async () => {
    const { sha } = story();
    const { ask, calls } = ground.github();

    const told = await Promise.all(
      Array.from({ length: 81 }, (_, number) => ask({ kind: 'file', path: `no-${number}.md`, sha })),
    );

    expect(told.every((answer) => answer.kind === 'known' && !answer.value.found)).toBe(true);
    // The last one stands alone and is a call of its own.
    expect([calls(), ground.fake.count('POST /graphql')]).toEqual([3, 2]);
    ground.fake.assertClean();
  });

  test('of a file cut by GraphQL come whole', async () => {
    const text = 'x'.repeat(600_000);
    const { sha } = ground.repo.commit({ files: { 'big.json': text, 'a.md': 'a' } });
    const { ask } = ground.github();

    const [big] = await Promise.all([
      ask({ kind: 'file', path: 'big.json', sha }),
      ask({ kind: 'file', path: 'a.md', sha }),
    ]);

    expect(big.kind === 'known' && big.value.text.length).toBe(600_000);
  });
});
