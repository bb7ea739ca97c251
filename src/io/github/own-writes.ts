// What this process wrote to GitHub itself, so that a list that lags behind can not hide it from us.
import type { DeploymentFact, RecordFact, StatusFact } from '../../evidence/fact.ts';

/** Kept for the life of one action run; GitHub's own word wins wherever it lists the same thing. */
export class OwnWrites {
  readonly #deployments = new Map<number, DeploymentFact>();
  readonly #statuses = new Map<number, readonly StatusFact[]>();
  readonly #records = new Map<number, RecordFact>();

  keepDeployment(deployment: DeploymentFact): void {
    this.#deployments.set(deployment.id, deployment);
  }

  /** Ids of the Deployments we made. */
  deploymentIds(): ReadonlySet<number> {
    return new Set(this.#deployments.keys());
  }

  keepStatus(deploymentId: number, status: StatusFact): void {
    this.#statuses.set(deploymentId, [...(this.#statuses.get(deploymentId) ?? []), status]);
  }

  keepRecord(record: RecordFact): void {
    this.#records.set(record.id, record);
  }

  /** The list with our own Deployments of this environment and all our statuses in it, newest first. */
  inDeployments(environment: string, listed: readonly DeploymentFact[]): readonly DeploymentFact[] {
    const known = new Set(listed.map((deployment) => deployment.id));
    const missing = [...this.#deployments.values()].filter(
      (made) => made.environment === environment && !known.has(made.id),
    );
    return [...listed, ...missing]
      .map((deployment) => ({ ...deployment, statuses: this.inStatuses(deployment.id, deployment.statuses) }))
      .sort((a, b) => b.id - a.id);
  }

  /** The statuses with ours in it, oldest first. */
  inStatuses(deploymentId: number, listed: readonly StatusFact[]): readonly StatusFact[] {
    const left = [...listed];
    const missing = (this.#statuses.get(deploymentId) ?? []).filter((own) => {
      const at = left.findIndex((status) => isSameStatus(status, own));
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    // Stable: within one second GitHub's order stays, and ours, which it does not list yet, come last.
    return [...listed, ...missing].sort((a, b) => a.createdAt - b.createdAt);
  }

  /** The check runs of a commit with ours in it. */
  inRecords(sha: string, listed: readonly RecordFact[]): readonly RecordFact[] {
    const known = new Set(listed.map((record) => record.id));
    const missing = [...this.#records.values()].filter((record) => record.sha === sha && !known.has(record.id));
    return [...listed, ...missing].sort((a, b) => a.id - b.id);
  }
}

function isSameStatus(a: StatusFact, b: StatusFact): boolean {
  return a.state === b.state && a.description === b.description && a.logUrl === b.logUrl && a.createdAt === b.createdAt;
}
