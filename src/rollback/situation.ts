// The situation of a rollback and the decision that it leads to, as data.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { SideFact } from '../evidence/fact.ts';
import type { Attempt, History } from '../record/history.ts';
import type { Pressed } from './press.ts';
import type { Target } from './target.ts';
import type { Way } from './way.ts';
import type { Word } from './word.ts';

export interface Situation {
  /** Undefined when GitHub does not answer: then only a named sha can be served. */
  readonly history: History | undefined;
  readonly press: Pressed;
  readonly byPerson: boolean;
  /** `last-known-good`, a full sha or a Deployment id. */
  readonly to: string;
  readonly how: 'auto' | 'flag' | 'traffic' | 'redeploy' | 'database';
  /** The policy's limits that name a way back of their own, by metric. */
  readonly limits: Readonly<Record<string, Situation['how']>>;
  readonly sides: readonly SideFact[];
  readonly weights: Known<Readonly<Record<string, number>>> | Unknown;
  readonly minAgeMs: number;
  readonly leg: string;
  readonly now: number;
  readonly canRedeploy: boolean;
  readonly workflow: string;
  /** What the policy prefers where the press leaves it open (`rollback.how`, else the `how` of the limit that was breached). */
  readonly prefers: Situation['how'];
  /** The flag that turns the new code off; undefined where the policy names none. */
  readonly flag: FlagSeen | undefined;
  /** Tried where nobody is hurt: what was pressed before does not matter. */
  readonly drill: boolean;
  /** Guards set aside by a person's word, e.g. `contract-migration`. */
  readonly word: Word;
}

/** The flag of `rollback.flag`, as its provider tells it. */
export interface FlagSeen {
  readonly name: string;
  readonly state: Known<{ readonly on: boolean }> | Unknown;
  /** Plans that shift the share by this flag: a change that went out by one sits behind it. */
  readonly plans: readonly string[];
  /** What such a plan calls its two arms in the record. */
  readonly cohorts?: readonly [string, string] | undefined;
}

export type Decision =
  | {
      readonly kind: 'go';
      readonly target: Target;
      /** What is left; undefined when nobody knows. */
      readonly from: Attempt | undefined;
      /** This run's own rollback of an earlier attempt: it is finished instead of beginning another. */
      readonly own: Attempt | undefined;
      /** Rollbacks of dead runs, which get their end now. */
      readonly left: readonly Attempt[];
      readonly way: Extract<Way, { side: string }>;
      readonly notes: readonly string[];
      /** An earlier attempt of this run acted and could not record it: now it is written, though nothing is left to do. */
      readonly owed?: boolean;
      readonly night?: number;
    }
  /** `how: database`: what a person has to do, step by step. Nothing is run. */
  | { readonly kind: 'printed'; readonly target: Target; readonly because: string; readonly plan: readonly string[] }
  | {
      readonly kind: 'confirm';
      readonly target: Target;
      readonly because: string;
      readonly older: readonly Target[];
      /** What is confirmed: a rollback's Deployment, or that of a canary that went back by itself. */
      readonly by: Attempt;
      /** What users left by it; undefined where nobody knows. */
      readonly leaves: Attempt | undefined;
      /** The first Deployment of the same bad night: whatever is left again of the same commit has one incident. */
      readonly night?: number;
    }
  | { readonly kind: 'nothing'; readonly because: string }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly because: string;
      readonly fix: string;
      readonly target: Target | undefined;
      /** What else can be done, the least harmful first. */
      readonly options?: readonly Option[];
      /** Where the users are meanwhile, as the router tells it; absent where nobody knows. */
      readonly users?: string;
    };

/** One thing that can be done where a rollback is refused, with its cost and the exact command. */
export interface Option {
  readonly does: string;
  readonly takes: string;
  readonly loses: string;
  readonly how: string;
}

/** A sentence's beginning. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
