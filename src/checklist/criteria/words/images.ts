// Words of the criteria in images.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

const image = once(() =>
  z.string().min(1).optional().describe('registry/name, where the input artifact holds bare digests'),
);

export const registryAccessible = {
  id: 'registry-accessible',
  title: 'Registry lets us pull',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({ image: z.string().min(1).optional().describe('registry/name:tag that must be there') }),
  ),
} as const;

export const imagePullable = {
  id: 'image-pullable',
  title: 'Image can be pulled',
  moment: 'deploy',
  with: once(() => z.strictObject({ image: image() })),
} as const;

/** How a commit is usually written in a tag. */
const usualTags = ['{sha}', '{short}', 'sha-{short}', 'sha-{sha}'];

export const imageTaggedWithCommit = {
  id: 'image-tagged-with-commit',
  title: 'Image tagged with the commit',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      image: image(),
      tags: z
        .array(z.string().regex(/\{(sha|short)\}/, 'must hold {sha} or {short}'))
        .min(1)
        .default(usualTags)
        .describe('{sha}: the commit, {short}: its first 7'),
    }),
  ),
} as const;
