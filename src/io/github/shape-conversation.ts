// The shapes of issues and comments as GitHub's REST API answers them, and how each becomes a fact.
import { z } from 'zod';
import type { CommentFact, IssueFact } from '../../evidence/fact.ts';
import { instant, person } from './shape.ts';

/** A comment as something people said. */
export const remarkShape = z
  .object({
    id: z.number(),
    body: z.string().nullish(),
    user: person,
    created_at: instant,
    updated_at: instant,
    html_url: z.string(),
  })
  .transform(
    (comment): CommentFact => ({
      id: comment.id,
      author: comment.user,
      body: comment.body ?? '',
      createdAt: comment.created_at,
      edited: comment.updated_at !== comment.created_at,
      url: comment.html_url,
    }),
  );

const label = z.union([z.string(), z.object({ name: z.string().nullish() })]);

export const issueShape = z
  .object({
    number: z.number(),
    title: z.string(),
    body: z.string().nullish(),
    user: person,
    labels: z.array(label),
    state: z.string(),
    created_at: instant,
    closed_at: instant.nullish(),
    html_url: z.string(),
    pull_request: z.unknown().optional(),
  })
  .transform((issue): { readonly pull: boolean; readonly fact: IssueFact } => ({
    pull: issue.pull_request !== undefined && issue.pull_request !== null,
    fact: {
      number: issue.number,
      title: issue.title,
      body: issue.body ?? '',
      author: issue.user,
      labels: issue.labels.map((one) => (typeof one === 'string' ? one : (one.name ?? ''))),
      open: issue.state === 'open',
      createdAt: issue.created_at,
      ...(typeof issue.closed_at === 'number' ? { closedAt: issue.closed_at } : {}),
      url: issue.html_url,
    },
  }));
