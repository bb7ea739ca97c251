// What Kubernetes manifests say of each pod: resources, probes, time to drain, and the network around it.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import { formatDuration } from '../../kit/duration.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, pass, unknownFinding } from '../finding.ts';
import { asksManifests, called, manifestsFor, workloadsFor } from '../manifests.ts';
import type { ManifestOptions } from '../options.ts';
import { quantityOf } from '../quantity.ts';
import { type Container, type Workload, workloadsOf } from '../report/kubernetes.ts';
import { counted, listed } from '../words.ts';
import * as worded from './words/kubernetes.ts';
import { type quantities, type timing, usualGraceMs } from './words/kubernetes.ts';

type Sums = z.output<ReturnType<typeof quantities>>;

const both = ['cpu', 'memory'] as const;

/** `resource-limits-set`: each container requests and limits processor and memory; a pod requests at least `requests`, its limits are at most `limits`. */
export const resourceLimitsSet: Criterion = withOptions({
  ...worded.resourceLimitsSet,
  asks: (context, given, answers) => asksManifests(given, context, answers),
  finds: (context, given, answers) => {
    const told = workloadsFor('all', given, context, answers);
    if (told.kind === 'open') return told.found;
    const lacking = told.workloads.flatMap(withoutResources);
    if (lacking.length > 0) return wrong(lacking, 'give each container requests and limits of cpu and memory');
    const sums = told.workloads.flatMap((one) => outside(one, given));
    if (sums.some((words) => words === undefined))
      return unknownFinding('an amount is no quantity of Kubernetes', 'write it as 500m or 1Gi', 'author');
    const beside = sums.filter((words) => words !== undefined);
    return beside.length > 0
      ? wrong(beside, 'keep the pod within what the policy says')
      : pass(counted(told.workloads.length, 'workload', 'workloads'));
  },
});

function withoutResources(workload: Workload): readonly string[] {
  const { containers, initContainers } = workload.pod;
  return [...containers, ...(initContainers ?? [])].flatMap(({ name, resources }) => {
    const lacks = (['requests', 'limits'] as const).flatMap((side) =>
      both.filter((kind) => resources?.[side]?.[kind] === undefined).map((kind) => `${side}.${kind}`),
    );
    return lacks.length === 0 ? [] : [`${called(workload)}: ${name} lacks ${listed(lacks, 4)}`];
  });
}

/** Words for each sum of the pod that the policy does not let through; undefined for one that cannot be read. */
function outside(
  workload: Workload,
  { requests, limits }: { readonly requests: Sums; readonly limits: Sums },
): readonly (string | undefined)[] {
  const { containers } = workload.pod;
  return both.flatMap((kind) => {
    const [asked, most] = [sumOf(containers, 'requests', kind), sumOf(containers, 'limits', kind)];
    if (asked === undefined || most === undefined) return [undefined];
    const [least, ceiling] = [requests[kind], limits[kind]];
    return [
      ...(least !== undefined && asked < least
        ? [`${called(workload)} requests ${shown(kind, asked)} ${kind}, needs ${shown(kind, least)}`]
        : []),
      ...(ceiling !== undefined && most > ceiling
        ? [`${called(workload)} may use ${shown(kind, most)} ${kind}, lets ${shown(kind, ceiling)} through`]
        : []),
    ];
  });
}

function sumOf(containers: readonly Container[], side: 'requests' | 'limits', kind: 'cpu' | 'memory') {
  const values = containers.map(({ resources }) => quantityOf(resources?.[side]?.[kind] ?? ''));
  return values.reduce((sum, value) => (sum === undefined || value === undefined ? undefined : sum + value), 0);
}

function shown(kind: 'cpu' | 'memory', value: number): string {
  return kind === 'cpu' ? `${Math.round(value * 1000)}m` : `${Math.round(value / 1024 ** 2)}Mi`;
}

/** `health-probes-defined`: each container of a lasting workload has both probes, at the times the policy says. */
export const healthProbesDefined: Criterion = withOptions({
  ...worded.healthProbesDefined,
  asks: (context, given, answers) => asksManifests(given, context, answers),
  finds: (context, given, answers) => {
    const told = workloadsFor('lasting', given, context, answers);
    if (told.kind === 'open') return told.found;
    const faults = told.workloads.flatMap((workload) =>
      workload.pod.containers.flatMap((container) =>
        (['readiness', 'liveness'] as const)
          .flatMap((name) => probeFaults(name, container, given[name]))
          .map((words) => `${called(workload)}: ${container.name} ${words}`),
      ),
    );
    return faults.length > 0
      ? wrong(faults, 'give each container a readinessProbe and a livenessProbe with these times')
      : pass(counted(told.workloads.length, 'workload', 'workloads'));
  },
});

/** What Kubernetes takes where a probe does not say it (reference, "Probe v1 core"). */
const usualPeriodMs = 10_000;

function probeFaults(
  name: 'readiness' | 'liveness',
  container: Container,
  { delay, period }: z.output<ReturnType<typeof timing>>,
): readonly string[] {
  const probe = name === 'readiness' ? container.readinessProbe : container.livenessProbe;
  if (probe === null || probe === undefined) return [`has no ${name} probe`];
  const [delayMs, periodMs] = [
    (probe.initialDelaySeconds ?? 0) * 1000,
    (probe.periodSeconds ?? usualPeriodMs / 1000) * 1000,
  ];
  const isKeptBack = container.startupProbe !== null && container.startupProbe !== undefined;
  return [
    ...(delay !== undefined && !isKeptBack && delayMs < delay
      ? [`begins ${name} after ${formatDuration(delayMs)}, needs ${formatDuration(delay)}`]
      : []),
    ...(period !== undefined && periodMs > period
      ? [`probes ${name} every ${formatDuration(periodMs)}, needs ${formatDuration(period)}`]
      : []),
  ];
}

/** `graceful-shutdown`: each lasting workload has `at-least` (default 30s) to end before it is killed. */
export const gracefulShutdown: Criterion = withOptions({
  ...worded.gracefulShutdown,
  asks: (context, given, answers) => asksManifests(given, context, answers),
  finds: (context, given, answers) => {
    const told = workloadsFor('lasting', given, context, answers);
    if (told.kind === 'open') return told.found;
    const graces = told.workloads.map((one) => ({ one, ms: graceOf(one) }));
    const short = graces.filter(({ ms }) => ms < given['at-least']);
    const words = short.map(({ one, ms }) => `${called(one)} has ${formatDuration(ms)}`);
    if (short.length > 0)
      return wrong([...words, `needs ${formatDuration(given['at-least'])}`], 'raise terminationGracePeriodSeconds');
    return pass(`${formatDuration(Math.min(...graces.map(({ ms }) => ms)))} at least`);
  },
});

function graceOf({ pod }: Workload): number {
  const seconds = pod.terminationGracePeriodSeconds;
  return seconds === null || seconds === undefined ? usualGraceMs : seconds * 1000;
}

const ingress = z.looseObject({
  tls: z.array(z.looseObject({ hosts: z.array(z.string()).nullish() })).nullish(),
  rules: z.array(z.looseObject({ host: z.string().nullish() })).nullish(),
});

/** `network-policies`: each namespace with workloads has a network policy, and each ingress encrypts all its hosts. */
export const networkPolicies: Criterion = withOptions({
  ...worded.networkPolicies,
  asks: (context, given, answers) => asksManifests(given, context, answers),
  finds: (context, given, answers) => networkFound(given, context, answers),
});

function networkFound(given: ManifestOptions, context: Context, answers: Answers): Found {
  const told = manifestsFor(given, context, answers);
  if (told.kind === 'open') return told.found;
  const workloads = workloadsOf(told.resources, 'all');
  if (workloads.kind === 'unreadable') return unknownFinding(workloads.because, 'correct the manifest', 'author');
  const segmented = new Set(
    told.resources.filter(({ kind }) => kind.endsWith('NetworkPolicy')).map(({ namespace }) => namespace),
  );
  const bare = [...new Set(workloads.report.map(({ namespace }) => namespace))].filter((name) => !segmented.has(name));
  const plain = told.resources.flatMap(({ kind, name, spec }) => (kind === 'Ingress' ? unencrypted(name, spec) : []));
  const faults = [...bare.map((name) => `${name === '' ? 'the' : name} namespace has no NetworkPolicy`), ...plain];
  if (faults.length > 0) return wrong(faults, 'add a NetworkPolicy for each namespace and tls for each host');
  if (segmented.size === 0)
    return unknownFinding(
      'neither a workload nor a NetworkPolicy in these manifests',
      'name them under `with: manifests:`',
    );
  return pass(`${counted(segmented.size, 'namespace', 'namespaces')} segmented`);
}

function unencrypted(name: string, spec: unknown): readonly string[] {
  const parsed = ingress.safeParse(spec);
  if (!parsed.success) return [`Ingress ${name} cannot be read`];
  const covered = (parsed.data.tls ?? []).flatMap(({ hosts }) => hosts ?? []);
  const wanted = (parsed.data.rules ?? []).map(({ host }) => host ?? '');
  if (wanted.length === 0 && covered.length === 0) return [`Ingress ${name} has no tls`];
  const open = wanted.filter((host) => !covered.some((one) => one === host || isBelow(host, one)));
  return open.map((host) => `Ingress ${name} has no tls for ${host === '' ? 'any host' : host}`);
}

function isBelow(host: string, wildcard: string): boolean {
  return wildcard.startsWith('*.') && host.split('.').slice(1).join('.') === wildcard.slice(2);
}

/** Fails with the first faults by name. */
function wrong(faults: readonly string[], todo: string): Found {
  return fail(listed(faults, 3), todo, 'author');
}
