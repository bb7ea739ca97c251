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
  const [environments, head] = await Promise.all([
    world.ask({ kind: 'environments' }),
    pull === undefined ? undefined : world.ask({ kind: 'pull', number: pull }),
  ]);
  const names = [...new Set([subject.environment, ...(environments.kind === 'known' ? environments.value : [])])];
  const lists = await Promise.all(names.map((environment) => world.ask({ kind: 'deployments', environment })));
  const all = lists.flatMap((list) => (list.kind === 'known' ? list.value : []));
  const concerned = all
    .filter((one) => one.id === subject.deploymentId || carries(one, pull))
    .slice(0, newestDeployments);
  const shas = [
    ...new Set([
      subject.sha,
      ...concerned.map((one) => one.sha),
      ...(head?.kind === 'known' ? [head.value.headSha] : []),
    ]),
  ];
  const records = await Promise.all(shas.map((sha) => world.ask({ kind: 'records', sha })));
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
