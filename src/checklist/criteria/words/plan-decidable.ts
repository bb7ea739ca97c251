// Words of the criteria in plan-decidable.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

export const planDecidable = {
  id: 'plan-decidable',
  title: 'Enough traffic to decide',
  moment: 'deploy',
  with: once(() => z.strictObject({})),
} as const;
