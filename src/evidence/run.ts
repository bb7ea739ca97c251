// The facts of the run itself: event, commit, people, addresses. Shell reads them once; rooms get them as a value.

/** The facts of this run, read once by shell. */
export interface Run {
  readonly event: string;
  readonly repository: { readonly owner: string; readonly name: string };
  /** GITHUB_SHA and GITHUB_REF as they are; on pull requests these are the merge commit's, never the head's. */
  readonly sha: string;
  readonly ref: string;
  readonly defaultBranch: string;
  readonly actor: string;
  readonly triggeringActor: string;
  readonly id: number;
  readonly attempt: number;
  readonly job: string;
  readonly workflow: string;
  /** Path of the workflow file, e.g. `.github/workflows/deploy.yml`. */
  readonly workflowPath: string;
  /** Instant this run was created when the event tells, else the start of the action. */
  readonly startedAt: number;
  readonly url: string;
  readonly serverUrl: string;
  readonly pull?: {
    readonly number: number;
    readonly headSha: string;
    readonly baseSha: string;
    /** Branch that it is to be merged into; absent where the event does not tell. */
    readonly baseRef?: string;
    readonly fork: boolean;
    readonly labels: readonly string[];
  };
  readonly mergeGroup?: { readonly headSha: string; readonly baseSha: string; readonly baseRef?: string };
  /** success, failure or cancelled: how the job stands; meaningful in `finish` (post) only. */
  readonly jobStatus: 'success' | 'failure' | 'cancelled';
  /** True when the run was started by a person pressing a button: workflow_dispatch, or a person's re-run of one. */
  readonly byPerson: boolean;
  /** Whether records are signed and checked (a record-key is given), only checked (a key on a pull request's run), or neither (absent). */
  readonly recordKey?: 'signs' | 'checks';
}
