// The inputs of smoke-test, once.
import { z } from 'zod';
import { choice, globs, lines, pathInput, sharedInputs, text } from '../../src/kit/input.ts';

export const inputs = z.strictObject({
  ...sharedInputs,
  suite: pathInput(''),
  'base-url': text,
  tags: lines,
  'connect-to': text,
  ingest: globs,
  'on-unreachable': choice(['fail', 'inconclusive']),
});

export type Inputs = z.infer<typeof inputs>;

export const outputs = ['passed', 'failed', 'flaky', 'duration-ms', 'junit'] as const;
