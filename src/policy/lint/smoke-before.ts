/** Rule: a smoke test before a stage of a rollout whose new instances have no address of their own: what users reach has both versions, and is not tested. */
import type { Fault } from '../fault.ts';
import { keysOf, select, textsOf } from '../traced.ts';
import { isWritten, type LintScope } from './scope.ts';

/** Plans by rollout whose `smoke.before` holds canary-step for ever; told where the file says the one or the other. */
export function untestableStages({ tree }: LintScope): readonly Fault[] {
  const sides = ['traffic.at', 'environments.*.traffic.at', 'environments.*.legs.*.traffic.at'];
  if (sides.some((pattern) => keysOf(tree, pattern).length > 0)) return [];
  return keysOf(tree, 'plans').flatMap((plan) => {
    const textAt = (key: string) => select(tree, `plans.${plan}.${key}`).flatMap(({ value }) => textsOf(value))[0];
    const [by, before] = [textAt('by'), textAt('smoke.before')];
    if (by?.text !== 'rollout' || before === undefined) return [];
    const at = [before.at, by.at].find(isWritten);
    const what = `the plan ${plan} wants a smoke test before ${before.text}, which none can pass: nothing says where the new instances of a rollout answer by themselves`;
    const fix = `Write plans.${plan}.smoke: {before: null}, or give traffic.at the address of a service of theirs`;
    return at === undefined ? [] : [{ ...at, what, fix }];
  });
}
