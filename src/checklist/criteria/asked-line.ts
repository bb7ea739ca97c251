// Lines of the catalogue that the service or its neighbours answer at deploy: what the policy tells where to ask, else somebody's word.
import type { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import type { PhrasePart } from '../../kit/phrase.ts';
import type { Effective } from '../../policy/effective.ts';
import { asksWord, findWord } from '../attestation.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, notApplicable, pass } from '../finding.ts';
import { notOnPulls } from './metric-evidence.ts';

/** What such a line asks and finds once the policy says where. */
export interface Asking {
  readonly asks: (context: Context, answers: Answers) => readonly Question[];
  readonly finds: (context: Context, answers: Answers) => Found;
}

type Worded = { readonly attestation?: string | undefined; readonly 'max-age'?: number | undefined };

/** `asking`: undefined where the policy names nothing that could be asked; then somebody's word counts. `ways`: how to name it, as code. */
export function askedLine<Shape extends z.ZodType<Worded>>(line: {
  readonly id: string;
  readonly title: string;
  readonly with: () => Shape;
  readonly ways: string[];
  readonly asking: (policy: Effective, given: z.output<Shape>) => Asking | undefined;
  /** Why the change is not asked it; empty when it is. */
  readonly spared?: (context: Context, given: z.output<Shape>) => string;
}): Criterion {
  const { id, title, ways } = line;
  /** A word that the line names itself is what it wants; no neighbour is asked then. */
  const of = (policy: Effective, given: z.output<Shape>) =>
    given.attestation === undefined ? line.asking(policy, given) : undefined;
  const sparedOf = (context: Context, given: z.output<Shape>) => line.spared?.(context, given) ?? '';
  const criterion = withOptions({
    id,
    title,
    moment: 'deploy',
    with: line.with,
    asks: (context, given, answers) => {
      if (context.moment !== 'deploy' || sparedOf(context, given) !== '') return [];
      const asking = of(context.policy, given);
      const word = asking === undefined || context.item.aheadMs !== undefined ? asksWord(given, context, answers) : [];
      return [...(asking?.asks(context, answers) ?? []), ...word];
    },
    finds: (context, given, answers) => {
      if (context.moment !== 'deploy') return notOnPulls('this is');
      const spared = sparedOf(context, given);
      if (spared !== '') return notApplicable(spared);
      const asking = of(context.policy, given);
      if (asking === undefined) return findWord(given, context, answers, ways);
      const found = asking.finds(context, answers);
      return context.item.aheadMs === undefined ? found : withSince(found, given, context, answers);
    },
  });
  return {
    ...criterion,
    lacks: (policy, options) => {
      const given = line.with().parse(options);
      return given.attestation === undefined && line.asking(policy, given) === undefined ? ways : [];
    },
  };
}

/** An answer of now cannot tell since when it is so; where the line must be met ahead, somebody's word beside it can. */
function withSince(found: Found, given: Worded, context: Context, answers: Answers): Found {
  if (found.outcome !== 'pass' || found.since !== undefined) return found;
  const word = findWord(given, context, answers);
  if (word.outcome !== 'pass' || word.since === undefined) return found;
  return pass([...partsOf(found), '; ', ...partsOf(word)], word.since);
}

function partsOf({ evidence }: Found): readonly PhrasePart[] {
  return typeof evidence === 'string' ? [evidence] : evidence;
}

/** All of them: the first that fails, else the first that is open, else a pass with all their words, since the last of them. */
export function allOf(parts: readonly Asking[]): Asking {
  return {
    asks: (context, answers) => parts.flatMap((part) => part.asks(context, answers)),
    finds: (context, answers) => together(parts.map((part) => part.finds(context, answers))),
  };
}

/** The same of findings. */
export function together(found: readonly Found[]): Found {
  const open = found.find(({ outcome }) => outcome === 'fail') ?? found.find(({ outcome }) => outcome !== 'pass');
  if (open !== undefined) return open;
  const times = found.flatMap((one) => (one.outcome === 'pass' && one.since !== undefined ? [one.since] : []));
  const shown = found.slice(0, 4).flatMap((one, index) => (index === 0 ? partsOf(one) : ['; ', ...partsOf(one)]));
  const more = found.length > 4 ? [` and ${found.length - 4} more`] : [];
  return pass([...shown, ...more], times.length === found.length && times.length > 0 ? Math.max(...times) : undefined);
}
