// The events that start the shop's workflows, with as much of GitHub's payload as a workflow is likely to read.
import type { FakeRepository } from '../github/fake.ts';
import type { Pull } from '../github/records.ts';
import type { JobOptions, Json } from '../runner/types.ts';

/** What starts a run: the event, the commit it names, and on whose behalf. */
export type Occasion = Pick<JobOptions, 'event' | 'sha' | 'ref'> & { readonly by: string };

/** A push of a commit to the default branch. */
export function pushed(repository: FakeRepository, sha: string, by: string): Occasion {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const commit = repository.resolve(sha);
  if (commit === undefined) throw new Error(`${repository.fullName} has no commit ${sha}`);
  const payload = {
    ref,
    before: commit.parents[0] ?? '0'.repeat(40),
    after: commit.sha,
    head_commit: { id: commit.sha, message: commit.message, timestamp: commit.date },
    ...shared(repository, by),
  };
  return { event: { name: 'push', payload }, sha: commit.sha, ref, by };
}

/** Something about a pull request: runs go on the commit that GitHub makes of head and base. */
export function pullChanged(
  repository: FakeRepository,
  pull: Pull,
  how: { readonly event?: 'pull_request' | 'pull_request_review'; readonly action?: string; readonly by?: string } = {},
): Occasion {
  const by = how.by ?? pull.author.login;
  const { serverUrl } = repository.hub;
  const payload = {
    action: how.action ?? 'opened',
    number: pull.number,
    pull_request: {
      number: pull.number,
      title: pull.title,
      body: pull.body,
      state: pull.state,
      draft: pull.draft,
      html_url: `${serverUrl}/${repository.fullName}/pull/${pull.number}`,
      user: { login: pull.author.login, type: pull.author.type },
      labels: pull.labels.map((name) => ({ name })),
      head: { ref: pull.headBranch, sha: pull.headSha, repo: { full_name: pull.headRepository } },
      base: { ref: pull.base, sha: repository.head(pull.base), repo: { full_name: repository.fullName } },
    },
    ...shared(repository, by),
  };
  const { sha } = repository.testMerge(repository.head(pull.base), pull.headSha);
  return { event: { name: how.event ?? 'pull_request', payload }, sha, ref: `refs/pull/${pull.number}/merge`, by };
}

/** A person starts a workflow on the default branch. */
export function dispatched(
  repository: FakeRepository,
  file: string,
  inputs: Readonly<Record<string, Json>>,
  by: string,
): Occasion {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const payload = { inputs, ref, workflow: file, ...shared(repository, by) };
  return { event: { name: 'workflow_dispatch', payload }, sha: repository.head(), ref, by };
}

/** The clock starts a workflow on the default branch. */
export function scheduled(repository: FakeRepository, by: string): Occasion {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const payload = { schedule: '*/5 * * * *', ...shared(repository, by) };
  return { event: { name: 'schedule', payload }, sha: repository.head(), ref, by };
}

function shared(repository: FakeRepository, by: string) {
  const [owner = ''] = repository.fullName.split('/');
  const sender = repository.hub.user(by);
  return {
    repository: {
      id: repository.id,
      name: repository.name,
      full_name: repository.fullName,
      private: repository.isPrivate,
      default_branch: repository.defaultBranch,
      owner: { login: owner },
    },
    sender: { login: sender.login, type: sender.type, id: sender.id },
  };
}
