/** The values that a condition covers, as an interval: whether one condition is stricter than another, and whether two can hold at once. */
import type { Condition } from './condition.ts';

/** From and to in the condition's base unit; `on` says on which scale, and only reaches of one scale can be compared. */
export type Reach = {
  readonly on: string;
  readonly from: number;
  readonly to: number;
  readonly withFrom: boolean;
  readonly withTo: boolean;
};

/** The reach of the condition; undefined for `failing` and `passing`, which have no scale. */
export function reachOf(condition: Condition): Reach | undefined {
  switch (condition.kind) {
    case 'compare':
      return halfLine(condition.unit, condition.is, condition.value);
    case 'band':
      return { on: condition.unit, from: condition.from, to: condition.to, withFrom: true, withTo: true };
    case 'baseline':
      return halfLine('baseline', condition.is, condition.factor);
    case 'drop':
      return halfLine('drop', condition.is, condition.value);
    case 'rising':
      return halfLine('rising', condition.is, condition.value / condition.perMs);
    case 'state':
      return undefined;
  }
}

function halfLine(on: string, is: '<' | '<=' | '>' | '>=', value: number): Reach {
  const closed = is === '<=' || is === '>=';
  return is === '<' || is === '<='
    ? { on, from: Number.NEGATIVE_INFINITY, to: value, withFrom: false, withTo: closed }
    : { on, from: value, to: Number.POSITIVE_INFINITY, withFrom: closed, withTo: false };
}

/** Whether every value of `inner` is one of `outer`; undefined when they cannot be compared. */
export function isCovered(inner: Condition, outer: Condition): boolean | undefined {
  if (inner.kind === 'state' && outer.kind === 'state') return inner.state === outer.state;
  const [a, b] = [reachOf(inner), reachOf(outer)];
  if (a === undefined || b === undefined || a.on !== b.on) return undefined;
  const below = a.from > b.from || (a.from === b.from && (b.withFrom || !a.withFrom));
  const above = a.to < b.to || (a.to === b.to && (b.withTo || !a.withTo));
  return below && above;
}

/** Whether some value satisfies both; undefined when they cannot be compared. */
export function overlap(one: Condition, other: Condition): boolean | undefined {
  const [a, b] = [reachOf(one), reachOf(other)];
  if (a === undefined || b === undefined || a.on !== b.on) return undefined;
  const [left, right] = a.from <= b.from ? [a, b] : [b, a];
  return left.to > right.from || (left.to === right.from && left.withTo && right.withFrom);
}
