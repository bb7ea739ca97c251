/** Rule: a limit that is looser than the one of the preset or base: allowed, and worth saying with both lines. */

import { parseDuration } from '../../kit/duration.ts';
import type { Fault } from '../fault.ts';
import { idOf } from '../merge.ts';
import { isStricterCondition } from '../strictness.ts';
import { child, type Traced, textsOf } from '../traced.ts';
import { isWritten, type LinedLimit, type LintScope, limitsOf, lineOf } from './scope.ts';

/** From the mildest to the hardest. */
const actions: readonly string[] = ['page', 'hold', 'ask', 'rollback'];

/** Limits of the file that are looser than those of the same id below, and those that a stricter one below makes idle. */
export function looserLimits(scope: LintScope): readonly Fault[] {
  const below = child(scope.base, 'limits');
  if (below?.kind !== 'list') return [];
  const limits = limitsOf(scope);
  return [
    ...limits.flatMap((limit) =>
      changed(
        limit,
        below.items.find((item) => idOf(item) === limit.id),
      ),
    ),
    ...limits.flatMap((limit) => {
      const known = below.items.some((item) => idOf(item) === limit.id);
      const stricter = limits.find((other) => !known && isIdleBeside(limit, other, below));
      return stricter === undefined ? [] : [idle(limit, stricter)];
    }),
  ];
}

/** What the file's own lines of a limit loosen. */
function changed(limit: LinedLimit, below: Traced | undefined): readonly Fault[] {
  if (below === undefined) return [];
  return [limit.kind, 'for', 'then'].flatMap((key) => {
    const [mine, theirs] = [child(limit.written, key), child(below, key)];
    if (mine === undefined || mine === theirs || !isWritten(mine.at)) return [];
    const [to, from] = [textOf(mine), textOf(theirs)];
    if (to === from || !isLooser(key, from, to)) return [];
    const what = `the limit ${limit.id} is looser than in ${lineOf((theirs ?? below).at)}: ${key} ${from || 'at once'} there, ${to} here`;
    return [{ ...mine.at, what, fix: 'Keep it if that is meant: the report shows this limit as yours' }];
  });
}

function isLooser(key: string, from: string, to: string): boolean {
  if (key === 'for') return (parseDuration(to) ?? 0) > (parseDuration(from) ?? 0);
  if (key === 'then') return rank(to) < rank(from);
  return isStricterCondition(key === 'continue' ? 'continue' : 'breach', from, to) === false;
}

/** A stricter limit from below counts beside it, so that it never decides anything. */
function isIdleBeside(limit: LinedLimit, other: LinedLimit, below: Traced & { kind: 'list' }): boolean {
  const fromBelow = below.items.some((item) => idOf(item) === other.id);
  if (!limit.own || !fromBelow || limit.kind !== other.kind || limit.metric !== other.metric) return false;
  const reaches = other.during.length === 0 || limit.during.some((when) => other.during.includes(when));
  const sooner = other.forMs <= limit.forMs && rank(other.action) >= rank(limit.action);
  return reaches && sooner && isStricterCondition(limit.kind, limit.condition.text, other.condition.text) === true;
}

function idle(limit: LinedLimit, stricter: LinedLimit): Fault {
  const what = `the limit ${limit.id} never decides: ${stricter.id} (${lineOf(stricter.at)}, “${stricter.condition.text}”) is as strict or stricter and counts too`;
  return { ...limit.at, what, fix: `To change that one, write id: ${stricter.id}` };
}

function rank(action: string): number {
  return actions.indexOf(action);
}

function textOf(value: Traced | undefined): string {
  return value === undefined ? '' : (textsOf(value)[0]?.text ?? '');
}
