// Answers about pull requests: those of a commit, one by its number, and its reviews.
import type { PullFact, ReviewFact } from '../../../evidence/fact.ts';
import { type Client, segment } from '../client.ts';
import { orMissing, orNoCommit } from '../refusal.ts';
import { pullShape, reviewShape } from '../shape.ts';

/** The pull requests GitHub names for a commit. */
export async function pullsOf(client: Client, sha: string): Promise<readonly PullFact[]> {
  return orNoCommit(client.pages(client.path(`/commits/${segment(sha)}/pulls`), {}, pullShape), sha);
}

/** One pull request. */
export async function pull(client: Client, number: number): Promise<PullFact> {
  return orMissing(
    client.get(client.path(`/pulls/${segment(number)}`), {}, pullShape),
    `GitHub finds no pull request #${number}`,
    'check the number, and that the token may read pull requests of this repository',
  );
}

/** All reviews of a pull request, oldest first. */
export async function reviews(client: Client, number: number): Promise<readonly ReviewFact[]> {
  return orMissing(
    client.pages(client.path(`/pulls/${segment(number)}/reviews`), {}, reviewShape),
    `GitHub finds no pull request #${number}`,
    'check the number, and that the token may read pull requests of this repository',
  );
}
