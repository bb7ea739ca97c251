/** Rule: a drill in an environment that the policy does not declare: no run will ever prove it. */
import type { Fault } from '../fault.ts';
import { unknownName } from '../references.ts';
import { keysOf, select, textsOf } from '../traced.ts';
import { isWritten, type LintScope } from './scope.ts';

/** `rollback.drill.environment` that is none of the declared environments. */
export function drillElsewhere({ tree }: LintScope): readonly Fault[] {
  const known = keysOf(tree, 'environments');
  if (known.length === 0) return [];
  return select(tree, 'rollback.drill.environment')
    .flatMap(({ value }) => textsOf(value))
    .filter(({ text, at }) => isWritten(at) && !known.includes(text))
    .map(({ text, at }) => ({ ...at, ...unknownName('environment', text, known, 'environments') }));
}
