// Answers about pull requests: those of a commit, one by its number, its reviews, and who had a hand in its commits.
import { z } from 'zod';
import type { ContributionFact, PullFact, ReviewFact } from '../../../evidence/fact.ts';
import type { Told } from '../../../evidence/question.ts';
import { type Client, segment } from '../client.ts';
import {
  contributionFields,
  contributionShape,
  contributionsBy,
  graphHands,
  handsFields,
  pushedShape,
  pushersOf,
} from '../contributions.ts';
import {
  graphPull,
  graphReview,
  type Page,
  page,
  pageFields,
  pullFields,
  readField,
  reviewFields,
  whole,
} from '../graph.ts';
import { orMissing, orNoCommit, Refusal } from '../refusal.ts';
import { pullShape, reviewShape } from '../shape.ts';

/** The pull requests GitHub names for a commit. */
export function pullsOf(client: Client, sha: string): Promise<readonly PullFact[]> {
  return client.part({
    calls: 1,
    select: (give) =>
      `object(oid: ${give('GitObjectID!', sha)}) { ... on Commit { associatedPullRequests(first: 20) { pageInfo { hasNextPage } nodes ${pullFields} } } }`,
    tell: (field) => readField(field, pullsOfCommit)?.associatedPullRequests?.map((pull) => withHead(client, pull)),
    alone: () => orNoCommit(client.pages(client.path(`/commits/${segment(sha)}/pulls`), {}, pullShape), sha),
  });
}

/** The newest pull requests from branches of that name. Over REST those of forks are not found: hence GraphQL is asked even for this alone. */
export function pullsFrom(client: Client, ref: string): Promise<Told<'pulls-from'>> {
  return client.part({
    calls: 2,
    select: (give) =>
      `pullRequests(headRefName: ${give('String!', ref)}, last: 100) { nodes { number headRefOid baseRefName } }`,
    tell: (field) => readField(field, pullsFromBranch)?.nodes,
    alone: async () => {
      const head = `${client.repository.owner}:${ref}`;
      return (await client.pages(client.path('/pulls'), { state: 'all', head }, pullShape, { most: 100 })).map(
        ({ number, headSha, baseRef }) => ({ number, headSha, baseRef }),
      );
    },
  });
}

/** One pull request. */
export function pull(client: Client, number: number): Promise<PullFact> {
  return client.part({
    calls: 1,
    select: (give) => `pullRequest(number: ${give('Int!', number)}) ${pullFields}`,
    tell: (field) => {
      const told = readField(field, graphPull);
      return told === undefined ? undefined : withHead(client, told);
    },
    alone: () => orMissing(client.get(client.path(`/pulls/${segment(number)}`), {}, pullShape), ...missing(number)),
  });
}

/** All reviews of a pull request, oldest first. GraphQL alone tells who edited one: hence it is asked even for this alone. */
export function reviews(client: Client, number: number): Promise<readonly ReviewFact[]> {
  return client.part({
    calls: 2,
    select: (give) =>
      `pullRequest(number: ${give('Int!', number)}) { reviews(first: 100) { ${pageFields} nodes ${reviewFields} } }`,
    tell: async (field) => {
      const first = readField(field, reviewsOfPull)?.reviews;
      return first === undefined ? undefined : withFurther(first, { client, number, list: 'reviews' }, reviewPage);
    },
    alone: () =>
      orMissing(client.pages(client.path(`/pulls/${segment(number)}/reviews`), {}, reviewShape), ...missing(number)),
  });
}

/** GitHub lists so many commits of a pull request at most (REST reference, "List commits on a pull request"). */
const mostCommits = 250;

/** Who had a hand in each commit of a pull request. GraphQL alone tells who pushed its head: hence it is asked even for this alone. */
export function contributions(client: Client, number: number): Promise<readonly ContributionFact[]> {
  return client.part({
    calls: 2,
    select: (give) => `pullRequest(number: ${give('Int!', number)}) ${contributionFields(lists.commits)}`,
    tell: async (field) => {
      const told = readField(field, z.object({ commits: handsPage }).and(pushedShape));
      if (told === undefined) return undefined;
      const commits = await withFurther(told.commits, { client, number, list: 'commits' }, handsPage);
      return contributionsBy(commits, pushersOf(told));
    },
    alone: async () => {
      const path = client.path(`/pulls/${segment(number)}/commits`);
      const commits = await orMissing(client.pages(path, {}, contributionShape), ...missing(number));
      if (commits.length < mostCommits) return commits;
      throw new Refusal({
        kind: 'missing',
        because: `GitHub names only ${mostCommits} commits of #${number}: who had a hand in the others is not told`,
        remedy: 'bring so many commits by smaller pull requests',
        where: `GET ${path}`,
      });
    },
  });
}

/** What one list of a pull request is read with, page by page. */
const lists = {
  reviews: `{ ${pageFields} nodes ${reviewFields} }`,
  commits: `{ ${pageFields} nodes ${handsFields} }`,
} as const;

/** Pages of a list that are read at most: a pull request of more than 2,000 commits or reviews is none that anybody has read. */
const mostPages = 20;

/** The first page with all that follow it, each asked by itself. Throws a Refusal. */
async function withFurther<T>(
  first: Page<T>,
  { client, number, list }: { readonly client: Client; readonly number: number; readonly list: keyof typeof lists },
  shape: z.ZodType<Page<T>>,
): Promise<readonly T[]> {
  const nodes = [...first.nodes];
  const text = `query more($owner: String!, $name: String!, $number: Int!, $after: String!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { ${list}(first: 100, after: $after) ${lists[list]} } }
}`;
  let { next } = first;
  for (let count = 1; next !== null; count += 1) {
    if (count >= mostPages) throw tooMany(number, list);
    const answered = z.object({ repository: z.object({ pullRequest: z.object({ [list]: shape }) }) });
    const { repository } = await client.query(text, { ...client.repository, number, after: next }, answered);
    const page = repository.pullRequest[list];
    nodes.push(...(page?.nodes ?? []));
    next = page?.next ?? null;
  }
  return nodes;
}

function tooMany(number: number, list: string): Refusal {
  return new Refusal({
    kind: 'unreadable',
    because: `#${number} has more than ${mostPages * 100} ${list}`,
    remedy: 'bring so much by smaller pull requests',
    where: 'POST /graphql',
  });
}

const pullsFromBranch = z.object({
  nodes: z.array(
    z
      .object({ number: z.number(), headRefOid: z.string(), baseRefName: z.string() })
      .transform(({ number, headRefOid, baseRefName }) => ({ number, headSha: headRefOid, baseRef: baseRefName })),
  ),
});
const pullsOfCommit = z.object({ associatedPullRequests: whole(graphPull) });
const reviewPage = page(graphReview);
const reviewsOfPull = z.object({ reviews: reviewPage });
const handsPage = page(graphHands);

function withHead(client: Client, { fact, head }: z.output<typeof graphPull>): PullFact {
  if (head !== undefined) client.commits.keep(head);
  return fact;
}

function missing(number: number): readonly [because: string, remedy: string] {
  return [
    `GitHub finds no pull request #${number}`,
    'check the number, and that the token may read pull requests of this repository',
  ];
}
