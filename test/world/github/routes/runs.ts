// Routes about workflows: runs, jobs, approvals, artifacts, cancel and dispatch.
import type { Artifact, Dispatch, Workflow, WorkflowRun } from '../records.ts';
import { notFound, refuse } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import { approvalShape, artifactShape, jobShape, workflowRunShape, workflowShape } from '../shapes/runs.ts';
import { reading, writing } from '../tokens.ts';
import { resolveRef } from './commits.ts';

const reads = reading('actions');
/** Event payload keys and bytes of a repository_dispatch, inputs of a workflow_dispatch: GitHub's texts of the two operations. */
const mostPayloadKeys = 10;
/** Archives lie elsewhere, at an address that is good without a token. */
export const blobPath = '/blobs/';

export const runRoutes: Routes = {
  'actions/get-workflow-run': {
    needs: reads,
    answer: (asked) => ({ status: 200, body: workflowRunShape(asked.repo, findRun(asked)) }),
  },
  'actions/list-workflow-runs-for-repo': {
    needs: reads,
    answer: (asked) => listRuns(asked, [...asked.repo.runs.values()]),
  },
  'actions/list-workflow-runs': {
    needs: reads,
    answer(asked) {
      const workflow = findWorkflow(asked);
      return listRuns(
        asked,
        [...asked.repo.runs.values()].filter((run) => run.workflow === workflow),
      );
    },
  },
  'actions/list-jobs-for-workflow-run': {
    needs: reads,
    answer(asked) {
      const run = findRun(asked);
      return listJobs(asked, run, asked.text('filter') === 'all' ? undefined : run.attempt);
    },
  },
  'actions/list-jobs-for-workflow-run-attempt': {
    needs: reads,
    answer: (asked) => listJobs(asked, findRun(asked), asked.number('attempt_number')),
  },
  'actions/get-job-for-workflow-run': {
    needs: reads,
    answer(asked) {
      const id = asked.number('job_id');
      const job = [...asked.repo.runs.values()].flatMap((run) => run.jobs).find((each) => each.checkRun.id === id);
      if (job === undefined) throw notFound();
      return { status: 200, body: jobShape(asked.repo, job) };
    },
  },
  'actions/get-reviews-for-run': {
    needs: reads,
    answer: (asked) => ({
      status: 200,
      body: findRun(asked).approvals.map((approval) => approvalShape(asked.repo, approval)),
    }),
  },
  'actions/cancel-workflow-run': {
    needs: writing('actions'),
    answer(asked) {
      const run = findRun(asked);
      if (run.status === 'completed') throw refuse(409, 'Cannot cancel a workflow run that is completed.');
      asked.repo.finishRun(run, 'cancelled');
      return { status: 202, body: {} };
    },
  },
  'actions/list-workflow-run-artifacts': {
    needs: reads,
    answer(asked) {
      const run = findRun(asked);
      return listArtifacts(
        asked,
        [...asked.repo.artifacts.values()].filter((artifact) => artifact.run === run),
      );
    },
  },
  'actions/list-artifacts-for-repo': {
    needs: reads,
    answer: (asked) => listArtifacts(asked, [...asked.repo.artifacts.values()]),
  },
  'actions/download-artifact': {
    needs: reads,
    answer(asked) {
      const artifact = asked.repo.artifacts.get(asked.number('artifact_id'));
      if (artifact === undefined || asked.text('archive_format') !== 'zip') throw notFound();
      if (artifact.expired) throw refuse(410, 'Artifact has expired');
      return { status: 302, location: `${asked.hub.apiUrl}${blobPath}${artifact.id}?sig=secret-signature` };
    },
  },
  'actions/get-workflow': {
    needs: reads,
    answer: (asked) => ({ status: 200, body: workflowShape(asked.repo, findWorkflow(asked)) }),
  },
  'actions/create-workflow-dispatch': { needs: writing('actions'), answer: dispatchWorkflow },
  'repos/create-dispatch-event': {
    needs: writing('contents'),
    answer(asked) {
      const inputs = asked.body.client_payload ?? {};
      if (Object.keys(inputs).length > mostPayloadKeys) {
        throw refuse(
          422,
          `No more than ${mostPayloadKeys} properties are allowed; ${Object.keys(inputs).length} were supplied.`,
        );
      }
      note(asked, { kind: 'repository_dispatch', name: asked.body.event_type, ref: null, inputs });
      return { status: 204 };
    },
  },
};

function findRun(asked: Asked): WorkflowRun {
  const run = asked.repo.runs.get(asked.number('run_id'));
  if (run === undefined) throw notFound();
  return run;
}

/** By id or by file name; a file on the default branch is a workflow before it ever ran. */
function findWorkflow(asked: Asked): Workflow {
  const wanted = asked.text('workflow_id');
  for (const path of Object.keys(asked.repo.filesAt())) {
    if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) asked.repo.workflow(path);
  }
  const all = [...asked.repo.workflows.values()];
  const workflow = all.find((each) => String(each.id) === wanted || each.path === `.github/workflows/${wanted}`);
  if (workflow === undefined) throw notFound();
  return workflow;
}

function listRuns(asked: Asked, runs: readonly WorkflowRun[]) {
  const option = (name: string) => asked.option(name);
  const [branch, event, status, sha, actor, suite] = [
    'branch',
    'event',
    'status',
    'head_sha',
    'actor',
    'check_suite_id',
  ].map(option);
  const found = asked
    .listed([...runs])
    .filter((run) => branch === undefined || run.headBranch === branch)
    .filter((run) => event === undefined || run.event === event)
    .filter((run) => status === undefined || run.status === status || run.conclusion === status)
    .filter((run) => sha === undefined || run.headSha === sha)
    .filter((run) => actor === undefined || run.actor.login === actor)
    .filter((run) => suite === undefined || String(run.suite) === suite)
    .filter((run) => isWithin(run.createdAt, option('created')))
    .sort((left, right) => right.createdAt.localeCompare(left.createdAt) || right.id - left.id);
  return {
    status: 200,
    body: {
      total_count: found.length,
      workflow_runs: asked.page(found).map((run) => workflowRunShape(asked.repo, run)),
    },
  };
}

/** GitHub's date search: `2026-01-01..2026-02-01`, `>=2026-01-01`, or a day. */
function isWithin(at: string, created: string | undefined): boolean {
  if (created === undefined) return true;
  const [from, to] = created.split('..');
  if (to !== undefined) return (from === '*' || at >= String(from)) && (to === '*' || at <= to);
  const compared = /^(>=|<=|>|<)(.*)$/.exec(created);
  if (compared === null) return at.startsWith(created);
  const [, sign, moment = ''] = compared;
  if (sign === '>=') return at >= moment;
  if (sign === '<=') return at <= moment;
  return sign === '>' ? at > moment : at < moment;
}

function listJobs(asked: Asked, run: WorkflowRun, attempt: number | undefined) {
  const jobs = run.jobs.filter((job) => attempt === undefined || job.attempt === attempt);
  return {
    status: 200,
    body: { total_count: jobs.length, jobs: asked.page(jobs).map((job) => jobShape(asked.repo, job)) },
  };
}

function listArtifacts(asked: Asked, artifacts: readonly Artifact[]) {
  const name = asked.option('name');
  const newestFirst = artifacts
    .filter((each) => name === undefined || each.name === name)
    .sort((left, right) => right.id - left.id);
  return {
    status: 200,
    body: {
      total_count: newestFirst.length,
      artifacts: asked.page(newestFirst).map((each) => artifactShape(asked.repo, each)),
    },
  };
}

function dispatchWorkflow(asked: Asked) {
  const { body, repo } = asked;
  const workflow = findWorkflow(asked);
  const commit = repo.resolve(body.ref);
  if (commit === undefined) throw refuse(422, `No ref found for: ${body.ref}`);
  const file = resolveRef(asked, commit.sha).files.get(workflow.path);
  if (file !== undefined && !file.includes('workflow_dispatch')) {
    throw refuse(422, "Workflow does not have 'workflow_dispatch' trigger");
  }
  note(asked, { kind: 'workflow_dispatch', name: workflow.path, ref: body.ref, inputs: body.inputs ?? {} });
  const run = repo.workflowRun({
    path: workflow.path,
    headSha: commit.sha,
    headBranch: String(body.ref).replace(/^refs\/(heads|tags)\//, ''),
    event: 'workflow_dispatch',
    status: 'queued',
    actor: asked.caller.user.login,
  });
  if (body.return_run_details !== true) return { status: 204 };
  const { url, html_url } = workflowRunShape(repo, run);
  return { status: 200, body: { workflow_run_id: run.id, run_url: url, html_url } };
}

function note(asked: Asked, dispatch: Omit<Dispatch, 'by' | 'at'>): void {
  asked.repo.dispatches.push({ ...dispatch, by: asked.caller.user.login, at: asked.hub.clock.stamp() });
}
