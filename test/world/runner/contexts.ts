// The github and runner contexts of a job and the variables a step gets from them, by the runner's allow-list.
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobOptions, Json, RunnerOptions, Words } from './types.ts';

/** The fields of the github context that become GITHUB_*; `token` and `event` are not among them. */
const allowed = [
  ...[
    'action',
    'action_path',
    'action_ref',
    'action_repository',
    'actor',
    'actor_id',
    'api_url',
    'base_ref',
    'event_name',
    'event_path',
  ],
  ...['graphql_url', 'head_ref', 'job', 'ref', 'ref_name', 'ref_protected', 'ref_type', 'repository', 'repository_id'],
  ...[
    'repository_owner',
    'repository_owner_id',
    'retention_days',
    'run_attempt',
    'run_id',
    'run_number',
    'server_url',
    'sha',
  ],
  ...['triggering_actor', 'workflow', 'workflow_ref', 'workflow_sha', 'workspace'],
];

export type Fields = Readonly<Record<string, Json>>;

/** The github context of a job; writes the event into the temp folder. */
export function githubContext(runner: RunnerOptions, job: JobOptions, temp: string): Fields {
  const [owner = ''] = runner.repository.split('/');
  const payload = job.event.payload;
  const workflowPath = job.workflowPath ?? '.github/workflows/deploy.yml';
  const actor = job.actor ?? runner.actor ?? 'octocat';
  return {
    token: job.token ?? runner.token ?? '',
    event: payload,
    event_name: job.event.name,
    event_path: writeEvent(temp, payload),
    sha: job.sha,
    ref: job.ref,
    ref_name: job.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    head_ref: textAt(payload, 'pull_request', 'head', 'ref'),
    base_ref: textAt(payload, 'pull_request', 'base', 'ref'),
    run_id: String(job.runId),
    run_number: String(job.runNumber ?? 1),
    run_attempt: String(job.runAttempt ?? 1),
    job: job.job ?? 'deploy',
    workflow: job.workflow ?? 'Deploy',
    workflow_ref: `${runner.repository}/${workflowPath}@${job.ref}`,
    workflow_sha: job.sha,
    actor,
    actor_id: textAt(payload, 'sender', 'id') || '1',
    triggering_actor: job.triggeringActor ?? runner.triggeringActor ?? actor,
    repository: runner.repository,
    repository_id: textAt(payload, 'repository', 'id') || '1',
    repository_owner: owner,
    repository_owner_id: textAt(payload, 'repository', 'owner', 'id') || '1',
    repositoryUrl: `git://${new URL(runner.github.serverUrl).host}/${runner.repository}.git`,
    retention_days: '90',
    api_url: runner.github.apiUrl,
    server_url: runner.github.serverUrl,
    graphql_url: runner.github.graphqlUrl,
    workspace: runner.workspace,
  };
}

/** The runner context of a job. */
export function runnerContext(temp: string): Fields {
  return {
    name: 'harness',
    os: process.platform === 'darwin' ? 'macOS' : 'Linux',
    arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
    temp: join(temp, '_temp'),
    tool_cache: join(temp, '_tool'),
    environment: 'self-hosted',
    debug: '',
  };
}

/** GITHUB_* and RUNNER_* for a step. */
export function contextVariables(github: Fields, runner: Fields, trackingId: string): Words {
  const variables: Record<string, string> = { CI: 'true', GITHUB_ACTIONS: 'true', RUNNER_TRACKING_ID: trackingId };
  for (const field of allowed) {
    const value = github[field];
    if (value !== undefined && value !== null) variables[`GITHUB_${field.toUpperCase()}`] = String(value);
  }
  for (const [field, value] of Object.entries(runner)) {
    if (value !== '') variables[`RUNNER_${field.toUpperCase()}`] = String(value);
  }
  return variables;
}

/** What a step inherits from the machine: little, so that nothing of a test's own environment leaks in. */
export function machineVariables(): Words {
  const variables: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'LANG', 'USER', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

function writeEvent(temp: string, payload: Json): string {
  const folder = join(temp, '_github_workflow', randomUUID());
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'event.json');
  writeFileSync(file, JSON.stringify(payload, null, 2));
  return file;
}

function textAt(value: Json, ...path: readonly string[]): string {
  let at: Json | undefined = value;
  for (const key of path) at = isRecord(at) ? at[key] : undefined;
  return typeof at === 'string' || typeof at === 'number' ? String(at) : '';
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
