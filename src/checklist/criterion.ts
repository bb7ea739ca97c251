// A criterion: one line of the checklist as two pure functions, what it asks of the world and what it finds in the answers.
import type { z } from 'zod';
import type { Answers } from '../evidence/answer.ts';
import type { Question } from '../evidence/question.ts';
import type { Run } from '../evidence/run.ts';
import type { Effective } from '../policy/effective.ts';
import type { ChecklistItem } from '../policy/parts.ts';
import type { Attempt } from '../record/history.ts';
import type { Change } from './change.ts';
import type { Found } from './finding.ts';
import type { Moment } from './moment.ts';

/** Everything a criterion may look at besides the answers. Instants are ms since the epoch. */
export interface Context {
  readonly policy: Effective;
  /** The criterion's own line of the policy. */
  readonly item: ChecklistItem;
  readonly change: Change;
  readonly moment: Moment;
  readonly now: number;
  readonly plannedStart: number;
  readonly run: Run;
  /** Digests or URLs of what will run; empty when the workflow names none. */
  readonly artifact: readonly string[];
  /** The Deployment that owes this line, `change` then being what the default branch got since; only for lines that are owed after one. */
  readonly deployed?: Attempt;
}

export interface Criterion {
  readonly id: string;
  readonly title: string;
  /** From which moment on it is asked: `review` means at both, `deploy` only at the second. */
  readonly moment: Moment;
  readonly level?: 'required' | 'warn' | 'info';
  /** Shape of its options (`with:`), for the policy reader. */
  readonly with?: () => z.ZodType;
  /** Ways to name what it asks, as code, where the policy names nothing yet; for the doctor. */
  readonly lacks?: (policy: Effective, options: ChecklistItem['with']) => readonly string[];
  readonly asks: (context: Context, answers: Answers) => readonly Question[];
  readonly finds: (context: Context, answers: Answers) => Found;
}

/** What the policy knows of a criterion with options of its own. */
export interface OptionedWords<Shape extends z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly moment: Moment;
  readonly with: () => Shape;
}

/** A criterion with options of its own: the two functions get them parsed. */
export interface OptionedCriterion<Shape extends z.ZodType> extends OptionedWords<Shape> {
  readonly asks: (context: Context, options: z.output<Shape>, answers: Answers) => readonly Question[];
  readonly finds: (context: Context, options: z.output<Shape>, answers: Answers) => Found;
}

/** The parsed options of a criterion, by its words. */
export type Given<Words extends { readonly with: () => z.ZodType }> = z.output<ReturnType<Words['with']>>;

/** Binds the options to their shape. The policy reader has refused options that do not fit before anything is asked. */
export function withOptions<Shape extends z.ZodType>(criterion: OptionedCriterion<Shape>): Criterion {
  const optionsOf = (context: Context): z.output<Shape> => criterion.with().parse(context.item.with);
  return {
    ...criterion,
    asks: (context, answers) => criterion.asks(context, optionsOf(context), answers),
    finds: (context, answers) => criterion.finds(context, optionsOf(context), answers),
  };
}
