// A repository of the fake GitHub as tests build and read it; adds environments, deployments and dispatches.
import type { Moment } from './clock.ts';
import type { Deployment, DeploymentState, DeploymentStatus, Dispatch, Environment } from './records.ts';
import { RunsRepository } from './repository-runs.ts';
import { Security } from './security.ts';

export interface NewDeployment {
  /** Branch, tag or sha; default: the default branch. */
  readonly ref?: string;
  readonly sha?: string;
  readonly task?: string;
  readonly environment?: string;
  readonly payload?: unknown;
  readonly description?: string | null;
  readonly transient?: boolean;
  readonly production?: boolean;
  readonly creator?: string;
  readonly at?: Moment;
  /** Oldest first. */
  readonly statuses?: readonly NewDeploymentStatus[];
}

export interface NewDeploymentStatus {
  readonly state: DeploymentState;
  readonly description?: string;
  readonly environment?: string;
  readonly environmentUrl?: string;
  readonly logUrl?: string;
  readonly creator?: string;
  readonly at?: Moment;
}

export class FakeRepository extends RunsRepository {
  readonly security = new Security(this.hub);
  readonly environments = new Map<string, Environment>();
  /** Names of secrets and variables by `environment/secrets`, in lower case; those of the repository by `/secrets`. */
  readonly settings = new Map<string, readonly string[]>();
  readonly dispatches: Dispatch[] = [];
  readonly #deployments = new Map<number, Deployment>();

  environment(
    name: string,
    made: Partial<Omit<Environment, 'id' | 'name' | 'createdAt'>> & { readonly at?: Moment } = {},
  ): Environment {
    const known = this.environments.get(name.toLowerCase());
    if (known !== undefined) return known;
    const environment: Environment = {
      id: this.hub.nextId(),
      name,
      reviewers: made.reviewers ?? [],
      waitMinutes: made.waitMinutes ?? 0,
      preventSelfReview: made.preventSelfReview ?? false,
      createdAt: this.hub.clock.stamp(made.at),
    };
    this.environments.set(name.toLowerCase(), environment);
    return environment;
  }

  deployment(made: NewDeployment = {}): Deployment {
    const ref = made.ref ?? made.sha ?? this.defaultBranch;
    const sha = made.sha ?? this.resolve(ref)?.sha;
    if (sha === undefined) throw new Error(`${this.fullName} has no ref ${ref}`);
    const name = made.environment ?? 'production';
    const creator = made.creator ?? 'github-actions[bot]';
    // Deploying to an environment nobody set up creates it.
    this.environment(name, made.at === undefined ? {} : { at: made.at });
    const deployment: Deployment = {
      id: this.hub.nextId(),
      sha,
      ref,
      task: made.task ?? 'deploy',
      environment: name,
      originalEnvironment: name,
      payload: made.payload ?? {},
      description: made.description ?? null,
      transient: made.transient ?? false,
      production: made.production ?? name === 'production',
      creator: this.hub.user(creator),
      app: this.hub.appOf(creator),
      createdAt: this.hub.clock.stamp(made.at),
      statuses: [],
    };
    this.#deployments.set(deployment.id, deployment);
    for (const status of made.statuses ?? [])
      this.deploymentStatus(deployment, { at: deployment.createdAt, ...status });
    return deployment;
  }

  /** Adds a status and nothing else: the rule of auto_inactive belongs to the REST route. */
  deploymentStatus(deployment: Deployment, made: NewDeploymentStatus): DeploymentStatus {
    const creator = made.creator ?? deployment.creator.login;
    const status: DeploymentStatus = {
      id: this.hub.nextId(),
      state: made.state,
      description: made.description ?? '',
      environment: made.environment ?? deployment.environment,
      environmentUrl: made.environmentUrl ?? '',
      logUrl: made.logUrl ?? '',
      creator: this.hub.user(creator),
      app: this.hub.appOf(creator),
      createdAt: this.hub.clock.stamp(made.at),
    };
    deployment.statuses.push(status);
    return status;
  }

  /** Oldest first. */
  deployments(): Deployment[] {
    return [...this.#deployments.values()];
  }

  findDeployment(id: number): Deployment | undefined {
    return this.#deployments.get(id);
  }

  /** A copy of this repository under another owner, for pull requests from a fork. */
  fork(owner: string): FakeRepository {
    this.hub.user(owner);
    const fork = new FakeRepository(this.hub, `${owner}/${this.name}`, { source: this });
    this.hub.repositories.set(fork.fullName.toLowerCase(), fork);
    return fork;
  }
}
