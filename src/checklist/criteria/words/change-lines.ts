// Words of the criteria in change-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom, fromWith, globs, wordOptions } from '../../options.ts';

export const reviewScore = {
  id: 'code-review-score',
  title: 'Review score',
  moment: 'review',
  with: once(() =>
    fromWith(
      'report',
      z.strictObject({
        'at-least': z.number().min(0).default(90),
        of: z.number().positive().default(100),
        report: z.string().min(1).optional().describe('JSON with score and of; default: reviews that say score: n/100'),
        from: artifactFrom().optional(),
      }),
    ),
  ),
} as const;

const trivial = ['**/*.{md,txt,css,scss,less,svg,png,jpg,webp}', '**/{locales,locale,i18n,lang,translations}/**'];

const flagFiles = [
  '**/{flags,feature-flags,feature_flags,features}*.{json,yml,yaml,ts,js,toml}',
  '**/{flags,feature-flags}/**',
];

export const noTrivialFlag = {
  id: 'no-flag-for-trivial-change',
  title: 'No flag for texts and colours',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      flags: globs().default(flagFiles).describe('files that define flags'),
      trivial: globs().default(trivial).describe('files of texts and colours'),
    }),
  ),
} as const;

const addresses = once(() =>
  z.union([
    z
      .string()
      .min(1)
      .transform((only) => [only]),
    z.array(z.string().min(1)).min(1),
  ]),
);

export const stagingHealth = {
  id: 'staging-health-passed',
  title: 'Staging is healthy',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({ ...wordOptions(), http: addresses().optional().describe('health pages of staging') }),
  ),
} as const;
