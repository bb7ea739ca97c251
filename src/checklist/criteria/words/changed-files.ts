// Words of the criteria in changed-files.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { globs } from '../../options.ts';

export const testsAndDocs = [
  '**/test/**',
  '**/tests/**',
  '**/*.test.*',
  '**/*.spec.*',
  'docs/**',
  '**/*.md',
  '.github/**',
];

interface Following {
  readonly id: string;
  readonly title: string;
  readonly code: readonly string[];
  readonly docs: readonly string[];
  readonly label: string;
}

const followings: readonly Following[] = [
  {
    id: 'api-docs-updated',
    title: 'API documentation follows the API',
    code: ['**/api/**', '**/routes/**', '**/controllers/**', '**/*.proto', '**/*.graphql'],
    docs: ['**/openapi*', '**/openapi/**', '**/swagger*', 'docs/**/api*', 'docs/**/api/**'],
    label: 'no-api-docs',
  },
  {
    id: 'documentation-updated',
    title: 'Documentation follows the code',
    code: ['**', ...testsAndDocs.map((glob) => `!${glob}`)],
    docs: ['docs/**', '**/*.md'],
    label: 'no-docs',
  },
];

export const documentation = followings.map(
  ({ id, title, code, docs, label }) =>
    ({
      id,
      title,
      moment: 'review',
      with: once(() =>
        z.strictObject({
          code: globs().default([...code]),
          docs: globs().default([...docs]),
          'skip-label': z.string().min(1).default(label),
        }),
      ),
    }) as const,
);

export const migrationsSeparate = {
  id: 'migrations-separate-from-code',
  title: 'Schema apart from code',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      hours: z.number().min(0).default(0).describe('so long the schema has stood before code follows'),
      code: globs().optional().describe('default: everything but migrations, tests and documentation'),
    }),
  ),
} as const;

export const isolateRiskyChanges = {
  id: 'isolate-risky-changes',
  title: 'One risk at a time',
  moment: 'review',
  with: once(() =>
    z.strictObject({ max: z.int().min(0).default(1), areas: z.array(z.string().min(1)).min(1).optional() }),
  ),
} as const;
