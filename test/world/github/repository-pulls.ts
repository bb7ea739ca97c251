// The conversation side of a fake repository: issues, pull requests, reviews, comments and labels.
import type { Moment } from './clock.ts';
import type { Hub } from './hub.ts';
import type { Comment, Commit, Issue, Pull, Review, ReviewState } from './records.ts';
import { isPull } from './records.ts';
import { GitRepository, type RepositoryOptions } from './repository-git.ts';

export interface NewIssue {
  readonly title: string;
  readonly body?: string | null;
  readonly author?: string;
  readonly labels?: readonly string[];
  readonly at?: Moment;
}

export interface NewPull extends NewIssue {
  readonly branch: string;
  /** Default: the default branch. */
  readonly base?: string;
  readonly draft?: boolean;
  /** The repository of the head branch when it is a fork. */
  readonly from?: GitRepository;
}

export interface NewReview {
  readonly user: string;
  readonly state?: ReviewState;
  readonly body?: string;
  /** Default: the pull request's present head. */
  readonly commitId?: string;
  readonly at?: Moment;
}

export class PullRepository extends GitRepository {
  readonly issues = new Map<number, Issue | Pull>();
  readonly comments = new Map<number, Comment>();
  #lastNumber = 0;

  constructor(hub: Hub, fullName: string, options: RepositoryOptions & { readonly source?: GitRepository } = {}) {
    super(hub, fullName, options);
    this.onPush((branch, sha) => followHead(this, branch, sha));
  }

  issue(made: NewIssue): Issue {
    const issue = this.#newIssue(made);
    this.issues.set(issue.number, issue);
    return issue;
  }

  openPull(made: NewPull): Pull {
    const source = made.from ?? this;
    const base = made.base ?? this.defaultBranch;
    const pull: Pull = {
      ...this.#newIssue(made),
      base,
      baseSha: this.head(base),
      headBranch: made.branch,
      headRepository: source.fullName,
      headSha: source.head(made.branch),
      draft: made.draft ?? false,
      reviews: [],
      lineComments: [],
      mergedAt: null,
      mergedBy: null,
      mergeSha: null,
      landed: [],
    };
    this.issues.set(pull.number, pull);
    return pull;
  }

  pulls(): Pull[] {
    return [...this.issues.values()].filter(isPull);
  }

  closePull(pull: Pull, at?: Moment): void {
    pull.state = 'closed';
    pull.closedAt = this.hub.clock.stamp(at);
    pull.updatedAt = pull.closedAt;
  }

  /** Presses the merge button; returns the commit now at the end of the base branch. */
  merge(
    pull: Pull,
    method: 'squash' | 'merge' | 'rebase' = 'squash',
    how: { readonly by?: string; readonly at?: Moment } = {},
  ): Commit {
    if (pull.state !== 'open') throw new Error(`pull request #${pull.number} is not open`);
    const by = this.hub.user(how.by ?? pull.author.login);
    const message =
      method === 'merge'
        ? `Merge pull request #${pull.number} from ${pull.headRepository.split('/')[0]}/${pull.headBranch}\n\n${pull.title}`
        : `${pull.title} (#${pull.number})`;
    const landed = this.mergeCommits(pull.base, pull.headSha, { method, message, by, author: pull.author, at: how.at });
    const last = landed.at(-1);
    if (last === undefined) throw new Error(`pull request #${pull.number} has no commits`);
    this.closePull(pull, how.at);
    Object.assign(pull, {
      mergedAt: pull.closedAt,
      mergedBy: by,
      mergeSha: last.sha,
      landed: landed.map((commit) => commit.sha),
    });
    return last;
  }

  /** A submitted review; GitHub lets nobody approve their own pull request. */
  review(pull: Pull, made: NewReview): Review {
    const state = made.state ?? 'APPROVED';
    if (made.user.toLowerCase() === pull.author.login.toLowerCase() && state !== 'COMMENTED') {
      throw new Error('Review Can not approve your own pull request');
    }
    const review: Review = {
      id: this.hub.nextId(),
      user: this.hub.user(made.user),
      state,
      body: made.body ?? '',
      commitId: made.commitId ?? pull.headSha,
      submittedAt: this.hub.clock.stamp(made.at),
    };
    pull.reviews.push(review);
    return review;
  }

  /** Changes what a review says, as its author or anybody who may write can. */
  editReview(review: Review, by: string, body: string): void {
    review.body = body;
    review.edited = { by: this.hub.user(by), at: this.hub.clock.stamp() };
  }

  dismiss(review: Review): void {
    review.state = 'DISMISSED';
  }

  comment(on: Issue | number, user: string, body: string, how: { readonly at?: Moment } = {}): Comment {
    const at = this.hub.clock.stamp(how.at);
    const comment: Comment = {
      id: this.hub.nextId(),
      number: typeof on === 'number' ? on : on.number,
      user: this.hub.user(user),
      app: this.hub.appOf(user),
      body,
      createdAt: at,
      updatedAt: at,
    };
    this.comments.set(comment.id, comment);
    return comment;
  }

  editComment(comment: Comment, body: string, at?: Moment): void {
    comment.body = body;
    comment.updatedAt = this.hub.clock.stamp(at);
  }

  /** Oldest first. */
  commentsOf(on: Issue | number): Comment[] {
    const number = typeof on === 'number' ? on : on.number;
    return [...this.comments.values()].filter((comment) => comment.number === number);
  }

  label(on: Issue, ...labels: readonly string[]): void {
    on.labels = [...new Set([...on.labels, ...labels])];
  }

  unlabel(on: Issue, label: string): void {
    on.labels = on.labels.filter((name) => name !== label);
  }

  /** The merge-button test commit of an open pull request: GITHUB_SHA of `pull_request` events. */
  mergeRef(pull: Pull): Commit {
    return this.testMerge(this.head(pull.base), pull.headSha);
  }

  #newIssue(made: NewIssue): Issue {
    this.#lastNumber += 1;
    const at = this.hub.clock.stamp(made.at);
    const author = made.author ?? 'octocat';
    return {
      id: this.hub.nextId(),
      number: this.#lastNumber,
      title: made.title,
      body: made.body ?? null,
      author: this.hub.user(author),
      app: this.hub.appOf(author),
      labels: [...(made.labels ?? [])],
      state: 'open',
      stateReason: null,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
    };
  }
}

/** An open pull request's head is wherever its branch is, in whichever repository it was opened. */
function followHead(pushed: PullRepository, branch: string, sha: string): void {
  for (const repository of pushed.hub.repositories.values()) {
    for (const pull of repository.pulls()) {
      const isHead = pull.headRepository === pushed.fullName && pull.headBranch === branch;
      if (isHead && pull.state === 'open') pull.headSha = sha;
    }
  }
}
