// Words of the criteria in changelog-updated.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { globs } from '../../options.ts';

export const changelogUpdated = {
  id: 'changelog-updated',
  title: 'Changelog updated',
  moment: 'review',
  with: once(() =>
    z.strictObject({
      paths: globs().default(['**/CHANGELOG*', '**/changelog/**', '.changeset/*.md']),
      'skip-label': z.string().min(1).default('no-changelog'),
    }),
  ),
} as const;
