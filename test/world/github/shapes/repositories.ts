// Repositories, branches, their rules and environments as GitHub's REST API shows them.
import { nodeId } from '../hub.ts';
import type { Environment, Protection, Role, User } from '../records.ts';
import type { FakeRepository } from '../repository.ts';
import type { GitRepository } from '../repository-git.ts';
import { commitShape } from './commits.ts';
import { repositoryPage, repositoryUrl } from './links.ts';
import { type Json, userShape } from './people.ts';

const repositoryLinks = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

/** One shape for the full, the plain and the minimal repository: the larger ones only add fields. */
export function repositoryShape(repo: GitRepository): Json {
  const url = repositoryUrl(repo);
  const page = repositoryPage(repo);
  const no = {
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: false,
    disabled: false,
  };
  const none = {
    forks: 0,
    forks_count: 0,
    watchers: 0,
    watchers_count: 0,
    stargazers_count: 0,
    network_count: 0,
    subscribers_count: 0,
  };
  return {
    id: repo.id,
    node_id: nodeId('Repository', repo.id),
    name: repo.name,
    full_name: repo.fullName,
    private: repo.isPrivate,
    visibility: repo.isPrivate ? 'private' : 'public',
    owner: userShape(repo.hub, repo.owner),
    html_url: page,
    description: null,
    fork: repo.isFork,
    url,
    ...Object.fromEntries(Object.entries(repositoryLinks).map(([key, path]) => [key, `${url}${path}`])),
    git_url: `git://github.com/${repo.fullName}.git`,
    ssh_url: `git@github.com:${repo.fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    size: 0,
    default_branch: repo.defaultBranch,
    has_issues: true,
    has_downloads: true,
    ...no,
    ...none,
    open_issues: 0,
    open_issues_count: 0,
    pushed_at: repo.hub.objects.get(repo.head()).date,
    created_at: repo.createdAt,
    updated_at: repo.createdAt,
  };
}

export function branchShape(repo: FakeRepository, name: string, sha: string): Json {
  const rule = repo.protections.get(name);
  const url = `${repositoryUrl(repo)}/branches/${name}`;
  const contexts = rule?.requiredChecks ?? [];
  return {
    name,
    commit: commitShape(repo, repo.hub.objects.get(sha)),
    _links: { self: url, html: `${repositoryPage(repo)}/tree/${name}` },
    protected: rule !== undefined,
    protection: {
      enabled: rule !== undefined,
      required_status_checks: {
        enforcement_level: rule ? 'non_admins' : 'off',
        contexts,
        checks: contexts.map((context) => ({ context, app_id: null })),
      },
    },
    protection_url: `${url}/protection`,
  };
}

export function protectionShape(repo: FakeRepository, branch: string, rule: Protection): Json {
  const url = `${repositoryUrl(repo)}/branches/${branch}/protection`;
  return {
    url,
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: true,
      contexts: rule.requiredChecks,
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: rule.requiredChecks.map((context) => ({ context, app_id: null })),
    },
    required_pull_request_reviews: {
      url: `${url}/required_pull_request_reviews`,
      dismiss_stale_reviews: true,
      require_code_owner_reviews: false,
      required_approving_review_count: rule.requiredReviews,
      require_last_push_approval: false,
    },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: false },
  };
}

/** The same rule as a ruleset's, which any token may read. */
export function ruleShapes(repo: FakeRepository, rule: Protection | undefined): Json[] {
  if (rule === undefined) return [];
  const source = { ruleset_source_type: 'Repository', ruleset_source: repo.fullName, ruleset_id: repo.id };
  const reviews = {
    type: 'pull_request',
    parameters: {
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_approving_review_count: rule.requiredReviews,
      required_review_thread_resolution: false,
    },
    ...source,
  };
  const checks = {
    type: 'required_status_checks',
    parameters: {
      strict_required_status_checks_policy: true,
      required_status_checks: rule.requiredChecks.map((context) => ({ context })),
    },
    ...source,
  };
  return [reviews, ...(rule.requiredChecks.length > 0 ? [checks] : [])];
}

/** The old field knows four levels only: maintain is write there, triage is read (`reference/github.md` section 2). */
export function permissionShape(repo: FakeRepository, user: User, role: Role): Json {
  const permission = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
  return { permission, role_name: role, user: { ...userShape(repo.hub, user), role_name: role } };
}

export function environmentShape(repo: FakeRepository, environment: Environment): Json {
  const node = (kind: string, number: number) => ({
    id: environment.id * 10 + number,
    node_id: nodeId(kind, environment.id * 10 + number),
  });
  const reviewers = environment.reviewers.map((login) => ({
    type: 'User',
    reviewer: userShape(repo.hub, repo.hub.user(login)),
  }));
  const wait = { ...node('GA', 1), type: 'wait_timer', wait_timer: environment.waitMinutes };
  const review = {
    ...node('GA', 2),
    type: 'required_reviewers',
    prevent_self_review: environment.preventSelfReview,
    reviewers,
  };
  return {
    id: environment.id,
    node_id: nodeId('Environment', environment.id),
    name: environment.name,
    url: `${repositoryUrl(repo)}/environments/${encodeURIComponent(environment.name)}`,
    html_url: `${repositoryPage(repo)}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`,
    created_at: environment.createdAt,
    updated_at: environment.createdAt,
    protection_rules: [...(environment.waitMinutes > 0 ? [wait] : []), ...(reviewers.length > 0 ? [review] : [])],
    deployment_branch_policy: null,
  };
}
