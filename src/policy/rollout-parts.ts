/** From the shape of traffic, plans, metrics and limits to the parts an action works with; the defaults of the way forward stand here. */
import type { Json, Limit, MetricQuery, MetricSource, Metrics, Plan, Stage, Traffic, WatchBand } from './parts.ts';
import type { PolicyShape } from './shape.ts';

type PlanShape = PolicyShape['plans'][string];
type QueryShape = PolicyShape['metrics']['queries'][string];
type LimitShape = PolicyShape['limits'][number];

const second = 1_000;
const hour = 3_600 * second;

/** Between two looks at a stage, when the plan does not say. */
const everyMs = 15 * second;
/** How long the old side stays warm, when the policy does not say. */
const keepOldMs = 24 * hour;

/** The traffic block; `raw` is the same block as written, for the router's adapter. */
export function trafficOf(shape: NonNullable<PolicyShape['traffic']>, raw: Readonly<Record<string, Json>>): Traffic {
  return {
    router: shape.router,
    sides: shape.sides ?? ['blue', 'green'],
    after: shape.after,
    keepOldMs: shape['keep-old'] ?? keepOldMs,
    at: shape.at ?? {},
    version: shape.version ?? { path: '/version' },
    health: shape.health ?? { path: '/health' },
    hosts: shape.hosts ?? [],
    via: shape.via,
    options: raw,
  };
}

/** The plans by name. */
export function plansOf(shape: PolicyShape['plans']): Readonly<Record<string, Plan>> {
  return Object.fromEntries(Object.entries(shape).map(([name, plan]) => [name, planOf(name, plan)]));
}

function planOf(name: string, plan: PlanShape): Plan {
  return {
    name,
    by: plan.by,
    everyMs: plan.every ?? everyMs,
    stages: plan.stages.map(stageOf),
    inconclusive: plan.inconclusive,
    lowTraffic: plan['low-traffic'],
    smoke: plan.smoke,
    watch: plan.watch.map(bandOf),
  };
}

function stageOf(stage: PlanShape['stages'][number]): Stage {
  return {
    id: stage.id,
    weight: stage.weight.from,
    weightTo: stage.weight.to,
    bakeMs: stage.bake,
    maxBakeMs: stage['max-bake'],
    warmupMs: stage.warmup ?? 0,
    baselineOffsetMs: stage.baseline?.offset,
    smoke: stage.smoke,
    audience: stage.audience,
  };
}

function bandOf(band: PlanShape['watch'][number], index: number): WatchBand {
  return {
    id: band.id ?? `watch-${index + 1}`,
    toMs: band.to,
    everyMs: band.every,
    heartbeatMs: band.heartbeat,
    reachMs: band.reach,
  };
}

/** Sources and queries; `providers` are the names a source may begin with. A query without `source` asks the first one. */
export function metricsOf(
  shape: PolicyShape['metrics'],
  raw: Readonly<Record<string, Readonly<Record<string, Json>>>>,
  providers: readonly string[],
): Metrics {
  const sources = Object.entries(raw).map(([name, options]): MetricSource => {
    const provider = Object.keys(options).find((key) => providers.includes(key)) ?? '';
    return { name, provider, options };
  });
  const first = sources[0]?.name ?? '';
  const queries = Object.entries(shape.queries).flatMap(([name, query]) => queryOf(name, query, first));
  return { sources, queries, required: shape.required, shown: shape.shown };
}

function queryOf(name: string, query: QueryShape, first: string): readonly MetricQuery[] {
  const common = { name, source: query.source ?? first, unit: query.unit };
  if (query.value !== undefined) return [{ ...common, kind: 'value', value: query.value }];
  if (query.histogram !== undefined) {
    return [{ ...common, kind: 'histogram', histogram: query.histogram, labels: query.labels, slowMs: query.slow }];
  }
  const count = query.bad ?? query.good;
  if (count === undefined || query.total === undefined) return [];
  return [{ ...common, kind: 'ratio', part: query.bad === undefined ? 'good' : 'bad', count, total: query.total }];
}

/** A limit of the merged file; `own` tells that the repository's file wrote it. Without severity it is P1 when it rolls back, else P2. */
export function limitOf(shape: LimitShape, own: boolean): readonly Limit[] {
  const condition = shape.continue ?? shape.breach;
  if (condition === undefined) return [];
  const action = shape.then ?? 'hold';
  return [
    {
      id: shape.id ?? `${shape.metric}-${shape.continue === undefined ? 'breach' : 'continue'}`,
      metric: shape.metric,
      kind: shape.continue === undefined ? 'breach' : 'continue',
      condition,
      forMs: shape.for ?? 0,
      during: shape.during ?? [],
      severity: shape.severity ?? (action === 'rollback' ? 'P1' : 'P2'),
      action,
      withinMs: shape.within,
      otherwise: shape.otherwise ?? 'rollback',
      how: shape.how ?? 'auto',
      own,
    },
  ];
}
