/** Rule: limits on one metric that contradict each other: good enough to go on and bad enough to stop, or never good enough for both. */
import type { Fault } from '../fault.ts';
import { overlap } from '../reach.ts';
import { isWritten, type LinedLimit, type LintScope, limitsOf, lineOf } from './scope.ts';

/** Pairs of limits that overlap where they must not, or do not where they must. */
export function contradictions(scope: LintScope): readonly Fault[] {
  const limits = limitsOf(scope);
  const promoting = limits.filter(({ kind }) => kind === 'continue');
  const stopping = limits.filter(({ kind, action }) => kind === 'breach' && action !== 'page');
  const both = promoting.flatMap((one) =>
    stopping
      .filter((other) => meet(one, other) && overlap(one.condition, other.condition) === true)
      .map((other) => {
        const what = `${said(one)} lets a stage go on where ${said(other)} stops it`;
        return { ...placeOf(one, other), what, fix: 'Part the two conditions: no value may satisfy both' };
      }),
  );
  const never = promoting.flatMap((one, index) =>
    promoting
      .slice(index + 1)
      .filter((other) => meet(one, other) && overlap(one.condition, other.condition) === false)
      .map((other) => {
        const what = `${said(one)} and ${said(other)} never hold together: no stage can be promoted`;
        return { ...placeOf(one, other), what, fix: 'Remove one, or let their conditions overlap' };
      }),
  );
  return [...both, ...never];
}

/** Same metric, at the same time, and one of the two written by people. Without `during` a limit counts always. */
function meet(one: LinedLimit, other: LinedLimit): boolean {
  if (one.metric !== other.metric || !(isWritten(one.at) || isWritten(other.at))) return false;
  const always = one.during.length === 0 || other.during.length === 0;
  return always || one.during.some((when) => other.during.includes(when));
}

function placeOf(one: LinedLimit, other: LinedLimit) {
  return isWritten(one.at) ? one.at : other.at;
}

function said({ id, kind, condition, at }: LinedLimit): string {
  return `${id} (${kind} “${condition.text}”, ${lineOf(at)})`;
}
