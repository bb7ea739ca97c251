// Answers about pull requests: those of a commit, one by its number, and its reviews.
import { z } from 'zod';
import type { PullFact, ReviewFact } from '../../../evidence/fact.ts';
import { type Client, segment } from '../client.ts';
import { graphPull, graphReview, pullFields, readField, reviewFields, whole } from '../graph.ts';
import { orMissing, orNoCommit } from '../refusal.ts';
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
