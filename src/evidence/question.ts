// What can be asked of the world, as data: each kind of question with what is asked and what is told.
import type { AlertSource, AlertsFact } from './alert.ts';
import type { ArtifactFileFact, AttestationFact, ImageFact } from './artifact.ts';
import type {
  ApprovalFact,
  CiFact,
  CommentFact,
  CommitFact,
  Comparison,
  ContributionFact,
  DeploymentFact,
  FileFact,
  FolderFact,
  IssueFact,
  PathsFact,
  Permission,
  PullFact,
  RecordFact,
  ReviewFact,
  TagsFact,
  WorkflowRunFact,
} from './fact.ts';
import type { DnsFact, HttpFact, TcpFact, TlsFact } from './network.ts';
import type { AlertingFact, FlagFact, MetricFact, SourceAsked, SqlFact } from './service.ts';

/** Kind by kind: the words of the question and the value of a known answer. Adding a kind is one line here and one in io/github/answers or io/network. */
export interface Asked {
  readonly 'default-branch': { readonly ask: object; readonly told: { readonly name: string; readonly sha: string } };
  /** The head of a branch. One that is not there is unknown. */
  readonly branch: {
    readonly ask: { readonly name: string };
    readonly told: { readonly name: string; readonly sha: string };
  };
  readonly commit: { readonly ask: { readonly sha: string }; readonly told: CommitFact };
  readonly comparison: { readonly ask: { readonly base: string; readonly head: string }; readonly told: Comparison };
  readonly 'pulls-of': { readonly ask: { readonly sha: string }; readonly told: readonly PullFact[] };
  /** The newest pull requests from branches of that name, of forks too, whether open or not. */
  readonly 'pulls-from': {
    readonly ask: { readonly ref: string };
    readonly told: readonly Pick<PullFact, 'number' | 'headSha' | 'baseRef'>[];
  };
  readonly pull: { readonly ask: { readonly number: number }; readonly told: PullFact };
  readonly 'pull-files': { readonly ask: { readonly number: number }; readonly told: Comparison };
  readonly reviews: { readonly ask: { readonly pull: number }; readonly told: readonly ReviewFact[] };
  /** Who had a hand in each commit of a pull request. */
  readonly contributions: { readonly ask: { readonly pull: number }; readonly told: readonly ContributionFact[] };
  /** What people wrote below an issue or a pull request, oldest first. */
  readonly comments: { readonly ask: { readonly number: number }; readonly told: readonly CommentFact[] };
  /** Issues with a label, newest first, pull requests left out; `since`: those touched at that instant (ms) or later. */
  readonly issues: {
    readonly ask: { readonly label: string; readonly state: 'open' | 'all'; readonly since?: number };
    readonly told: readonly IssueFact[];
  };
  /** The tags that point at a commit, annotated or not. */
  readonly 'tags-of': { readonly ask: { readonly sha: string }; readonly told: TagsFact };
  /** All check runs and commit statuses of a commit, newest last, ours among them. */
  readonly ci: { readonly ask: { readonly sha: string }; readonly told: readonly CiFact[] };
  /** The check runs of a commit whose name begins `boring-deploys / `. */
  readonly records: { readonly ask: { readonly sha: string }; readonly told: readonly RecordFact[] };
  /** All Deployments of an environment, newest first. */
  /** `newest`: no more than about so many, where more would only cost time. */
  readonly deployments: {
    readonly ask: { readonly environment: string; readonly newest?: number };
    readonly told: readonly DeploymentFact[];
  };
  /** The names of the environments that have Deployments. */
  readonly environments: { readonly ask: object; readonly told: readonly string[] };
  readonly run: { readonly ask: { readonly id: number }; readonly told: WorkflowRunFact };
  /** The newest runs of a workflow file, newest first. */
  readonly 'workflow-runs': { readonly ask: { readonly workflow: string }; readonly told: readonly WorkflowRunFact[] };
  /** A file in the artifact of the newest run of `workflow` (any, when it is not named) on a commit; without a path, whether the artifact is there. */
  readonly 'artifact-file': {
    readonly ask: {
      readonly artifact: string;
      readonly workflow?: string;
      readonly path: string;
      readonly sha: string;
    };
    readonly told: ArtifactFileFact;
  };
  /** The open alerts of a scanner; `ref` (`refs/heads/main`, `refs/pull/1/merge`) matters to code scanning alone, else it is empty. */
  readonly alerts: { readonly ask: { readonly source: AlertSource; readonly ref: string }; readonly told: AlertsFact };
  /** What GitHub keeps as attested of a digest (`sha256:…`). */
  readonly attestations: { readonly ask: { readonly digest: string }; readonly told: readonly AttestationFact[] };
  /** What a registry says of an image (`registry/name:tag`, `registry/name@sha256:…`); never on the event of a pull request. */
  readonly image: { readonly ask: { readonly reference: string }; readonly told: ImageFact };
  readonly approvals: { readonly ask: { readonly runId: number }; readonly told: readonly ApprovalFact[] };
  readonly permission: { readonly ask: { readonly login: string }; readonly told: Permission };
  readonly 'team-members': { readonly ask: { readonly team: string }; readonly told: readonly string[] };
  readonly 'environment-reviewers': {
    readonly ask: { readonly environment: string };
    readonly told: readonly string[];
  };
  /** The names of the secrets or variables of an environment; `environment` empty: of the repository. */
  readonly 'setting-names': {
    readonly ask: { readonly of: 'secrets' | 'variables'; readonly environment: string };
    readonly told: readonly string[];
  };
  /** A file of the repository at a commit, through the API. A file that is not there is known: `found` is false. */
  readonly file: { readonly ask: { readonly path: string; readonly sha: string }; readonly told: FileFact };
  /** A file of another repository (`owner/name`) at a full sha. `found` is false too when the token cannot see that repository. */
  readonly 'foreign-file': {
    readonly ask: { readonly repository: string; readonly path: string; readonly sha: string };
    readonly told: FileFact;
  };
  /** A file of the checked-out workspace. */
  readonly 'workspace-file': { readonly ask: { readonly path: string }; readonly told: FileFact };
  /** All files of the repository at a commit, by path. */
  readonly paths: { readonly ask: { readonly sha: string }; readonly told: PathsFact };
  /** All files below a folder of the workspace; links are not followed. */
  readonly 'workspace-paths': { readonly ask: { readonly folder: string }; readonly told: FolderFact };
  /** The commit that is checked out, empty when there is no checkout. */
  readonly checkout: { readonly ask: object; readonly told: { readonly sha: string } };
  /** What a command of the trusted policy says, run in the workspace; never on the event of a pull request. `said`: its last line. */
  readonly command: {
    readonly ask: { readonly line: string | readonly string[]; readonly timeoutMs: number; readonly whole?: boolean };
    readonly told: {
      readonly code: number;
      readonly timedOut: boolean;
      readonly said: string;
      /** All it wrote to its output, asked for by `whole`. */
      readonly output?: string;
    };
  };
  /** One GET; never on the event of a pull request, as all that follow. `timeoutMs` is for the whole answer. */
  readonly http: { readonly ask: { readonly url: string; readonly timeoutMs: number }; readonly told: HttpFact };
  /** The certificate that `host` (`name` or `name:port`, else 443) shows. */
  readonly tls: { readonly ask: { readonly host: string }; readonly told: TlsFact };
  readonly dns: { readonly ask: { readonly host: string }; readonly told: DnsFact };
  /** Whether `address` (`host:port`) accepts a connection. */
  readonly tcp: { readonly ask: { readonly address: string }; readonly told: TcpFact };
  /** One number for each query text, all of one instant: `agoMs` before now. Placeholders are filled in already, `windowMs` for {{window}}. */
  readonly metric: {
    readonly ask: SourceAsked & {
      readonly texts: readonly string[];
      readonly windowMs: number;
      readonly agoMs: number;
    };
    readonly told: readonly MetricFact[];
  };
  readonly alerting: { readonly ask: SourceAsked; readonly told: AlertingFact };
  /** Percent (0 to 100) of every side, as the router tells. */
  readonly weights: {
    readonly ask: {
      readonly router: string;
      readonly sides: readonly [string, string];
      readonly options: Readonly<Record<string, unknown>>;
      readonly environment: string;
      readonly leg: string;
    };
    readonly told: Readonly<Record<string, number>>;
  };
  /** One statement in a transaction that may not write. Only `url` may hold `${NAME}`. */
  readonly sql: {
    readonly ask: { readonly url: string; readonly query: string; readonly timeoutMs: number };
    readonly told: SqlFact;
  };
  /** A feature flag at its provider, in one environment. */
  readonly flag: {
    readonly ask: {
      readonly provider: string;
      readonly options: Readonly<Record<string, unknown>>;
      readonly environment: string;
      readonly name: string;
    };
    readonly told: FlagFact;
  };
}

export type QuestionKind = keyof Asked;
export type QuestionOf<K extends QuestionKind> = { readonly [P in K]: { readonly kind: P } & Asked[P]['ask'] }[K];
export type Question = QuestionOf<QuestionKind>;
export type Told<K extends QuestionKind> = Asked[K]['told'];
