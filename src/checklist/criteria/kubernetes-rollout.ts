// What Kubernetes manifests say of many pods: how they are replaced, how many there are, when more are started.
import { z } from 'zod';
import { formatDuration } from '../../kit/duration.ts';
import { formatPercent } from '../../kit/percent.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { fail, pass, unknownFinding } from '../finding.ts';
import { asksManifests, called, workloadsFor } from '../manifests.ts';
import type { Resource, Workload } from '../report/kubernetes.ts';
import { listed } from '../words.ts';
import * as worded from './words/kubernetes-rollout.ts';

/** What Kubernetes takes where a Deployment does not say it (reference, "Deployment v1 apps"). */
const usual = { share: '25%', deadlineMs: 600_000 };

/** `strategy-rolling`: each Deployment replaces its pods one after the other, within `max-surge` and `max-unavailable`, has `replicas` at least, and
 * gives each the time `per-instance`. */
export const strategyRolling: Criterion = withOptions({
  ...worded.strategyRolling,
  asks: (context, given, answers) => asksManifests(given, context, answers),
  finds: (context, given, answers) => {
    const told = workloadsFor('lasting', given, context, answers);
    if (told.kind === 'open') return told.found;
    const deployments = told.workloads.filter(({ kind }) => kind === 'Deployment');
    if (deployments.length === 0)
      return unknownFinding('these manifests have no Deployment', 'name them under `with: manifests:`', 'author');
    const faults = deployments.flatMap((one) => {
      const rolled = rollingOf(one, told.resources);
      if (rolled === undefined) return [`${called(one)} does not roll, or says so in no known way`];
      return [
        ...(rolled.surge > given['max-surge'] ? [`${called(one)}: maxSurge ${rolled.surge}`] : []),
        ...(rolled.unavailable > given['max-unavailable']
          ? [`${called(one)}: maxUnavailable ${rolled.unavailable}`]
          : []),
        ...(rolled.replicas < (given.replicas ?? 0) ? [`${called(one)}: ${rolled.replicas} replicas`] : []),
        ...(rolled.deadlineMs < (given['per-instance'] ?? 0)
          ? [`${called(one)} fails after ${formatDuration(rolled.deadlineMs)}`]
          : []),
      ];
    });
    const wants = [
      `maxSurge ${given['max-surge']}, maxUnavailable ${given['max-unavailable']}`,
      ...(given.replicas === undefined ? [] : [`${given.replicas} replicas`]),
      ...(given['per-instance'] === undefined ? [] : [`${formatDuration(given['per-instance'])} a pod`]),
    ].join(', ');
    if (faults.length > 0) return fail(`${listed(faults, 3)}; needs ${wants}`, 'set them in the Deployment', 'author');
    return pass(`${listed(deployments.map(called), 3)}: ${wants}`);
  },
});

interface Rolling {
  readonly surge: number;
  readonly unavailable: number;
  readonly replicas: number;
  readonly deadlineMs: number;
}

/** Shares of the replicas are rounded as Kubernetes does: up for the surge, down for what may be missing. */
function rollingOf(workload: Workload, resources: readonly Resource[]): Rolling | undefined {
  const { strategy, replicas, progressDeadlineSeconds } = workload.rollout;
  if ((strategy?.type ?? 'RollingUpdate') !== 'RollingUpdate') return undefined;
  const scaled = scalersOf(resources).find(({ target }) => target === workload.name)?.minimum;
  const wanted = replicas ?? scaled ?? 1;
  const surge = podsOf(strategy?.rollingUpdate?.maxSurge ?? usual.share, wanted, Math.ceil);
  const unavailable = podsOf(strategy?.rollingUpdate?.maxUnavailable ?? usual.share, wanted, Math.floor);
  if (surge === undefined || unavailable === undefined) return undefined;
  const deadlineMs =
    progressDeadlineSeconds === undefined || progressDeadlineSeconds === null
      ? usual.deadlineMs
      : progressDeadlineSeconds * 1000;
  return { surge, unavailable, replicas: wanted, deadlineMs };
}

function podsOf(value: string | number, replicas: number, round: (value: number) => number): number | undefined {
  const match = /^(\d+)(%?)$/.exec(String(value).trim());
  if (match === null) return undefined;
  return match[2] === '%' ? round((Number(match[1]) * replicas) / 100) : Number(match[1]);
}

const scaler = z.looseObject({
  scaleTargetRef: z.looseObject({ name: z.string() }),
  minReplicas: z.number().nullish(),
  maxReplicas: z.number(),
  targetCPUUtilizationPercentage: z.number().nullish(),
  metrics: z
    .array(
      z.looseObject({
        resource: z
          .looseObject({
            name: z.string(),
            target: z.looseObject({ averageUtilization: z.number().nullish() }).nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

interface Scaler {
  readonly name: string;
  readonly target: string;
  readonly minimum: number;
  readonly maximum: number;
  /** The share of what was requested above which more pods are started; absent: it does not look at it. */
  readonly at: Readonly<Partial<Record<'cpu' | 'memory', number>>>;
}

function scalersOf(resources: readonly Resource[]): readonly Scaler[] {
  return resources.flatMap(({ kind, name, spec }) => {
    const parsed = kind === 'HorizontalPodAutoscaler' ? scaler.safeParse(spec) : undefined;
    if (parsed?.success !== true) return [];
    const { scaleTargetRef, minReplicas, maxReplicas, metrics, targetCPUUtilizationPercentage } = parsed.data;
    const share = (wanted: 'cpu' | 'memory') =>
      metrics?.find(({ resource }) => resource?.name === wanted)?.resource?.target?.averageUtilization ??
      (wanted === 'cpu' ? targetCPUUtilizationPercentage : undefined);
    const [cpu, memory] = [share('cpu'), share('memory')];
    const at = {
      ...(cpu === undefined || cpu === null ? {} : { cpu: cpu / 100 }),
      ...(memory === undefined || memory === null ? {} : { memory: memory / 100 }),
    };
    return [{ name, target: scaleTargetRef.name, minimum: minReplicas ?? 1, maximum: maxReplicas, at }];
  });
}

/** `autoscaling-configured`: each Deployment has a HorizontalPodAutoscaler, from `minimum` pods at least to `maximum` at most, that adds pods at `cpu` and
 * `memory` or earlier. */
export const autoscalingConfigured: Criterion = withOptions({
  ...worded.autoscalingConfigured,
  asks: (context, given, answers) => asksManifests(given, context, answers),
  finds: (context, given, answers) => {
    const told = workloadsFor('lasting', given, context, answers);
    if (told.kind === 'open') return told.found;
    const judged = told.workloads.filter(({ kind, name }) => kind === 'Deployment' && !given.except.includes(name));
    if (judged.length === 0)
      return unknownFinding('these manifests have no Deployment', 'name them under `with: manifests:`', 'author');
    const scalers = scalersOf(told.resources);
    const faults = judged.flatMap((one) => {
      const own = scalers.find(({ target }) => target === one.name);
      return own === undefined ? [`${called(one)} has no HorizontalPodAutoscaler`] : scalerFaults(own, given);
    });
    return faults.length > 0
      ? fail(
          listed(faults, 3),
          'set it in the HorizontalPodAutoscaler, or name what need not scale under `with: except:`',
          'author',
        )
      : pass(
          listed(
            scalers.map(({ target, minimum, maximum }) => `${target} ${minimum} to ${maximum}`),
            3,
          ),
        );
  },
});

function scalerFaults(
  own: Scaler,
  given: Readonly<Partial<Record<'minimum' | 'maximum' | 'cpu' | 'memory', number | undefined>>>,
): readonly string[] {
  const shares = (['cpu', 'memory'] as const).flatMap((kind) => {
    const [wanted, is] = [given[kind], own.at[kind]];
    if (wanted === undefined || (is !== undefined && is <= wanted)) return [];
    const scales = is === undefined ? `does not scale by ${kind}` : `scales at ${formatPercent(is)} ${kind}`;
    return [`${own.name} ${scales}, needs ${formatPercent(wanted)}`];
  });
  return [
    ...(given.minimum !== undefined && own.minimum < given.minimum
      ? [`${own.name} begins with ${own.minimum}, needs ${given.minimum}`]
      : []),
    ...(given.maximum !== undefined && own.maximum > given.maximum
      ? [`${own.name} goes to ${own.maximum}, lets ${given.maximum} through`]
      : []),
    ...shares,
  ];
}
