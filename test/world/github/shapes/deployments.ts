// Deployments and their statuses as GitHub's REST API shows them.
import { nodeId } from '../hub.ts';
import type { Deployment, DeploymentStatus } from '../records.ts';
import type { FakeRepository } from '../repository.ts';
import { repositoryUrl } from './links.ts';
import { appShape, type Json, userShape } from './people.ts';

export function deploymentShape(repo: FakeRepository, deployment: Deployment): Json {
  const url = `${repositoryUrl(repo)}/deployments/${deployment.id}`;
  return {
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    url,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    creator: userShape(repo.hub, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(repo),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: appShape(repo.hub, deployment.app),
  };
}

export function deploymentStatusShape(repo: FakeRepository, deployment: Deployment, status: DeploymentStatus): Json {
  const url = `${repositoryUrl(repo)}/deployments/${deployment.id}`;
  return {
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    url: `${url}/statuses/${status.id}`,
    state: status.state,
    description: status.description,
    environment: status.environment,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    // The old name of the same link.
    target_url: status.logUrl,
    creator: userShape(repo.hub, status.creator),
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: repositoryUrl(repo),
    performed_via_github_app: appShape(repo.hub, status.app),
  };
}
