// Words of the criteria in build.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom, fromWith, globs, noFolderFrom, wordOptions } from '../../options.ts';

const folderOption = once(() =>
  z.string().min(1).default('dist').describe('folder of the workspace with what is shipped'),
);

export const sourceMapsExcluded = {
  id: 'source-maps-excluded',
  title: 'No source maps shipped',
  moment: 'review',
  with: once(() => z.strictObject({ ...wordOptions(), folder: folderOption(), from: noFolderFrom() })),
} as const;

const assets = ['**/*.{js,mjs,css,wasm,woff,woff2,png,jpg,jpeg,gif,svg,webp,avif}'];

/** Files that browsers and crawlers ask for by a fixed name. */
const fixedNames = ['**/favicon*', '**/apple-touch-icon*', '**/{sw,service-worker}.js', '**/{logo,og}*.{png,svg}'];

export const assetsFingerprinted = {
  id: 'assets-fingerprinted',
  title: 'Assets named by their content',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      folder: folderOption(),
      from: noFolderFrom(),
      assets: globs().default(assets),
      except: z.array(z.string().min(1)).default(fixedNames).describe('assets that keep their name'),
      headers: z.string().min(1).optional().describe('file of the repository that sets the cache headers'),
    }),
  ),
} as const;

export const noConsoleErrors = {
  id: 'no-console-errors-in-build',
  title: 'Build without errors and warnings',
  moment: 'review',
  with: once(() =>
    fromWith(
      'report',
      z.strictObject({
        ...wordOptions(),
        report: z.string().min(1).optional().describe('log of the build, or JSON list of console messages'),
        from: artifactFrom().optional(),
        except: z.array(z.string().min(1)).default([]).describe('words of lines that are let through'),
      }),
    ),
  ),
} as const;
