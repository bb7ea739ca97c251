// Requests that migrate turns down before it touches anything, each with the way out.
import { Problem } from '../kit/problem.ts';

/** `phase: rehearse` has no shadow database to go to yet. */
export function rehearsalComesLater(): Problem {
  return new Problem({
    what: 'Rehearsal on a shadow database comes with a later release',
    where: 'input phase',
    fix: 'Use `phase: lint` on pull requests and `phase: apply` at deploy.',
    reason: 'rehearsal-unsupported',
  });
}

/** At review nothing is deployed, so nothing may be applied. */
export function applyAtReview(event: string): Problem {
  return new Problem({
    what: `phase: apply is refused on ${event}: at review nothing is deployed`,
    where: 'input phase',
    fix: 'Use `phase: lint` here, and `phase: apply` in the workflow that deploys.',
    reason: 'apply-at-review',
  });
}

/** A directory was named, and no migration is in it. */
export function noMigrations(directory: string): Problem {
  return new Problem({
    what: `There is no migration file in ${directory}`,
    where: 'input directory',
    fix: 'Give the directory of the .sql files, from the root of the repository, and check that the checkout has it.',
    reason: 'no-migrations',
  });
}

/** The backup that the policy asks for was not made. */
export function backupFailed(because: string): Problem {
  return new Problem({
    what: `The backup before the migration failed: ${because}. Nothing was migrated`,
    where: 'migrations.backup.command',
    fix: 'Let the command end with code 0 and print {"location": …, "bytes": …} or {"location": …, "snapshot": …} as its last line.',
    reason: 'backup-failed',
  });
}
