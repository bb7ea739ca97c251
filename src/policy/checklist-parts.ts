/** From the shape of people, windows and checklist to the parts an action works with. */
import type {
  Approval,
  Area,
  ChecklistItem,
  Chosen,
  DeploymentType,
  Overrides,
  OwnEvidence,
  Tiers,
  When,
  WindowRow,
  Windows,
} from './parts.ts';
import { evidenceKinds } from './shape/checklist.ts';
import type { PolicyShape } from './shape.ts';

type WhenShape = PolicyShape['tiers']['rules'][number]['when'];
type RowShape = NonNullable<PolicyShape['windows']>['deny'][number];
type ItemShape = PolicyShape['checklist'][number];
type ChosenShape = {
  readonly plan?: string | undefined;
  readonly approvals?: readonly Approval[] | undefined;
  readonly 'required-only'?: readonly string[] | undefined;
};

const endOfDay = 24 * 60;

/** Plan, approvals and required-only of a type, a tier or an environment. */
export function chosenOf(shape: ChosenShape): Chosen {
  return { plan: shape.plan, approvals: shape.approvals, requiredOnly: shape['required-only'] };
}

/** A condition on the change. */
export function whenOf(shape: WhenShape): When {
  return {
    labels: shape.labels,
    areas: shape.area,
    paths: shape.paths,
    onlyPaths: shape['only-paths'],
    onlyAdded: shape['only-added'],
    migration: shape.migration,
    flag: shape.flag,
    types: shape.type,
  };
}

/** The areas with their names. */
export function areasOf(shape: PolicyShape['areas']): readonly Area[] {
  return Object.entries(shape).map(([name, area]) => ({ name, ...area }));
}

/** The types in file order, those of a preset first. */
export function typesOf(shape: PolicyShape['types']): readonly DeploymentType[] {
  return Object.entries(shape).map(([name, type]) => ({
    name,
    ...chosenOf(type),
    when: type.when === undefined ? undefined : whenOf(type.when),
    owedMs: type.owed,
    inFlight: type['in-flight'],
    breach: type.breach,
  }));
}

/** The tier rules (those without an id are named by their place), the default, and what each tier brings. */
export function tiersOf(shape: PolicyShape['tiers']): Tiers {
  const { zero, low, medium, high } = shape.apply;
  const chosen = (tier: ChosenShape | undefined) => (tier === undefined ? undefined : chosenOf(tier));
  return {
    rules: shape.rules.map((rule, index) => ({
      id: rule.id ?? `rule-${index + 1}`,
      tier: rule.tier,
      when: whenOf(rule.when),
    })),
    default: shape.default,
    apply: { zero: chosen(zero), low: chosen(low), medium: chosen(medium), high: chosen(high) },
  };
}

/** Who may set what aside. */
export function overridesOf(shape: PolicyShape['overrides']): Overrides {
  return { allow: shape.allow, by: shape.by, breakGlass: shape['break-glass'] };
}

/** Rows without `from` begin at midnight, without `to` end there; without days and dates they are every day. */
export function windowsOf(shape: NonNullable<PolicyShape['windows']>, timezone: string): Windows {
  return {
    timezone,
    allow: shape.allow.map((row) => ({ ...rowOf(row), grade: row.grade })),
    deny: shape.deny.map(rowOf),
    holidays: shape.holidays,
    except: shape.except,
    otherwise: shape.otherwise,
  };
}

function rowOf(row: RowShape): WindowRow {
  return { days: row.days, dates: row.dates, from: row.from ?? 0, to: row.to ?? endOfDay, reason: row.reason };
}

/** A line of the checklist; `defaultLevel` is the criterion's own (required when it has none). */
export function itemOf(shape: ItemShape, defaultLevel: ChecklistItem['level'] = 'required'): ChecklistItem {
  return {
    id: shape.id,
    title: shape.title,
    with: shape.with ?? {},
    level: shape.level ?? defaultLevel,
    moment: shape.moment,
    binds: shape.binds,
    owner: shape.owner,
    when: shape.when === undefined ? undefined : whenOf(shape.when),
    aheadMs: shape.ahead,
    withinMs: shape.within,
    everyMs: shape.every,
    signOff: shape['sign-off'] ?? [],
    evidence: evidenceOf(shape),
  };
}

function evidenceOf(shape: ItemShape): OwnEvidence | undefined {
  for (const kind of evidenceKinds) {
    if (kind !== 'sign-off' && shape[kind] !== undefined) return { kind, options: shape[kind] };
  }
  return undefined;
}
