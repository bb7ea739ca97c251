// Turns: what the end of a bake means for the walk, and in which words it is told.
import type { DeploymentState } from '../evidence/fact.ts';
import { assertNever } from '../kit/never.ts';
import type { Plan } from '../policy/parts.ts';
import type { Entry } from '../record/entry.ts';
import type { BakeEnd } from './bake.ts';

/** Why a walk goes back. */
export interface Turn {
  readonly verdict: 'hold' | 'rollback';
  readonly reason: string;
  readonly because: string;
  readonly remedy?: string;
}

/** Why the walk goes back after this bake; undefined: it goes on. `reportOnly`: a verdict is only shown, a word to stop still stops. */
export function turnOf(end: BakeEnd, plan: Plan, reportOnly: boolean): Turn | undefined {
  const { stop, verdict } = end;
  if (stop !== undefined) return { verdict: stop.reason === 'leg-rolled-back' ? 'rollback' : 'hold', ...stop };
  if (verdict === undefined || reportOnly) return undefined;
  switch (verdict.kind) {
    case 'promote':
    case 'baking':
      return undefined;
    case 'rollback':
      return { verdict: 'rollback', reason: verdict.reason, because: verdict.because };
    case 'hold':
      // Nobody would carry on a stage that is left as it stands: `stay` and `ask` need a caretaker.
      return {
        verdict: 'hold',
        reason: plan.inconclusive === 'restore' ? verdict.reason : 'held-unwatched',
        because:
          plan.inconclusive === 'restore'
            ? verdict.because
            : `${verdict.because} (${verdict.reason}), and no caretaker carries it on`,
      };
    default:
      return assertNever(verdict.kind);
  }
}

/** What the record says of a turn once stable has everybody, in this order: the stage's word stands before the restore, or it would read as
 * users who are still there. A rollback fails the Deployment; what somebody else has ended stays ended; a hold leaves it open for the next call. */
export function wordsOfTurn(
  { verdict, reason, because }: Turn,
  at: { readonly stage: string; readonly weight: number; readonly stable: string },
): readonly (readonly [DeploymentState, Entry])[] {
  const { stage, weight, stable } = at;
  const state = stateAfter(verdict, reason);
  const judged: Entry = { kind: 'stage', stage, weight, verdict, reason };
  const restored: Entry = { kind: 'restored', side: stable, because: reason };
  const words: (readonly [DeploymentState, Entry])[] = [];
  if (stage !== '' && reason !== 'cancelled') words.push([state, judged]);
  if (stable !== '') words.push([state, restored]);
  if (reason === 'cancelled') words.push(['error', { kind: 'ended', how: 'cancelled', detail: because }]);
  return words;
}

function stateAfter(verdict: Turn['verdict'], reason: string): DeploymentState {
  if (verdict === 'rollback' || reason === 'rolled-back') return 'failure';
  return reason === 'superseded' ? 'inactive' : 'in_progress';
}

const backAgain = {
  traffic: 'The traffic is back on stable.',
  flag: 'The flag is as it was before.',
  rollout: 'All instances run what they ran before.',
} as const;

/** What a person does about it. `back` false: nothing ran here before, so there was nothing to go back to. */
export function remedyOf(
  { verdict, reason }: Turn,
  { needed, back, by = 'traffic' }: { readonly needed: number; readonly back: boolean; readonly by?: Plan['by'] },
): string {
  return `${whereUsersAre(back, by)} ${whatNext(verdict, reason, needed)}`;
}

/** Where a walk that went back has left its users. */
export function whereUsersAre(back: boolean, by: Plan['by']): string {
  return back ? backAgain[by] : 'The traffic stays where it is: nothing ran here before.';
}

/** The same, of a walk that went back: what the turn itself says comes first. */
export function remedyAfter(
  turn: Turn,
  walk: {
    readonly judged: { readonly needed: number } | undefined;
    readonly sides: { readonly stable: string };
    readonly scene: { readonly plan: Pick<Plan, 'by'> };
  },
): string {
  const { judged, sides, scene } = walk;
  return turn.remedy ?? remedyOf(turn, { needed: judged?.needed ?? 0, back: sides.stable !== '', by: scene.plan.by });
}

function whatNext(verdict: Turn['verdict'], reason: string, needed: number): string {
  if (verdict === 'rollback') return 'Find the cause, then deploy a corrected version.';
  if (Number.isFinite(needed) && needed > 0) {
    return `It needs ${needed} more requests of the new version: bake longer (max-bake), or at a greater weight.`;
  }
  if (reason === 'cancelled' || reason === 'superseded') return 'Re-run the job to walk the plan again.';
  if (reason === 'record-unreachable') return 'Re-run the job when GitHub is back.';
  if (reason === 'rolled-back') return 'Begin a new deployment when the cause is found: run the whole workflow again.';
  if (reason === 'contested') return 'See who else changes the weights, then re-run the job.';
  if (reason.startsWith('router-')) return 'Look into the log of the router, then re-run the job.';
  return remedies[reason] ?? 'See the limits in the report, then re-run the job.';
}

/** What a hold of the judge wants done, by its reason. */
const remedies: Readonly<Record<string, string>> = {
  'canary-silent':
    'See whether it still runs, why the router sends the new version nothing, or why its numbers are not read, then re-run the job.',
  'split-mismatch':
    'See why the requests do not follow the weight (router, sticky sessions, what the metric counts), then re-run the job.',
  'traffic-stopped': 'Re-run the job when there is traffic again.',
  'common-mode': 'Both versions suffer: mend that first, then re-run the job.',
  'clock-jumped': 'See to the clock of the runner, then re-run the job.',
  'baseline-unstable': 'Stable had an incident in the hour before: re-run the job when it has been quiet for an hour.',
  suspicious:
    'The evidence is not enough to turn it back and too much to go on: look into its errors, then re-run the job.',
  inconclusive:
    'More of the same requests would not decide it: see the difference in the report, then correct the version or the margin.',
  'worse-but-small':
    'It is worse by less than min-effect and not surely within the margin: correct the version, or widen the margin.',
  'pods-not-ready': 'Look why the new pods do not get ready (kubectl describe), then re-run the job.',
  'provider-error': 'Look into the log of the metric source, then re-run the job.',
};
