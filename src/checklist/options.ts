// Shapes of options that several criteria take: percentages, durations, severities, globs.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';
import { parsePercent } from '../kit/percent.ts';

/** `80 %` as a fraction 0..1. */
export const percentage = z.string().transform((text, context): number => {
  const value = parsePercent(text);
  if (value !== undefined && value >= 0 && value <= 1) return value;
  context.addIssue({ code: 'custom', message: `“${text}” is not a percentage from 0 % to 100 %, such as 80 %` });
  return z.NEVER;
});

/** `7d` in milliseconds. */
export const span = z.string().transform((text, context): number => {
  const value = parseDuration(text);
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: `“${text}” is not a duration, such as 90s, 5m or 7d` });
  return z.NEVER;
});

/** Severities of vulnerabilities, mildest first. `max: medium` lets low and medium through. */
export const severities = ['none', 'low', 'medium', 'high', 'critical'] as const;
export const severity = z.enum(severities);
export type Severity = (typeof severities)[number];

export const globs = z.array(z.string().min(1)).min(1);
