// The facts of this run, read once from the environment and the event file that the runner hands over.
import { context } from '@actions/github';
import { z } from 'zod';
import type { Run } from '../world.ts';

const pullEvent = z.object({
  number: z.number().int(),
  head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ sha: z.string(), ref: z.string().optional(), repo: z.object({ full_name: z.string() }) }),
  labels: z.array(z.object({ name: z.string() })).default([]),
});

const event = z.object({
  pull_request: pullEvent.optional().catch(undefined),
  merge_group: z
    .object({ head_sha: z.string(), base_sha: z.string(), base_ref: z.string().optional() })
    .optional()
    .catch(undefined),
  repository: z
    .object({ default_branch: z.string().default('main') })
    .optional()
    .catch(undefined),
  sender: z
    .object({ type: z.string().default('User') })
    .optional()
    .catch(undefined),
});

/** Reads the run's facts; `jobStatus` comes from the hidden input `job-status`, evaluated again for post. */
export function readRun(env: NodeJS.ProcessEnv, jobStatus: Run['jobStatus'], now: number): Run {
  const payload = event.parse(context.payload);
  const { owner, repo } = context.repo;
  const server = (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/+$/, '');
  const pull = payload.pull_request;
  return {
    event: context.eventName,
    repository: { owner, name: repo },
    sha: context.sha,
    ref: context.ref,
    defaultBranch: payload.repository?.default_branch ?? 'main',
    actor: context.actor,
    triggeringActor: env.GITHUB_TRIGGERING_ACTOR ?? context.actor,
    id: context.runId,
    attempt: Number(env.GITHUB_RUN_ATTEMPT ?? '1'),
    job: context.job,
    workflow: context.workflow,
    workflowPath: workflowPath(env.GITHUB_WORKFLOW_REF ?? '', `${owner}/${repo}`),
    startedAt: now,
    url: `${server}/${owner}/${repo}/actions/runs/${context.runId}`,
    serverUrl: server,
    ...(pull === undefined
      ? {}
      : {
          pull: {
            number: pull.number,
            headSha: pull.head.sha,
            baseSha: pull.base.sha,
            ...(pull.base.ref === undefined ? {} : { baseRef: pull.base.ref }),
            fork: pull.head.repo?.full_name !== pull.base.repo.full_name,
            labels: pull.labels.map((label) => label.name),
          },
        }),
    ...(payload.merge_group === undefined ? {} : { mergeGroup: groupOf(payload.merge_group) }),
    jobStatus,
    byPerson:
      context.eventName === 'workflow_dispatch' && payload.sender?.type !== 'Bot' && !context.actor.endsWith('[bot]'),
  };
}

function groupOf(group: NonNullable<z.output<typeof event>['merge_group']>): NonNullable<Run['mergeGroup']> {
  const { head_sha: headSha, base_sha: baseSha, base_ref: ref } = group;
  return { headSha, baseSha, ...(ref === undefined ? {} : { baseRef: ref.replace(/^refs\/heads\//, '') }) };
}

/** `octo-org/shop/.github/workflows/deploy.yml@refs/heads/main` without repository and ref. */
function workflowPath(reference: string, repository: string): string {
  const path = reference.split('@')[0] ?? '';
  return path.startsWith(`${repository}/`) ? path.slice(repository.length + 1) : path;
}
