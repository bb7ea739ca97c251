// Begins a Deployment once, however many legs or re-runs of one run begin it: create, list afresh, the lowest id wins.
import type { DeploymentFact } from '../evidence/fact.ts';
import type { Entry } from './entry.ts';
import { type Attempt, attemptOf, unfinished } from './history.ts';
import type { Payload } from './payload.ts';
import type { DeploymentStore, NewDeployment, NewStatus } from './store.ts';
import { statusOf } from './words.ts';

/** A Deployment to make. Environment and commit are the payload's own, so that the two can not differ. */
export interface Beginning extends Pick<NewDeployment, 'task' | 'description'> {
  readonly payload: Payload;
}

export interface Begun {
  readonly attempt: Attempt;
  /** `created` by this call; `resumed`: an unfinished one of this run stood already; `joined`: another leg of this run was first, ours was ended. */
  readonly how: 'created' | 'resumed' | 'joined';
}

/** GitHub's lists may lag behind what was just made (reference: 2 to 5 s were seen): so long a leg waits before it looks for a twin again, ms. */
export const secondLook = 3000;

export interface Saying {
  readonly logUrl: string;
  readonly leg?: string;
  /** Waits so many milliseconds; given, legs that begin at once look for each other a second time. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** Makes the Deployment, or goes on with the unfinished one that this run has for the same task, environment, unit and commit. Writes `entry`
 * as in_progress when nothing is said on it yet. Throws what the store throws. */
export async function begin(
  store: DeploymentStore,
  wanted: Beginning,
  entry: Entry,
  { wait, ...said }: Saying,
): Promise<Begun> {
  const before = await siblings(store, wanted);
  const standing = before.at(-1);
  if (standing !== undefined) return { attempt: await opened(store, standing, entry, said), how: 'resumed' };
  const { payload, task, description } = wanted;
  const made = await store.create({ sha: payload.sha, environment: payload.environment, task, description, payload });
  let first = (await siblings(store, wanted, made)).at(-1);
  if (wait !== undefined && first?.id === made.id && payload.kind === 'deploy' && payload.legs.length > 1) {
    await wait(secondLook);
    first = (await siblings(store, wanted, made)).at(-1);
  }
  if (first !== undefined && first.id !== made.id) {
    const ended: Entry = { kind: 'ended', how: 'superseded', detail: String(first.id) };
    await store.say(made.id, statusOf({ ...said, state: 'inactive', entry: ended }));
    return { attempt: first, how: 'joined' };
  }
  return { attempt: await opened(store, first ?? ownAttempt(made), entry, said), how: 'created' };
}

/** Unfinished Deployments of the same run and purpose, newest first. `made` is added where the list lags behind. */
async function siblings(store: DeploymentStore, wanted: Beginning, made?: DeploymentFact): Promise<readonly Attempt[]> {
  const { payload, task } = wanted;
  const listed = await store.list(payload.environment);
  const facts = made === undefined || listed.some(({ id }) => id === made.id) ? listed : [...listed, made];
  return facts
    .flatMap((fact) => attemptOf(fact) ?? [])
    .filter((attempt) => unfinished(attempt) && attempt.task === task && samePurpose(attempt.payload, payload))
    .sort((a, b) => b.id - a.id);
}

function samePurpose(a: Payload, b: Payload): boolean {
  return a.kind === b.kind && a.run.id === b.run.id && a.unit === b.unit && a.sha === b.sha && legOf(a) === legOf(b);
}

/** Legs of a matrix share one forward Deployment; migrations and rollbacks of one leg are its own. */
function legOf(payload: Payload): string {
  return payload.kind === 'deploy' ? '' : payload.leg;
}

async function opened(
  store: DeploymentStore,
  attempt: Attempt,
  entry: Entry,
  said: { readonly logUrl: string; readonly leg?: string },
): Promise<Attempt> {
  if (attempt.happened.length > 0) return attempt;
  const status: NewStatus = statusOf({ ...said, state: 'in_progress', entry });
  await store.say(attempt.id, status);
  const leg = said.leg === undefined || said.leg === '' ? {} : { leg: said.leg };
  const happened = [{ state: status.state, entry, ...leg, at: attempt.beganAt, logUrl: said.logUrl }];
  return { ...attempt, state: status.state, happened };
}

function ownAttempt(made: DeploymentFact): Attempt {
  const attempt = attemptOf(made);
  if (attempt !== undefined) return attempt;
  throw new Error(
    `GitHub answered Deployment ${made.id} with another payload, commit or task than was sent. This is a fault, please report it.`,
  );
}
