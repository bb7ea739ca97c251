// Gathers what the report is made from: the records of a pull request's commits and the Deployments that carried it, read afresh.
import { z } from 'zod';
import type { DeploymentFact, RecordFact } from '../evidence/fact.ts';
import type { ReportSource } from '../world.ts';
import type { Shell } from './assemble.ts';

/** Deployments whose records are read for one report; older ones have nothing to say to a reader. */
const newestDeployments = 6;

/** What a report is about; a part of every evidence record. */
export const subjectShape = z.strictObject({
  environment: z.string(),
  deploymentId: z.number().int().nullable(),
  sha: z.string(),
  pulls: z.array(z.number().int()).readonly(),
  leg: z.string(),
});
export type Subject = z.infer<typeof subjectShape>;

/** Reads records and Deployments for one pull request, or, without one, of the judged commit alone. Unreadable parts are left out. */
export async function reportSource(shell: Shell, subject: Subject, pull: number | undefined): Promise<ReportSource> {
  const { world } = shell;
  const deploymentsOf = (environment: string) => world.ask({ kind: 'deployments', environment });
  const recordsOf = (sha: string) => world.ask({ kind: 'records', sha });
  // What is wanted whatever the others say is asked for at once.
  const [environments, head, own, ownRecords] = await Promise.all([
    world.ask({ kind: 'environments' }),
    pull === undefined ? undefined : world.ask({ kind: 'pull', number: pull }),
    deploymentsOf(subject.environment),
    recordsOf(subject.sha),
  ]);
  const others = new Set(environments.kind === 'known' ? environments.value : []);
  others.delete(subject.environment);
  const lists = [own, ...(await Promise.all([...others].map(deploymentsOf)))];
  const all = lists.flatMap((list) => (list.kind === 'known' ? list.value : []));
  const concerned = all
    .filter((one) => one.id === subject.deploymentId || carries(one, pull))
    .slice(0, newestDeployments);
  const shas = new Set(concerned.map((one) => one.sha));
  if (head?.kind === 'known') shas.add(head.value.headSha);
  shas.delete(subject.sha);
  const records = [ownRecords, ...(await Promise.all([...shas].map(recordsOf)))];
  return {
    pull,
    repository: world.run.repository,
    serverUrl: world.run.serverUrl,
    records: distinct(records.flatMap((list) => (list.kind === 'known' ? list.value : []))),
    deployments: all,
    now: world.clock.now(),
  };
}

function carries(deployment: DeploymentFact, pull: number | undefined): boolean {
  const payload = deployment.payload;
  if (pull === undefined || typeof payload !== 'object' || payload === null || !('pulls' in payload)) return false;
  return Array.isArray(payload.pulls) && payload.pulls.includes(pull);
}

function distinct(records: readonly RecordFact[]): readonly RecordFact[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}
