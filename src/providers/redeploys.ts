// Option shapes of what puts a version on its place again: the keys under `rollback.redeploy` of kubectl and helm.
import { z } from 'zod';
import { once } from '../kit/once.ts';

const words = once(() => z.string().min(1, { error: 'must not be empty' }));

/** `kubectl`: the revision that has the image; where history has lost it, the image is set. */
export const kubectlRedeploy = once(() =>
  z.strictObject({
    deployment: words().optional().describe('name of the Deployment, where there are no sides'),
    deployments: z.record(words(), words()).optional().describe('Deployment of each side; default: the side’s name'),
    container: words().optional().describe('the container with the version; default: any'),
    kubectl: words().optional().describe('how kubectl is called; default kubectl'),
    context: words().optional().describe('context of its configuration; default: the current one'),
    namespace: words().optional().describe('default: that of the context'),
  }),
);

/** `helm`: the newest revision of the release that ended well and has the version. */
export const helmRedeploy = once(() =>
  z.strictObject({
    release: words().optional().describe('name of the release, where there are no sides'),
    releases: z.record(words(), words()).optional().describe('release of each side; default: the side’s name'),
    helm: words().optional().describe('how helm is called; default helm'),
    context: words().optional().describe('context of its configuration; default: the current one'),
    namespace: words().optional().describe('default: that of the context'),
  }),
);

export type KubectlRedeploy = z.infer<ReturnType<typeof kubectlRedeploy>>;
export type HelmRedeploy = z.infer<ReturnType<typeof helmRedeploy>>;
