// Words of the criteria in staging-first.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { span } from '../../options.ts';

export const stagingFirst = {
  id: 'staging-first',
  title: 'Same tree ran in staging',
  moment: 'deploy',
  with: once(() => z.strictObject({ 'max-age': span().optional().describe('older proof does not count') })),
} as const;
