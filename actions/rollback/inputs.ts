// The inputs of rollback, once.
import { z } from 'zod';
import { choice, sharedInputs, text } from '../../src/kit/input.ts';

const levels: Readonly<Record<string, string>> = { '1': 'flag', '2': 'traffic', '3': 'redeploy', '4': 'database' };

export const inputs = z.strictObject({
  ...sharedInputs,
  to: text
    .refine((to) => to === '' || to === 'last-known-good' || /^([0-9a-f]{40}|[1-9][0-9]{0,17})$/.test(to), {
      error: (issue) => `"${issue.input}" is neither last-known-good, a full sha (40 characters), nor a deployment id`,
    })
    .transform((to) => (to === '' ? 'last-known-good' : to)),
  reason: text,
  severity: choice(['', 'P0', 'P1', 'P2', 'P3']),
  mode: choice(['execute', 'plan', 'drill']),
  how: text.transform((how) => levels[how] ?? how).pipe(choice(['auto', 'flag', 'traffic', 'redeploy', 'database'])),
  lock: text,
});

export type Inputs = z.infer<typeof inputs>;

export const outputs = ['target-sha', 'target-deployment-id', 'phase-times', 'options', 'incident-url'] as const;
