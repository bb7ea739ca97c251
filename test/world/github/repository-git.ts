// The git side of a fake repository: branches, tags, commits, and the three ways to merge.
import type { Moment } from './clock.ts';
import type { Hub } from './hub.ts';
import type { Commit, Protection, Role, User } from './records.ts';

/** Path to new text; null deletes the file. */
export type FileChanges = Readonly<Record<string, string | null>>;

export interface RepositoryOptions {
  readonly defaultBranch?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Default true: in a public repository every token may read, whatever its permissions. */
  readonly private?: boolean;
  readonly at?: Moment;
}

export interface NewCommit {
  /** Made from the default branch when it does not exist yet. */
  readonly branch?: string;
  readonly files?: FileChanges;
  readonly message?: string;
  readonly author?: string;
  /** Default: the author. */
  readonly committer?: string;
  /** GitHub maps the author's address to no account. */
  readonly unmapped?: true;
  readonly pusher?: string;
  readonly at?: Moment;
}

export class GitRepository {
  readonly hub: Hub;
  readonly id: number;
  readonly owner: User;
  readonly name: string;
  readonly defaultBranch: string;
  readonly isPrivate: boolean;
  readonly isFork: boolean;
  readonly createdAt: string;
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();
  readonly protections = new Map<string, Protection>();
  readonly roles = new Map<string, Role>();
  readonly #pushListeners: ((branch: string, sha: string) => void)[] = [];

  constructor(hub: Hub, fullName: string, options: RepositoryOptions & { readonly source?: GitRepository } = {}) {
    const [owner = '', name = ''] = fullName.split('/');
    if (owner === '' || name === '') throw new Error(`a repository is called owner/name, not ${fullName}`);
    this.hub = hub;
    this.id = hub.nextId();
    this.owner = hub.user(owner, { type: 'Organization' });
    this.name = name;
    this.defaultBranch = options.source?.defaultBranch ?? options.defaultBranch ?? 'main';
    this.isPrivate = options.source?.isPrivate ?? options.private ?? true;
    this.isFork = options.source !== undefined;
    this.createdAt = hub.clock.stamp(options.at);
    for (const [branch, sha] of options.source?.branches ?? []) this.branches.set(branch, sha);
    if (options.source === undefined) this.#begin(options);
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`;
  }

  /** Sha at the end of a branch. */
  head(branch: string = this.defaultBranch): string {
    const sha = this.branches.get(branch);
    if (sha === undefined) throw new Error(`${this.fullName} has no branch ${branch}`);
    return sha;
  }

  branch(name: string, from: string = this.head()): string {
    this.#push(name, this.hub.objects.get(from).sha);
    return from;
  }

  commit(made: NewCommit = {}): Commit {
    const branch = made.branch ?? this.defaultBranch;
    const parent = this.hub.objects.get(this.branches.get(branch) ?? this.head());
    const author = this.hub.user(made.author ?? 'octocat');
    return this.#add(branch, {
      files: applyChanges(parent.files, made.files ?? {}),
      parents: [parent.sha],
      message: made.message ?? `Change ${Object.keys(made.files ?? {}).join(', ') || 'nothing'}`,
      author,
      ...(made.committer === undefined ? {} : { committer: this.hub.user(made.committer) }),
      ...(made.unmapped === undefined ? {} : { unmapped: made.unmapped }),
      ...(made.pusher === undefined ? {} : { pusher: this.hub.user(made.pusher) }),
      at: made.at,
    });
  }

  tag(name: string, sha: string = this.head()): void {
    this.tags.set(name, this.hub.objects.get(sha).sha);
  }

  /** Path to text at a commit, branch or tag: what a checkout would hold. */
  filesAt(ref: string = this.head()): Record<string, string> {
    const commit = this.resolve(ref);
    if (commit === undefined) throw new Error(`${this.fullName} has no ref ${ref}`);
    return Object.fromEntries(commit.files);
  }

  protect(branch: string, rule: Partial<Protection> = {}): void {
    this.protections.set(branch, {
      requiredChecks: rule.requiredChecks ?? [],
      requiredReviews: rule.requiredReviews ?? 0,
    });
  }

  collaborator(login: string, role: Role): User {
    this.roles.set(login.toLowerCase(), role);
    return this.hub.user(login);
  }

  roleOf(login: string): Role {
    if (login.toLowerCase() === this.owner.login.toLowerCase()) return 'admin';
    return this.roles.get(login.toLowerCase()) ?? (this.isPrivate ? 'none' : 'read');
  }

  /** The commit a branch, tag, full ref name or sha (also a beginning of 7 characters or more) stands for. */
  resolve(ref: string): Commit | undefined {
    const short = ref.replace(/^(refs\/)?(heads|tags)\//, '');
    const sha = this.branches.get(short) ?? this.tags.get(short) ?? ref;
    const commit = this.hub.objects.findByPrefix(sha);
    return commit;
  }

  /** Puts `head` on `branch` as GitHub's three buttons do; says which commits the branch got. */
  mergeCommits(
    branch: string,
    head: string,
    how: {
      readonly method: 'merge' | 'squash' | 'rebase';
      readonly message: string;
      readonly by: User;
      readonly author: User;
      readonly at?: Moment | undefined;
    },
  ): Commit[] {
    const { objects } = this.hub;
    const tip = this.head(branch);
    const fork = objects.get(objects.mergeBase(tip, head) ?? tip);
    if (how.method === 'rebase') {
      return objects.between(tip, head).map((commit) => {
        const onto = objects.get(this.head(branch));
        const files = mergeFiles(objects.get(commit.parents[0] ?? fork.sha), onto, commit);
        return this.#add(branch, {
          files,
          parents: [onto.sha],
          message: commit.message,
          author: commit.author,
          committer: how.by,
          at: how.at,
        });
      });
    }
    const files = mergeFiles(fork, objects.get(tip), objects.get(head));
    const parents = how.method === 'merge' ? [tip, head] : [tip];
    const author = how.method === 'merge' ? how.by : how.author;
    return [this.#add(branch, { files, parents, message: how.message, author, committer: how.by, at: how.at })];
  }

  /** The commit GitHub makes under `refs/pull/N/merge` to test a pull request; on no branch. */
  testMerge(base: string, head: string): Commit {
    const { objects, clock } = this.hub;
    const fork = objects.get(objects.mergeBase(base, head) ?? base);
    const author = this.hub.user('web-flow');
    return objects.commit({
      files: mergeFiles(fork, objects.get(base), objects.get(head)),
      parents: [base, head],
      message: `Merge ${head} into ${base}`,
      author,
      committer: author,
      date: clock.stamp(),
    });
  }

  protected onPush(listener: (branch: string, sha: string) => void): void {
    this.#pushListeners.push(listener);
  }

  #begin(options: RepositoryOptions): void {
    const author = this.hub.user('octocat');
    const files = new Map(Object.entries(options.files ?? { 'README.md': `# ${this.name}\n` }));
    this.#add(this.defaultBranch, { files, parents: [], message: 'Begin', author, at: options.at });
  }

  #add(
    branch: string,
    made: {
      files: ReadonlyMap<string, string>;
      parents: string[];
      message: string;
      author: User;
      committer?: User;
      unmapped?: true;
      pusher?: User;
      at?: Moment | undefined;
    },
  ): Commit {
    const { at, ...rest } = made;
    const commit = this.hub.objects.commit({
      ...rest,
      committer: made.committer ?? made.author,
      date: this.hub.clock.stamp(at),
    });
    this.#push(branch, commit.sha);
    return commit;
  }

  #push(branch: string, sha: string): void {
    this.branches.set(branch, sha);
    for (const tell of this.#pushListeners) tell(branch, sha);
  }
}

function applyChanges(files: ReadonlyMap<string, string>, changes: FileChanges): Map<string, string> {
  const next = new Map(files);
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) next.delete(path);
    else next.set(path, text);
  }
  return next;
}

/** Three-way merge by whole files; both sides changing one file differently is a conflict. */
function mergeFiles(fork: Commit, ours: Commit, theirs: Commit): Map<string, string> {
  const changes: Record<string, string | null> = {};
  for (const path of new Set([...fork.files.keys(), ...theirs.files.keys()])) {
    const [before, mine, other] = [fork.files.get(path), ours.files.get(path), theirs.files.get(path)];
    if (before === other || mine === other) continue;
    if (mine !== before) throw new MergeConflict(path);
    changes[path] = other ?? null;
  }
  return applyChanges(ours.files, changes);
}

export class MergeConflict extends Error {
  constructor(path: string) {
    super(`merge conflict in ${path}: both sides changed it`);
  }
}
