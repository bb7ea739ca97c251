// Words of the criteria in code-review-approved.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

export const codeReviewApproved = {
  id: 'code-review-approved',
  title: 'Reviewed',
  moment: 'review',
  with: once(() => z.strictObject({ count: z.int().min(1).default(1) })),
} as const;
