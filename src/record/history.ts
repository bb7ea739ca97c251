// The history of one environment and unit: Deployments that carry our payload, with what their statuses say happened.
import type { DeploymentFact, DeploymentState, Seal } from '../evidence/fact.ts';
import type { Happened } from './entry.ts';
import { type Payload, payload as payloadShape } from './payload.ts';
import { countedStatuses, isBelieved } from './seal.ts';
import type { Task } from './store.ts';
import { readEntry } from './words.ts';

/** One Deployment of ours. */
export interface Attempt {
  readonly id: number;
  readonly sha: string;
  readonly task: Task;
  readonly environment: string;
  readonly unit: string;
  readonly payload: Payload;
  /** State of the newest status; `pending` while there is none. */
  readonly state: DeploymentState;
  /** Oldest first. */
  readonly happened: readonly Happened[];
  /** Login that made the Deployment. */
  readonly creator: string;
  readonly beganAt: number;
  /** The first success, whatever came later: `inactive` and even `failure: rolled back` do not undo that it once succeeded. */
  readonly succeededAt?: number;
  /** When the newest unbroken run of final states began; absent while unfinished. */
  readonly endedAt?: number;
  /** What the payload's signature said; absent where no key was given. */
  readonly seal?: Seal;
  /** Number of statuses left out for want of a signature; absent when there is none. */
  readonly ignored?: number;
}

export interface History {
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  /** Deployments without our marker, such as those GitHub makes for a job's `environment:`. */
  readonly foreign: number;
  /** Deployments with our marker whose payload, commit or task does not hold together: shown, never acted on. */
  readonly malformed: number;
  /** Deployments that ask to be believed without the signature that a given key demands, newest first. They prove nothing; what in them can
   * only close (a lock, one under way, a contract migration) counts all the same. */
  readonly unsigned: readonly Attempt[];
}

export const emptyHistory: History = { attempts: [], foreign: 0, malformed: 0, unsigned: [] };

const kinds: Readonly<Record<Payload['kind'], readonly Task[]>> = {
  deploy: ['deploy'],
  migration: ['deploy:migration'],
  rollback: ['deploy:rollback', 'deploy:drill'],
  lock: ['deploy:lock'],
};

/** Reads the Deployments of an environment. Those of other environments and units are left out and not counted. */
export function readHistory(
  facts: readonly DeploymentFact[],
  of: { readonly environment: string; readonly unit: string },
): History {
  const here = facts.filter((fact) => fact.environment === of.environment);
  const read = here.map((fact) => ({ fact, payload: markedPayload(fact.payload) }));
  const ours = read.flatMap(({ fact, payload }) => (payload === undefined ? [] : [attemptOf(fact)]));
  const sorted = ours
    .flatMap((attempt) => (attempt === undefined || attempt.unit !== of.unit ? [] : [attempt]))
    .sort((a, b) => b.id - a.id);
  return {
    attempts: sorted.filter(({ seal }) => isBelieved(seal)),
    unsigned: sorted.filter(({ seal }) => !isBelieved(seal)),
    foreign: read.filter(({ payload }) => payload === undefined).length,
    malformed: ours.filter((attempt) => attempt === undefined).length,
  };
}

/** The attempt that a Deployment is; undefined when it is not ours or does not hold together. */
export function attemptOf(fact: DeploymentFact): Attempt | undefined {
  const parsed = payloadShape.safeParse(markedPayload(fact.payload));
  if (!parsed.success) return undefined;
  const payload = parsed.data;
  const task = kinds[payload.kind].find((known) => known === fact.task);
  // A payload copied to another commit or environment proves nothing about this one.
  if (task === undefined || payload.sha !== fact.sha || payload.environment !== fact.environment) return undefined;
  // On a Deployment that is not believed itself all count: nothing in it proves anything anyway.
  const counted = isBelieved(fact.seal) ? countedStatuses(fact.statuses, payload.kind) : fact.statuses;
  const happened = counted.map((status): Happened => {
    const { entry, leg, at } = readEntry(status.description);
    return {
      state: status.state,
      entry,
      ...(leg === undefined ? {} : { leg }),
      // Nothing can be written before it happened.
      at: at === undefined ? status.createdAt : Math.min(at, status.createdAt),
      logUrl: status.logUrl,
    };
  });
  return {
    id: fact.id,
    sha: fact.sha,
    task,
    environment: fact.environment,
    unit: payload.unit,
    payload,
    state: happened.at(-1)?.state ?? 'pending',
    happened,
    creator: fact.creator,
    beganAt: fact.createdAt,
    ...milestones(happened),
    ...(fact.seal === undefined ? {} : { seal: fact.seal }),
    ...(counted.length === fact.statuses.length ? {} : { ignored: fact.statuses.length - counted.length }),
  };
}

/** All of ours, believed or not, newest first: for what can only close. */
export function withUnsigned(history: History): readonly Attempt[] {
  return [...history.attempts, ...history.unsigned].sort((a, b) => b.id - a.id);
}

/** Newest state pending, queued or in_progress. */
export function unfinished(attempt: Attempt): boolean {
  return isUnfinishedState(attempt.state);
}

/** The Deployments that went forward (task `deploy`), newest first. */
export function forwards(history: History): readonly Attempt[] {
  return history.attempts.filter((attempt) => attempt.task === 'deploy');
}

/** The rollbacks, newest first; drills are none. */
export function rollbacks(history: History): readonly Attempt[] {
  return history.attempts.filter((attempt) => attempt.task === 'deploy:rollback');
}

/** The migration Deployments that name this one as their parent, newest first. */
export function childrenOf(history: History, id: number): readonly Attempt[] {
  return history.attempts.filter(({ payload }) => payload.kind === 'migration' && payload.parent === id);
}

/** The Deployments that a run began, newest first. */
export function begunBy(history: History, runId: number): readonly Attempt[] {
  return history.attempts.filter(({ payload }) => payload.run.id === runId);
}

function milestones(happened: readonly Happened[]): Pick<Attempt, 'succeededAt' | 'endedAt'> {
  const success = happened.find(({ state }) => state === 'success');
  const lastOpen = happened.findLastIndex(({ state }) => isUnfinishedState(state));
  const end = happened[lastOpen + 1];
  return {
    ...(success === undefined ? {} : { succeededAt: success.at }),
    ...(end === undefined ? {} : { endedAt: end.at }),
  };
}

function isUnfinishedState(state: DeploymentState): boolean {
  return state === 'pending' || state === 'queued' || state === 'in_progress';
}

/** The payload with our marker; GitHub hands out what was sent as an object or a string, some clients encode it a second time. */
function markedPayload(value: unknown, layers = 2): object | undefined {
  if (typeof value === 'string' && layers > 0) return markedPayload(parsed(value), layers - 1);
  if (typeof value !== 'object' || value === null || !('marker' in value)) return undefined;
  return value.marker === 'boring-deploys' ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
