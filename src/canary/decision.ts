// The decision of a caretaker about a stage: what the judge's verdict, the plan, a standing question and a person's answer make of it together.
import type { Plan } from '../policy/parts.ts';
import type { Answer } from './answer.ts';
import type { BakeEnd } from './bake.ts';
import type { Care } from './caretaker.ts';
import { type Turn, turnOf } from './turn.ts';

export type Decision =
  | { readonly kind: 'promote' }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'ask'; readonly until: number; readonly reason: string; readonly because: string }
  | { readonly kind: 'stay'; readonly reason: 'baking' | 'asking'; readonly because: string }
  | { readonly kind: 'turn'; readonly turn: Turn };

/** People who are asked about a stage that nothing decided have so long (ours). ms */
export const answerMs = 24 * 3_600_000;

interface Facing {
  readonly end: BakeEnd;
  readonly plan: Plan;
  readonly care: Care;
  readonly answer: Answer | undefined;
  readonly reportOnly: boolean;
  readonly now: number;
}

/** First match wins: a person's answer (a breach while people are asked still goes back), then the judge, then what the plan says of what it
 * cannot decide. */
export function decide(facing: Facing): Decision {
  const { end, care, answer, plan, reportOnly, now } = facing;
  const { verdict } = end;
  const isQuestion = care.askedUntil > 0 || care.answeredHold;
  if (answer !== undefined && !(isQuestion && verdict?.kind === 'rollback')) return { kind: 'answer', answer };
  if (verdict === undefined) return { kind: 'stay', reason: 'baking', because: 'nothing to judge yet' };
  const { because, reason } = verdict;
  if (verdict.kind === 'promote') return { kind: 'promote' };
  if (verdict.kind === 'hold' && plan.inconclusive !== 'restore' && !reportOnly) {
    if (plan.inconclusive === 'stay' || care.answeredHold) return { kind: 'stay', reason: 'baking', because };
    if (care.askedUntil === 0) return { kind: 'ask', until: now + answerMs, reason, because };
    if (now < care.askedUntil) return { kind: 'stay', reason: 'asking', because };
    const unheard = `${because} (${reason}), and nobody answered in time`;
    return { kind: 'turn', turn: { verdict: 'hold', reason: 'inconclusive', because: unheard } };
  }
  if (verdict.kind === 'baking') {
    if (verdict.askedUntil <= now) return { kind: 'stay', reason: 'baking', because };
    return care.askedUntil === 0
      ? { kind: 'ask', until: verdict.askedUntil, reason, because }
      : { kind: 'stay', reason: 'asking', because };
  }
  const turn = turnOf(end, { ...plan, inconclusive: 'restore' }, reportOnly);
  return turn === undefined ? { kind: 'promote' } : { kind: 'turn', turn };
}
