// A rollout under way: waits until it is over by the conditions of `kubectl rollout status`, and names what it hangs on.
import type { Deployment, Pod } from './objects.ts';
import type { Program } from './program.ts';
import { podsOf, readDeployment } from './workload.ts';

/** Why a rollout did not end well. `gone`: the image cannot be had, so that more time would not help. */
export interface Trouble {
  readonly words: string;
  readonly gone: boolean;
}

export interface Waited {
  readonly name: string;
  readonly withinMs: number;
  /** The mark of a deadline that was exceeded before anything was told; empty where none was. */
  readonly staleMark: string;
}

/** Between two looks at a rollout, ms. */
const pauseMs = 500;
/** A registry that stumbles is tried again by the kubelet; what cannot be pulled for so long is gone (ours), ms. */
const pullPatienceMs = 15_000;

/** Looks until the rollout is over; undefined when it is. `kubectl rollout status` itself knows no deadline shorter than the cluster's own while
 * its watch hangs. */
export async function awaitRollout(
  kubectl: Program,
  { name, withinMs, staleMark }: Waited,
): Promise<Trouble | undefined> {
  const until = Date.now() + withinMs;
  let unpulledSince: number | undefined;
  for (;;) {
    const read = await readDeployment(kubectl, name);
    const { found } = read;
    if (found !== undefined && isOver(found)) return undefined;
    // A condition that stood before this rollout began speaks of another one.
    const mark = deadlineMark(found);
    if (found !== undefined && mark !== '' && mark !== staleMark && isObserved(found)) {
      const why = await causeOf(kubectl, found);
      return { words: withCause('it exceeded its progress deadline', why), gone: why?.gone ?? false };
    }
    const now = Date.now();
    const cause = found === undefined ? undefined : await causeOf(kubectl, found);
    unpulledSince = cause?.gone === true ? (unpulledSince ?? now) : undefined;
    if (
      cause !== undefined &&
      unpulledSince !== undefined &&
      now - unpulledSince >= Math.min(pullPatienceMs, withinMs / 2)
    )
      return cause;
    if (now >= until)
      return { words: withCause(read.fault?.words ?? progressOf(found), cause), gone: cause?.gone ?? false };
    await new Promise((done) => setTimeout(done, pauseMs));
  }
}

/** What tells one exceeded progress deadline from another; empty where none is exceeded. */
export function deadlineMark(found: Deployment | undefined): string {
  const condition = found?.status?.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  return condition === undefined ? '' : `${condition.lastUpdateTime ?? ''} ${condition.message ?? ''} exceeded`;
}

function isObserved(found: Deployment): boolean {
  return (found.status?.observedGeneration ?? 0) >= (found.metadata.generation ?? 0);
}

function isOver(found: Deployment): boolean {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = found.status ?? {};
  const wanted = found.spec.replicas ?? 1;
  const isNew = updatedReplicas >= wanted && replicas <= updatedReplicas;
  return isObserved(found) && isNew && availableReplicas >= updatedReplicas;
}

function progressOf(found: Deployment | undefined): string {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = found?.status ?? {};
  const wanted = found?.spec.replicas ?? 1;
  return `after its time ${updatedReplicas} of ${wanted} pods are new, ${availableReplicas} available, ${replicas} in all`;
}

function withCause(words: string, cause: Trouble | undefined): string {
  return cause === undefined ? words : `${words}; ${cause.words}`;
}

/** What a pod that is not ready says of itself; undefined where all is well or nobody says. */
async function causeOf(kubectl: Program, found: Deployment): Promise<Trouble | undefined> {
  const { items } = await podsOf(kubectl, found);
  const causes = items.flatMap((pod) => causeIn(pod) ?? []);
  return causes.find(({ gone }) => gone) ?? causes[0];
}

const unpulled = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];
const harmless = ['ContainerCreating', 'PodInitializing'];

function causeIn({ metadata, spec, status }: Pod): Trouble | undefined {
  for (const { name, state } of status?.containerStatuses ?? []) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    if (reason === '' || harmless.includes(reason)) continue;
    const image = spec.containers.find((one) => one.name === name)?.image ?? '';
    const words = `pod ${metadata.name}: ${reason} of ${image}${tail(message)}`;
    return { words, gone: unpulled.includes(reason) };
  }
  const unplaced = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  return unplaced === undefined
    ? undefined
    : { words: `pod ${metadata.name} gets no node${tail(unplaced.message ?? unplaced.reason ?? '')}`, gone: false };
}

function tail(message: string): string {
  return message === '' ? '' : ` (${message.replace(/\s+/g, ' ').slice(0, 160)})`;
}
