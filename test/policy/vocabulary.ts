// A vocabulary for tests of the policy language: the real catalogue and providers, two criteria with shapes of their own.
import { z } from 'zod';
import { catalogue } from '../../src/policy/catalogue.ts';
import type { Vocabulary } from '../../src/policy/vocabulary-shape.ts';
import { flagProviders } from '../../src/providers/flags.ts';
import { notifiers } from '../../src/providers/notifiers.ts';
import { routers } from '../../src/providers/routers.ts';
import { builtInMetrics, sources } from '../../src/providers/sources.ts';
import { tools } from '../../src/providers/tools.ts';

export const aVocabulary: Vocabulary = {
  criteria: new Map([
    ['ci-all-green', { id: 'ci-all-green', title: 'CI green', moment: 'review' }],
    [
      'code-review-approved',
      {
        id: 'code-review-approved',
        title: 'Reviewed',
        moment: 'review',
        with: () => z.strictObject({ count: z.int().min(1) }),
      },
    ],
    ['changelog-updated', { id: 'changelog-updated', title: 'Changelog', moment: 'review', level: 'info' }],
  ]),
  catalogue,
  routers,
  sources,
  tools,
  flags: flagProviders,
  notifiers,
  metrics: builtInMetrics,
};
