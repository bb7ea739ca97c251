// Words of the criteria in artifact-integrity.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { wordOptions } from '../../options.ts';

export const artifactIntegrity = {
  id: 'artifact-integrity',
  title: 'Artifact intact',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      image: z.string().min(1).optional().describe('registry/name, where the input artifact holds bare digests'),
      workflow: z.string().min(1).optional().describe('the workflow file that must have built it'),
      signature: z
        .enum(['verified', 'present'])
        .default('verified')
        .describe(
          'verified: gh attestation verify must say so; present: what the attestation says of itself is enough',
        ),
    }),
  ),
} as const;
