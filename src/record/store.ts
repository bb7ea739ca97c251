// The port of the record's life cycle: Deployments and their statuses, append-only. io/github/deployments serves it.
import type { DeploymentFact, DeploymentState, StatusFact } from '../evidence/fact.ts';

export type Task = 'deploy' | 'deploy:migration' | 'deploy:rollback' | 'deploy:drill' | 'deploy:lock';

export interface NewDeployment {
  readonly sha: string;
  readonly environment: string;
  readonly task: Task;
  readonly description: string;
  readonly payload: object;
}

export interface NewStatus {
  readonly state: DeploymentState;
  /** At most 140 characters: made by record/words. */
  readonly description: string;
  readonly logUrl: string;
  readonly environmentUrl?: string;
}

/** Every call has a deadline and retries what is safe to repeat; it throws a Problem-like error when GitHub refuses (403 names the permission). */
export interface DeploymentStore {
  /** Makes a Deployment of exactly this sha (never a merge: `auto_merge` and `required_contexts` are off, `auto_inactive` too). */
  create(deployment: NewDeployment): Promise<DeploymentFact>;
  /** Adds a status; there is no way to change or remove one. */
  say(id: number, status: NewStatus): Promise<void>;
  /** All Deployments of an environment, newest first, read afresh. */
  list(environment: string, newest?: number): Promise<readonly DeploymentFact[]>;
  /** The statuses of one Deployment, oldest first, cheaply (conditional request): for a running bake. */
  statuses(id: number): Promise<readonly StatusFact[]>;
}
