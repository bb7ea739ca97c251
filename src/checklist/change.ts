// The change that the gate judges: its range with areas, tier, type and plan as the policy sees them.
import type { Answers } from '../evidence/answer.ts';
import type { ChangedFile } from '../evidence/fact.ts';
import type { Question } from '../evidence/question.ts';
import { Problem } from '../kit/problem.ts';
import { areasTouched, type ChangeFacts } from '../policy/change-facts.ts';
import type { Effective } from '../policy/effective.ts';
import type { Approval, DeploymentType, Tier } from '../policy/parts.ts';
import { approvalsOf, planOf, requiredOnlyOf } from '../policy/plan.ts';
import { type Tiered, tierOf } from '../policy/tier.ts';
import { typeOf } from '../policy/type.ts';
import { asksFlagged, flaggedOf } from './flagged-code.ts';
import { asksKin } from './kinship.ts';
import { asksRange, bringerOf, type Range, rangeOf, type Scope } from './range.ts';
import { type SchemaChange, schemaChangeOf } from './schema-change.ts';
import { asksTraffic, planAtTraffic } from './traffic.ts';

export interface Change extends Range {
  readonly schema: SchemaChange;
  /** What `when:` looks at. */
  readonly facts: ChangeFacts;
  readonly areas: readonly string[];
  readonly type: DeploymentType;
  readonly tier: Tier;
  /** Why it is this tier, in words of the report. */
  readonly because: readonly string[];
  /** Name of the plan; empty when the policy has none for this tier. */
  readonly plan: string;
  /** Why there is no plan, and the line to add. */
  /** Why another plan goes than the one chosen; absent or empty when it is that one. */
  readonly planBecause?: string;
  readonly planless: { readonly because: string; readonly fix: string } | undefined;
  readonly approvals: readonly Approval[];
  /** The criteria that stay required, the others are owed; undefined: all stay. */
  readonly requiredOnly: readonly string[] | undefined;
}

/** The fixed first round: everything that says what the change is. It needs up to seven calls in a row (history, comparison, pull requests …,
 * what lies behind flags, and those). */
export const changeRounds = 7;

/** The questions about the change that the answers so far allow to ask. */
export function asksChange(scope: Scope, policy: Effective, answers: Answers): readonly Question[] {
  const range = rangeOf(scope, answers);
  const here: readonly Question[] = scope.moment === 'deploy' ? [{ kind: 'checkout' }] : [];
  const flagged = asksFlagged({ policy, moment: scope.moment, range }, answers);
  return [...here, ...asksRange(scope, answers), ...asksKin(range, answers), ...flagged];
}

/** The traffic of the last week, at deploy, where a plan says what goes instead of it when that is too little. */
export function asksPlan({ moment }: Pick<Scope, 'moment'>, policy: Effective): readonly Question[] {
  const wants = Object.values(policy.plans).some(({ lowTraffic }) => lowTraffic !== undefined);
  return moment === 'deploy' && wants ? asksTraffic(policy) : [];
}

/** False for a pull request all of whose files are known and none of which is the unit's. */
export function isConcerned(change: Change): boolean {
  const elsewhere = change.kind !== 'range' && change.complete && change.fileCount > 0 && change.files.length === 0;
  return !elsewhere || change.unread.length > 0;
}

/** The change under a policy. `type` is the input, empty when not given. Throws a Problem when the explicit type's conditions do not hold. */
export function changeOf(scope: Scope, policy: Effective, type: string, answers: Answers): Change {
  const range = rangeOf(scope, answers);
  const at = { directory: policy.migrations.directory, unit: scope.unit.name ?? '' };
  const schema = schemaChangeOf(range, at, answers);
  const everyLabel = [...new Set(range.pulls.flatMap(({ labels }) => labels))];
  const flagged = flaggedOf({ policy, moment: scope.moment, range }, answers);
  const facts: ChangeFacts = {
    flagDisabled: flagged.disabled,
    files: range.files.flatMap(changedPaths),
    labels: everyLabel,
    migration: schema.compatibility,
  };
  // A label on one pull request must not choose the type of what else goes out with it: other pull requests, commits without any, the unknown
  // rest of a first deployment.
  const isShared = range.strays.length === 0 && range.relation !== 'first';
  const shared = everyLabel.filter((label) => isShared && range.pulls.every(({ labels }) => labels.includes(label)));
  const typed = typeOf({ ...facts, labels: shared }, policy, type);
  if (typed.kind === 'refused') {
    throw new Problem({
      what: `The type does not fit: ${typed.because}`,
      where: 'input type',
      fix: `${typed.fix}.`,
      reason: 'type-refused',
    });
  }
  const withType = { ...facts, type: typed.type.name };
  const tiered = tierOfRange(range, withType, policy);
  const words = { type: typed.type, tier: tiered.tier };
  const planned = planOf(policy, words);
  const settled = planned.kind === 'plan' ? planAtTraffic(policy, planned.plan, answers) : undefined;
  const again = bringerOf(range)?.payload;
  const brought = again?.kind === 'deploy' && policy.plans[again.plan] !== undefined ? again.plan : undefined;
  return {
    ...range,
    schema,
    facts: withType,
    areas: areasTouched(facts, policy.areas).map(({ name }) => name),
    type: typed.type,
    tier: tiered.tier,
    because: flagged.because === '' ? tiered.because : [...tiered.because, flagged.because],
    plan: brought ?? settled?.plan.name ?? '',
    planBecause: brought === undefined ? (settled?.because ?? '') : '',
    planless: planned.kind === 'plan' || brought !== undefined ? undefined : planned,
    approvals: approvalsOf(policy, words).approvals,
    requiredOnly: requiredOnlyOf(policy, typed.type),
  };
}

/** The paths a file touches. One that was moved touches the place it left too: code must not leave an area unseen. */
export function changedPaths({ path, previous, status }: ChangedFile): ChangeFacts['files'] {
  const left = previous === undefined || status !== 'renamed' ? [] : [{ path: previous, added: false }];
  return [{ path, added: status === 'added' }, ...left];
}

const uncertain: Readonly<Record<Range['relation'], string>> = {
  ahead: '',
  identical: '',
  first: 'nothing of ours ran here before',
  behind: 'the commit is behind what runs',
  diverged: 'the commit has diverged from what runs',
  unread: 'what ran before cannot be read',
};

/** The commit that runs has the tier of the Deployment that brought it; what is not known in full is of the highest. */
function tierOfRange(range: Range, facts: ChangeFacts, policy: Effective): Tiered {
  const again = bringerOf(range)?.payload;
  if (again?.kind === 'deploy') {
    const tier = (['zero', 'low', 'medium', 'high'] as const).find((name) => name === again.tier);
    if (tier !== undefined) return { tier, because: ['as when it was first deployed'], rules: [] };
  }
  const because =
    uncertain[range.relation] || (range.complete || range.relation === 'identical' ? '' : 'not all files are known');
  return because === '' ? tierOf(facts, policy) : { tier: 'high', because: [because], rules: [] };
}
