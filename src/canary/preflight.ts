// Preflight: what must be true before any traffic moves. Each finding is a hold that has moved nothing.
import type { SideFact } from '../evidence/fact.ts';
import { formatDuration } from '../kit/duration.ts';
import { needsBaseline } from '../policy/condition.ts';
import type { Compared, Limit, Metrics, Stage } from '../policy/parts.ts';
import { pollerOf } from './beginning.ts';
import { type BuiltIn, builtInFaults } from './built-in.ts';
import { isCompared } from './comparer.ts';
import { earlierMs } from './earlier.ts';
import type { Hold } from './hold.ts';
import { smokeHold } from './owed-smoke.ts';
import { type Poll, sampleOf } from './sample.ts';
import type { Scene } from './scene.ts';
import { isAway, type Ready } from './sides.ts';
import type { StartWorld, Weigher } from './start.ts';

/** The new version must answer on its side, and be the one that is deployed, as far as it can be asked. */
export function sideHold(
  answer: SideFact | undefined,
  of: { readonly sha: string; readonly version: string },
): Hold | undefined {
  if (answer === undefined || answer.url === '') return undefined;
  const { side, url } = answer;
  if (!answer.answers) {
    const because = `${side} does not answer at ${url} (${answer.because})`;
    return { reason: 'preflight', because, remedy: `Deploy ${of.version} to ${side} before this step.` };
  }
  if (runs(answer, of)) return undefined;
  const because = `${side} runs ${answer.version || answer.sha}, not ${of.version}`;
  return { reason: 'preflight', because, remedy: `Deploy ${of.version} (${of.sha}) to ${side} before this step.` };
}

/** Whether a side's answer names this version. One that names neither version nor commit proves nothing and stops nothing. */
export function runs({ version, sha }: SideFact, of: { readonly sha: string; readonly version: string }): boolean {
  if (version === '' && sha === '') return true;
  if (sha !== '') return sha === of.sha;
  return version === of.version || (version.length >= 7 && of.sha.startsWith(version));
}

/** Every metric that a limit, the comparison or `metrics.required` needs must have data on the stable version while it still has all users. */
export function metricHold(
  poll: Poll,
  metrics: Metrics,
  limits: readonly Limit[],
  compared: readonly Compared[] = [],
): Hold | undefined {
  const incomparable = compared.flatMap(({ metric }) => incomparableIn(poll, metric));
  if (incomparable.length > 0) {
    const remedy =
      'Give compare a metric of counts (bad and total, or a histogram) whose query names {{side}} or {{version}}.';
    return { reason: 'preflight', because: incomparable.join('; '), remedy };
  }
  const needed = new Set([...[...limits, ...compared].map(({ metric }) => metric), ...metrics.required]);
  const faults = Object.entries(poll.samples)
    .filter(([metric]) => needed.has(metric) && metric !== 'health')
    .flatMap(([metric, arms]) => {
      const sample = arms.stable ?? arms.canary;
      if (sample === undefined || sample.kind === 'counts' || sample.kind === 'value') return [];
      return [`${metric}: ${sample.because}${sample.kind === 'error' ? ` (${sample.remedy})` : ''}`];
    });
  if (faults.length === 0) return undefined;
  const remedy = 'Correct these queries: a canary whose numbers nobody can read is not judged.';
  return { reason: 'preflight', because: faults.join('; '), remedy };
}

/** A comparison needs requests of both versions: a value has none, and one query for both says nothing of either. */
function incomparableIn(poll: Poll, metric: string): readonly string[] {
  const arms = poll.samples[metric];
  if (arms === undefined) return [];
  if (arms.canary?.kind === 'value' || arms.stable?.kind === 'value')
    return [`${metric} is a value: it cannot be compared`];
  return arms.stable === undefined ? [`${metric} is asked once for both versions: there is nothing to compare`] : [];
}

/** The poll without what no query gave. */
function queried(poll: Poll, builtIns: readonly BuiltIn[]): Poll {
  const names = new Set(builtIns.map(({ metric }) => metric));
  return {
    ...poll,
    samples: Object.fromEntries(Object.entries(poll.samples).filter(([metric]) => !names.has(metric))),
  };
}

function builtInHold(faults: readonly string[]): Hold | undefined {
  if (faults.length === 0) return undefined;
  const remedy = 'Wait until all of it is well, or correct where it is asked (docs/canary-judge.md).';
  return { reason: 'preflight', because: faults.join('; '), remedy };
}

/** Whether a look is worth repeating: something failed that may pass. */
export function mayPass(poll: Poll): boolean {
  return Object.keys(poll.samples).some((metric) =>
    (['canary', 'stable'] as const).some((arm) => {
      const sample = sampleOf(poll, metric, arm);
      return sample?.kind === 'error' && sample.retryable;
    }),
  );
}

/** Nobody else carries the plan: what does not fit into the job must not begin in it. */
export function timeHold(stages: readonly Stage[], maxJobTimeMs: number): Hold | undefined {
  const least = stages.reduce((sum, { bakeMs }) => sum + bakeMs, 0);
  if (least <= maxJobTimeMs) return undefined;
  const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`;
  const because = `the stages bake ${minutes(least)}, a job may last ${minutes(maxJobTimeMs)}, and no caretaker carries the rest`;
  return {
    reason: 'held-unwatched',
    because,
    remedy: 'Shorten the bakes, or run the stages in jobs of their own (`stage: <name>`).',
  };
}

/** Counters are read over so long a window before the shift: quiet services have a request in it. ms */
const lookBack = 300_000;

export interface Flight {
  readonly scene: Scene;
  readonly start: Ready;
  readonly stages: readonly Stage[];
  /** A living caretaker takes what does not fit into this job. */
  readonly carried: boolean;
}

/** All that must be true before the first shift; what may pass is asked three times. A walk that goes on does not look at its metrics here. */
export async function preflight(
  world: Parameters<typeof pollerOf>[0] & Pick<StartWorld, 'clock' | 'cancelled'>,
  router: Weigher,
  { scene, start, stages, carried }: Flight,
): Promise<Hold | undefined> {
  const { policy, limits, plan } = scene;
  const asked = await router.side(start.sides.canary);
  // An arm without an address of its own is asked where users come in.
  const answer = plan.by === 'traffic' ? asked : { ...asked, side: 'the service' };
  const maxJobTime = policy.caretaker?.maxJobTimeMs ?? longestJob;
  const hold =
    sideHold(answer, scene) ??
    smokeHold(scene, carried ? stages.slice(0, 1) : stages) ??
    (carried ? undefined : timeHold(stages, maxJobTime));
  if (hold !== undefined || start.kind === 'first' || isAway(start)) return hold;
  const poller = pollerOf(world, scene, start.sides);
  const look = () => poller.poll({ at: world.clock.now(), stage: '', warm: true, sinceMs: lookBack });
  let poll = await look();
  for (let again = 0; again < 2 && mayPass(poll); again += 1) {
    await world.clock.sleep(2_000, world.cancelled);
    poll = await look();
  }
  const scaled = scene.routing.router === 'kubernetes-replicas' || plan.by === 'rollout';
  return (
    builtInHold(builtInFaults(poll, { limits, builtIns: world.builtIns, scaled })) ??
    (await earlierHold(world, scene, start, stages)) ??
    metricHold(queried(poll, world.builtIns), policy.metrics, limits, stages.some(isCompared) ? policy.compare : [])
  );
}

/** A stage that is compared with an earlier time needs numbers of that time, and is refused where it has stable beside it. */
async function earlierHold(
  world: Parameters<typeof preflight>[0],
  scene: Scene,
  start: Ready,
  stages: readonly Stage[],
): Promise<Hold | undefined> {
  for (const stage of stages) {
    const { baselineOffsetMs: offset } = stage;
    if (offset === undefined) continue;
    const name = `${stage.id} is compared with ${formatDuration(offset)} earlier`;
    if (earlierMs(stage) === undefined) {
      const because = `${name}, though stable stands beside it at the same minutes`;
      return { reason: 'preflight', because, remedy: 'Leave `baseline` out of stages below 100 %.' };
    }
    const { policy, limits } = scene;
    const poller = pollerOf(world, scene, start.sides);
    const at = { at: world.clock.now(), stage: '', warm: true, sinceMs: lookBack, earlierMs: offset };
    const { samples } = await poller.poll(at);
    const needed = new Set([
      ...policy.compare.map(({ metric }) => metric),
      ...limits.filter(({ condition }) => needsBaseline(condition)).map(({ metric }) => metric),
    ]);
    const faults = Object.entries(samples).flatMap(([metric, { stable }]) => {
      if (!needed.has(metric) || stable === undefined || stable.kind === 'counts' || stable.kind === 'value') return [];
      return [`${metric}: ${stable.because}${stable.kind === 'error' ? ` (${stable.remedy})` : ''}`];
    });
    if (faults.length === 0) continue;
    const remedy =
      'Name a time that the source still knows, or leave `baseline` out: the stage then goes by its limits alone.';
    return { reason: 'preflight', because: `${name}, of which nothing is known: ${faults.join('; ')}`, remedy };
  }
  return undefined;
}

/** GitHub ends a job after six hours; one is left for what comes before and after. ms */
const longestJob = 5 * 3_600_000;
