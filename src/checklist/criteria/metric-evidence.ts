// Criteria of the repository's own that a metric of the policy answers, at deploy only.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import { formatDuration } from '../../kit/duration.ts';
import { formatPercent } from '../../kit/percent.ts';
import { type Condition, holds, needsBaseline, parseCondition } from '../../policy/condition.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { asksMeasure, freshMs, type Measured, measured, shownAs, type Wanted } from '../measurement.ts';

/** A limit against the past compares with the same hour a week ago (ours): traffic has weeks. */
const weekMs = 7 * 24 * 3_600_000;
/** A rise is seen over an hour, when the line does not say (ours). */
const riseMs = 3_600_000;

export interface Limited {
  readonly metric: string;
  readonly is: Condition;
  readonly overMs?: number | undefined;
}

const shape = z.object({
  metric: z.string(),
  is: z.object({ text: z.string() }).transform(({ text }, context): Condition => {
    const condition = parseCondition(text);
    if (condition !== undefined) return condition;
    context.addIssue({ code: 'custom', message: `“${text}” is no condition` });
    return z.NEVER;
  }),
  over: z.number().optional(),
});

/** The criterion of the evidence `metric`. */
export function byMetric(options: unknown): Pick<Criterion, 'asks' | 'finds' | 'moment'> {
  const { metric, is, over } = shape.parse(options);
  const limited = { metric, is, overMs: over };
  return {
    moment: 'deploy',
    asks: (context, answers) => (context.moment === 'deploy' ? asksLimited(limited, context, answers) : []),
    finds: (context, answers) =>
      context.moment === 'deploy' ? findLimited(limited, context, answers) : notOnPulls('metrics are'),
  };
}

/** The finding for evidence that is asked at deploy alone, at another moment. */
export function notOnPulls(what: string): Found {
  return unknownFinding(`${what} not asked on pull requests`, 'remove `moment: review`: it is asked at deploy');
}

/** The number now, and the one it is compared with where the condition needs another. */
export function asksLimited(limited: Limited, context: Context, answers: Answers) {
  return [nowOf(limited), ...beforeOf(limited)].flatMap((wanted) => asksMeasure(wanted, context, answers));
}

/** Whether the metric keeps its limit. No number at all is unknown. */
export function findLimited(limited: Limited, context: Context, answers: Answers): Found {
  const { metric, is } = limited;
  if (is.kind === 'state')
    return unknownFinding(
      `“${is.text}” is no limit of a number`,
      'write a limit such as `< 1 %`',
      'owner of the policy',
    );
  const now = measured(nowOf(limited), context, answers);
  if (now.kind !== 'value') return withoutNumber(metric, now);
  const [before] = beforeOf(limited).map((wanted) => ({ wanted, told: measured(wanted, context, answers) }));
  if (before !== undefined && before.told.kind !== 'value')
    return withoutNumber(`${metric} ${formatDuration(before.wanted.agoMs ?? 0)} ago`, before.told);
  const against = before?.told.kind === 'value' ? before.told.value : undefined;
  const value = is.kind === 'rising' ? growth(now.value, against ?? 0, is.perMs, limited.overMs ?? riseMs) : now.value;
  const kept = value === undefined ? undefined : holds(is, value, against);
  if (kept === undefined)
    return unknownFinding(`${metric} was 0 before: nothing to compare with`, 'write a limit of its own', '');
  const words = wordsOf(limited, now.value, against);
  return kept ? pass(words) : fail(`${words}, must be ${is.text}`, `see why ${metric} is what it is`, '');
}

/** No number is no pass: it says why there is none and what would bring one. */
export function withoutNumber(metric: string, told: Exclude<Measured, { kind: 'value' }>): Found {
  if (told.kind === 'unknown') return notTold(told);
  return unknownFinding(
    `${metric} has no number: ${told.because}`,
    `see whether the query of ${metric} is right and the source gets what it counts`,
  );
}

function nowOf({ metric, overMs, is }: Limited): Wanted {
  return { metric, overMs: is.kind === 'rising' ? freshMs : (overMs ?? freshMs) };
}

function beforeOf({ metric, overMs, is }: Limited): readonly Wanted[] {
  if (is.kind === 'rising') return [{ metric, overMs: freshMs, agoMs: overMs ?? riseMs }];
  return needsBaseline(is) ? [{ metric, overMs: overMs ?? freshMs, agoMs: weekMs }] : [];
}

/** Relative growth scaled to the condition's unit of time. */
function growth(now: number, before: number, perMs: number, overMs: number): number | undefined {
  return before === 0 ? undefined : ((now - before) / Math.abs(before)) * (perMs / overMs);
}

function wordsOf({ metric, is, overMs }: Limited, now: number, against: number | undefined): string {
  const over = overMs === undefined ? '' : ` over ${formatDuration(overMs)}`;
  if (against === undefined) return `${metric} ${shownAs(is, now)}${over}`;
  const ago = is.kind === 'rising' ? formatDuration(overMs ?? riseMs) : 'a week';
  const change = against === 0 ? '' : ` (${now >= against ? '+' : ''}${formatPercent(now / against - 1, 1)})`;
  return `${metric} ${shownAs(is, now)}, ${ago} ago ${shownAs(is, against)}${change}`;
}
