// Answers about what people write to each other: issues by their label, and the comments below one.
import type { CommentFact, IssueFact } from '../../../evidence/fact.ts';
import type { QuestionOf } from '../../../evidence/question.ts';
import { type Client, segment } from '../client.ts';
import { orMissing } from '../refusal.ts';
import { issueShape, remarkShape } from '../shape-conversation.ts';

/** More issues of one label than this are no list that anybody reads; GitHub tells the newest first. */
const mostIssues = 300;

/** The comments below an issue or a pull request, oldest first. */
export async function comments(client: Client, number: number): Promise<readonly CommentFact[]> {
  return orMissing(
    client.pages(client.path(`/issues/${segment(number)}/comments`), {}, remarkShape),
    `GitHub finds no issue or pull request #${number}`,
    'check the number, and that the token may read issues and pull requests of this repository',
  );
}

/** The issues that bear a label; GitHub lists pull requests among them, which are none. */
export async function issues(client: Client, asked: QuestionOf<'issues'>): Promise<readonly IssueFact[]> {
  const { label, state, since } = asked;
  const words = { labels: label, state, ...(since === undefined ? {} : { since: new Date(since).toISOString() }) };
  const listed = await client.pages(client.path('/issues'), words, issueShape, { most: mostIssues });
  return listed.flatMap(({ pull, fact }) => (pull ? [] : [fact]));
}
