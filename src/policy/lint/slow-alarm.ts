/** Rule: a P0 limit where nobody looks but the caretaker, which comes every few minutes and is a schedule that may come late. */
import { formatDuration } from '../../kit/duration.ts';
import type { Fault } from '../fault.ts';
import type { Plan } from '../parts.ts';
import { plansOf } from '../rollout-parts.ts';
import { child, type Place } from '../traced.ts';
import { caretakerOf } from '../way-back-parts.ts';
import { isWritten, type LinedLimit, type LintScope, limitsOf, lineOf } from './scope.ts';

/** P0 limits with the plans or bands that no job holds. */
export function slowAlarms(scope: LintScope): readonly Fault[] {
  const { everyMs, maxJobTimeMs } = caretakerOf(scope.shape.caretaker ?? { workflow: '' });
  const urgent = limitsOf(scope).filter(({ kind, severity }) => kind === 'breach' && severity === 'P0');
  const plans = Object.values(plansOf(scope.shape.plans));
  const pause = formatDuration(everyMs);
  const watching = urgent.filter((limit) => isWritten(limit.at) && isWatchOnly(limit, plans));
  const carried = plans
    .filter((plan) => bakesOf(plan) > maxJobTimeMs)
    .map((plan) => ({ plan, at: child(child(scope.tree, 'plans'), plan.name)?.at }))
    .flatMap(({ plan, at }) => {
      const limit = urgent.find(
        (one) => isAskedIn(one, plan) && (isWritten(one.at) || (at !== undefined && isWritten(at))),
      );
      const told = { pause, most: maxJobTimeMs, cure: wake(scope) };
      return limit === undefined || at === undefined ? [] : [longPlan(plan, limit, { ...told, at })];
    });
  return [
    ...watching.map((limit) => ({
      ...limit.at,
      what: `the P0 limit ${limit.id} is asked in the watch only, which the caretaker carries: every ${pause}, later when the schedule is late`,
      fix: `${wake(scope)}, ask it in canary too, or give it P1`,
    })),
    ...carried,
  ];
}

function longPlan(
  plan: Plan,
  limit: LinedLimit,
  told: { readonly at: Place; readonly pause: string; readonly most: number; readonly cure: string },
): Fault {
  const what = `the plan ${plan.name} takes ${formatDuration(bakesOf(plan))}, more than a job holds (${formatDuration(told.most)}): the caretaker carries it, so that the P0 limit ${limit.id} (${lineOf(limit.at)}) is seen every ${told.pause} only`;
  const at = isWritten(told.at) ? told.at : limit.at;
  return { ...at, what, fix: `${told.cure}, or shorten the bakes` };
}

/** The alert knows at once what the next look would find minutes later. */
function wake({ shape }: LintScope): string {
  const workflow = shape.caretaker?.workflow ?? '';
  const named = workflow === '' ? 'the caretaker’s workflow' : workflow;
  return `Let your alert manager wake ${named} by repository_dispatch`;
}

function bakesOf({ stages }: Plan): number {
  return stages.reduce((sum, { bakeMs }) => sum + bakeMs, 0);
}

function isWatchOnly({ during }: LinedLimit, plans: readonly Plan[]): boolean {
  const bands = plans.flatMap(({ watch }) => watch.map(({ id }) => id));
  return during.length > 0 && during.every((when) => when === 'watch' || bands.includes(when));
}

function isAskedIn({ during }: LinedLimit, { stages }: Plan): boolean {
  return during.length === 0 || during.includes('canary') || stages.some(({ id }) => during.includes(id));
}
