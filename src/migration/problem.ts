// Requests that migrate turns down before it touches anything, each with the way out.
import { Problem } from '../kit/problem.ts';
import { nearest } from '../kit/spelling.ts';
import { tools } from '../providers/tools.ts';
import type { Failed } from './walk.ts';

/** A migration of earlier changes does not go into an empty database. */
export function replayFailed({ id, what, where, fix }: Failed): Problem {
  return new Problem({
    what: `The earlier migrations do not make the schema: ${id} failed: ${what}`,
    where,
    fix: `${fix} Or give database-url, so that the schema of the target is restored instead.`,
    reason: 'replay-failed',
  });
}

/** The file with data for the rehearsal is not there. */
export function seedMissing(path: string): Problem {
  return new Problem({
    what: 'The file with data for the rehearsal is not there',
    where: path,
    fix: 'Write its path from the root of the repository under migrations.seed, and check that the checkout has it.',
    reason: 'seed-missing',
  });
}

const withoutRehearsal: readonly string[] = ['no-shadow', 'shadow-fill', 'replay-failed'];

/** There was no database like the target to rehearse on: no reason to stop an apply that did not ask for one. */
export function isNoShadow(error: unknown): error is Problem {
  return error instanceof Problem && withoutRehearsal.includes(error.parts.reason);
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
    fix: 'Let the command end with code 0, write the backup whole, and print {"location": …, "bytes": …} or {"location": …, "snapshot": …} as its last line.',
    reason: 'backup-failed',
  });
}

/** A tool that this release cannot drive: nothing is guessed in its place. */
export function unknownTool(tool: string, where: string): Problem {
  const meant = nearest(tool, tools);
  return new Problem({
    what: `There is no migration tool "${tool}" here`,
    where,
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}Give one of ${[...tools].join(', ')}.`,
    reason: 'tool-unknown',
  });
}

/** The folder has files, and none of them is one that the tool would be given. */
export function noneOfTool(tool: string, directory: string, example: string): Problem {
  return new Problem({
    what: `No file in ${directory} is named like a migration of ${tool}, though other files are there (${example})`,
    where: 'migrations.directory, migrations.tool',
    fix: `Correct the directory or the tool; docs/providers.md says how files of ${tool} are named. For another layout write tool: command with migrations.commands.`,
    reason: 'no-migrations',
  });
}
