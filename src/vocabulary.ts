// Everything the policy language can name: criteria, routers, metric sources, migration tools, flag providers, notifiers.
import { criterionWords } from './checklist/criteria/words/index.ts';
import { catalogue } from './policy/catalogue.ts';
import { policySchema as schemaOf } from './policy/schema.ts';
import type { Vocabulary } from './policy/vocabulary-shape.ts';
import { flagProviders } from './providers/flags.ts';
import { notifiers } from './providers/notifiers.ts';
import { routers } from './providers/routers.ts';
import { builtInMetrics, sources } from './providers/sources.ts';
import { tools } from './providers/tools.ts';

/** The vocabulary of this build, handed to `readPolicy` and `policySchema`. */
export const vocabulary: Vocabulary = {
  criteria: new Map(criterionWords.map((words) => [words.id, words])),
  catalogue,
  routers,
  sources,
  tools,
  flags: flagProviders,
  notifiers,
  metrics: builtInMetrics,
};

/** What shell needs of the rooms: the pages of the report, and how evidence is kept. */
export { checkRunOf, readRecord } from './record/keep.ts';
export { cleanEvidence } from './record/redaction.ts';
export { isBelieved } from './record/seal.ts';
export { announcementOf } from './report/announcement.ts';
export { pages } from './report/pages.ts';

/** The JSON Schema of the policy file with this build's vocabulary: `dist/policy.schema.json`. */
export function policySchema(): object {
  return schemaOf(vocabulary);
}
