// A finding: one criterion with its outcome, the evidence for it, who owes what is missing and the exact thing to do.
import type { Unknown } from '../evidence/answer.ts';
import type { Phrase } from '../kit/phrase.ts';
import { coded } from './words.ts';

/** What is missing while a criterion waits: people's word, the hour, or checks that still run. */
export type Awaits = 'people' | 'time' | 'ci';

/** A line of a file of the change that an open finding is about. */
export interface Place {
  readonly path: string;
  readonly line: number;
  /** Last line, where it is about several. */
  readonly to?: number;
  readonly message: string;
}

/** What a criterion found, before the checklist says how much it counts. */
export type Found =
  | { readonly outcome: 'pass'; readonly evidence: Phrase; readonly since?: number; readonly warning?: string }
  | { readonly outcome: 'not-applicable'; readonly evidence: Phrase }
  | {
      readonly outcome: 'fail' | 'unknown';
      readonly evidence: Phrase;
      readonly todo: Phrase;
      readonly who?: Phrase;
      readonly places?: readonly Place[];
    }
  | {
      readonly outcome: 'waiting';
      readonly awaits: Awaits;
      readonly evidence: Phrase;
      readonly todo: Phrase;
      readonly who?: Phrase;
    };

export type Outcome = Found['outcome'] | 'waived' | 'asked-at-deploy';

export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly level: 'required' | 'warn' | 'info';
  readonly evidence: Phrase;
  /** Who owes it; empty when nobody does. */
  readonly who: Phrase;
  /** The exact thing to do; empty when nothing is to be done. */
  readonly todo: Phrase;
  /** True when the gate stays shut without it. */
  readonly required: boolean;
  readonly awaits?: Awaits;
  /** Lines that it is about; absent when there are none. Only those that the change touches become annotations. */
  readonly places?: readonly Place[];
  /** What an open gate tells beside the report; absent when there is nothing. */
  readonly warning?: string;
}

/** The criterion is met. `since`: instant (ms) from which it was met, where the evidence tells. */
export function pass(evidence: Phrase, since?: number): Found {
  return since === undefined ? { outcome: 'pass', evidence } : { outcome: 'pass', evidence, since };
}

/** The criterion is not met, and that is known. */
export function fail(evidence: Phrase, todo: Phrase, who?: Phrase): Found {
  return { outcome: 'fail', evidence, todo: formed(todo), ...(who === undefined ? {} : { who }) };
}

/** The same finding with the lines that it is about. */
export function about(found: Found, places: readonly Place[]): Found {
  const open = found.outcome === 'fail' || found.outcome === 'unknown';
  return open && places.length > 0 ? { ...found, places } : found;
}

/** Only people, an hour or running checks are missing. */
export function waiting(awaits: Awaits, evidence: Phrase, todo: Phrase, who?: Phrase): Found {
  return { outcome: 'waiting', awaits, evidence, todo: formed(todo), ...(who === undefined ? {} : { who }) };
}

/** Nobody could tell: says what would make it known. Never a pass. */
export function unknownFinding(evidence: Phrase, todo: Phrase, who?: Phrase): Found {
  return { outcome: 'unknown', evidence, todo: formed(todo), ...(who === undefined ? {} : { who }) };
}

/** The finding for an answer that did not come; missing permissions are named as the lines to add. */
export function notTold(answer: Unknown, who?: Phrase): Found {
  if (answer.permission === undefined) return unknownFinding(answer.because, answer.remedy, who);
  const lines = answer.permission.split(', ');
  const named = lines.flatMap((line, index) => (index === 0 ? [{ code: line }] : [', ', { code: line }]));
  const isNamed = lines.every((line) => answer.because.includes(line));
  const evidence: Phrase = isNamed ? coded(answer.because) : [`${answer.because}: the token lacks `, ...named];
  return unknownFinding(evidence, ['add ', ...named, ' to the job’s ', { code: 'permissions:' }], who);
}

function formed(todo: Phrase): Phrase {
  return typeof todo === 'string' ? coded(todo) : todo;
}

/** The criterion does not concern this change; the reason is shown. */
export function notApplicable(evidence: Phrase): Found {
  return { outcome: 'not-applicable', evidence };
}

/** True for what a reader has to look at: everything but passed, waived, not applicable and asked later. */
export function isOpen(finding: Finding): boolean {
  return finding.outcome === 'fail' || finding.outcome === 'waiting' || finding.outcome === 'unknown';
}

/** True when the gate cannot open over it. */
export function isClosing(finding: Finding): boolean {
  return finding.required && isOpen(finding);
}
