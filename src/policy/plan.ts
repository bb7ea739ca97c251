// The plan, the approvals and what stays required: of environment, type and tier, and who wins.
import type { Effective } from './effective.ts';
import type { Approval, DeploymentType, Plan, Tier } from './parts.ts';

/** Who gave a word: said in the report. */
export type Giver = 'environment' | 'type' | 'tier';

export type Planned =
  | { readonly kind: 'plan'; readonly plan: Plan; readonly by: Giver | 'only plan' }
  | { readonly kind: 'none'; readonly because: string; readonly fix: string };

type Words = { readonly type: DeploymentType; readonly tier: Tier };

/** The plan: the environment's own, else the type's, else the tier's; a policy with a single plan needs to name none. */
export function planOf(policy: Effective, { type, tier }: Words): Planned {
  const named = [
    { by: 'environment', name: policy.chosen.plan },
    { by: 'type', name: type.plan },
    { by: 'tier', name: policy.tiers.apply[tier]?.plan },
  ] as const;
  for (const { by, name } of named) {
    const plan = name === undefined ? undefined : policy.plans[name];
    if (plan !== undefined) return { kind: 'plan', plan, by };
  }
  const [only, another] = Object.values(policy.plans);
  if (only !== undefined && another === undefined) return { kind: 'plan', plan: only, by: 'only plan' };
  return {
    kind: 'none',
    because: `no plan for tier ${tier}`,
    fix: `Add tiers.apply.${tier}: {plan: …}, one of ${Object.keys(policy.plans).join(', ')}`,
  };
}

/** The approvals: the type's, else the environment's, else the tier's. */
export function approvalsOf(
  policy: Effective,
  { type, tier }: Words,
): { readonly approvals: readonly Approval[]; readonly by: Giver } {
  if (type.approvals !== undefined) return { approvals: type.approvals, by: 'type' };
  if (policy.chosen.approvals !== undefined) return { approvals: policy.chosen.approvals, by: 'environment' };
  return { approvals: policy.tiers.apply[tier]?.approvals ?? [], by: 'tier' };
}

/** Ids that alone stay required (the others are owed): the environment's, else the type's; undefined: all stay. */
export function requiredOnlyOf(policy: Effective, type: DeploymentType): readonly string[] | undefined {
  return policy.chosen.requiredOnly ?? type.requiredOnly;
}
