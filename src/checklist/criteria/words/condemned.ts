// Words of the criteria in condemned.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

const options = once(() =>
  z.strictObject({
    label: z.string().min(1).default('incident').describe('of the issue whose section “Root cause” lifts it'),
  }),
);

export const notCondemned = {
  id: 'rollback-root-cause-before-redeploy',
  title: 'Not what was rolled back',
  moment: 'review',
  with: options,
} as const;
