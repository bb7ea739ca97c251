// The inputs of pre-deploy-gate, once.
import { z } from 'zod';
import { parseDuration } from '../../src/kit/duration.ts';
import { choice, lines, sharedInputs, text } from '../../src/kit/input.ts';

/** How long the gate waits for running CI when nothing is said: 20 minutes (ACTIONS.md, "pre-deploy-gate"). */
const defaultWait = '20m';

/** An instant with its time zone, in ms since the epoch; undefined when not given. */
const instant = text
  .refine((value) => value === '' || (/(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value))), {
    error: (issue) => `"${issue.input}" is not an ISO time with its zone, such as 2026-11-17T10:00:00Z`,
  })
  .transform((value) => (value === '' ? undefined : Date.parse(value)));

const wait = text
  .transform((value) => (value === '' ? defaultWait : value))
  .refine((value) => parseDuration(value) !== undefined, {
    error: (issue) => `"${issue.input}" is not a duration, such as 90s, 20m or 1h`,
  })
  .transform((value) => parseDuration(value) ?? 0);

export const inputs = z.strictObject({
  ...sharedInputs,
  type: text,
  version: text,
  artifact: lines,
  'planned-start': instant,
  moment: choice(['', 'review', 'deploy']),
  'if-waiting': choice(['pass', 'fail']),
  wait,
  mode: choice(['decide', 'finish', 'lock', 'unlock', 'doctor', 'metrics', 'hygiene']),
  'lock-reason': text,
});

export type Inputs = z.infer<typeof inputs>;

export const outputs = ['tier', 'plan', 'stages', 'tree-sha', 'idle-side', 'stable-side', 'open-findings'] as const;
