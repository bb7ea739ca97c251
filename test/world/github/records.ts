// The things the fake GitHub stores, as plain objects that the builders make, the routes read and the tests look at.

export type Conclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'stale'
  | 'startup_failure';
export type RunStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export type CommitState = 'error' | 'failure' | 'pending' | 'success';
export type DeploymentState = 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success';
export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
  readonly name: string | null;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: User;
  readonly committer: User;
  /** ISO time, to the second. */
  readonly date: string;
  readonly files: ReadonlyMap<string, string>;
  /** GitHub maps the author's address to no account. */
  readonly unmapped?: true;
  /** Who pushed it; absent where no check names the push. */
  readonly pusher?: User;
}

export interface Comment {
  readonly id: number;
  readonly number: number;
  readonly user: User;
  readonly app: App | null;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly author: User;
  readonly app: App | null;
  labels: string[];
  state: 'open' | 'closed';
  stateReason: string | null;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

/** A comment on lines of a pull request's diff, as a review brings it. */
export interface LineComment {
  readonly id: number;
  readonly review: number;
  readonly user: User;
  readonly path: string;
  readonly body: string;
  readonly line: number;
  readonly startLine: number | null;
  readonly hunk: string;
  readonly commitId: string;
  readonly createdAt: string;
}

export interface Review {
  readonly id: number;
  readonly user: User;
  state: ReviewState;
  body: string;
  edited?: { readonly by: User; readonly at: string };
  readonly commitId: string;
  readonly submittedAt: string;
}

export interface Pull extends Issue {
  readonly base: string;
  readonly baseSha: string;
  readonly headBranch: string;
  /** `owner/name` of the repository the head branch lives in; differs from the base's for a fork. */
  readonly headRepository: string;
  /** Follows the head branch while the pull request is open. */
  headSha: string;
  draft: boolean;
  readonly reviews: Review[];
  readonly lineComments: LineComment[];
  mergedAt: string | null;
  mergedBy: User | null;
  mergeSha: string | null;
  /** Commits that the merge put on the base branch (one for squash and merge, each for rebase). */
  landed: readonly string[];
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: number;
  readonly sha: string;
  name: string;
  readonly app: App;
  status: RunStatus;
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null; annotations: Annotation[] };
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: CommitState;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: User;
  readonly createdAt: string;
}

export interface Workflow {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  state: 'active' | 'disabled_manually' | 'disabled_inactivity';
  readonly createdAt: string;
}

export interface Job {
  readonly run: WorkflowRun;
  readonly attempt: number;
  /** Job and check run share their id, as on GitHub. */
  readonly checkRun: CheckRun;
}

export interface Approval {
  readonly user: string;
  readonly state: 'approved' | 'rejected' | 'pending';
  readonly comment?: string;
  readonly environments: readonly string[];
}

export interface WorkflowRun {
  readonly id: number;
  readonly number: number;
  attempt: number;
  readonly workflow: Workflow;
  readonly headSha: string;
  readonly headBranch: string | null;
  /** `owner/name`; a fork's for a pull request from one. */
  readonly headRepository: string;
  readonly event: string;
  status: RunStatus;
  conclusion: Conclusion | null;
  readonly actor: User;
  readonly suite: number;
  readonly title: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly jobs: Job[];
  readonly approvals: Approval[];
  readonly pulls: readonly number[];
}

export interface Artifact {
  readonly id: number;
  readonly run: WorkflowRun;
  readonly name: string;
  /** What the zip holds, path to text. */
  readonly files: Readonly<Record<string, string>>;
  /** The archive itself, where it is not what `files` makes. */
  readonly zip?: Buffer;
  readonly expired: boolean;
  readonly createdAt: string;
}

export type ScannerState = 'on' | 'off';

export interface CodeAlert {
  readonly number: number;
  readonly ref: string;
  readonly tool: string;
  readonly rule: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical' | null;
  readonly level: 'none' | 'note' | 'warning' | 'error';
  readonly state: 'open' | 'dismissed' | 'fixed';
  readonly at: string;
}

/** One look of a scanner at a commit. */
export interface Analysis {
  readonly id: number;
  readonly ref: string;
  readonly sha: string;
  readonly tool: string;
  readonly error: string;
  readonly at: string;
}

export interface DependencyAlert {
  readonly number: number;
  readonly package: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly state: 'open' | 'dismissed' | 'fixed' | 'auto_dismissed';
  readonly at: string;
}

export interface SecretAlert {
  readonly number: number;
  readonly kind: string;
  readonly secret: string;
  readonly state: 'open' | 'resolved';
  readonly at: string;
}

export interface Attestation {
  /** What was signed: a statement, or a text that is none. */
  readonly statement: unknown;
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly creator: User;
  readonly app: App | null;
  readonly createdAt: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly originalEnvironment: string;
  readonly payload: unknown;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creator: User;
  readonly app: App | null;
  readonly createdAt: string;
  /** Oldest first; lists over HTTP are newest first. */
  readonly statuses: DeploymentStatus[];
}

export interface Environment {
  readonly id: number;
  readonly name: string;
  readonly reviewers: readonly string[];
  readonly waitMinutes: number;
  readonly preventSelfReview: boolean;
  readonly createdAt: string;
}

export interface Protection {
  readonly requiredChecks: readonly string[];
  readonly requiredReviews: number;
}

/** A workflow_dispatch or repository_dispatch that arrived. */
export interface Dispatch {
  readonly kind: 'workflow_dispatch' | 'repository_dispatch';
  /** Path of the workflow, or the event type. */
  readonly name: string;
  readonly ref: string | null;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly at: string;
}

/** Tells an issue that is a pull request from one that is not. */
export function isPull(issue: Issue | Pull): issue is Pull {
  return 'headSha' in issue;
}
