// The rivals of a rollback: others of the same place that were begun before it, who started them, and how the later one gives way.
import type { DeploymentFact } from '../evidence/fact.ts';
import type { Entry } from '../record/entry.ts';
import { type Attempt, readHistory, rollbacks, unfinished } from '../record/history.ts';
import { statusOf } from '../record/words.ts';
import type { RollbackPort } from './port.ts';

type Port = Pick<RollbackPort, 'ask' | 'run' | 'deployments'>;

/** So many Deployments are listed to find who else began one: those of this moment are the newest. */
export const newestListed = 100;

/** A Deployment of ours by its place. */
export interface Own {
  readonly id: number;
  readonly environment: string;
  readonly unit: string;
  readonly leg: string;
}

/** The rollback of another run that went to the same version from a list that did not show it in time; undefined when there is none. `left`: those
 * of dead runs. */
export async function twinOf(
  { deployments, run }: Omit<Port, 'ask'>,
  own: Own & { readonly sha: string },
  left: readonly Attempt[],
): Promise<Attempt | undefined> {
  const listed = await deployments.list(own.environment, newestListed).catch(() => []);
  const mine = listed.find(({ id }) => id === own.id);
  return othersBefore(listed, own, run.id).find(
    (one) =>
      one.sha === own.sha &&
      !left.some(({ id }) => id === one.id) &&
      (unfinished(one) || (mine !== undefined && (one.endedAt ?? 0) >= mine.createdAt)),
  );
}

/** Says on a Deployment of ours that another one does its work. Trouble with GitHub changes nothing: post tries again. */
export async function endAs({ deployments, run }: Omit<Port, 'ask'>, id: number, other: Attempt, leg: string) {
  const entry: Entry = { kind: 'ended', how: 'superseded', detail: `rollback ${other.id}` };
  await deployments.say(id, statusOf({ state: 'inactive', entry, leg, logUrl: run.url })).catch(() => undefined);
}

/** Who started the run of a rollback, as far as GitHub tells. */
export async function presserOf({ ask }: Pick<Port, 'ask'>, { payload }: Attempt): Promise<string> {
  const told = await ask({ kind: 'run', id: payload.run.id });
  return told.kind === 'known' ? told.value.actor : `Run ${payload.run.id}`;
}

/** Rollbacks of other runs with a lower id that concern the same place, the lowest first. */
export function othersBefore(listed: readonly DeploymentFact[], own: Own, runId: number): readonly Attempt[] {
  return rollbacks(readHistory(listed, own))
    .filter(({ id, payload }) => id < own.id && payload.run.id !== runId && meets(payload, own.leg))
    .toSorted((a, b) => a.id - b.id);
}

function meets(payload: Attempt['payload'], leg: string): boolean {
  const theirs = payload.kind === 'rollback' ? payload.leg : '';
  return theirs === '' || leg === '' || theirs === leg;
}
