// Words of the criteria in repository-files.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom, fromWith, globs, noFolderFrom, wordOptions } from '../../options.ts';

export const configVersioned = {
  id: 'config-versioned',
  title: 'Configuration in version control',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      paths: globs().optional().describe('files that each environment must have, {environment} for its name'),
    }),
  ),
} as const;

export const infrastructureAsCode = {
  id: 'infrastructure-as-code',
  title: 'Infrastructure in version control',
  moment: 'review',
  with: once(() =>
    fromWith(
      'drift',
      z.strictObject({
        ...wordOptions(),
        paths: globs().optional(),
        drift: z.string().min(1).optional().describe('what terraform show -json said of the plan'),
        from: artifactFrom().optional(),
      }),
    ),
  ),
} as const;

export const endpointsOfProduction = {
  id: 'api-endpoints-production',
  title: 'Addresses of production',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      paths: globs().optional().describe('files of the repository, {environment} for its name'),
      folder: z.string().min(1).optional().describe('folder of the workspace with what is shipped'),
      from: noFolderFrom(),
      allow: z.array(z.string().min(1)).default([]).describe('hosts that are let through, as globs'),
    }),
  ),
} as const;
