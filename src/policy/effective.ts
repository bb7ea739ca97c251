/** The policy of one environment and leg: overlays merged, defaults filled in, everything parsed. */
import { areasOf, chosenOf, itemOf, overridesOf, tiersOf, typesOf, windowsOf } from './checklist-parts.ts';
import type { Fault } from './fault.ts';
import { overlaid } from './merge.ts';
import type {
  Announcement,
  Approval,
  Area,
  Caretaker,
  ChecklistItem,
  CommandLine,
  Compared,
  DeploymentType,
  Enforce,
  Flags,
  InFlight,
  Json,
  Limit,
  Metrics,
  Migrations,
  Overrides,
  Plan,
  Rollback,
  Smoke,
  Target,
  Tiers,
  Traffic,
  Unit,
  Windows,
} from './parts.ts';
import type { Policy } from './policy.ts';
import { unknownName } from './references.ts';
import { limitOf, metricsOf, plansOf, trafficOf } from './rollout-parts.ts';
import { type PolicyShape, policyShape } from './shape.ts';
import { child, placeOf, plain, type Traced } from './traced.ts';
import { announcementOf, caretakerOf, flagsOf, migrationsOf, rollbackOf, smokeOf } from './way-back-parts.ts';

/** What one run of an action goes by. Optional blocks are absent when neither the file nor a preset has them. */
export type Effective = {
  readonly environment: string;
  readonly leg?: string | undefined;
  /** The legs the environment declares, in order. */
  readonly legs: readonly string[];
  readonly order: 'one-by-one' | 'together';
  readonly url?: string | undefined;
  readonly needs: readonly string[];
  /** Globs of branches and tags that may be deployed; empty: the default branch and tags. */
  readonly refs: readonly string[];
  /** The environment's own plan, approvals and required-only, which stand beside those of type and tier. */
  readonly chosen: {
    readonly plan?: string | undefined;
    readonly approvals?: readonly Approval[] | undefined;
    readonly requiredOnly?: readonly string[] | undefined;
  };
  readonly unit: Unit;
  readonly enforce: Enforce;
  readonly trustedRefs: readonly string[];
  readonly timezone?: string | undefined;
  /** Environment variables that ${NAME} may name, and those to mask whatever they look like. */
  readonly env: readonly string[];
  readonly masked: readonly string[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly overrides: Overrides;
  readonly areas: readonly Area[];
  /** In file order, which is the order they are asked in. */
  readonly types: readonly DeploymentType[];
  readonly tiers: Tiers;
  readonly windows?: Windows | undefined;
  readonly checklist: readonly ChecklistItem[];
  readonly inFlight: InFlight;
  readonly migrations: Migrations;
  readonly traffic?: Traffic | undefined;
  readonly caretaker?: Caretaker | undefined;
  readonly plans: Readonly<Record<string, Plan>>;
  readonly metrics: Metrics;
  readonly compare: readonly Compared[];
  /** False-rollback probability of one deployment, 0..1. */
  readonly alpha: number;
  readonly limits: readonly Limit[];
  readonly smoke: Smoke;
  readonly rollback: Rollback;
  readonly announce: readonly Announcement[];
  readonly targets: Readonly<Record<string, Target>>;
  readonly flags?: Flags | undefined;
  readonly archive?: { readonly command: CommandLine } | undefined;
};

/** The environment, and the leg when only its overlay counts. */
export type Where = { readonly environment: string; readonly leg?: string | undefined };

export type EffectiveRead =
  | { readonly kind: 'effective'; readonly effective: Effective }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** The policy as `where` sees it. An environment or leg that the policy does not declare is a fault that names those it does. */
export function effective(policy: Policy, where: Where): EffectiveRead {
  const fault = unknownPlace(policy, where);
  if (fault !== undefined) return { kind: 'fault', fault };
  const tree = overlaid(policy.tree, where.environment, where.leg);
  // readPolicy has parsed this very tree with every overlay: what fails here is a bug, not a fault of the file.
  const shape = tree === policy.tree ? policy.shape : policyShape().parse(plain(tree));
  return { kind: 'effective', effective: assembled(policy, where, tree, shape) };
}

function unknownPlace(policy: Policy, where: Where): Fault | undefined {
  const environments = Object.keys(policy.shape.environments);
  if (environments.length > 0 && !environments.includes(where.environment)) {
    const at = placeOf(policy.tree, ['environments']);
    return { ...at, ...unknownName('environment', where.environment, environments, 'environments') };
  }
  const legs = Object.keys(policy.shape.environments[where.environment]?.legs ?? {});
  if (where.leg === undefined || legs.includes(where.leg)) return undefined;
  const at = placeOf(policy.tree, ['environments', where.environment, 'legs']);
  return { ...at, ...unknownName('leg', where.leg, legs, `environments.${where.environment}.legs`) };
}

function assembled(policy: Policy, where: Where, tree: Traced, shape: PolicyShape): Effective {
  const here = shape.environments[where.environment];
  const leg = where.leg === undefined ? undefined : here?.legs[where.leg];
  const { vocabulary } = policy;
  return {
    environment: where.environment,
    leg: where.leg,
    legs: Object.keys(here?.legs ?? {}),
    order: here?.order ?? 'together',
    url: leg?.url ?? here?.url,
    needs: here?.needs ?? [],
    refs: here?.ref ?? [],
    chosen: chosenOf(here ?? {}),
    unit: shape.unit ?? { paths: ['**'] },
    enforce: shape.enforce,
    trustedRefs: shape['trusted-refs'],
    timezone: shape.timezone,
    env: shape.env,
    masked: shape.masked,
    roles: shape.roles,
    overrides: overridesOf(shape.overrides),
    areas: areasOf(shape.areas),
    types: typesOf(shape.types),
    tiers: tiersOf(shape.tiers),
    // readPolicy refuses windows without a time zone.
    windows: shape.windows === undefined ? undefined : windowsOf(shape.windows, shape.timezone ?? 'UTC'),
    checklist: shape.checklist.map((item) => itemOf(item, vocabulary.criteria.get(item.id)?.level)),
    inFlight: shape['in-flight'],
    migrations: migrationsOf(shape.migrations),
    traffic: shape.traffic === undefined ? undefined : trafficOf(shape.traffic, mapOf(child(tree, 'traffic'))),
    caretaker: shape.caretaker === undefined ? undefined : caretakerOf(shape.caretaker),
    plans: plansOf(shape.plans),
    metrics: metricsOf(shape.metrics, sourcesOf(tree), [...vocabulary.sources.keys()]),
    compare: Object.entries(shape.compare).map(([metric, { margin, 'min-effect': least, strata }]) => ({
      metric,
      margin,
      minEffect: least ?? 0,
      ...(strata === undefined ? {} : { strata }),
    })),
    alpha: shape.alpha,
    limits: shape.limits.flatMap((limit, index) => limitOf(limit, isOwn(policy, tree, index))),
    smoke: smokeOf(shape.smoke),
    rollback: rollbackOf(shape.rollback),
    announce: shape.announce.map((line, index) => announcementOf(line, mapOf(child(child(tree, 'announce'), index)))),
    targets: shape.targets,
    flags: shape.flags === undefined ? undefined : flagsOf(shape.flags, mapOf(child(tree, 'flags'))),
    archive: shape.archive,
  };
}

/** A limit is the repository's own when its file wrote the condition or the whole line. */
function isOwn(policy: Policy, tree: Traced, index: number): boolean {
  const limit = child(child(tree, 'limits'), index);
  const condition = child(limit, 'continue') ?? child(limit, 'breach') ?? limit;
  return condition?.at.path === policy.path;
}

function sourcesOf(tree: Traced): Readonly<Record<string, Readonly<Record<string, Json>>>> {
  const sources = child(child(tree, 'metrics'), 'sources');
  if (sources?.kind !== 'map') return {};
  return Object.fromEntries([...sources.entries].map(([name, entry]) => [name, mapOf(entry.value)]));
}

function mapOf(tree: Traced | undefined): Readonly<Record<string, Json>> {
  return tree?.kind === 'map'
    ? Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plain(entry.value)]))
    : {};
}
