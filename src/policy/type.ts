// The type of a deployment: the first of the policy whose conditions hold, `standard` when none does.
import { type ChangeFacts, matchWhen } from './change-facts.ts';
import type { Effective } from './effective.ts';
import type { DeploymentType } from './parts.ts';

export type Typed =
  | { readonly kind: 'type'; readonly type: DeploymentType; readonly because: readonly string[] }
  | { readonly kind: 'refused'; readonly because: string; readonly fix: string };

/** The type of the change; an `explicit` one (input `type`) must exist and satisfy its own conditions. */
export function typeOf(facts: ChangeFacts, policy: Pick<Effective, 'types' | 'areas'>, explicit?: string): Typed {
  if (explicit !== undefined && explicit !== '') return explicitType(explicit, facts, policy);
  for (const type of policy.types) {
    const match =
      type.when === undefined || type.name === 'standard' ? undefined : matchWhen(type.when, facts, policy.areas);
    if (match !== undefined) return { kind: 'type', type, because: match.because };
  }
  const standard = policy.types.find(({ name }) => name === 'standard');
  return { kind: 'type', type: standard ?? { name: 'standard' }, because: ['no other type applies'] };
}

function explicitType(name: string, facts: ChangeFacts, policy: Pick<Effective, 'types' | 'areas'>): Typed {
  const type = policy.types.find((other) => other.name === name);
  if (type === undefined && name === 'standard') return { kind: 'type', type: { name }, because: ['input type'] };
  if (type === undefined) {
    const known = policy.types.map((other) => other.name).join(', ');
    return {
      kind: 'refused',
      because: `the policy has no type “${name}”`,
      fix: known === '' ? 'Declare it under types' : `Known: ${known}`,
    };
  }
  if (type.when === undefined) return { kind: 'type', type, because: ['input type'] };
  const match = matchWhen(type.when, facts, policy.areas);
  if (match !== undefined) return { kind: 'type', type, because: ['input type', ...match.because] };
  const wants =
    type.when.labels === undefined
      ? `see types.${name}.when in the policy`
      : `it needs the label ${type.when.labels.join(' or ')}`;
  return {
    kind: 'refused',
    because: `this change is not of type “${name}”: its conditions do not hold`,
    fix: `Leave the input empty, or meet them: ${wants}`,
  };
}
