// The rivals of a rollback: others of the same place that were begun before it, who started them, and how the later one gives way.
import type { DeploymentFact } from '../evidence/fact.ts';
import type { Entry } from '../record/entry.ts';
import { type Attempt, readHistory, rollbacks, unfinished } from '../record/history.ts';
import { switched } from '../record/running.ts';
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
  /** The newest Deployment that was known when this rollback was decided: what is older was judged then. Undefined where no record was read. */
  readonly known: number | undefined;
}

/** The rollback of another run that went to the same version from a list that did not show it in time; undefined when there is none. */
export async function twinOf(
  { deployments, run }: Omit<Port, 'ask'>,
  own: Own & { readonly sha: string },
): Promise<Attempt | undefined> {
  const listed = await deployments.list(own.environment, newestListed).catch(() => []);
  return rivalOf(listed, own, run.id, (one) => one.sha === own.sha);
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

/** The first rollback of another run in the same place that was begun before ours and after ours was decided, and that acts or has acted. */
export function rivalOf(
  listed: readonly DeploymentFact[],
  own: Own,
  runId: number,
  isLike: (one: Attempt) => boolean = () => true,
): Attempt | undefined {
  const { known } = own;
  return rollbacks(readHistory(listed, own))
    .filter(({ id, payload }) => id < own.id && payload.run.id !== runId && meets(payload, own.leg))
    .filter((one) => unfinished(one) || (known !== undefined && switched(one)))
    .filter((one) => (known === undefined || one.id > known) && isLike(one))
    .at(-1);
}

function meets(payload: Attempt['payload'], leg: string): boolean {
  const theirs = payload.kind === 'rollback' ? payload.leg : '';
  return theirs === '' || leg === '' || theirs === leg;
}
