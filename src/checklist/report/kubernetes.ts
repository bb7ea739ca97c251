// Kubernetes manifests: several documents of YAML a file, as written by hand or rendered by helm and kustomize.
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { type Read, read, refusedText, unreadable, withoutMark } from './reading.ts';

/** Characters of the largest file of manifests that is read (2 MB): YAML takes many times its size in memory, and a rendered chart has less. */
const mostCharacters = 2 * 1024 * 1024;

const amount = z.union([z.string(), z.number()]);
const amounts = z.record(z.string(), amount).optional();
const probe = z.looseObject({ initialDelaySeconds: z.number().optional(), periodSeconds: z.number().optional() });
const container = z.looseObject({
  name: z.string(),
  resources: z.looseObject({ requests: amounts, limits: amounts }).nullish(),
  readinessProbe: probe.nullish(),
  livenessProbe: probe.nullish(),
  startupProbe: probe.nullish(),
});
const pod = z.looseObject({
  containers: z.array(container).min(1),
  initContainers: z.array(container).nullish(),
  terminationGracePeriodSeconds: z.number().nullish(),
});
const workload = z.looseObject({
  template: z.looseObject({ spec: pod }),
  replicas: z.number().nullish(),
  minReadySeconds: z.number().nullish(),
  progressDeadlineSeconds: z.number().nullish(),
  strategy: z
    .looseObject({
      type: z.string().nullish(),
      rollingUpdate: z.looseObject({ maxSurge: amount.nullish(), maxUnavailable: amount.nullish() }).nullish(),
    })
    .nullish(),
});
const job = z.looseObject({ jobTemplate: z.looseObject({ spec: workload }) });
const resource = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional(), namespace: z.string().nullish() }).nullish(),
  spec: z.unknown().optional(),
  items: z.unknown().optional(),
});

export type Container = z.output<typeof container>;
export type Pod = z.output<typeof pod>;

/** One resource; `spec` as it is written, of no shape yet. */
export interface Resource {
  readonly kind: string;
  readonly name: string;
  /** Empty when the manifest names none. */
  readonly namespace: string;
  readonly spec: unknown;
}

/** A resource that runs pods, with the parts of it that are judged. */
export interface Workload extends Omit<Resource, 'spec'> {
  readonly pod: Pod;
  readonly rollout: z.output<typeof workload>;
}

/** Why a text of YAML says nothing about Kubernetes. */
export const noResource = 'it has no Kubernetes resource';

/** All resources of a text; YAML without any (values of a chart, settings) is unreadable. Documents that are no resource are passed by. */
export function readManifests(text: string): Read<readonly Resource[]> {
  const refused = refusedText(text) ?? (text.length > mostCharacters ? 'it has more than 2 MB' : undefined);
  if (refused !== undefined) return unreadable(refused);
  try {
    const found: Resource[] = [];
    for (const document of parseAllDocuments(withoutMark(text), { prettyErrors: false, logLevel: 'silent' })) {
      if (!('errors' in document)) return unreadable('it is empty');
      if (document.errors.length > 0) return unreadable(noYaml(text));
      found.push(...resourcesIn(document.toJS({ maxAliasCount: 100 })));
    }
    return found.length === 0 ? unreadable(noResource) : read(found);
  } catch {
    return unreadable('its YAML is nested too deep, or its aliases multiply');
  }
}

function noYaml(text: string): string {
  return text.includes('{{') ? 'it is a template, not YAML' : 'it is not YAML, or cut off';
}

/** A list is what it holds. */
function resourcesIn(value: unknown): readonly Resource[] {
  const parsed = resource.safeParse(value);
  if (!parsed.success) return [];
  const { kind, metadata, spec, items } = parsed.data;
  if (kind === 'List' && Array.isArray(items)) return items.flatMap(resourcesIn);
  return [{ kind, name: metadata?.name ?? '', namespace: metadata?.namespace ?? '', spec }];
}

const lasting = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'];

/** The resources that run pods for good (`lasting`), or any; those whose shape nobody knows are unreadable. */
export function workloadsOf(resources: readonly Resource[], which: 'lasting' | 'all'): Read<readonly Workload[]> {
  const kinds = which === 'lasting' ? lasting : [...lasting, 'Job', 'CronJob', 'Pod'];
  const found: Workload[] = [];
  for (const { kind, name, namespace, spec } of resources.filter((one) => kinds.includes(one.kind))) {
    const rollout = rolloutOf(kind, spec);
    if (rollout === undefined) return unreadable(`${kind} ${name} has no pod that could be read`);
    found.push({ kind, name, namespace, rollout, pod: rollout.template.spec });
  }
  return read(found);
}

function rolloutOf(kind: string, spec: unknown): Workload['rollout'] | undefined {
  if (kind === 'Pod') return workload.safeParse({ template: { spec } }).data;
  return kind === 'CronJob' ? job.safeParse(spec).data?.jobTemplate.spec : workload.safeParse(spec).data;
}
