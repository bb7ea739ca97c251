// Migrations: new code works on the old schema while it rolls out, read from migrate's evidence on the same tree.
import type { Criterion } from '../criterion.ts';
import { fail, notApplicable, pass, unknownFinding } from '../finding.ts';
import { listed } from '../words.ts';
import * as worded from './words/migration-lint.ts';

/** Verdicts with which migrate says that its linter found nothing to stop for. */
const clean = ['clean', 'rehearsed', 'applied', 'nothing-pending'];

/** `migration-lint-backward-compatible`: not applicable without migration files; unknown without migrate's evidence. The change itself has asked
 * for the records, so there is nothing left to ask. */
export const migrationLint: Criterion = {
  ...worded.migrationLint,
  asks: () => [],
  finds: ({ change }) => {
    const { files, compatibility, verdict, url, unseen } = change.schema;
    if (files.length === 0 && compatibility === 'none') return notApplicable('no migration file changed');
    const names =
      files.length === 0
        ? 'not all files are known'
        : listed(
            files.map(({ path }) => path),
            3,
          );
    const isClean = clean.includes(verdict);
    if (verdict === '' || (isClean && unseen.length > 0)) {
      return unknownFinding(
        `nobody has looked at the migrations (${unseen.length === 0 ? names : listed(unseen, 3)})`,
        ['run ', { code: 'migrate' }, ' with ', { code: 'phase: lint' }, ' on this commit before the gate'],
        'author',
      );
    }
    const says = { text: `migrate: ${verdict}`, href: url };
    if (!isClean) return fail([says, ` (${names})`], 'mend what the linter names', 'author');
    if (compatibility === 'contract') {
      return pass([
        says,
        `; contract: ${names} goes in only when no older version serves users or is kept as the way back`,
      ]);
    }
    if (compatibility === 'unknown') {
      return unknownFinding(
        [says, ', without saying what the files mean for running code'],
        'run migrate of this release',
        'author',
      );
    }
    return pass([says, `; ${compatibility}: ${names}`]);
  },
};
