// Present values: what every metric query of the policy answers now, of the version that has the users. Nothing is judged by them.
import { withVariables } from '../kit/variable.ts';
import type { Effective } from '../policy/effective.ts';
import { type Measure, measuresOf } from '../policy/measure.ts';
import { strataOf } from './beginning.ts';
import { builtInsOf, type Senses } from './built-in.ts';
import { Poller } from './poller.ts';
import { countingOf } from './query.ts';
import type { Sample } from './sample.ts';

/** Counters with `{{window}}` show the last day. */
const dayMs = 24 * 3_600_000;

export interface PresentValue {
  readonly metric: string;
  /** A limit or `metrics.required` cannot do without it. */
  readonly needed: boolean;
  readonly sample: Sample;
}

export interface Looking extends Senses {}

/** Asks each query once. Throws a Problem for a variable that is not set and for a source that this release cannot read. */
export async function presentValues(
  world: Looking,
  policy: Effective,
  users: { readonly stable: string; readonly idle: string; readonly version: string },
): Promise<readonly PresentValue[]> {
  const { metrics, limits } = policy;
  const poller = new Poller({
    measures: measuresOf(metrics).flatMap(readable),
    sources: withVariables(metrics.sources, world.env, 'metrics.sources'),
    sides: { stable: users.stable, canary: users.idle },
    versions: { canary: users.version, stable: users.version },
    leg: policy.leg ?? '',
    strata: strataOf(policy.compare),
    open: world.open,
    builtIns: builtInsOf(policy, limits, world).flatMap(({ metric, ask }) =>
      metric === 'health' ? [] : [{ metric, ask: () => ask(users.stable) }],
    ),
  });
  const { samples } = await poller.poll({ at: world.clock.now(), stage: '', warm: true, sinceMs: dayMs });
  const needed = new Set([...limits.map(({ metric }) => metric), ...metrics.required]);
  return Object.entries(samples).flatMap(([name, arms]) => {
    const sample = arms.stable ?? arms.canary;
    return sample === undefined ? [] : [{ metric: name, needed: needed.has(name.replace(/ \(\w+\)$/, '')), sample }];
  });
}

/** A counter since its process began says nothing at its first reading but where it stands: shown as that. */
function readable(measure: Measure): readonly Measure[] {
  if (measure.kind !== 'ratio' || countingOf(measure.total) === 'walk') return [measure];
  const { source, metric, total } = measure;
  return [{ metric: `${metric} (total)`, source, kind: 'value', text: total, scale: 1 }];
}
