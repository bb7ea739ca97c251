// The inputs of migrate, once.
import { z } from 'zod';
import { choice, sharedInputs, text } from '../../src/kit/input.ts';

export const inputs = z.strictObject({
  ...sharedInputs,
  phase: choice(['lint', 'rehearse', 'apply']),
  set: choice(['due', 'expand', 'contract', 'all']),
  // Empty: the policy's, else its defaults.
  directory: text.refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
    error: (issue) => `"${issue.input}" leaves the repository: give a path inside it`,
  }),
  tool: text,
  'database-url': text,
  'shadow-url': text,
  'on-failure': choice(['', 'stop', 'revert']),
});

export type Inputs = z.infer<typeof inputs>;

export const outputs = [
  'pending',
  'applied',
  'deferred',
  'reverted',
  'compatibility',
  'duration-ms',
  'lock-ms',
  'blocked-ms',
  'rows',
  'backup',
] as const;
