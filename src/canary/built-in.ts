// Built-in metrics: what needs no query of the policy's own, but the health of a side, its ready pods, the firing alerts of the service.
import type { AlertsReading, PodsReading } from '../evidence/reading.ts';
import { withVariables } from '../kit/variable.ts';
import { holds } from '../policy/condition.ts';
import type { Effective } from '../policy/effective.ts';
import type { Json, Limit } from '../policy/parts.ts';
import { type Get, healthOf, healthUrl } from './health.ts';
import type { Reader } from './reader.ts';
import type { Poll, Sample } from './sample.ts';

/** A metric that this action finds by itself, of the side that the new version has. */
export interface BuiltIn {
  readonly metric: string;
  readonly ask: (side: string) => Promise<Sample>;
}

export interface Senses {
  readonly env: (name: string) => string | undefined;
  readonly http: Get;
  readonly clock: { now(): number };
  readonly open: (provider: string, options: Readonly<Record<string, Json>>) => Reader;
  /** Counts a side's pods; undefined where the router knows of none. */
  readonly pods: ((side: string) => Promise<PodsReading>) | undefined;
}

/** The built-in metrics that this policy gives an address and looks at; health wherever a side has one. A query of the same name takes its place.
 * Throws a Problem for a variable that is not set. */
export function builtInsOf(policy: Effective, limits: readonly Limit[], world: Senses): readonly BuiltIn[] {
  const { metrics, traffic } = policy;
  const wanted = new Set([...limits.map(({ metric }) => metric), ...metrics.required, ...metrics.shown]);
  const queried = new Set(metrics.queries.map(({ name }) => name));
  const at = withVariables(traffic?.at ?? {}, world.env, 'traffic.at');
  const health = async (side: string) => {
    const url = healthUrl(at, traffic, side);
    return healthOf(await world.http({ method: 'GET', url, timeoutMs: 5_000, fresh: true }));
  };
  const { pods } = world;
  const alerts = alertsOf(policy, world);
  const all = [
    ...(Object.keys(at).length === 0 ? [] : [{ metric: 'health', ask: health }]),
    ...(pods === undefined
      ? []
      : [{ metric: 'pods-ready', ask: async (side: string) => readySample(await pods(side)) }]),
    ...(alerts === undefined ? [] : [{ metric: 'alerts-firing', ask: alerts }]),
  ];
  return all.filter(({ metric }) => !queried.has(metric) && (metric === 'health' || wanted.has(metric)));
}

/** Asks the first source that says which alerts are the service's (`alerts: {label: value}`). */
function alertsOf({ metrics }: Effective, { env, open, clock }: Senses): (() => Promise<Sample>) | undefined {
  const source = metrics.sources.find(({ options }) => options.alerts !== undefined);
  if (source === undefined) return undefined;
  const [{ provider, options } = source] = withVariables([source], env, 'metrics.sources');
  return async () => {
    const reader = open(provider, options);
    if (reader.alerts === undefined) return unasked(provider);
    return firingSample(await reader.alerts(clock.now()));
  };
}

function unasked(provider: string): Sample {
  const because = `the source ${provider} does not tell its alerts`;
  return { kind: 'error', because, remedy: 'Give `alerts` to a prometheus source.', retryable: false };
}

/** The share of the pods that are ready, 0..1. No pod wanted is no evidence: a side that runs nothing is not well. */
export function readySample(reading: PodsReading): Sample {
  if (reading.kind !== 'pods') return reading;
  const { wanted, ready } = reading;
  if (wanted <= 0) return { kind: 'no-data', because: noPods };
  return { kind: 'value', value: Math.min(wanted, ready) / wanted, said: `${ready} of ${wanted} pods ready` };
}

const noPods = 'no pod is wanted';

/** How many alerts fire, with their names. */
export function firingSample(reading: AlertsReading): Sample {
  if (reading.kind !== 'alerts') return reading;
  const names = [...new Set(reading.firing)].sort();
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return { kind: 'value', value: reading.firing.length, ...(names.length === 0 ? {} : { said: `${shown}${more}` }) };
}

/** What the built-in metrics have against a first shift: none may be unreadable, and none may break its own limits before any user met the new
 * version. `scaled`: the router itself brings up the pods, so that there need be none yet. Health is asked of the side by preflight itself. */
export function builtInFaults(
  poll: Poll,
  {
    limits,
    builtIns,
    scaled,
  }: { readonly limits: readonly Limit[]; readonly builtIns: readonly BuiltIn[]; readonly scaled: boolean },
): readonly string[] {
  return builtIns.flatMap(({ metric }) => {
    const sample = poll.samples[metric]?.canary;
    if (metric === 'health' || sample === undefined || sample.kind === 'counts') return [];
    if (sample.kind === 'error') return [`${metric}: ${sample.because} (${sample.remedy})`];
    if (sample.kind === 'no-data') return scaled && sample.because === noPods ? [] : [`${metric}: ${sample.because}`];
    // Which stages ask a limit does not matter here: what fires for one of them fires before all.
    const broken = limits.find(({ metric: of, condition, kind, during }) => {
      if (of !== metric || (during.length > 0 && !during.includes('canary'))) return false;
      return holds(condition, sample.value) === (kind === 'breach');
    });
    if (broken === undefined) return [];
    const wants = `${broken.kind === 'breach' ? 'not ' : ''}${broken.condition.text}`;
    return [
      `${metric}: ${sample.said ?? sample.value} before any user has met the new version, where the policy wants ${wants}`,
    ];
  });
}
