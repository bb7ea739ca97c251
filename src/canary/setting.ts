// The setting of a stage: limits, comparison and past as they stand before its first poll.
import type { Compared, Stage } from '../policy/parts.ts';
import { isCompared } from './comparer.ts';
import type { Past } from './sample.ts';
import type { Scene } from './scene.ts';
import type { Setting } from './trial.ts';

/** `alpha` is the deployment's: each of the compared metrics in each of the compared stages has its part of it (POLICY, alpha). */
export function settingOf(
  { policy, limits, plan }: Pick<Scene, 'policy' | 'limits' | 'plan'>,
  stage: Stage,
  at: { readonly shiftedAt: number; readonly measured: ReadonlySet<string>; readonly past: Past },
): Setting {
  const compared = comparedOf(policy.compare, at.measured);
  const parts = Math.max(1, compared.length) * Math.max(1, plan.stages.filter(isCompared).length);
  const { required } = policy.metrics;
  return { ...at, stage, limits, required, everyMs: plan.everyMs, compared, alpha: policy.alpha / parts };
}

/** The comparisons whose metric a query gives; those of presets nobody configured are left out. */
export function comparedOf(compare: readonly Compared[], measured: ReadonlySet<string>): readonly Compared[] {
  return compare.filter(({ metric }) => measured.has(metric));
}
