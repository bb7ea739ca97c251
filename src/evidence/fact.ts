// The facts that the world can state, as plain data: what io brings and every pure room reads.
// Instants are milliseconds since the epoch (UTC); a sha has 40 lower-case characters.

/** What the signature of a record said: `signed` by one of our keys, none at all, or one that no key of ours made for this text in this place.
 * Absent where no key was given: nothing was checked. */
export type Seal = 'signed' | 'unsigned' | 'wrong';

export interface Person {
  readonly login: string;
  readonly bot: boolean;
}

export interface CommitFact {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly committedAt: number;
  readonly message: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly previous?: string;
  readonly status: 'added' | 'modified' | 'removed' | 'renamed';
  readonly additions?: number;
  readonly deletions?: number;
  /** Git's name of the file's content at the head; of a removed file the one it had. */
  readonly content?: string;
  /** First and last line of each run of added lines, as the head numbers them; absent where GitHub shows no lines. */
  readonly added?: readonly (readonly [number, number])[];
  /** Digest of the added and removed lines in their order, wherever they stand; absent where GitHub shows no lines (binary, very large). */
  readonly lines?: string;
}

/** What lies between two commits. `status` says how `head` stands to `base`. Over 300 files the two trees were compared. */
export interface Comparison {
  readonly base: string;
  readonly head: string;
  readonly mergeBase: string;
  readonly status: 'identical' | 'ahead' | 'behind' | 'diverged';
  readonly files: readonly ChangedFile[];
  readonly commits: readonly CommitFact[];
  readonly complete: boolean;
  readonly url: string;
}

export interface PullFact {
  readonly number: number;
  readonly title: string;
  readonly author: Person;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly fork: boolean;
  readonly labels: readonly string[];
  readonly body: string;
  readonly mergedAt?: number;
  readonly mergeSha?: string;
  readonly url: string;
}

export interface ReviewFact {
  readonly id: number;
  readonly author: Person;
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed' | 'pending';
  readonly sha?: string;
  readonly body: string;
  readonly submittedAt: number;
  /** Who changed its words since: whoever may write can edit another's. Absent where GitHub does not tell. Its state nobody can edit. */
  readonly edited?: 'never' | 'by-author' | 'by-other';
  readonly editedAt?: number;
  readonly url: string;
}

/** The hands on one commit of a pull request. */
export interface ContributionFact {
  readonly sha: string;
  /** Who wrote it (those of its `Co-authored-by:` lines too), committed it, and pushed it where GitHub tells that; GitHub's own hand left out. */
  readonly people: readonly Person[];
  /** Names, as git has them, of those whom GitHub maps to no account. */
  readonly strangers: readonly string[];
}

export interface CommentFact {
  readonly id: number;
  readonly author: Person;
  readonly body: string;
  readonly createdAt: number;
  /** Changed since it was written, by whomever: GitHub does not say. */
  readonly edited: boolean;
  readonly url: string;
}

export interface IssueFact {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Person;
  readonly labels: readonly string[];
  readonly open: boolean;
  readonly createdAt: number;
  readonly closedAt?: number;
  readonly url: string;
}

export interface TagsFact {
  readonly names: readonly string[];
  /** False when the repository has more tags than were looked at. */
  readonly complete: boolean;
}

/** A check run, a commit status, or (`run`) a workflow run that has no job yet or never got one: it waits, or its file is broken. `workflow` (path),
 * `runId`, `event` and `attempt` (the newest of the run) are known when GitHub Actions made it. */
export interface CiFact {
  readonly kind: 'check-run' | 'status' | 'run';
  readonly id: number;
  readonly name: string;
  readonly app: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: string;
  readonly workflow?: string;
  readonly runId?: number;
  readonly event?: string;
  /** Branch or tag that the run is of. */
  readonly branch?: string;
  readonly attempt?: number;
  readonly startedAt: number;
  readonly completedAt?: number;
  readonly url: string;
}

/** A check run that may be one of our records. Whether it is, record/ decides. */
export interface RecordFact {
  readonly id: number;
  readonly name: string;
  readonly app: string;
  readonly sha: string;
  readonly conclusion: string;
  readonly externalId: string;
  readonly text: string;
  readonly completedAt: number;
  readonly url: string;
  readonly seal?: Seal;
}

export type DeploymentState = 'pending' | 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export interface StatusFact {
  readonly state: DeploymentState;
  readonly description: string;
  readonly createdAt: number;
  readonly logUrl: string;
  readonly creator: string;
  readonly seal?: Seal;
}

/** One GitHub Deployment with all its statuses, oldest first. `payload` is the parsed JSON, whatever it holds. */
export interface DeploymentFact {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: unknown;
  readonly creator: string;
  readonly createdAt: number;
  readonly statuses: readonly StatusFact[];
  /** Of the payload; each status has its own. */
  readonly seal?: Seal;
}

export interface WorkflowRunFact {
  readonly id: number;
  readonly attempt: number;
  readonly path: string;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: string;
  readonly createdAt: number;
  readonly actor: string;
  readonly url: string;
}

export interface FileFact {
  readonly path: string;
  readonly found: boolean;
  readonly text: string;
  readonly at: string;
  readonly url: string;
}

/** The files of a commit. `complete` is false when GitHub cut the list short: then what is not in it may be there. */
export interface PathsFact {
  readonly paths: readonly string[];
  readonly complete: boolean;
}

/** The files below a folder of the workspace, paths from the root of the workspace, sorted. `found` is false when there is no such folder. */
export interface FolderFact {
  readonly found: boolean;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly complete: boolean;
}

export interface ApprovalFact {
  readonly user: string;
  readonly environment: string;
  readonly state: 'approved' | 'rejected';
  readonly comment: string;
}

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** What one side answered when asked which version it runs. */
export interface SideFact {
  readonly side: string;
  readonly answers: boolean;
  readonly version: string;
  readonly sha: string;
  readonly because: string;
  readonly url: string;
}
