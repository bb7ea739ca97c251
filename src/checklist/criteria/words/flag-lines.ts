// Words of the criteria in flag-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { wordOptions } from '../../options.ts';

/** What tells tenants apart, as providers and teams call it (ours). */
const usualTargets = [
  'tenant',
  'tenantId',
  'tenant-id',
  'tenant_id',
  'organization',
  'organisation',
  'org',
  'account',
  'customer',
  'instance',
  'segment',
];

const options = once(() =>
  z.strictObject({
    ...wordOptions(),
    flags: z.array(z.string().min(1)).min(1).optional().describe('default: those that the change names (Flag: …)'),
    old: z
      .array(z.string())
      .default([])
      .describe('values that are the old behaviour, besides false, off, old and control'),
    by: z.array(z.string().min(1)).min(1).default(usualTargets),
  }),
);

function flagLine(id: string, title: string) {
  return { id, title, moment: 'deploy', with: options } as const;
}

export const flagsConfigured = flagLine('flags-configured', 'Flags configured');
export const flagNotNested = flagLine('flag-not-nested', 'Flags not nested');
export const flagSafeDefault = flagLine('flag-safe-default', 'Flags safe while off');
export const flagInstanceTargeting = flagLine('flag-instance-targeting', 'Flags chosen by tenant');

/** In the order of the catalogue. */
export const flagLines = [flagsConfigured, flagNotNested, flagSafeDefault, flagInstanceTargeting] as const;
