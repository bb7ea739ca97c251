// What a Deployment's statuses say, as data: one small grammar that a person reads and record/timeline parses back.
import type { DeploymentState } from '../evidence/fact.ts';

export type StageVerdict = 'shifting' | 'baking' | 'promote' | 'hold' | 'rollback';

/** `smoke pass: 14 of 14` / `smoke pass: 3 of 3, tags core, pay`. Without tags it is of the whole suite; `…` as the last: there were more. */
export interface Smoked {
  readonly kind: 'smoke';
  readonly verdict: string;
  readonly passed: number;
  readonly total: number;
  readonly tags?: readonly string[];
}

/** One thing that happened. `leg` and `at` (written late: the fact's own time) stand in front of the words when present. */
export type Entry =
  /** `gate open: tier medium, plan canary`; under `enforce: report` `gate report, open: …` or `gate report, would be closed: …` */
  | { readonly kind: 'begun'; readonly tier: string; readonly plan: string; readonly trial?: 'open' | 'closed' }
  /** `sides: stable blue, canary green` — read from the router before anything moved; `stable` empty on a first deployment */
  | { readonly kind: 'sides'; readonly stable: string; readonly canary: string }
  /** `shares before: on 5 %, beta 100 %` — who had the new code of a flag before this Deployment gave it to more: where back is */
  | { readonly kind: 'before'; readonly weights: Readonly<Record<string, number>> }
  /** `canary ten 10 %: baking` / `canary ten 10 %: rollback, limit:error-rate` */
  | {
      readonly kind: 'stage';
      readonly stage: string;
      readonly weight: number;
      readonly verdict: StageVerdict;
      readonly reason: string;
    }
  /** `canary complete: green 100 %` */
  | { readonly kind: 'completed'; readonly side: string }
  /** `traffic restored: blue 100 %, <why>` */
  | { readonly kind: 'restored'; readonly side: string; readonly because: string }
  | Smoked
  /** `migrations applied: 2, expand` on the child; mirrored on the parent */
  | { readonly kind: 'migration'; readonly verdict: string; readonly count: number; readonly compatibility: string }
  /** `rollback: switched to blue` / `verified` … on a deploy:rollback */
  | {
      readonly kind: 'rollback';
      readonly phase: 'planned' | 'switched' | 'verified' | 'refused' | 'failed';
      readonly detail: string;
    }
  /** `rolled back to v1.7.4, deployment 9001` on the Deployment that was left; 0: the rollback has none, as nobody knows the commit it went to */
  | { readonly kind: 'rolled-back'; readonly to: string; readonly deploymentId: number }
  | { readonly kind: 'finished' }
  /** `superseded by 9002` / `retired` / `left: its run is over` / `cancelled: …` */
  | { readonly kind: 'ended'; readonly how: 'superseded' | 'retired' | 'left' | 'cancelled'; readonly detail: string }
  /** words of a version we do not know: shown, never acted on */
  | { readonly kind: 'other'; readonly text: string };

/** An entry with the state it is written under. */
export interface Happened {
  readonly state: DeploymentState;
  readonly entry: Entry;
  readonly leg?: string;
  readonly at: number;
  readonly logUrl: string;
}
