// How a rollback is written into the record: its own Deployment, and a last word on the one that was left.

import type { Ask } from '../evidence/answer.ts';
import type { Run } from '../evidence/run.ts';
import { type Beginning, begin } from '../record/begin.ts';
import type { Entry } from '../record/entry.ts';
import { type Attempt, begunBy, readHistory, unfinished } from '../record/history.ts';
import { lock } from '../record/lock.ts';
import type { RollbackPayload } from '../record/payload.ts';
import { wasLeft } from '../record/running.ts';
import type { DeploymentStore, NewStatus } from '../record/store.ts';
import { statusOf } from '../record/words.ts';
import type { Proof } from './proof.ts';
import { endAs, presserOf, twinOf } from './rival.ts';
import { asTarget, type Target } from './target.ts';
import { flagWords, type Moved, nameOf } from './way.ts';

export interface JournalPlace {
  readonly run: RollbackPayload['run'];
  readonly environment: string;
  readonly unit: string;
  readonly leg: string;
  readonly how: string;
  readonly reason: string;
  readonly severity: string;
  /** When the watch after it ends, ms since the epoch; undefined without one. */
  readonly watchUntil?: number | undefined;
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

/** The last words on the Deployment that was left; none when there is none, or when it has them already. A rollback without a Deployment of
 * its own (nobody knows the commit that runs now) says here, too, where the users are. */
export function lastWords(
  { from, target, way }: Pick<Move, 'from' | 'target' | 'way'>,
  rollbackId: number,
  said: { readonly leg: string; readonly logUrl: string },
): readonly NewStatus[] {
  if (from === undefined || from.sha === target.sha) return [];
  if (from.happened.some(({ entry }) => entry.kind === 'rolled-back')) return [];
  const restored: Entry = { kind: 'restored', side: way.side, because: 'rollback' };
  const entry: Entry = { kind: 'rolled-back', to: nameOf(target), deploymentId: rollbackId };
  return (rollbackId === 0 ? [restored, entry] : [entry]).map((one) =>
    statusOf({ ...said, state: 'failure', entry: one }),
  );
}

/** Pull requests that the left Deployment carried: their comments tell the story. */
export function pullsOf(from: Attempt | undefined): readonly number[] {
  return from === undefined || from.payload.kind === 'migration' ? [] : from.payload.pulls;
}

export interface Journal {
  readonly leg: string;
  readonly journal: (how: string) => JournalPlace;
  readonly began: (deploymentId: number) => void;
  readonly begunId: () => number | undefined;
  readonly note: (...notes: readonly string[]) => void;
  readonly notRecorded: (because: string) => void;
}

export interface Desk {
  readonly ask: Ask;
  readonly deployments: DeploymentStore;
  readonly run: Run;
  readonly state: { save(key: string, value: string): void };
}

/** Begins the rollback's own Deployment before it acts, for a workflow whose gate opens for it. Throws what GitHub refuses: without it that
 * gate stays closed. */
export async function beginEarly(
  desk: Desk,
  course: Journal,
  { target, from, own }: Pick<Move, 'target' | 'from' | 'own'>,
): Promise<void> {
  if (own !== undefined && unfinished(own)) return;
  const place = course.journal('redeploy');
  desk.state.save('rollback', 'begun');
  desk.state.save('unit', place.unit);
  const planned: Entry = { kind: 'rollback', phase: 'planned', detail: `${nameOf(target)} by a workflow` };
  const said = { leg: course.leg, logUrl: desk.run.url };
  course.began((await begin(desk.deployments, beginningOf(target, from, place), planned, said)).attempt.id);
}

/** Ends what was begun early where users could not be moved. What could not be written is said; post tries again. */
export async function endFailed(desk: Desk, course: Journal, because: string): Promise<void> {
  const id = course.begunId();
  if (id === undefined) return;
  const entry: Entry = { kind: 'rollback', phase: 'failed', detail: because };
  try {
    await desk.deployments.say(id, statusOf({ leg: course.leg, logUrl: desk.run.url, state: 'failure', entry }));
  } catch (error) {
    course.notRecorded(error instanceof Error ? error.message : String(error));
  }
}

export interface Move {
  readonly target: Target;
  readonly from: Attempt | undefined;
  readonly own: Attempt | undefined;
  readonly left: readonly Attempt[];
  readonly way: Moved;
  readonly moved: boolean;
  /** An earlier attempt acted and could not record it. */
  readonly owed?: boolean | undefined;
  /** The newest Deployment that the decision knew. */
  readonly known?: number | undefined;
}

/** Whether there is anything to write: users were moved, or the record does not say yet where they are. */
export function isDue(move: Move): boolean {
  const { target, from, own, left, moved } = move;
  if (moved || left.length > 0 || move.owed === true) return true;
  if (own === undefined) return from !== undefined && from.sha !== target.sha;
  return own.succeededAt === undefined || lastWords(move, own.id, { leg: '', logUrl: '' }).length > 0;
}

/** Records a rollback after traffic is back. What could not be written is said and never undoes the switch: the next run writes it. */
export async function writeJournal(desk: Desk, course: Journal, move: Move, proof: Proof): Promise<void> {
  if (!isDue(move)) return;
  const said = { leg: course.leg, logUrl: desk.run.url };
  try {
    const id = move.target.sha === '' ? 0 : await rolledBack(desk, course, { move, proof, said });
    const words = id === undefined ? [] : lastWords(move, id, said);
    for (const word of words) await desk.deployments.say(move.from?.id ?? 0, word);
    const entry: Entry = { kind: 'ended', how: 'left', detail: 'its run is over, another rollback took its place' };
    for (const one of move.left) await desk.deployments.say(one.id, statusOf({ ...said, state: 'error', entry }));
  } catch (error) {
    course.notRecorded(error instanceof Error ? error.message : String(error));
  }
}

/** Writes what a rollback that was killed behind its own success could not say: that the version before it was left. */
export async function completeWords(
  desk: Desk,
  course: Journal,
  { by, leaves }: { readonly by: Attempt; readonly leaves: Attempt | undefined },
): Promise<void> {
  if (leaves === undefined || by.task !== 'deploy:rollback' || wasLeft(leaves)) return;
  const said = { leg: course.leg, logUrl: desk.run.url };
  const move = { from: leaves, target: asTarget(by), way: { kind: '', side: '' } };
  try {
    for (const word of lastWords(move, by.id, said)) await desk.deployments.say(leaves.id, word);
  } catch (error) {
    course.notRecorded(error instanceof Error ? error.message : String(error));
  }
}

interface Writing {
  readonly move: Move;
  readonly proof: Proof;
  readonly said: { readonly leg: string; readonly logUrl: string };
}

/** The rollback's own Deployment, to its end. Undefined where a twin did the same in the same moment and tells the rest. */
async function rolledBack(desk: Desk, course: Journal, { move, proof, said }: Writing): Promise<number | undefined> {
  const { own, way, target, from } = move;
  const place = course.journal(way.kind);
  // Before it is begun: a run that is killed in between lets post find it.
  desk.state.save('rollback', String(own?.id ?? 'begun'));
  desk.state.save('unit', place.unit);
  const detail = way.flag === undefined ? `to ${way.side || nameOf(target)}` : flagWords(way.flag, way.back);
  const switched: Entry = { kind: 'rollback', phase: 'switched', detail };
  const before = own?.id ?? course.begunId();
  const id = before ?? (await begin(desk.deployments, beginningOf(target, from, place), switched, said)).attempt.id;
  course.began(id);
  if (own?.succeededAt !== undefined) return id;
  const twin = own === undefined ? await twinOf(desk, { ...place, id, sha: target.sha, known: move.known }) : undefined;
  if (twin !== undefined) {
    await endAs(desk, id, twin, course.leg);
    course.note(`${await presserOf(desk, twin)} pressed in the same moment: rollback ${twin.id} did the same`);
    return undefined;
  }
  const isSaid = own?.happened.some(({ entry }) => entry.kind === 'rollback' && entry.phase === 'switched') ?? false;
  if (before !== undefined && !isSaid)
    await desk.deployments.say(id, statusOf({ ...said, state: 'in_progress', entry: switched }));
  const watch: Entry | undefined = proof.ok && place.watchUntil !== undefined ? watchOf(place.watchUntil) : undefined;
  if (watch !== undefined) await desk.deployments.say(id, statusOf({ ...said, state: 'in_progress', entry: watch }));
  const entry: Entry = { kind: 'rollback', phase: proof.ok ? 'verified' : 'failed', detail: proof.words };
  await desk.deployments.say(id, statusOf({ ...said, state: proof.ok ? 'success' : 'failure', entry }));
  return id;
}

/** Says to the caretaker how long the version is watched (`follow-up.watch`). */
function watchOf(until: number): Entry {
  return { kind: 'other', text: `watch until ${new Date(until).toISOString()}` };
}

/** Locks the environment afterwards, as a person asked. A lock that could not be written is said. */
export async function lockAfter(
  desk: Desk,
  course: Journal,
  asked: { readonly environment: string; readonly lock: string },
): Promise<void> {
  const { run, deployments } = desk;
  const { environment, unit } = course.journal('');
  try {
    const history = readHistory(await deployments.list(environment), { environment, unit });
    const place = { id: run.id, attempt: run.attempt, url: run.url };
    await lock(deployments, history, {
      environment,
      unit,
      run: place,
      sha: run.sha,
      by: run.triggeringActor,
      reason: asked.lock,
    });
  } catch (error) {
    course.notRecorded(`the lock: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Ends the rollbacks that this run began and did not bring to their end. Trouble with GitHub is a warning. */
export async function endKilled(
  store: DeploymentStore,
  { environment, unit, run }: { readonly environment: string; readonly unit: string; readonly run: Run },
): Promise<{ readonly ended: number; readonly warnings: readonly string[] }> {
  const entry: Entry = { kind: 'ended', how: 'cancelled', detail: 'the job ended before it was verified; re-run it' };
  try {
    const own = begunBy(readHistory(await store.list(environment), { environment, unit }), run.id);
    const open = own.filter((one) => one.task === 'deploy:rollback' && unfinished(one));
    for (const { id } of open) await store.say(id, statusOf({ state: 'error', entry, logUrl: run.url }));
    return { ended: open.length, warnings: [] };
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return { ended: 0, warnings: [`Whether the record of this rollback is whole could not be read: ${because}`] };
  }
}
