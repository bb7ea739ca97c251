// Words of the criteria in kubernetes.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { manifestShape, span } from '../../options.ts';
import { quantityOf } from '../../quantity.ts';

const quantity = once(() =>
  z.union([z.string(), z.number()]).transform((text, context): number => {
    const value = quantityOf(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `“${text}” is no quantity, such as 500m or 1Gi` });
    return z.NEVER;
  }),
);

export const quantities = once(() => z.strictObject({ cpu: quantity().optional(), memory: quantity().optional() }));

export const resourceLimitsSet = {
  id: 'resource-limits-set',
  title: 'Pods have requests and limits',
  moment: 'review',
  with: once(() =>
    manifestShape({
      requests: quantities().default({}).describe('a pod requests this much at least'),
      limits: quantities().default({}).describe('a pod may use this much at most'),
    }),
  ),
} as const;

export const timing = once(() =>
  z.strictObject({
    delay: span().optional().describe('first probe after this long at least, where no startup probe keeps it back'),
    period: span().optional().describe('probed this often at least'),
  }),
);

export const healthProbesDefined = {
  id: 'health-probes-defined',
  title: 'Readiness and liveness probes',
  moment: 'review',
  with: once(() => manifestShape({ readiness: timing().default({}), liveness: timing().default({}) })),
} as const;

/** Seconds that Kubernetes gives a pod to stop where the manifest says nothing (reference, "PodSpec v1 core"). */
export const usualGraceMs = 30_000;

export const gracefulShutdown = {
  id: 'graceful-shutdown',
  title: 'Instances drain before they stop',
  moment: 'review',
  with: once(() => manifestShape({ 'at-least': span().default(usualGraceMs) })),
} as const;

export const networkPolicies = {
  id: 'network-policies',
  title: 'Network segmented and encrypted',
  moment: 'review',
  with: once(() => manifestShape({})),
} as const;
