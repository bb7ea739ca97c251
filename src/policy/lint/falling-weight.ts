/** Rule: a stage with less traffic than the one before it takes users away from the new version while nothing is wrong. */
import type { Fault } from '../fault.ts';
import { plansOf } from '../rollout-parts.ts';
import { child } from '../traced.ts';
import { isWritten, type LintScope } from './scope.ts';

/** Stages of plans that people wrote, whose weight is below the one before. */
export function fallingWeights({ tree, shape }: LintScope): readonly Fault[] {
  return Object.values(plansOf(shape.plans)).flatMap(({ name, stages }) =>
    stages.flatMap(({ id, weightTo: weight }, index) => {
      const before = stages[index - 1];
      const at = child(child(child(child(tree, 'plans'), name), 'stages'), index)?.at;
      if (before === undefined || at === undefined || weight >= before.weight || !isWritten(at)) return [];
      const what = `the stage ${id} of ${name} has ${weight} %, less than ${before.id} before it with ${before.weight} %`;
      return [{ ...at, what, fix: 'Put the stages in the order in which the traffic grows' }];
    }),
  );
}
