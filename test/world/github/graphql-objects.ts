// What GraphQL tells of a repository beside its deployments: branches, commits, files, pull requests, reviews, environments.
import type { Selection } from './graphql-query.ts';
import { nodeId } from './hub.ts';
import { emailOf } from './objects.ts';
import type { Commit, Pull, Review, User } from './records.ts';
import type { FakeRepository } from './repository.ts';
import { pullsWith } from './routes/pulls.ts';
import type { Inside } from './server.ts';
import { isUnmapped } from './shapes/commits.ts';
import { pullRange } from './shapes/conversations.ts';
import { type Caller, demand, reading } from './tokens.ts';

/** A value whose fields wait until they are asked for. */
export type Source = { readonly [field: string]: unknown | ((args: Selection['args']) => unknown) };

/** What the API answers as an error of a field. */
export class GraphFault extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

interface Asking extends Pick<Inside, 'hub' | 'faults'> {
  readonly caller: Caller;
}

/** The fields of a repository, each with the permission that it needs. */
export function repositorySources(asking: Asking, repo: FakeRepository): Source {
  const reads = (permission: string) => demand(asking.caller, reading(permission), !repo.isPrivate);
  return {
    nameWithOwner: repo.fullName,
    defaultBranchRef: () => {
      reads('contents');
      return {
        name: repo.defaultBranch,
        prefix: 'refs/heads/',
        target: commitSource(asking, repo, repo.hub.objects.get(repo.head())),
      };
    },
    object: (args: Selection['args']) => {
      reads('contents');
      const commit = repo.hub.objects.find(String(args.oid));
      return commit === undefined ? null : commitSource(asking, repo, commit);
    },
    pullRequest: ({ number }: Selection['args']) => {
      reads('pull-requests');
      const pull = repo.pulls().find((each) => each.number === number);
      if (pull !== undefined) return pullSource(asking, repo, pull);
      throw new GraphFault('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
    },
    pullRequests: (args: Selection['args']) => {
      reads('pull-requests');
      const from = repo.pulls().filter(({ headBranch }) => headBranch === args.headRefName);
      return connect(
        from.sort((a, b) => a.number - b.number).map((pull) => pullSource(asking, repo, pull)),
        'pullRequests',
        args,
      );
    },
    environments: (args: Selection['args']) => {
      reads('actions');
      const all = [...repo.environments.values()].map(({ id, name }) => ({ id: nodeId('Environment', id), name }));
      return connect(all, 'environments', args);
    },
  };
}

function commitSource(asking: Asking, repo: FakeRepository, commit: Commit): Source {
  const { objects } = repo.hub;
  return {
    __typename: 'Commit',
    id: nodeId('Commit', commit.sha),
    oid: commit.sha,
    message: commit.message,
    messageHeadline: commit.message.split('\n')[0] ?? '',
    committedDate: commit.date,
    tree: { oid: commit.tree },
    parents: (args: Selection['args']) =>
      connect(
        commit.parents.map((sha) => commitSource(asking, repo, objects.get(sha))),
        'parents',
        args,
      ),
    file: ({ path }: Selection['args']) => fileSource(commit, String(path)),
    associatedPullRequests: (args: Selection['args']) => {
      demand(asking.caller, reading('pull-requests'), !repo.isPrivate);
      const pulls = pullsWith(repo, commit.sha).map((pull) => pullSource(asking, repo, pull));
      return connect(pulls, 'associatedPullRequests', args);
    },
    authors: (args: Selection['args']) =>
      connect(
        [commit.author, ...coAuthors(commit, repo)].map((user) => gitActorSource(commit, user)),
        'authors',
        args,
      ),
    committer: gitActorSource(commit, commit.committer),
    checkSuites: (args: Selection['args']) => {
      demand(asking.caller, reading('checks'), !repo.isPrivate);
      const branch = [...repo.branches].find(([, sha]) => sha === commit.sha)?.[0];
      const push = commit.pusher === undefined ? null : { pusher: actorSource(commit.pusher) };
      return connect([{ branch: branch === undefined ? null : { name: branch }, push }], 'checkSuites', args);
    },
  };
}

/** GraphQL knows accounts of people alone: a bot is nobody's. */
function gitActorSource(commit: Commit, user: User): Source {
  const isKnown = user.type === 'User' && !isUnmapped(commit, user);
  return {
    name: user.name ?? user.login,
    email: emailOf(user),
    user: isKnown ? { id: nodeId('User', user.id), login: user.login } : null,
  };
}

function coAuthors({ message }: Commit, repo: FakeRepository): readonly User[] {
  const found = [...message.matchAll(/^co-authored-by:.*<\d+\+(.+)@users\.noreply\.github\.com>$/gim)];
  return found.map(([, login = '']) => repo.hub.user(login));
}

/** GitHub cuts the text of a blob at half a megabyte. */
const mostText = 512_000;

function fileSource(commit: Commit, path: string): Source | null {
  const text = commit.files.get(path);
  const name = path.split('/').at(-1) ?? path;
  if (text === undefined) {
    const isFolder = [...commit.files.keys()].some((each) => each.startsWith(`${path}/`));
    return isFolder
      ? { name, path, mode: 0o040000, type: 'tree', object: { __typename: 'Tree', oid: commit.tree } }
      : null;
  }
  const byteSize = Buffer.byteLength(text);
  const isBinary = text.includes('\0');
  const object = {
    __typename: 'Blob',
    text: isBinary ? null : text.slice(0, mostText),
    byteSize,
    isBinary,
    isTruncated: byteSize > mostText,
  };
  return { name, path, mode: 0o100644, type: 'blob', object };
}

function pullSource(asking: Asking, repo: FakeRepository, pull: Pull): Source {
  const { objects } = repo.hub;
  const head = commitSource(asking, repo, objects.get(pull.headSha));
  const isForkGone = repo.hub.findRepository(pull.headRepository) === undefined;
  return {
    id: nodeId('PullRequest', pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    url: `${repo.hub.serverUrl}/${repo.fullName}/pull/${pull.number}`,
    headRefOid: pull.headSha,
    headRefName: pull.headBranch,
    baseRefOid: pull.baseSha,
    baseRefName: pull.base,
    mergedAt: pull.mergedAt,
    mergeCommit: pull.mergeSha === null ? null : commitSource(asking, repo, objects.get(pull.mergeSha)),
    author: actorSource(pull.author),
    headRepository: isForkGone ? null : { nameWithOwner: pull.headRepository },
    baseRepository: { nameWithOwner: repo.fullName },
    labels: (args: Selection['args']) =>
      connect(
        pull.labels.map((name) => ({ id: nodeId('Label', name), name })),
        'labels',
        args,
      ),
    commits: (args: Selection['args']) => {
      const { from, to } = pullRange(repo, pull);
      const commits = objects.between(from, to).map((commit) => ({
        id: nodeId('PullRequestCommit', commit.sha),
        commit: commit.sha === pull.headSha ? head : commitSource(asking, repo, commit),
      }));
      return connect(commits, 'commits', args);
    },
    reviews: (args: Selection['args']) =>
      connect(
        pull.reviews.map((review) => reviewSource(asking, repo, pull, review)),
        'reviews',
        args,
      ),
  };
}

function reviewSource(asking: Asking, repo: FakeRepository, pull: Pull, review: Review): Source {
  const commit = repo.hub.objects.find(review.commitId);
  return {
    id: nodeId('PullRequestReview', review.id),
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    submittedAt: review.submittedAt,
    lastEditedAt: review.edited?.at ?? null,
    editor: review.edited === undefined ? null : actorSource(review.edited.by),
    url: `${repo.hub.serverUrl}/${repo.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`,
    commit: commit === undefined ? null : commitSource(asking, repo, commit),
    author: actorSource(review.user),
  };
}

/** As an actor a bot has no `[bot]` in its login; as the viewer it has (`reference/github.md` section 1a, the sticky comment's author check). */
export function actorSource(user: User): Source {
  return { __typename: user.type, login: user.login.replace(/\[bot\]$/, '') };
}

export function connect(items: readonly Source[], name: string, args: Selection['args']): Source {
  const size = args.first ?? args.last ?? null;
  if (size === null) {
    throw new GraphFault(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (Number(size) < 1 || Number(size) > 100) {
    throw new GraphFault(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the limit of 100 records.`,
    );
  }
  const cursorOf = (index: number) => nodeId('cursor', String(items[index]?.id));
  const cursors = items.map((_, index) => cursorOf(index));
  const start = args.after ? cursors.indexOf(String(args.after)) + 1 : 0;
  const end = args.before ? cursors.indexOf(String(args.before)) : items.length;
  const from = args.first === undefined || args.first === null ? Math.max(start, end - Number(size)) : start;
  const to = Math.min(end, from + Number(size));
  const pageInfo = {
    hasNextPage: to < items.length,
    hasPreviousPage: from > 0,
    startCursor: to > from ? cursors[from] : null,
    endCursor: to > from ? cursors[to - 1] : null,
  };
  return { nodes: items.slice(from, to), pageInfo, totalCount: items.length };
}
