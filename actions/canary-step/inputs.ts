// The inputs of canary-step, once.
import { z } from 'zod';
import { choice, sharedInputs, text } from '../../src/kit/input.ts';

export const inputs = z.strictObject({
  ...sharedInputs,
  stage: text.transform((stage) => (stage === '' ? 'all' : stage)),
  mode: choice(['bake', 'tend']),
  answer: choice(['', 'promote', 'hold', 'rollback']),
});

export type Inputs = z.infer<typeof inputs>;

export const outputs = ['stage', 'next-stage', 'weight', 'odds', 'needed-requests', 'stable-side'] as const;
