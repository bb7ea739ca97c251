// Words of the criteria in ci-all-green.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

export const ciAllGreen = {
  id: 'ci-all-green',
  title: 'CI green',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      ignore: z.array(z.string().min(1)).default([]).describe('names, or workflow file / name; * and ** allowed'),
    }),
  ),
} as const;
