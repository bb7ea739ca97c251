// A Deployment that is rolled out in batches, as the cluster tells it: its pods by image, its earlier images, and where it came from.
import { z } from 'zod';
import type { ClusterObject, PatchStep } from '../kubectl.ts';

/** Where a rollout of ours comes from and how far it was told to go; kept as an annotation of the Deployment. */
export interface Journey {
  readonly target: string;
  readonly before: string;
  /** Pods of the new image that it was told to have, and their share, percent. */
  readonly pods: number;
  readonly weight: number;
  /** How it rolled before; it is put back at the end. */
  readonly manner: Manner;
}

/** How a Deployment rolls. */
export interface Manner {
  readonly strategy?: Readonly<Record<string, unknown>> | undefined;
  readonly minReadySeconds?: number | undefined;
  readonly progressDeadlineSeconds?: number | undefined;
}

/** The annotation that has it. */
export const journeyKey = 'boring-deploys/rollout';
export const annotationPath = '/metadata/annotations';
const revisionKey = 'deployment.kubernetes.io/revision';

const template = z.looseObject({
  spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string(), image: z.string() })) }),
});
/** A Deployment as far as a rollout needs it. */
export const rolledShape = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.looseObject({
    replicas: z.number().default(1),
    paused: z.boolean().optional(),
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }),
    strategy: z.record(z.string(), z.unknown()).optional(),
    minReadySeconds: z.number().optional(),
    progressDeadlineSeconds: z.number().optional(),
    template,
  }),
  status: z
    .looseObject({
      conditions: z
        .array(
          z.looseObject({
            reason: z.string().optional(),
            message: z.string().optional(),
            lastUpdateTime: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});
export type Rolled = z.infer<typeof rolledShape>;

const journey = z.object({
  target: z.string(),
  before: z.string(),
  pods: z.number(),
  weight: z.number(),
  manner: z.object({
    strategy: z.record(z.string(), z.unknown()).optional(),
    minReadySeconds: z.number().optional(),
    progressDeadlineSeconds: z.number().optional(),
  }),
});

/** What an earlier call left on the Deployment; undefined where nothing did, or nobody can read it. */
export function journeyOf({ metadata }: Pick<Rolled, 'metadata'>): Journey | undefined {
  try {
    return journey.parse(JSON.parse(metadata.annotations?.[journeyKey] ?? ''));
  } catch {
    return undefined;
  }
}

/** The annotations with this journey, or without any. */
export function annotationsOf({ metadata }: Rolled, told: Journey | undefined): Readonly<Record<string, string>> {
  const { [journeyKey]: _, ...others } = metadata.annotations ?? {};
  return told === undefined ? others : { ...others, [journeyKey]: JSON.stringify(told) };
}

const podShape = z.looseObject({
  metadata: z.looseObject({ deletionTimestamp: z.string().optional() }),
  spec: template.shape.spec,
  status: z
    .looseObject({ conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).optional() })
    .optional(),
});

/** Ready pods by what they run. */
export interface Fleet {
  readonly fresh: number;
  readonly old: number;
}

/** Counts the ready pods that run the wanted image, and all others. What is being deleted serves nobody for long. */
export function fleetOf(
  pods: readonly ClusterObject[],
  { place, wanted }: { readonly place: number; readonly wanted: string },
): Fleet {
  const ready = pods.flatMap((pod) => {
    const read = podShape.safeParse(pod);
    if (!read.success || read.data.metadata.deletionTimestamp !== undefined) return [];
    const isReady = read.data.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    return isReady === true ? [read.data.spec.containers[place]?.image ?? ''] : [];
  });
  const fresh = ready.filter((image) => image === wanted).length;
  return { fresh, old: ready.length - fresh };
}

const setShape = z.looseObject({
  metadata: z.looseObject({
    annotations: z.record(z.string(), z.string()).optional(),
    ownerReferences: z.array(z.looseObject({ kind: z.string(), name: z.string() })).optional(),
  }),
  spec: z.looseObject({ template }),
});

/** The images of a Deployment's revisions, the newest first. */
export function setsBehind(sets: readonly ClusterObject[], deployment: string, place: number): readonly string[] {
  const own = sets.flatMap((set) => {
    const read = setShape.safeParse(set);
    const owners = read.success ? (read.data.metadata.ownerReferences ?? []) : [];
    if (!read.success || !owners.some(({ kind, name }) => kind === 'Deployment' && name === deployment)) return [];
    const revision = Number(read.data.metadata.annotations?.[revisionKey] ?? 0);
    return [{ revision, image: read.data.spec.template.spec.containers[place]?.image ?? '' }];
  });
  return own.sort((a, b) => b.revision - a.revision).map(({ image }) => image);
}

/** Pods of a batch: at least one where it has any share at all. */
export function batchOf(replicas: number, share: number): number {
  if (share <= 0) return 0;
  return Math.min(replicas, Math.max(1, Math.round((replicas * share) / 100)));
}

/** As the Deployment rolls now. */
export function mannerOf({ spec: { strategy, minReadySeconds, progressDeadlineSeconds } }: Rolled): Manner {
  return { strategy, minReadySeconds, progressDeadlineSeconds };
}

/** No pod of a batch is taken for available so long, s: the platform takes no further one for it, and stops by itself when a batch is full. */
const never = 30 * 24 * 3_600;

/** A manner that goes so far and no further: `surge` pods more than wanted, or `missing` fewer. */
export function held(surge: number, missing: number): Manner {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: missing } };
  return { strategy, minReadySeconds: never, progressDeadlineSeconds: never + 60 };
}

/** The steps of a patch that make it roll in this manner; what is not said goes back to the platform's own. */
export function inManner(
  { spec }: Rolled,
  { strategy, minReadySeconds, progressDeadlineSeconds }: Manner,
): readonly PatchStep[] {
  const steps: PatchStep[] = [
    { op: 'add', path: '/spec/minReadySeconds', value: minReadySeconds ?? 0 },
    { op: 'add', path: '/spec/progressDeadlineSeconds', value: progressDeadlineSeconds ?? 600 },
  ];
  if (strategy !== undefined) steps.push({ op: 'add', path: '/spec/strategy', value: strategy });
  else if (spec.strategy !== undefined) steps.push({ op: 'remove', path: '/spec/strategy' });
  return steps;
}

/** A merge patch that ends the batches: not paused, rolling as it did before them, the image as it is. */
export function withoutJourney({ metadata }: Pick<Rolled, 'metadata'>): object {
  const told = journeyOf({ metadata });
  const { strategy, minReadySeconds = 0, progressDeadlineSeconds = 600 } = told?.manner ?? {};
  const spec = {
    paused: false,
    minReadySeconds,
    progressDeadlineSeconds,
    ...(strategy === undefined ? {} : { strategy }),
  };
  return { metadata: { annotations: { [journeyKey]: null } }, spec };
}

/** A number of pods as the platform writes it, such as 2 or `25 %`. */
export function podsIn(words: number | string | undefined, replicas: number): number | undefined {
  return typeof words === 'string' ? Math.ceil((replicas * Number.parseFloat(words)) / 100) : words;
}

/** To two digits. */
export function percentOf(part: number, all: number): number {
  return all === 0 ? 0 : Number(((100 * part) / all).toFixed(2));
}
