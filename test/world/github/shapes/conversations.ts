// Issues, pull requests, reviews and comments as GitHub's REST API shows them.
import { diffFiles } from '../diff.ts';
import { nodeId } from '../hub.ts';
import { type Comment, type Issue, isPull, type LineComment, type Pull, type Review, type User } from '../records.ts';
import type { FakeRepository } from '../repository.ts';
import { repositoryPage, repositoryUrl } from './links.ts';
import { appShape, type Json, userShape } from './people.ts';
import { repositoryShape } from './repositories.ts';

function association(repo: FakeRepository, user: User): string {
  if (user.login === repo.owner.login) return 'OWNER';
  return repo.roles.has(user.login.toLowerCase()) ? 'COLLABORATOR' : 'NONE';
}

export function labelShape(repo: FakeRepository, name: string): Json {
  const id = 1 + [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_000_007, 7);
  const url = `${repositoryUrl(repo)}/labels/${encodeURIComponent(name)}`;
  return { id, node_id: nodeId('Label', id), url, name, description: '', color: 'ededed', default: false };
}

function shared(repo: FakeRepository, issue: Issue): Json {
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    user: userShape(repo.hub, issue.author),
    labels: issue.labels.map((label) => labelShape(repo, label)),
    state: issue.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    author_association: association(repo, issue.author),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
  };
}

export function issueShape(repo: FakeRepository, issue: Issue): Json {
  const url = `${repositoryUrl(repo)}/issues/${issue.number}`;
  const page = `${repositoryPage(repo)}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}`;
  const pull = {
    url: url.replace('/issues/', '/pulls/'),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
  };
  return {
    ...shared(repo, issue),
    node_id: nodeId('Issue', issue.id),
    url,
    repository_url: repositoryUrl(repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    state_reason: issue.stateReason,
    comments: repo.commentsOf(issue).length,
    performed_via_github_app: appShape(repo.hub, issue.app),
    ...(isPull(issue) ? { pull_request: { ...pull, merged_at: issue.mergedAt } } : {}),
  };
}

export function commentShape(repo: FakeRepository, comment: Comment): Json {
  const issue = repo.issues.get(comment.number);
  const page = `${repositoryPage(repo)}/${issue !== undefined && isPull(issue) ? 'pull' : 'issues'}/${comment.number}`;
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: `${repositoryUrl(repo)}/issues/comments/${comment.id}`,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(repo)}/issues/${comment.number}`,
    body: comment.body,
    user: userShape(repo.hub, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repo, comment.user),
    performed_via_github_app: appShape(repo.hub, comment.app),
  };
}

export function reviewShape(repo: FakeRepository, pull: Pull, review: Review): Json {
  const url = `${repositoryUrl(repo)}/pulls/${pull.number}`;
  const page = `${repositoryPage(repo)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: userShape(repo.hub, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: url,
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
    author_association: association(repo, review.user),
  };
}

export function lineCommentShape(repo: FakeRepository, pull: Pull, comment: LineComment): Json {
  const url = `${repositoryUrl(repo)}/pulls/comments/${comment.id}`;
  const page = `${repositoryPage(repo)}/pull/${pull.number}#discussion_r${comment.id}`;
  const above = `${repositoryUrl(repo)}/pulls/${pull.number}`;
  return {
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    url,
    pull_request_review_id: comment.review,
    diff_hunk: comment.hunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: userShape(repo.hub, comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    html_url: page,
    pull_request_url: above,
    author_association: association(repo, comment.user),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: above } },
    line: comment.line,
    start_line: comment.startLine,
    side: 'RIGHT',
  };
}

/** Fork point to head, the way the "Files changed" page has it. */
export function pullRange(repo: FakeRepository, pull: Pull): { readonly from: string; readonly to: string } {
  return { from: repo.hub.objects.mergeBase(pull.baseSha, pull.headSha) ?? pull.baseSha, to: pull.headSha };
}

function endShape(repo: FakeRepository | undefined, ref: string, sha: string): Json {
  if (repo === undefined) return { label: `unknown:${ref}`, ref, sha, repo: null, user: null };
  return {
    label: `${repo.owner.login}:${ref}`,
    ref,
    sha,
    user: userShape(repo.hub, repo.owner),
    repo: repositoryShape(repo),
  };
}

export function pullShape(repo: FakeRepository, pull: Pull): Json {
  const { hub } = repo;
  const url = `${repositoryUrl(repo)}/pulls/${pull.number}`;
  const issueUrl = `${repositoryUrl(repo)}/issues/${pull.number}`;
  const page = `${repositoryPage(repo)}/pull/${pull.number}`;
  const statuses = `${repositoryUrl(repo)}/statuses/${pull.headSha}`;
  const href = (link: string) => ({ href: link });
  return {
    ...shared(repo, pull),
    node_id: nodeId('PullRequest', pull.id),
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(repo)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    _links: {
      self: href(url),
      html: href(page),
      issue: href(issueUrl),
      comments: href(`${issueUrl}/comments`),
      review_comments: href(`${url}/comments`),
      review_comment: href(`${repositoryUrl(repo)}/pulls/comments{/number}`),
      commits: href(`${url}/commits`),
      statuses: href(statuses),
    },
    draft: pull.draft,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeSha,
    requested_reviewers: [],
    requested_teams: [],
    head: endShape(hub.findRepository(pull.headRepository), pull.headBranch, pull.headSha),
    base: endShape(repo, pull.base, pull.baseSha),
    auto_merge: null,
  };
}

/** What GET /pulls/{n} adds to an entry of the list. */
export function fullPullShape(repo: FakeRepository, pull: Pull): Json {
  const { objects } = repo.hub;
  const { from, to } = pullRange(repo, pull);
  const files = diffFiles(objects.get(from).files, objects.get(to).files);
  return {
    ...pullShape(repo, pull),
    merged: pull.mergedAt !== null,
    mergeable: pull.state === 'open' ? true : null,
    mergeable_state: pull.state === 'open' ? 'clean' : 'unknown',
    rebaseable: null,
    merged_by: pull.mergedBy === null ? null : userShape(repo.hub, pull.mergedBy),
    comments: repo.commentsOf(pull).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: objects.between(from, to).length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** The short form inside check runs and workflow runs; GitHub leaves pull requests from forks out there. */
export function minimalPullShapes(repo: FakeRepository, sha: string): Json[] {
  const about = { id: repo.id, url: repositoryUrl(repo), name: repo.name };
  return repo
    .pulls()
    .filter((pull) => pull.state === 'open' && pull.headSha === sha && pull.headRepository === repo.fullName)
    .map((pull) => ({
      id: pull.id,
      number: pull.number,
      url: `${repositoryUrl(repo)}/pulls/${pull.number}`,
      head: { ref: pull.headBranch, sha: pull.headSha, repo: about },
      base: { ref: pull.base, sha: pull.baseSha, repo: about },
    }));
}
