// Answers about pull requests: those of a commit, one by its number, its reviews, and who had a hand in its commits.
import { z } from 'zod';
import type { ContributionFact, PullFact, ReviewFact } from '../../../evidence/fact.ts';
import { type Client, segment } from '../client.ts';
import { contributionFields, contributionShape, graphContributions } from '../contributions.ts';
import { graphPull, graphReview, pullFields, readField, reviewFields, whole } from '../graph.ts';
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

/** All reviews of a pull request, oldest first. */
export function reviews(client: Client, number: number): Promise<readonly ReviewFact[]> {
  return client.part({
    calls: 1,
    select: (give) =>
      `pullRequest(number: ${give('Int!', number)}) { reviews(first: 100) { pageInfo { hasNextPage } nodes ${reviewFields} } }`,
    tell: (field) => readField(field, reviewsOfPull)?.reviews,
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
    select: (give) => `pullRequest(number: ${give('Int!', number)}) ${contributionFields}`,
    tell: (field) => readField(field, graphContributions),
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

const pullsOfCommit = z.object({ associatedPullRequests: whole(graphPull) });
const reviewsOfPull = z.object({ reviews: whole(graphReview) });

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
