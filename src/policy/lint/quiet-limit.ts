/** Rule: a limit on a ratio that the known traffic cannot decide: even a stage without one bad request would not show that it is kept. */
import { formatDuration } from '../../kit/duration.ts';
import { isCompared, requestsFor, type Traffic, timeOf } from '../decidable.ts';
import type { Fault } from '../fault.ts';
import { measuresOf } from '../measure.ts';
import type { Plan, Stage } from '../parts.ts';
import { metricsOf, plansOf } from '../rollout-parts.ts';
import { isWritten, type LinedLimit, type LintScope, limitsOf } from './scope.ts';

/** By the rule of three: 3 / limit requests without one bad support it at 95 %. Nothing where nobody knows the traffic. */
export function quietLimits(scope: LintScope): readonly Fault[] {
  const { traffic } = scope;
  if (traffic === undefined) return [];
  const ratios = ratiosOf(scope);
  const stages = Object.values(plansOf(scope.shape.plans)).flatMap((plan) => comparedOf(plan));
  return limitsOf(scope)
    .filter((limit) => isWritten(limit.at) && ratios.includes(limit.metric))
    .flatMap((limit) => quietest(limit, stages, traffic));
}

function quietest(limit: LinedLimit, stages: readonly Placed[], traffic: Traffic): readonly Fault[] {
  const needed = requestsFor(limit);
  const [first] = stages
    .filter(({ stage }) => isAsked(limit, stage))
    .map((placed) => ({
      ...placed,
      requests: Math.floor(traffic.perMs * timeOf(placed.stage) * (placed.stage.weight / 100)),
    }))
    .sort((a, b) => a.requests - b.requests);
  if (needed === undefined || first === undefined || first.requests >= needed) return [];
  const { plan, stage, requests } = first;
  const what = `the limit ${limit.id} (${limit.condition.text}) needs ${needed} requests by the rule of three; at the traffic of last week ${stage.id} of ${plan} sees ${requests} in ${formatDuration(timeOf(stage))}`;
  const wanted = formatDuration(needed / (traffic.perMs * (stage.weight / 100)));
  return [
    {
      ...limit.at,
      what,
      fix: `Let ${stage.id} bake ${wanted}, raise its weight, loosen the limit, or write low-traffic: direct`,
    },
  ];
}

interface Placed {
  readonly plan: string;
  readonly stage: Stage;
}

function comparedOf(plan: Plan): readonly Placed[] {
  return plan.stages.filter(isCompared).map((stage) => ({ plan: plan.name, stage }));
}

function isAsked({ during }: LinedLimit, { id }: Stage): boolean {
  return during.length === 0 || during.includes('canary') || during.includes(id);
}

function ratiosOf({ shape }: LintScope): readonly string[] {
  return measuresOf(metricsOf(shape.metrics, {}, [])).flatMap(({ kind, metric }) => (kind === 'ratio' ? [metric] : []));
}
