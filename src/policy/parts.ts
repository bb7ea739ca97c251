/** The parts of an effective policy: everything parsed, defaults filled in, for one environment and leg. Times are ms, shares of traffic 0..100, all other ratios 0..1. */

import type { HelmRedeploy, KubectlRedeploy } from '../providers/redeploys.ts';
import type { Condition } from './condition.ts';
import type { Occasion } from './occasion.ts';
import type { evidenceKinds } from './shape/checklist.ts';
import type { BreachAction, Chosen, CommandLine, InFlight, Json, Severity, Tier, WayBack, When } from './words.ts';

export type * from './words.ts';

export type DeploymentType = Chosen & {
  readonly name: string;
  readonly when?: When | undefined;
  readonly owedMs?: number | undefined;
  readonly inFlight?: InFlight | undefined;
  readonly breach?: 'rollback' | undefined;
};
export type TierRule = { readonly id: string; readonly tier: Tier; readonly when: When };
export type Tiers = {
  readonly rules: readonly TierRule[];
  readonly default: Tier;
  readonly apply: Readonly<Partial<Record<Tier, Chosen | undefined>>>;
};
export type Overrides = {
  readonly allow: readonly string[];
  readonly by: readonly string[];
  readonly breakGlass: boolean;
};

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type Grade = 'optimal' | 'acceptable' | 'discouraged' | 'denied';
/** A row of the windows; minutes since local midnight, `to` exclusive, `from` after `to` crosses midnight; days and dates are those it begins on. */
export type WindowRow = {
  readonly days?: readonly Weekday[] | undefined;
  readonly dates?: { readonly from: string; readonly to: string } | undefined;
  readonly from: number;
  readonly to: number;
  readonly reason?: string | undefined;
};
export type Windows = {
  readonly timezone: string;
  readonly allow: readonly (WindowRow & { readonly grade: Exclude<Grade, 'denied'> })[];
  readonly deny: readonly WindowRow[];
  readonly holidays: readonly string[];
  readonly except: readonly { readonly type: string; readonly by: string }[];
  readonly otherwise: 'discouraged' | 'denied';
};

/** An own kind of evidence of a criterion, as written under its key (durations parsed). */
export type OwnEvidence = { readonly kind: EvidenceKind; readonly options: unknown };
export type EvidenceKind = Exclude<(typeof evidenceKinds)[number], 'sign-off'>;
/** A line of the checklist. `known` tells whether the vocabulary has a criterion of that id that finds its evidence by itself. */
export type ChecklistItem = {
  readonly id: string;
  readonly title?: string | undefined;
  readonly with: Readonly<Record<string, Json>>;
  readonly level: 'required' | 'warn' | 'info';
  readonly moment?: 'review' | 'deploy' | 'after' | 'hygiene' | undefined;
  readonly binds?: 'commit' | 'change' | 'deployment' | undefined;
  readonly owner?: string | undefined;
  readonly when?: When | undefined;
  readonly aheadMs?: number | undefined;
  readonly withinMs?: number | undefined;
  readonly everyMs?: number | undefined;
  /** Roles that must all sign; empty: no sign-off asked. */
  readonly signOff: readonly string[];
  readonly evidence?: OwnEvidence | undefined;
};

export type VersionAnswer = {
  readonly path: string;
  readonly field?: string | undefined;
  readonly header?: string | undefined;
};
/** `options` holds every key of the block as written, for the router's adapter: its own keys and how a side is asked. */
export type Traffic = {
  readonly router?: string | undefined;
  readonly sides: readonly [string, string];
  readonly after: 'swap' | 'replace';
  readonly keepOldMs: number;
  /** Address of each side past the router; empty when the policy gives none. */
  readonly at: Readonly<Record<string, string>>;
  readonly version: VersionAnswer;
  readonly health: { readonly path: string };
  readonly hosts: readonly string[];
  readonly via?: string | undefined;
  readonly options: Readonly<Record<string, Json>>;
};

/** `weight` and the band it comes from are percent 0..100. */
export type Stage = {
  readonly id: string;
  readonly weight: number;
  readonly weightTo: number;
  readonly bakeMs: number;
  readonly maxBakeMs?: number | undefined;
  readonly warmupMs: number;
  readonly baselineOffsetMs?: number | undefined;
  readonly smoke?: readonly string[] | undefined;
  readonly audience?: readonly string[] | undefined;
};
export type WatchBand = {
  readonly id: string;
  readonly toMs: number;
  readonly everyMs: number;
  readonly heartbeatMs?: number | undefined;
  readonly reachMs?: number | undefined;
};
export type Plan = {
  readonly name: string;
  readonly by: 'traffic' | 'flag' | 'rollout';
  readonly everyMs: number;
  readonly stages: readonly Stage[];
  readonly inconclusive: 'restore' | 'stay' | 'ask';
  readonly lowTraffic?: string | undefined;
  readonly smoke: { readonly before?: string | undefined; readonly after?: string | undefined };
  readonly watch: readonly WatchBand[];
};

/** A source: its provider's name and options as written (`prometheus: url` is the option `prometheus`). */
export type MetricSource = {
  readonly name: string;
  readonly provider: string;
  readonly options: Readonly<Record<string, Json>>;
};
export type QueryUnit = 'ratio' | 'percent' | 's' | 'ms' | 'bytes' | 'count' | 'per-minute';
/** How one metric is asked; texts mean what the source's provider says (PromQL, JSON pointer, command). */
export type MetricQuery = { readonly name: string; readonly source: string; readonly unit?: QueryUnit | undefined } & (
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'ratio'; readonly part: 'bad' | 'good'; readonly count: string; readonly total: string }
  | {
      readonly kind: 'histogram';
      readonly histogram: string;
      readonly labels?: string | undefined;
      readonly slowMs?: number | undefined;
    }
);
export type Metrics = {
  readonly sources: readonly MetricSource[];
  readonly queries: readonly MetricQuery[];
  readonly required: readonly string[];
  readonly shown: readonly string[];
};
/** Fractions: a margin of 1pp is 0.01. */
export type Compared = {
  readonly metric: string;
  readonly margin: number;
  readonly minEffect: number;
  /** The label by whose values the requests are compared like with like. */
  readonly strata?: string | undefined;
};

/** `during` empty means always. `own` tells a limit of the repository's file from one of a preset (whose metric may be unmeasured). */
export type Limit = {
  readonly id: string;
  readonly metric: string;
  readonly kind: 'continue' | 'breach';
  readonly condition: Condition;
  readonly forMs: number;
  readonly during: readonly string[];
  readonly severity: Severity;
  readonly action: BreachAction;
  readonly withinMs?: number | undefined;
  readonly otherwise: Exclude<BreachAction, 'ask'>;
  readonly how: WayBack;
  readonly own: boolean;
};
export type Caretaker = { readonly workflow: string; readonly everyMs: number; readonly maxJobTimeMs: number };

export type { Migrations } from './migration-parts.ts';

export type Covered = {
  readonly id: string;
  readonly with: Readonly<Record<string, Json>>;
  readonly when?: When | undefined;
};
export type Smoke = {
  readonly suite: string;
  readonly budgetMs: number;
  readonly onFailure: 'rollback' | 'hold' | 'page';
  readonly covers: readonly Covered[];
};
export type Verification = 'smoke' | 'version' | 'health' | 'data';
export type Redeploy = {
  readonly workflow?: string | undefined;
  readonly command?: CommandLine | undefined;
  readonly kubectl?: KubectlRedeploy | undefined;
  readonly helm?: HelmRedeploy | undefined;
  readonly timeoutMs?: number | undefined;
};
export type Rollback = {
  readonly workflow: string;
  /** The whole budget; `parts` has what a way or a phase may take of it. */
  readonly budgetMs: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly minAgeMs: number;
  readonly how: WayBack;
  readonly flag?: string | undefined;
  readonly redeploy?: Redeploy | undefined;
  readonly verify: readonly Verification[];
  readonly settleMs: number;
  readonly manual: readonly {
    readonly id: string;
    readonly severity?: Severity | undefined;
    readonly withinMs?: number | undefined;
    readonly by: readonly string[];
  }[];
  readonly followUp: {
    readonly issueWhen?: Occasion | undefined;
    readonly postmortemMs?: number | undefined;
    readonly watchMs?: number | undefined;
    readonly keepLogs: boolean;
    readonly logsCommand?: CommandLine | undefined;
    readonly blockRedeploy: 'until-root-cause' | 'never';
  };
  readonly drill?: { readonly everyMs: number; readonly environment: string } | undefined;
};
export type AnnounceEvent = 'notice' | 'start' | 'held' | 'asked' | 'promoted' | 'done' | 'rolled-back' | 'refused';
/** `channels` has the notifiers and their options as written; empty: declared, not connected. */
export type Announcement = {
  readonly id?: string | undefined;
  readonly when: readonly AnnounceEvent[];
  readonly aheadMs?: number | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly if?: Occasion | undefined;
  readonly channels: Readonly<Record<string, Json>>;
};
export type Target = string | Readonly<Record<string, string>>;
export type Flags = {
  readonly provider?: string | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly removeAfterFullMs?: number | undefined;
  /** What the two arms of a plan by flag are called: those without and those with the new code. */
  readonly cohorts: readonly [string, string];
  readonly options: Readonly<Record<string, Json>>;
};
