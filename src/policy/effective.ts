/** The policy of one environment and leg: overlays merged, defaults filled in, everything parsed. */
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

/** What one run of an action goes by. Optional blocks are absent when neither the file nor a preset has them. */
export type Effective = {
  readonly environment: string;
  readonly leg?: string;
  /** The legs the environment declares, in order. */
  readonly legs: readonly string[];
  readonly order: 'one-by-one' | 'together';
  readonly url?: string;
  readonly needs: readonly string[];
  /** Globs of branches and tags that may be deployed; empty: the default branch and tags. */
  readonly refs: readonly string[];
  /** The environment's own plan, approvals and required-only, which stand beside those of type and tier. */
  readonly chosen: {
    readonly plan?: string;
    readonly approvals?: readonly Approval[];
    readonly requiredOnly?: readonly string[];
  };
  readonly unit: Unit;
  readonly enforce: Enforce;
  readonly trustedRefs: readonly string[];
  readonly timezone?: string;
  /** Environment variables that ${NAME} may name, and those to mask whatever they look like. */
  readonly env: readonly string[];
  readonly masked: readonly string[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly overrides: Overrides;
  readonly areas: readonly Area[];
  /** In file order, which is the order they are asked in. */
  readonly types: readonly DeploymentType[];
  readonly tiers: Tiers;
  readonly windows?: Windows;
  readonly checklist: readonly ChecklistItem[];
  readonly inFlight: InFlight;
  readonly migrations: Migrations;
  readonly traffic?: Traffic;
  readonly caretaker?: Caretaker;
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
  readonly flags?: Flags;
  readonly archive?: { readonly command: CommandLine };
};
