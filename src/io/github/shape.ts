// The shapes of what GitHub's REST API answers, as far as we read it, and how each becomes a fact.
import { z } from 'zod';
import type {
  CommitFact,
  DeploymentState,
  Person,
  PullFact,
  ReviewFact,
  StatusFact,
  WorkflowRunFact,
} from '../../evidence/fact.ts';

/** ISO text as milliseconds since the epoch. */
export const instant = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'no time')
  .transform((text) => Date.parse(text));

/** GitHub shows a deleted account as null, its pages as `ghost`. */
export const person = z
  .object({ login: z.string(), type: z.string().optional() })
  .nullish()
  .transform((user): Person => ({ login: user?.login ?? 'ghost', bot: user?.type === 'Bot' }));

export const commitShape = z
  .object({
    sha: z.string(),
    commit: z.object({
      message: z.string(),
      tree: z.object({ sha: z.string() }),
      committer: z.object({ date: instant }),
    }),
    parents: z.array(z.object({ sha: z.string() })),
  })
  .transform(
    ({ sha, commit, parents }): CommitFact => ({
      sha,
      tree: commit.tree.sha,
      parents: parents.map((parent) => parent.sha),
      committedAt: commit.committer.date,
      message: commit.message,
    }),
  );

const end = z.object({
  sha: z.string(),
  ref: z.string(),
  repo: z.object({ full_name: z.string() }).nullable(),
});

export const pullShape = z
  .object({
    number: z.number(),
    title: z.string(),
    user: person,
    body: z.string().nullish(),
    head: end,
    base: end,
    labels: z.array(z.object({ name: z.string() })),
    merged_at: instant.nullish(),
    merge_commit_sha: z.string().nullish(),
    html_url: z.string(),
  })
  .transform(
    (pull): PullFact => ({
      number: pull.number,
      title: pull.title,
      author: pull.user,
      headSha: pull.head.sha,
      headRef: pull.head.ref,
      baseRef: pull.base.ref,
      baseSha: pull.base.sha,
      // The head's repository is null when the fork is gone.
      fork: pull.head.repo?.full_name !== pull.base.repo?.full_name,
      labels: pull.labels.map((label) => label.name),
      body: pull.body ?? '',
      // Before the merge, merge_commit_sha names GitHub's test merge.
      ...(typeof pull.merged_at === 'number' ? { mergedAt: pull.merged_at } : {}),
      ...(typeof pull.merged_at === 'number' && typeof pull.merge_commit_sha === 'string'
        ? { mergeSha: pull.merge_commit_sha }
        : {}),
      url: pull.html_url,
    }),
  );

export const reviewStates = ['approved', 'changes_requested', 'commented', 'dismissed', 'pending'] as const;

export const reviewShape = z
  .object({
    id: z.number(),
    user: person,
    state: z.string().toLowerCase().pipe(z.enum(reviewStates)),
    commit_id: z.string().nullish(),
    body: z.string().nullish(),
    submitted_at: instant.nullish(),
    html_url: z.string(),
  })
  .transform(
    (review): ReviewFact => ({
      id: review.id,
      author: review.user,
      state: review.state,
      ...(typeof review.commit_id === 'string' ? { sha: review.commit_id } : {}),
      body: review.body ?? '',
      // Only a pending review, seen by its author alone, was not submitted.
      submittedAt: review.submitted_at ?? 0,
      url: review.html_url,
    }),
  );

export const runShape = z
  .object({
    id: z.number(),
    run_attempt: z.number().optional(),
    path: z.string(),
    event: z.string(),
    head_sha: z.string(),
    head_branch: z.string().nullable(),
    status: z.string().nullable(),
    conclusion: z.string().nullable(),
    created_at: instant,
    actor: person,
    html_url: z.string(),
  })
  .transform(
    (run): WorkflowRunFact => ({
      id: run.id,
      attempt: run.run_attempt ?? 1,
      // A required workflow of another repository carries `@ref` behind its path.
      path: run.path.replace(/@.*$/, ''),
      event: run.event,
      headSha: run.head_sha,
      headBranch: run.head_branch ?? '',
      status: progressOf(run.status),
      ...(run.conclusion === null ? {} : { conclusion: run.conclusion }),
      createdAt: run.created_at,
      actor: run.actor.login,
      url: run.html_url,
    }),
  );

/** `waiting`, `requested` and `pending` have not begun: queued. */
export function progressOf(status: string | null): 'queued' | 'in_progress' | 'completed' {
  return status === 'completed' || status === 'in_progress' ? status : 'queued';
}

export const checkRunShape = z.object({
  id: z.number(),
  name: z.string(),
  head_sha: z.string(),
  external_id: z.string().nullish(),
  html_url: z.string().nullish(),
  details_url: z.string().nullish(),
  status: z.string(),
  conclusion: z.string().nullable(),
  started_at: instant.nullish(),
  completed_at: instant.nullish(),
  app: z.object({ slug: z.string().optional() }).nullish(),
  output: z.object({ text: z.string().nullish() }),
});
export type CheckRunAnswer = z.infer<typeof checkRunShape>;

export const commitStatusShape = z.object({
  id: z.number(),
  context: z.string(),
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: z.string().nullish(),
  creator: person,
  created_at: instant,
});

export const deploymentStates = [
  'pending',
  'queued',
  'in_progress',
  'success',
  'failure',
  'error',
  'inactive',
] as const satisfies readonly DeploymentState[];

export const deploymentStatusShape = z
  .object({
    state: z.enum(deploymentStates),
    description: z.string().nullish(),
    created_at: instant,
    log_url: z.string().nullish(),
    creator: person,
  })
  .transform(
    (status): StatusFact => ({
      state: status.state,
      description: status.description ?? '',
      createdAt: status.created_at,
      logUrl: status.log_url ?? '',
      creator: status.creator.login,
    }),
  );

/** A payload as JSON: some answers carry it as an object, some as text, once or twice over; text that is no JSON stays text. */
export const payloadShape = z.unknown().transform((payload): unknown => {
  let value: unknown = payload;
  for (let unwrapped = 0; unwrapped < 2 && typeof value === 'string'; unwrapped += 1) {
    try {
      value = JSON.parse(value);
    } catch {
      return value;
    }
  }
  return value;
});

export const deploymentShape = z.object({
  id: z.number(),
  sha: z.string(),
  ref: z.string(),
  task: z.string(),
  environment: z.string(),
  description: z.string().nullish(),
  payload: payloadShape,
  creator: person,
  created_at: instant,
});
export type DeploymentAnswer = z.infer<typeof deploymentShape>;

export const commentShape = z.object({
  id: z.number(),
  body: z.string().nullish(),
  user: person,
  html_url: z.string(),
});
export type CommentAnswer = z.infer<typeof commentShape>;
