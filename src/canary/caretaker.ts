// The caretaker: whether it lives, and whether it carries a stage.
import type { Ask } from '../evidence/answer.ts';
import type { Caretaker } from '../policy/parts.ts';
import type { Entry } from '../record/entry.ts';
import { type Attempt, unfinished } from '../record/history.ts';
import { progressOf } from './plan.ts';
import type { Scene } from './scene.ts';

/** It lives while its newest successful run is younger than so many of its intervals (DESIGN, "Time"). */
const intervals = 3;

/** Whether users may be left in its care: without a caretaker in the policy, or when nobody can say when it came last, they may not. */
export async function isCaretakerAlive(ask: Ask, caretaker: Caretaker | undefined, now: number): Promise<boolean> {
  if (caretaker === undefined) return false;
  const runs = await ask({ kind: 'workflow-runs', workflow: caretaker.workflow });
  if (runs.kind === 'unknown') return false;
  const newest = runs.value.find(({ conclusion }) => conclusion === 'success');
  return newest !== undefined && now - newest.createdAt < intervals * caretaker.everyMs;
}

/** When it came by before this call, by its newest other successful run; without any, one of its intervals ago. */
export async function callBefore(
  ask: Ask,
  caretaker: Caretaker | undefined,
  at: { readonly runId: number; readonly now: number },
): Promise<number> {
  const usual = at.now - (caretaker?.everyMs ?? 0);
  if (caretaker === undefined) return usual;
  const runs = await ask({ kind: 'workflow-runs', workflow: caretaker.workflow });
  if (runs.kind === 'unknown') return usual;
  return runs.value.find(({ id, conclusion }) => conclusion === 'success' && id !== at.runId)?.createdAt ?? usual;
}

/** A scene whose Deployment has begun. */
export type Seen = Scene & { readonly attempt: Attempt };

/** Whether this leg of the Deployment is on its way between stable and everybody. */
export function isUnderWay({ attempt, policy }: Seen): boolean {
  return unfinished(attempt) && progressOf(attempt, policy.leg ?? '').shifted;
}

/** Words behind a stage that the caretaker carries; the first is what a job says that hands it over. */
export const handedOver = 'handed-over';
export const carried = 'carried';

/** `asking until 2026-11-20T14:07:00.000Z: limit:latency-p95` */
export function askingWords(until: number, reason: string): string {
  return `asking until ${new Date(until).toISOString()}: ${reason}`;
}

/** `answered hold by alice: reason` */
export function answeredWords(choice: string, person: string, reason: string): string {
  return `answered ${choice} by ${person}${reason === '' ? '' : `: ${reason}`}`;
}

/** How the newest word about the stage of a leg has it. */
export interface Care {
  /** A caretaker carries it: no job owns it any more. */
  readonly carried: boolean;
  /** People are asked until this instant; 0: nobody is. */
  readonly askedUntil: number;
  /** A person answered that it stays as it is. */
  readonly answeredHold: boolean;
  readonly verdict: Extract<Entry, { readonly kind: 'stage' }>['verdict'] | '';
}

/** Reads the care of a leg's stage off its newest word. */
export function careOf(attempt: Attempt, leg: string): Care {
  const told = attempt.happened.filter((one) => one.leg === undefined || one.leg === leg);
  const entry = told.findLast((one) => one.entry.kind === 'stage')?.entry;
  if (entry?.kind !== 'stage') return { carried: false, askedUntil: 0, answeredHold: false, verdict: '' };
  const until = Date.parse(/^asking until (\S+?Z): /.exec(entry.reason)?.[1] ?? '');
  const answeredHold = entry.reason.startsWith('answered hold');
  const ours = entry.reason.startsWith(handedOver) || entry.reason.startsWith(carried);
  return {
    carried: ours || answeredHold || !Number.isNaN(until),
    askedUntil: Number.isNaN(until) ? 0 : until,
    answeredHold,
    verdict: entry.verdict,
  };
}

/** Since when the stage has its weight: the first word of it after the newest that ended another; 0 when it has none. */
export function stageSince(attempt: Attempt, leg: string, stage: string): number {
  let since = 0;
  for (const { entry, leg: of, at } of attempt.happened) {
    if (of !== undefined && of !== leg) continue;
    if (entry.kind === 'restored' || entry.kind === 'rolled-back') since = 0;
    if (entry.kind !== 'stage') continue;
    // A shift that is announced again begins the stage anew.
    if (entry.stage !== stage || entry.verdict === 'shifting') since = entry.stage === stage ? at : 0;
    if (entry.stage === stage && entry.verdict === 'baking' && isBegin(entry.reason)) since = at;
  }
  return since;
}

function isBegin(reason: string): boolean {
  return reason === '' || reason === handedOver || reason === carried;
}

/** A person has answered that it stays: what asked holds now, and does not fall to its `otherwise`. */
export function unasked(scene: Seen): Seen {
  return { ...scene, limits: scene.limits.map((one) => (one.action === 'ask' ? { ...one, action: 'hold' } : one)) };
}
