/** Rule: `overrides.allow` names what nothing is called: whoever needs it at night finds out then. */
import { nearest } from '../../kit/spelling.ts';
import type { Fault } from '../fault.ts';
import { idOf } from '../merge.ts';
import { coversId } from '../overridden.ts';
import { select, textsOf } from '../traced.ts';
import { isWritten, type LintScope, limitsOf } from './scope.ts';

/** Lines that the gate and the rollback set themselves, beside checklist and limits. */
const guards: readonly string[] = [
  'approval',
  'behind',
  'change-known',
  'condemned',
  'contract-migration',
  'deploy-window',
  'in-flight',
  'locked',
  'plan-chosen',
  'planned-start',
  'ref',
];

/** Ids and families of `overrides.allow` that match no criterion, limit or guard. */
export function unmatchedOverrides(scope: LintScope): readonly Fault[] {
  const { tree, vocabulary } = scope;
  const own = select(tree, 'checklist.*').flatMap(({ value }) => idOf(value) ?? []);
  const limits = limitsOf(scope).map(({ id }) => id);
  const known = [...guards, ...own, ...limits, ...vocabulary.criteria.keys(), ...vocabulary.catalogue.keys()];
  return select(tree, 'overrides.allow')
    .flatMap(({ value }) => textsOf(value))
    .filter(({ text, at }) => isWritten(at) && !known.some((id) => coversId(text, id)))
    .map(({ text, at }) => {
      const close = nearest(text, known);
      const fix =
        close === undefined
          ? 'Name a criterion, a limit or a family such as deploy-window-*'
          : `Did you mean “${close}”?`;
      return { ...at, what: `overrides.allow: nothing is called “${text}”`, fix };
    });
}
