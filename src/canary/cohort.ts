// Cohorts: what a plan by flag or by rollout can compare, and what only its limits can judge.

import type { Effective } from '../policy/effective.ts';
import { measuresOf } from '../policy/measure.ts';
import type { Plan } from '../policy/parts.ts';
import { armsOf } from './query.ts';

/** The policy without the comparisons whose queries do not tell the two arms apart, and the sentence about them. A plan by traffic has two sides
 * that every comparison must tell apart: there it stays a fault. */
export function comparable(
  policy: Effective,
  plan: Plan,
  versions: { readonly canary: string; readonly stable: string },
): { readonly policy: Effective; readonly uncompared: string } {
  if (plan.by === 'traffic') return { policy, uncompared: '' };
  const measures = measuresOf(policy.metrics);
  const isTold = (metric: string) => {
    const measure = measures.find((one) => one.metric === metric);
    if (measure === undefined) return true;
    const source = policy.metrics.sources.find(({ name }) => name === measure.source);
    const texts = Object.values(source?.options ?? {}).filter((option) => typeof option === 'string');
    return armsOf(measure, texts, versions).length === 2;
  };
  const lost = policy.compare.filter(({ metric }) => !isTold(metric)).map(({ metric }) => metric);
  if (lost.length === 0) return { policy, uncompared: '' };
  const names = plan.by === 'flag' ? '{{side}} nor {{track}}' : '{{side}}, {{version}} nor {{track}}';
  const uncompared = `Not compared, judged by limits alone: ${lost.join(', ')} (the query names neither ${names}, so it counts both arms together)`;
  return { policy: { ...policy, compare: policy.compare.filter(({ metric }) => !lost.includes(metric)) }, uncompared };
}
