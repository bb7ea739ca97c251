// Check runs, commit statuses, workflow runs, jobs, artifacts as GitHub's REST API shows them.
import { nodeId } from '../hub.ts';
import type { Approval, Artifact, CheckRun, CommitStatus, Job, Workflow, WorkflowRun } from '../records.ts';
import type { FakeRepository } from '../repository.ts';
import { simpleCommitShape } from './commits.ts';
import { minimalPullShapes } from './conversations.ts';
import { repositoryPage, repositoryUrl } from './links.ts';
import { appShape, type Json, userShape } from './people.ts';
import { repositoryShape } from './repositories.ts';

const day = 86_400_000;

export function checkRunShape(repo: FakeRepository, run: CheckRun): Json {
  const url = `${repositoryUrl(repo)}/check-runs/${run.id}`;
  const page = `${repositoryPage(repo)}/runs/${run.id}`;
  const { title, summary, text, annotations } = run.output;
  return {
    id: run.id,
    node_id: nodeId('CheckRun', run.id),
    name: run.name,
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { title, summary, text, annotations_count: annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suite },
    app: appShape(repo.hub, run.app),
    pull_requests: minimalPullShapes(repo, run.sha),
  };
}

export function annotationShapes(repo: FakeRepository, run: CheckRun): Json[] {
  const blank = { start_column: null, end_column: null, title: null, raw_details: null };
  return run.output.annotations.map((annotation) => ({
    ...blank,
    ...annotation,
    blob_href: `${repositoryUrl(repo)}/git/blobs/${run.sha}`,
  }));
}

export function statusShape(repo: FakeRepository, status: CommitStatus): Json {
  return {
    url: `${repositoryUrl(repo)}/statuses/${status.sha}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${status.creator.id}?v=4`,
    id: status.id,
    node_id: nodeId('Status', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: userShape(repo.hub, status.creator),
  };
}

export function workflowShape(repo: FakeRepository, workflow: Workflow): Json {
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.createdAt,
    updated_at: workflow.createdAt,
    url: `${repositoryUrl(repo)}/actions/workflows/${workflow.id}`,
    html_url: `${repositoryPage(repo)}/blob/${repo.defaultBranch}/${workflow.path}`,
    badge_url: `${repositoryPage(repo)}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

export function workflowRunShape(repo: FakeRepository, run: WorkflowRun): Json {
  const url = `${repositoryUrl(repo)}/actions/runs/${run.id}`;
  const commit = repo.hub.objects.find(run.headSha);
  return {
    id: run.id,
    node_id: nodeId('WorkflowRun', run.id),
    name: run.workflow.name,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suite,
    check_suite_node_id: nodeId('CheckSuite', run.suite),
    url,
    html_url: `${repositoryPage(repo)}/actions/runs/${run.id}`,
    pull_requests: run.headRepository === repo.fullName ? minimalPullShapes(repo, run.headSha) : [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor: userShape(repo.hub, run.actor),
    triggering_actor: userShape(repo.hub, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(repo)}/check-suites/${run.suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${repositoryUrl(repo)}/actions/workflows/${run.workflow.id}`,
    head_commit: commit === undefined ? null : simpleCommitShape(commit),
    repository: repositoryShape(repo),
    head_repository: repositoryShape(repo.hub.findRepository(run.headRepository) ?? repo),
  };
}

export function jobShape(repo: FakeRepository, job: Job): Json {
  const { run, checkRun } = job;
  return {
    id: checkRun.id,
    run_id: run.id,
    run_url: `${repositoryUrl(repo)}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: nodeId('CheckRun', checkRun.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    workflow_name: run.workflow.name,
    url: `${repositoryUrl(repo)}/actions/jobs/${checkRun.id}`,
    html_url: checkRun.detailsUrl,
    status: checkRun.status,
    conclusion: checkRun.conclusion,
    created_at: run.createdAt,
    started_at: checkRun.startedAt ?? run.createdAt,
    completed_at: checkRun.completedAt,
    name: checkRun.name,
    steps: [],
    check_run_url: `${repositoryUrl(repo)}/check-runs/${checkRun.id}`,
    labels: ['ubuntu-latest'],
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
  };
}

export function approvalShape(repo: FakeRepository, approval: Approval): Json {
  const environments = approval.environments.map((name) => {
    const environment = repo.environment(name);
    return {
      id: environment.id,
      node_id: nodeId('Environment', environment.id),
      name,
      url: `${repositoryUrl(repo)}/environments/${encodeURIComponent(name)}`,
      html_url: `${repositoryPage(repo)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
      created_at: environment.createdAt,
      updated_at: environment.createdAt,
    };
  });
  return {
    environments,
    state: approval.state,
    user: userShape(repo.hub, repo.hub.user(approval.user)),
    comment: approval.comment ?? '',
  };
}

export function artifactShape(repo: FakeRepository, artifact: Artifact): Json {
  const url = `${repositoryUrl(repo)}/actions/artifacts/${artifact.id}`;
  const { run } = artifact;
  const head = repo.hub.findRepository(run.headRepository) ?? repo;
  return {
    id: artifact.id,
    node_id: nodeId('Artifact', artifact.id),
    name: artifact.name,
    size_in_bytes:
      artifact.zip?.length ?? Object.values(artifact.files).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expired,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    // Ninety days, the longest a public repository can keep anything (`reference/github.md` section 2, retention).
    expires_at: new Date(new Date(artifact.createdAt).getTime() + 90 * day).toISOString(),
    workflow_run: {
      id: run.id,
      repository_id: repo.id,
      head_repository_id: head.id,
      head_branch: run.headBranch,
      head_sha: run.headSha,
    },
  };
}
