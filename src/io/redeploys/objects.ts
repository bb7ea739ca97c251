// Objects of a cluster as a redeploy reads them, the rest left aside.
import { z } from 'zod';

const metadata = z.looseObject({
  name: z.string(),
  generation: z.number().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  ownerReferences: z.array(z.looseObject({ name: z.string(), kind: z.string() })).optional(),
  deletionTimestamp: z.string().optional(),
});
const podSpec = z.looseObject({ containers: z.array(z.looseObject({ name: z.string(), image: z.string() })) });
const template = z.looseObject({ metadata: metadata.partial().optional(), spec: podSpec });
/** A Deployment. */
export const deploymentShape = z.looseObject({
  metadata,
  spec: z.looseObject({
    paused: z.boolean().optional(),
    replicas: z.number().optional(),
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()).optional() }),
    template,
  }),
  status: z
    .looseObject({
      observedGeneration: z.number().optional(),
      replicas: z.number().optional(),
      updatedReplicas: z.number().optional(),
      availableReplicas: z.number().optional(),
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
            lastUpdateTime: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});
/** The ReplicaSets of a namespace. */
export const replicaSets = z.looseObject({
  items: z.array(z.looseObject({ metadata, spec: z.looseObject({ template }) })),
});
/** Pods. */
export const pods = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata,
      spec: podSpec,
      status: z
        .looseObject({
          conditions: z
            .array(
              z.looseObject({
                type: z.string(),
                status: z.string(),
                reason: z.string().optional(),
                message: z.string().optional(),
              }),
            )
            .optional(),
          containerStatuses: z
            .array(
              z.looseObject({
                name: z.string(),
                imageID: z.string().optional(),
                state: z
                  .looseObject({
                    waiting: z
                      .looseObject({ reason: z.string().optional(), message: z.string().optional() })
                      .optional(),
                  })
                  .optional(),
              }),
            )
            .optional(),
        })
        .optional(),
    }),
  ),
});

export type Deployment = z.infer<typeof deploymentShape>;
export type Pod = z.infer<typeof pods>['items'][number];
export type Template = z.infer<typeof template>;
export type ReplicaSet = z.infer<typeof replicaSets>['items'][number];
