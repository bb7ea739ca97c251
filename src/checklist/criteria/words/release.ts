// Words of the criteria in release.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom, span } from '../../options.ts';

export const releaseTagged = {
  id: 'release-tagged',
  title: 'Release tagged',
  moment: 'deploy',
  with: once(() => z.strictObject({})),
} as const;

export const taggedAndApproved = {
  id: 'environment-production-tagged-approved',
  title: 'Tagged, started by hand, approved',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({ events: z.array(z.string().min(1)).min(1).default(['workflow_dispatch', 'release']) }),
  ),
} as const;

export const artifactsGenerated = {
  id: 'artifacts-generated',
  title: 'Artifact built',
  moment: 'deploy',
  with: once(() => z.strictObject({ from: artifactFrom().optional() })),
} as const;

export const noOpenObjection = {
  id: 'no-open-objection',
  title: 'Nobody objects',
  moment: 'review',
  with: once(() => z.strictObject({ labels: z.array(z.string().min(1)).default(['do-not-deploy']) })),
} as const;

export const stagingSmokePassed = {
  id: 'staging-smoke-passed',
  title: 'Smoke test passed on staging',
  moment: 'deploy',
  with: once(() => z.strictObject({ 'max-age': span().optional() })),
} as const;
