// Answers about workflow runs and environments.
import { z } from 'zod';
import type { ApprovalFact, WorkflowRunFact } from '../../../evidence/fact.ts';
import { type Client, segment } from '../client.ts';
import { readField, whole } from '../graph.ts';
import { orMissing } from '../refusal.ts';
import { person, runShape } from '../shape.ts';

const expired = 'the run is gone: GitHub keeps runs for 90 days at most in public repositories; re-run the workflow';

/** One workflow run. */
export async function run(client: Client, id: number): Promise<WorkflowRunFact> {
  return orMissing(
    client.get(client.path(`/actions/runs/${segment(id)}`), {}, runShape),
    `GitHub finds no workflow run ${id}`,
    expired,
  );
}

/** The newest runs (100 at most) of a workflow file, newest first. */
export async function workflowRuns(client: Client, workflow: string): Promise<readonly WorkflowRunFact[]> {
  const name = workflow.split('/').at(-1) ?? workflow;
  const path = client.path(`/actions/workflows/${segment(name)}/runs`);
  const answer = await orMissing(
    client.get(path, { per_page: 100 }, z.object({ workflow_runs: z.array(runShape) })),
    `there is no workflow ${workflow}`,
    'add the workflow to the default branch, or correct its name in the policy',
  );
  return answer.workflow_runs;
}

/** Who approved or rejected the environments of a run; GitHub hands this list over whole. */
export async function approvals(client: Client, runId: number): Promise<readonly ApprovalFact[]> {
  const listed = await orMissing(
    client.get(client.path(`/actions/runs/${segment(runId)}/approvals`), {}, z.array(approvalShape)),
    `GitHub finds no workflow run ${runId}`,
    expired,
  );
  return listed.flatMap(({ state, user, comment, environments }) =>
    state === 'pending'
      ? []
      : environments.map(({ name }) => ({ user: user.login, environment: name, state, comment })),
  );
}

/** The names of all environments; GitHub makes one with the first Deployment to it. */
export async function environments(client: Client): Promise<readonly string[]> {
  const shape = z.object({ name: z.string() });
  const listed = await client.part({
    calls: 1,
    select: () => 'environments(first: 100) { pageInfo { hasNextPage } nodes { name } }',
    tell: (field) => readField(field, whole(shape)),
    alone: () => client.pages(client.path('/environments'), {}, shape, { field: 'environments' }),
  });
  return listed.map((environment) => environment.name);
}

/** The required reviewers of an environment: logins, and teams as `@org/team`. */
export async function environmentReviewers(client: Client, environment: string): Promise<readonly string[]> {
  const answer = await orMissing(
    client.get(client.path(`/environments/${segment(environment)}`), {}, environmentShape),
    `the repository has no environment ${environment}`,
    'make it under Settings, Environments, with its required reviewers',
  );
  return (answer.protection_rules ?? [])
    .flatMap((rule) => rule.reviewers ?? [])
    .map(({ type, reviewer }) =>
      type === 'Team' ? `@${client.repository.owner}/${reviewer.slug ?? ''}` : (reviewer.login ?? ''),
    );
}

const approvalShape = z.object({
  state: z.enum(['approved', 'rejected', 'pending']),
  comment: z.string(),
  user: person,
  environments: z.array(z.object({ name: z.string() })),
});

const environmentShape = z.object({
  protection_rules: z
    .array(
      z.object({
        reviewers: z
          .array(
            z.object({
              type: z.string(),
              reviewer: z.object({ login: z.string().optional(), slug: z.string().optional() }),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});
