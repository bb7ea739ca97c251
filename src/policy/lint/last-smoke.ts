/** Rule: smoke tests of the last stage are waited for by no stage behind it, so that nothing holds when they are missing. */
import type { Fault } from '../fault.ts';
import { plansOf } from '../rollout-parts.ts';
import { child } from '../traced.ts';
import { isWritten, type LintScope } from './scope.ts';

/** Last stages with `smoke: [tags]`, in plans that people wrote. */
export function lastSmokes({ tree, shape }: LintScope): readonly Fault[] {
  return Object.values(plansOf(shape.plans)).flatMap(({ name, stages }) => {
    const last = stages.at(-1);
    const written = child(child(child(child(tree, 'plans'), name), 'stages'), stages.length - 1);
    const at = child(written, 'smoke')?.at;
    if (last?.smoke === undefined || at === undefined || !isWritten(at)) return [];
    const what = `the last stage ${last.id} of ${name} has smoke tests, ${last.smoke.join(', ')}, and no stage behind it that waits for them`;
    const fix = `Write plans.${name}.smoke: {after: ${last.id}} instead: then the deployment ends when a smoke test has passed`;
    return [{ ...at, what, fix }];
  });
}
