// GitHub in memory: the facts that questions are answered from, and a Deployment store that appends to them.

import type { AlertSource, AlertsFact } from '../../../src/evidence/alert.ts';
import { type Answer, type Ask, keyOf, known, type Unknown, unknown } from '../../../src/evidence/answer.ts';
import type { ArtifactFileFact, AttestationFact, ImageFact } from '../../../src/evidence/artifact.ts';
import type {
  ApprovalFact,
  CiFact,
  CommentFact,
  CommitFact,
  Comparison,
  ContributionFact,
  DeploymentFact,
  FolderFact,
  IssueFact,
  Permission,
  PullFact,
  RecordFact,
  ReviewFact,
  StatusFact,
  WorkflowRunFact,
} from '../../../src/evidence/fact.ts';
import type { NetworkKind } from '../../../src/evidence/network.ts';
import type { Question, QuestionKind, QuestionOf } from '../../../src/evidence/question.ts';
import { Problem } from '../../../src/kit/problem.ts';
import type { DeploymentStore, NewDeployment, NewStatus } from '../../../src/record/store.ts';
import type { Clock } from '../../../src/world.ts';

const url = 'https://github.example/octo-org/shop';

/** A sha made of one repeated pair, readable in tests: sha('a') is forty a's. */
export function sha(letter: string): string {
  return letter.repeat(40).slice(0, 40);
}

export class MemoryGithub {
  readonly defaultBranch = { name: 'main', sha: sha('f') };
  /** Heads of branches beside the default one. */
  readonly branches = new Map<string, string>();
  readonly commits = new Map<string, CommitFact>();
  readonly comparisons = new Map<string, Comparison>();
  readonly pullsOf = new Map<string, readonly PullFact[]>();
  readonly pulls = new Map<number, PullFact>();
  readonly pullFiles = new Map<number, Comparison>();
  readonly reviews = new Map<number, readonly ReviewFact[]>();
  /** Hands on the commits of pull requests; where nothing is said, its author's alone. */
  readonly contributions = new Map<number, readonly ContributionFact[]>();
  /** Comments by the number of their issue or pull request. */
  readonly comments = new Map<number, readonly CommentFact[]>();
  issues: readonly IssueFact[] = [];
  /** Tags by name, each with the commit it points at. */
  readonly tags = new Map<string, string>();
  readonly ci = new Map<string, readonly CiFact[]>();
  readonly records = new Map<string, readonly RecordFact[]>();
  readonly runs = new Map<number, WorkflowRunFact>();
  readonly workflowRuns = new Map<string, readonly WorkflowRunFact[]>();
  readonly approvals = new Map<number, readonly ApprovalFact[]>();
  readonly permissions = new Map<string, Permission>();
  readonly teams = new Map<string, readonly string[]>();
  readonly reviewers = new Map<string, readonly string[]>();
  /** Repository files by `path` (any commit) or `path@sha`. */
  readonly files = new Map<string, string>();
  /** Files of other repositories, by `owner/name//path@sha`. */
  readonly foreign = new Map<string, string>();
  readonly workspace = new Map<string, string>();
  /** What commands say, by their line as JSON. */
  readonly commands = new Map<string, Answer<'command'>>();
  /** What the network says, by the question's key. */
  readonly network = new Map<string, Answer<NetworkKind>>();
  /** Files of artifacts by `artifact/path@sha`. */
  readonly artifacts = new Map<string, ArtifactFileFact>();
  readonly alerts = new Map<AlertSource, AlertsFact>();
  /** By digest. */
  readonly attestations = new Map<string, readonly AttestationFact[]>();
  readonly images = new Map<string, ImageFact>();
  /** Names by `environment/secrets` and `environment/variables`; those of the repository by `/secrets`. */
  readonly settings = new Map<string, readonly string[]>();
  checkout = '';
  /** False: GitHub cuts the list of a commit's files short, here to nothing. */
  listed = true;
  deployments: DeploymentFact[] = [];
  /** Kinds (or whole questions) that nobody can answer just now. */
  readonly silent = new Map<string, Unknown>();
  /** Every question asked, in order. */
  readonly asked: Question[] = [];
  readonly #clock: Clock;
  #nextId = 9001;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly ask: Ask = async <K extends QuestionKind>(question: QuestionOf<K>): Promise<Answer<K>> => {
    this.asked.push(question as Question);
    const silent = this.silent.get(question.kind) ?? this.silent.get(keyOf(question));
    if (silent !== undefined) return silent;
    return this.#tell(question as Question) as Answer<K>;
  };

  #tell(question: Question): Answer<QuestionKind> {
    switch (question.kind) {
      case 'default-branch':
        return known(this.defaultBranch);
      case 'branch': {
        const head = this.branches.get(question.name);
        return found(head === undefined ? undefined : { name: question.name, sha: head }, `branch ${question.name}`);
      }
      case 'commit':
        return found(this.commits.get(question.sha), `commit ${question.sha}`);
      case 'comparison':
        return found(
          this.comparisons.get(`${question.base}...${question.head}`),
          `${question.base}...${question.head}`,
        );
      case 'pulls-of':
        return known(this.pullsOf.get(question.sha) ?? []);
      case 'pulls-from':
        return known([...this.pulls.values()].filter(({ headRef }) => headRef === question.ref));
      case 'pull':
        return found(this.pulls.get(question.number), `pull request ${question.number}`);
      case 'pull-files':
        return found(this.pullFiles.get(question.number), `files of pull request ${question.number}`);
      case 'reviews':
        return known(this.reviews.get(question.pull) ?? []);
      case 'contributions': {
        const pull = this.pulls.get(question.pull);
        const own = pull === undefined ? [] : [{ sha: pull.headSha, people: [pull.author], strangers: [] }];
        return known(this.contributions.get(question.pull) ?? own);
      }
      case 'comments':
        return known(this.comments.get(question.number) ?? []);
      case 'issues':
        return known(
          this.issues.filter(
            ({ labels, open }) => labels.includes(question.label) && (question.state === 'all' || open),
          ),
        );
      case 'tags-of':
        return known({
          names: [...this.tags].flatMap(([name, sha]) => (sha === question.sha ? [name] : [])),
          complete: true,
        });
      case 'ci':
        return known(this.ci.get(question.sha) ?? []);
      case 'records':
        return known(this.records.get(question.sha) ?? []);
      case 'deployments':
        return known(
          this.#newestFirst()
            .filter((one) => one.environment === question.environment)
            .slice(0, question.newest),
        );
      case 'environments':
        return known([...new Set(this.deployments.map((one) => one.environment))]);
      case 'run':
        return found(this.runs.get(question.id), `run ${question.id}`);
      case 'workflow-runs':
        return known(this.workflowRuns.get(question.workflow) ?? []);
      case 'artifact-file': {
        const { artifact, path, sha: at } = question;
        const because = `no artifact ${artifact} in the newest run of ci.yml`;
        const none = { found: false, because, remedy: 'upload it there', pending: false } as const;
        return known(this.artifacts.get(`${artifact}/${path}@${at}`) ?? none);
      }
      case 'alerts':
        return found(this.alerts.get(question.source), `${question.source}`);
      case 'attestations':
        return known(this.attestations.get(question.digest) ?? []);
      case 'image': {
        const because = `there is no ${question.reference}`;
        return known(this.images.get(question.reference) ?? { found: false, because });
      }
      case 'approvals':
        return known(this.approvals.get(question.runId) ?? []);
      case 'permission':
        return known(this.permissions.get(question.login) ?? 'none');
      case 'team-members':
        return found(this.teams.get(question.team), `team ${question.team}`);
      case 'environment-reviewers':
        return known(this.reviewers.get(question.environment) ?? []);
      case 'file':
        return known(
          file(
            question.path,
            this.files.get(`${question.path}@${question.sha}`) ?? this.files.get(question.path),
            question.sha,
          ),
        );
      case 'foreign-file': {
        const { repository, path, sha: at } = question;
        return known(file(path, this.foreign.get(`${repository}//${path}@${at}`), at));
      }
      case 'workspace-file':
        return known(file(question.path, this.workspace.get(question.path), 'the workspace'));
      case 'command':
        return this.commands.get(JSON.stringify(question.line)) ?? found(undefined, `command ${question.line}`);
      case 'http':
      case 'tls':
      case 'dns':
      case 'tcp':
      case 'metric':
      case 'alerting':
      case 'weights':
      case 'sql':
      case 'flag':
        return this.network.get(keyOf(question)) ?? found(undefined, `answer to ${question.kind}`);
      case 'setting-names':
        return known(this.settings.get(`${question.environment}/${question.of}`) ?? []);
      case 'paths':
        return known({ paths: this.listed ? this.#paths(question.sha) : [], complete: this.listed });
      case 'workspace-paths':
        return known(this.folder(question.folder));
      case 'checkout':
        return known({ sha: this.checkout });
    }
  }

  #paths(at: string): readonly string[] {
    const here = [...this.files.keys()].filter((key) => !/@[0-9a-z]{40}$/.test(key) || key.endsWith(`@${at}`));
    return [...new Set(here.map((key) => key.replace(/@[0-9a-z]{40}$/, '')))].sort();
  }

  /** What stands below a folder of the workspace. */
  folder(name: string): FolderFact {
    const root = name === '.' ? '' : `${name.replace(/\/+$/, '')}/`;
    const below = [...this.workspace].filter(([path]) => path.startsWith(root)).sort();
    return {
      found: below.length > 0,
      files: below.map(([path, text]) => ({ path, bytes: text.length })),
      complete: true,
    };
  }

  readonly store: DeploymentStore = {
    create: async (asked: NewDeployment) => this.#create(asked),
    say: async (id: number, status: NewStatus) => this.say(id, status),
    list: async (environment: string) => {
      this.#mustSpeak();
      return this.#newestFirst().filter((one) => one.environment === environment);
    },
    statuses: async (id: number) => {
      this.#mustSpeak();
      return this.deployment(id).statuses;
    },
  };

  /** Makes all writes and fresh reads fail, as when GitHub is down. */
  down = false;

  #mustSpeak(): void {
    if (this.down) {
      throw new Problem({
        what: 'GitHub does not answer',
        where: url,
        fix: 'Re-run when it is back.',
        reason: 'github-down',
      });
    }
  }

  #create(asked: NewDeployment): DeploymentFact {
    this.#mustSpeak();
    const made: DeploymentFact = {
      id: this.#nextId,
      sha: asked.sha,
      ref: asked.sha,
      task: asked.task,
      environment: asked.environment,
      description: asked.description,
      payload: JSON.parse(JSON.stringify(asked.payload)),
      creator: 'github-actions[bot]',
      createdAt: this.#clock.now(),
      statuses: [],
    };
    this.#nextId += 1;
    this.deployments = [...this.deployments, made];
    return made;
  }

  /** Adds a status as anybody would. */
  say(id: number, status: NewStatus): void {
    this.#mustSpeak();
    if (status.description.length > 140)
      throw new Error(`A status of ${status.description.length} characters: ${status.description}`);
    const said: StatusFact = {
      state: status.state,
      description: status.description,
      createdAt: this.#clock.now(),
      logUrl: status.logUrl,
      creator: 'github-actions[bot]',
    };
    this.deployments = this.deployments.map((one) =>
      one.id === id ? { ...one, statuses: [...one.statuses, said] } : one,
    );
  }

  deployment(id: number): DeploymentFact {
    const one = this.deployments.find((each) => each.id === id);
    if (one === undefined) throw new Error(`No deployment ${id} in this memory`);
    return one;
  }

  /** The words of all statuses of a deployment, with their states. */
  story(id: number): readonly string[] {
    return this.deployment(id).statuses.map((status) => `${status.state}: ${status.description}`);
  }

  #newestFirst(): readonly DeploymentFact[] {
    return [...this.deployments].sort((a, b) => b.id - a.id);
  }
}

function found<T>(value: T | undefined, what: string): Answer<never> {
  return (value === undefined ? unknown(`${what} is not there`, 'check the name') : known(value)) as Answer<never>;
}

function file(path: string, text: string | undefined, at: string) {
  return { path, found: text !== undefined, text: text ?? '', at, url: `${url}/blob/${at}/${path}` };
}
