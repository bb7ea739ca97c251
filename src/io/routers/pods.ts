// The pods of a deployment, as the cluster counts them.
import { z } from 'zod';
import type { PodsReading } from '../../world.ts';
import type { Kubectl } from '../kubectl.ts';
import { Refused, Unreached } from './weights.ts';

const deployment = z.looseObject({
  metadata: z.looseObject({ generation: z.number().default(0) }),
  spec: z.looseObject({ replicas: z.number().default(1) }),
  status: z
    .looseObject({
      observedGeneration: z.number().default(0),
      readyReplicas: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
    })
    .default({ observedGeneration: 0, readyReplicas: 0, replicas: 0, updatedReplicas: 0 }),
});

/** Counts ready pods against those that the deployment was told to have. `newest`: a side of its own, where pods of an older template are not the new
 * version and do not count. `both`: one deployment on its way from old to new, where every pod there is has to be ready. What the controller has not
 * looked at yet says nothing. */
export async function countPods(
  kubectl: Kubectl,
  name: string,
  at: number,
  templates: 'newest' | 'both',
): Promise<PodsReading> {
  try {
    const read = deployment.safeParse(await kubectl.get('deployments.apps', name));
    if (!read.success) return failed(`deployment ${name} has no counts of pods`, 'Look at it by hand.', false, at);
    const { metadata, spec, status } = read.data;
    if (status.observedGeneration < metadata.generation)
      return { kind: 'no-data', because: `the cluster has not looked at the newest ${name} yet`, at };
    if (templates === 'both') {
      return { kind: 'pods', wanted: Math.max(spec.replicas, status.replicas), ready: status.readyReplicas };
    }
    // The counts do not say which of the ready pods are new: those of the older template are taken for ready, as they are until they are stopped.
    const old = Math.max(0, status.replicas - status.updatedReplicas);
    return { kind: 'pods', wanted: spec.replicas, ready: Math.max(0, status.readyReplicas - old) };
  } catch (error) {
    if (!(error instanceof Unreached)) return failed(`${name}: ${String(error)}`, 'Look at it by hand.', false, at);
    return failed(error.message, error.remedy, !(error instanceof Refused), at);
  }
}

function failed(because: string, remedy: string, retryable: boolean, at: number): PodsReading {
  return { kind: 'error', because, remedy, retryable, at };
}
