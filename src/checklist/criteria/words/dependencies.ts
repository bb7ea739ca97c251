// Words of the criteria in dependencies.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom } from '../../options.ts';

const bytes = once(() =>
  z.string().transform((text, context): number => {
    const match = /^(\d+(?:\.\d+)?)\s*(B|KB|MB)$/.exec(text.trim());
    if (match !== null)
      return Number(match[1]) * { B: 1, KB: 1e3, MB: 1e6 }[match[2] === 'B' ? 'B' : match[2] === 'KB' ? 'KB' : 'MB'];
    context.addIssue({ code: 'custom', message: `“${text}” is no size, such as 150 KB` });
    return z.NEVER;
  }),
);

export const bundleSizeLimit = {
  id: 'bundle-size-limit',
  title: 'Bundle size',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      'gzip-below': bytes().optional(),
      report: z.string().min(1).default('size-limit.json').describe('what size-limit --json wrote'),
      from: artifactFrom().optional(),
    }),
  ),
} as const;

export const licenseCheck = {
  id: 'license-check',
  title: 'Licences',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      deny: z.array(z.string().min(1)).default(['GPL-*', 'AGPL-*']),
      allow: z.array(z.string().min(1)).optional(),
      except: z.array(z.string().min(1)).default([]).describe('packages that are let through, such as name@1.2.*'),
      report: z.string().min(1).default('licenses.json').describe('what license-checker --json wrote'),
      from: artifactFrom().optional(),
    }),
  ),
} as const;

export const dependenciesPinned = {
  id: 'dependencies-pinned',
  title: 'Lock files follow',
  moment: 'review',
  with: once(() => z.strictObject({})),
} as const;
