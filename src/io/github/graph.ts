// The shapes of what GitHub's GraphQL API answers, with the fields to select for each, and how each becomes a fact.
import { z } from 'zod';
import type { CommitFact, Person, PullFact, ReviewFact } from '../../evidence/fact.ts';
import { instant, reviewStates } from './shape.ts';

/** Fields of whoever did something. */
export const actorFields = '{ __typename login }';

/** A person or a bot: GraphQL names a bot without the `[bot]` that REST puts behind it, and a deleted account as null. */
export const actor = z
  .object({ __typename: z.string(), login: z.string() })
  .nullable()
  .transform((value): Person => {
    if (value === null) return { login: 'ghost', bot: false };
    const bot = value.__typename === 'Bot';
    return { login: bot && !value.login.endsWith('[bot]') ? `${value.login}[bot]` : value.login, bot };
  });

/** Fields of a commit. */
export const commitFields = '{ oid message committedDate tree { oid } parents(first: 100) { nodes { oid } } }';

const named = z.object({ oid: z.string() });

export const graphCommit = z
  .object({
    oid: z.string(),
    message: z.string(),
    committedDate: instant,
    tree: named,
    parents: z.object({ nodes: z.array(named) }),
  })
  .transform(
    ({ oid, message, committedDate, tree, parents }): CommitFact => ({
      sha: oid,
      tree: tree.oid,
      parents: parents.nodes.map((parent) => parent.oid),
      committedAt: committedDate,
      message,
    }),
  );

/** Fields of a pull request, its last commit among them: what follows is asked of that. A pull request bears 100 labels at most. */
export const pullFields = `{
  number title body url headRefOid headRefName baseRefOid baseRefName mergedAt mergeCommit { oid }
  author ${actorFields}
  headRepository { nameWithOwner } baseRepository { nameWithOwner }
  labels(first: 100) { nodes { name } }
  commits(last: 1) { nodes { commit ${commitFields} } }
}`;

const place = z.object({ nameWithOwner: z.string() }).nullable();

export const graphPull = z
  .object({
    number: z.number(),
    title: z.string(),
    body: z.string().nullable(),
    url: z.string(),
    headRefOid: z.string(),
    headRefName: z.string(),
    baseRefOid: z.string(),
    baseRefName: z.string(),
    mergedAt: instant.nullable(),
    mergeCommit: named.nullable(),
    author: actor,
    headRepository: place,
    baseRepository: place,
    labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
    commits: z.object({ nodes: z.array(z.object({ commit: graphCommit })) }),
  })
  .transform((pull): { readonly fact: PullFact; readonly head: CommitFact | undefined } => ({
    fact: {
      number: pull.number,
      title: pull.title,
      author: pull.author,
      headSha: pull.headRefOid,
      headRef: pull.headRefName,
      baseRef: pull.baseRefName,
      baseSha: pull.baseRefOid,
      // The head's repository is null when the fork is gone.
      fork: pull.headRepository?.nameWithOwner !== pull.baseRepository?.nameWithOwner,
      labels: pull.labels?.nodes.map(({ name }) => name) ?? [],
      body: pull.body ?? '',
      ...(pull.mergedAt === null ? {} : { mergedAt: pull.mergedAt }),
      ...(pull.mergedAt === null || pull.mergeCommit === null ? {} : { mergeSha: pull.mergeCommit.oid }),
      url: pull.url,
    },
    head: pull.commits.nodes[0]?.commit,
  }));

/** Fields of a review. Its number outgrew GraphQL's integers: it comes as text. */
export const reviewFields = `{ fullDatabaseId state body submittedAt lastEditedAt editor ${actorFields} url commit { oid } author ${actorFields} }`;

export const graphReview = z
  .object({
    fullDatabaseId: z.coerce.number(),
    state: z.string().toLowerCase().pipe(z.enum(reviewStates)),
    body: z.string(),
    submittedAt: instant.nullable(),
    lastEditedAt: instant.nullable(),
    editor: actor,
    url: z.string(),
    commit: named.nullable(),
    author: actor,
  })
  .transform(
    (review): ReviewFact => ({
      id: review.fullDatabaseId,
      author: review.author,
      state: review.state,
      ...(review.commit === null ? {} : { sha: review.commit.oid }),
      body: review.body,
      submittedAt: review.submittedAt ?? 0,
      ...editOf(review),
      url: review.url,
    }),
  );

/** A deleted account is nobody's: whoever edited then was, as far as anybody can tell, somebody else. */
function editOf(review: { readonly lastEditedAt: number | null; readonly editor: Person; readonly author: Person }) {
  if (review.lastEditedAt === null) return { edited: 'never' } as const;
  const isOwn = review.editor.login === review.author.login && review.editor.login !== 'ghost';
  return { edited: isOwn ? 'by-author' : 'by-other', editedAt: review.lastEditedAt } as const;
}

export interface Page<T> {
  readonly nodes: readonly T[];
  readonly next: string | null;
}

/** One page of a list, with where the next one begins; null behind the last. */
export function page<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z
    .object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      nodes: z.array(item),
    })
    .transform(({ pageInfo, nodes }) => ({ nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null }));
}
export const pageFields = 'pageInfo { hasNextPage endCursor }';

/** A list that is read whole or not at all: undefined when it goes on behind what was selected. */
export function whole<T>(item: z.ZodType<T>): z.ZodType<readonly T[] | undefined> {
  return z
    .object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(item) })
    .transform(({ pageInfo, nodes }) => (pageInfo.hasNextPage ? undefined : nodes));
}

/** Reads a field by its shape; undefined where it has another, and the fact is asked for over REST. */
export function readField<T>(field: unknown, shape: z.ZodType<T>): T | undefined {
  const parsed = shape.safeParse(field);
  return parsed.success ? parsed.data : undefined;
}
