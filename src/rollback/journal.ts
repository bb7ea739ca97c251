// How a rollback is written into the record: its own Deployment, and a last word on the one that was left.

import { type Beginning, begin } from '../record/begin.ts';
import type { Attempt } from '../record/history.ts';
import type { RollbackPayload } from '../record/payload.ts';
import type { DeploymentStore, NewStatus } from '../record/store.ts';
import { statusOf } from '../record/words.ts';
import type { Proof } from './proof.ts';
import type { Target } from './target.ts';
import { nameOf } from './way.ts';

export interface JournalPlace {
  readonly run: RollbackPayload['run'];
  readonly environment: string;
  readonly unit: string;
  readonly leg: string;
  readonly how: string;
  readonly reason: string;
  readonly severity: string;
}

/** The Deployment of task deploy:rollback. Its commit is the target's: `target.sha` must be known. */
export function beginningOf(target: Target, from: Attempt | undefined, place: JournalPlace): Beginning {
  const payload: RollbackPayload = {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'rollback',
    drill: false,
    run: place.run,
    environment: place.environment,
    unit: place.unit,
    leg: place.leg,
    version: target.version,
    artifact: target.artifact,
    sha: target.sha,
    from: from === undefined ? null : { deploymentId: from.id, sha: from.sha, version: from.payload.version },
    to: { deploymentId: target.deploymentId ?? 0, sha: target.sha, version: target.version },
    how: place.how,
    reason: place.reason,
    severity: place.severity,
    pulls: pullsOf(from),
  };
  return { task: 'deploy:rollback', description: `Back to ${nameOf(target)}`, payload };
}

/** The last word on the Deployment that was left; undefined when there is none, or when it has this word already. */
export function lastWord(
  from: Attempt | undefined,
  target: Target,
  rollbackId: number,
  logUrl: string,
): NewStatus | undefined {
  if (from === undefined || from.sha === target.sha) return undefined;
  if (from.happened.some(({ entry }) => entry.kind === 'rolled-back')) return undefined;
  return statusOf({
    state: 'failure',
    entry: { kind: 'rolled-back', to: nameOf(target), deploymentId: rollbackId },
    logUrl,
  });
}

/** Pull requests that the left Deployment carried: their comments tell the story. */
export function pullsOf(from: Attempt | undefined): readonly number[] {
  return from === undefined || from.payload.kind === 'migration' ? [] : from.payload.pulls;
}

export interface Journal {
  readonly leg: string;
  readonly journal: (how: string) => JournalPlace;
  readonly began: (deploymentId: number) => void;
  readonly notRecorded: (because: string) => void;
}

export interface Desk {
  readonly deployments: DeploymentStore;
  readonly run: { readonly url: string };
  readonly state: { save(key: string, value: string): void };
}

export interface Move {
  readonly target: Target;
  readonly from: Attempt | undefined;
  readonly way: { readonly kind: string; readonly side: string };
}

/** Records a rollback after traffic is back. What could not be written is said and never undoes the switch: the next run writes it. */
export async function writeJournal(
  desk: Desk,
  course: Journal,
  { target, from, way }: Move,
  proof: Proof,
): Promise<void> {
  const said = { leg: course.leg, logUrl: desk.run.url };
  try {
    const place = course.journal(way.kind);
    const switched = { kind: 'rollback', phase: 'switched', detail: `to ${way.side}` } as const;
    const { attempt } = await begin(desk.deployments, beginningOf(target, from, place), switched, said);
    course.began(attempt.id);
    desk.state.save('rollback', String(attempt.id));
    desk.state.save('unit', place.unit);
    const entry = { kind: 'rollback', phase: proof.ok ? 'verified' : 'failed', detail: proof.words } as const;
    await desk.deployments.say(attempt.id, statusOf({ ...said, state: proof.ok ? 'success' : 'failure', entry }));
    const word = lastWord(from, target, attempt.id, desk.run.url);
    if (word !== undefined && from !== undefined) await desk.deployments.say(from.id, word);
  } catch (error) {
    course.notRecorded(error instanceof Error ? error.message : String(error));
  }
}
