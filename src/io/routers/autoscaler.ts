// An autoscaler of a deployment whose pods are shares: it would undo what was set within a minute.
import { z } from 'zod';
import type { Kubectl } from '../kubectl.ts';
import { Refused } from './weights.ts';

const scalerShape = z.looseObject({
  spec: z.looseObject({
    scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().default(1),
    maxReplicas: z.number().optional(),
  }),
});

/** Throws Refused where an autoscaler may change the number of pods of one of these deployments. One that has no choice changes nothing, and
 * a cluster that does not let its autoscalers be read is taken to have none. */
export async function refuseAutoscaler(kubectl: Kubectl, names: readonly string[], fix: string): Promise<void> {
  const scalers = await kubectl.list('horizontalpodautoscalers.autoscaling').catch((error: unknown) => {
    if (error instanceof Refused) return [];
    throw error;
  });
  for (const scaler of scalers) {
    const read = scalerShape.safeParse(scaler);
    if (!read.success) continue;
    const { scaleTargetRef, minReplicas, maxReplicas } = read.data.spec;
    if (scaleTargetRef.kind !== 'Deployment' || !names.includes(scaleTargetRef.name)) continue;
    if (minReplicas === maxReplicas) continue;
    throw new Refused(
      `the HorizontalPodAutoscaler ${scaler.metadata.name} scales ${scaleTargetRef.name} too`,
      fix,
      'contested',
    );
  }
}
