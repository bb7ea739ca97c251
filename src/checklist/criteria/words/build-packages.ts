// Words of the criteria in build-packages.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { noFolderFrom, wordOptions } from '../../options.ts';

export const noDevDependencies = {
  id: 'no-dev-dependencies-in-build',
  title: 'No development packages shipped',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      folder: z.string().min(1).optional().describe('folder of the workspace with what is shipped, node_modules in it'),
      from: noFolderFrom(),
      manifest: z.string().min(1).default('package.json').describe('names the development packages'),
      dockerfile: z.string().min(1).default('Dockerfile').describe('read when no folder is named'),
    }),
  ),
} as const;
