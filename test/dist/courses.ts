// The courses of walks before real neighbours: a shop's policy by router and metric source, and what its users see at the end.
import { expect } from '@jest/globals';
import type { Prometheus } from '../world/prometheus.ts';
import type { StepResult, Words } from '../world/runner/types.ts';
import type { Side } from '../world/service/types.ts';
import { type EntranceKind, entranceVariables, trafficLines } from '../world/town/entrance.ts';
import type { Town, TownOptions } from '../world/town.ts';
import { type Begun, begin, townOfBundles } from './ground.ts';

export type Course = {
  readonly entrance: EntranceKind;
  /** The shop's label in Prometheus; without it the toy's own numbers are read. */
  readonly shop?: string;
  /** Lines of `plans.canary.stages`, without the list's dashes. */
  readonly stages: readonly string[];
  /** More keys of `plans.canary`, a line each. */
  readonly plan?: readonly string[];
  /** Lines below `limits:`, without the list's dashes; default: a twentieth broken is a rollback. */
  readonly limits?: readonly string[];
  /** Whether the versions are compared; default true. */
  readonly compared?: boolean;
  /** Where the toy's own numbers are read; default: where they are. */
  readonly stats?: string;
  /** The side whose own numbers are read; default: both versions'. */
  readonly counted?: Side;
  /** More variables that it reads. */
  readonly variables?: readonly string[];
  /** More of `environments.production`. */
  readonly environment?: string;
  /** More keys of the policy. */
  readonly more?: string;
};

const jsonOf = (url: string, side: string): string => `  sources: {stats: {json: "${url}"}}
  queries:
    error-rate: {bad: "/${side}/errors", total: "/${side}/requests"}
`;

const prometheusOf = (shop: string): string => `  sources: {main: {prometheus: "\${PROMETHEUS_URL}"}}
  queries:
    error-rate:
      bad: 'sum(increase(http_requests_total{shop="${shop}",side="{{side}}",code=~"5.."}[{{window}}])) or vector(0)'
      total: 'sum(increase(http_requests_total{shop="${shop}",side="{{side}}"}[{{window}}]))'
    latency: {histogram: http_request_duration_seconds, labels: 'shop="${shop}",side="{{side}}"'}
`;

const broken = '{id: errors-high, metric: error-rate, breach: "> 5 %", severity: P1, then: rollback}';

/** Toys of seconds, so margins are wide: in two seconds a handful of users decide nothing finer. */
export function policyOf({ entrance, shop, stages, plan = [], limits = [broken], ...rest }: Course): string {
  const {
    compared = true,
    environment = '',
    more = '',
    variables = [],
    stats = '${STATS_URL}',
    counted = '{{side}}',
  } = rest;
  const latency = shop === undefined ? '' : '  latency-slow: {margin: 40pp, min-effect: 15pp}\n';
  const compare = compared ? `compare:\n  error-rate: {margin: 15pp, min-effect: 2pp}\n${latency}` : '';
  return `version: 1
extends: []
unit: shop
env: [SHOP_URL, ROUTER_URL, BLUE_URL, GREEN_URL, STATS_URL, PROMETHEUS_URL, ${[...entranceVariables, ...variables].join(', ')}]
roles: {maintainer: [ada, grace]}
overrides: {by: [maintainer]}
environments: {production: {url: "\${SHOP_URL}"${environment}}}
checklist: [ci-all-green]
tiers: {default: medium, apply: {medium: {plan: canary}, high: {plan: canary}}}
traffic:
${trafficLines(entrance)}  sides: [blue, green]
  at: {blue: "\${BLUE_URL}", green: "\${GREEN_URL}"}
  version: {path: /version, field: version}
  after: swap
plans:
  canary:
    every: 500ms
    stages:
${stages.map((line) => `      - ${line}\n`).join('')}${plan.map((line) => `    ${line}\n`).join('')}
metrics:
${shop === undefined ? jsonOf(stats, counted) : prometheusOf(shop)}
${compare}
limits:
${limits.map((line) => `  - ${line}\n`).join('')}
rollback: {workflow: rollback.yml, budget: 2m, min-age: 0s, redeploy: {command: ./ops/redeploy.sh}}
smoke: {suite: .github/smoke.yml, budget: 1m}
${more}`;
}

/** So many towns at once: most of their time is waiting, but each has users. */
const atOnce = 4;
let places = atOnce;
const queue: (() => void)[] = [];

async function entered(): Promise<void> {
  if (places > 0) places -= 1;
  else await new Promise<void>((enter) => queue.push(enter));
}

function left(): void {
  const next = queue.shift();
  if (next === undefined) places += 1;
  else next();
}

/** For the tests of a file that run beside each other and wait for one another's towns, ms. */
export const patient = 300_000;

let shops = 0;

/** A town with users of this course, torn down when the body is through, however it ends. */
export async function inTown<T>(
  asked: Course & { readonly by?: Prometheus; readonly town?: TownOptions },
  body: (town: Town) => Promise<T>,
): Promise<T> {
  await entered();
  try {
    return await settled(asked, body);
  } finally {
    left();
  }
}

async function settled<T>(
  { by, town: options, ...course }: Parameters<typeof inTown>[0],
  body: (town: Town) => Promise<T>,
): Promise<T> {
  shops += 1;
  const shop = `shop-${process.pid}-${shops}`;
  const policy = policyOf({ ...course, ...(by && { shop }) });
  const { entrance } = course;
  const scraped = by && { by, shop };
  const town = await townOfBundles({ policy, users: 50, entrance, ...(scraped && { scraped }), ...options });
  try {
    if (options?.users !== 0) await town.traffic.answered(30);
    const counted = `sum(increase(http_requests_total{shop="${shop}",side="blue"}[5s]))`;
    if (by !== undefined) await until(async () => ((await by.value(counted)) ?? 0) > 20 || options?.users === 0);
    return await body(town);
  } finally {
    await town.stop();
  }
}

/** The change landed, begun and installed; then the canary walks it, and the job ends. `during`: what happens once the log shows the line. */
export async function walked(
  town: Town,
  files: Readonly<Record<string, string>> = {},
  during?: { readonly sees: string; readonly act: (begun: Begun) => unknown },
  env: Words = {},
): Promise<Begun & { readonly step: StepResult }> {
  const begun = await begin(town, files);
  const handle = begun.job.start('canary-step', { with: { comment: 'false' }, env });
  if (during !== undefined) {
    await handle.sees(during.sees);
    await during.act(begun);
  }
  const step = await handle.result;
  await begun.job.finish();
  return { ...begun, step };
}

/** All who come from now on are answered by this side. */
export async function expectAllOn(town: Town, side: Side): Promise<void> {
  // Counted are those who are sent from now on, whenever the ones before them are answered.
  town.traffic.reset();
  await until(() => (town.traffic.counts.bySide[side] ?? 0) >= 60 || othersThan(town, side) > 0);
  expect(othersThan(town, side)).toBe(0);
}

/** Answers of the side that is not this one. */
function othersThan(town: Town, not: Side): number {
  const { bySide } = town.traffic.counts;
  return bySide[not === 'blue' ? 'green' : 'blue'] ?? 0;
}

/** Waits until it holds; throws after a minute. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !(await holds()); ) {
    if (performance.now() > end) throw new Error('It did not come to that within a minute.');
    await new Promise((done) => setTimeout(done, 100));
  }
}
