// Words of the criteria in migration-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

/** Options of these lines are migrate's to mind: it reads the same policy. */
const minded = once(() => z.record(z.string(), z.json()));
const noOptions = once(() => z.strictObject({}));

const titles: Readonly<Record<string, string>> = {
  'migration-lint-idempotent': 'Migration can run twice',
  'migration-no-same-release-drop': 'Nothing added and dropped at once',
  'migration-drop-after-retention': 'Drops only after the retention',
  'migration-add-default-when-not-null': 'New NOT NULL columns have a default',
  'migration-rename-in-steps': 'Renames go in steps',
  'migration-transactional': 'Migration in a transaction',
  'migration-tool-settings': 'Settings of the tool are safe',
  'migration-tested-clean-db': 'Migration runs on an empty database',
  'migration-tested-production-like': 'Migration runs on data like production’s',
  'migration-rollback-tested': 'Way down tried',
  'migration-has-down': 'Every up has a down',
  'migration-duration-limit': 'Migration is quick enough',
  'migration-online-tool-large-table': 'Large tables change online',
  'migration-backup-first': 'Backup before the migration',
  'migration-data-consistency': 'Data compared before and after',
  'migration-foreign-keys-verified': 'No orphaned rows',
  'migration-index-analysis': 'Indexes analysed',
  'migration-baseline-collected': 'Baseline taken before migrating',
  'migration-pool-during-deploy': 'Pool fits both versions',
  'migration-schedule-communicated': 'Users told when it migrates',
  'users-told-of-migration': 'Users told of the migration',
  'pipeline-runs-migrations': 'Migrations run in the pipeline',
};

export const migrationLines = Object.entries(titles).map(
  ([id, title]) => ({ id, title, moment: 'review', with: minded }) as const,
);

export const oldCodeWorks = [
  {
    id: 'migration-forward-compatible',
    title: 'Old code works on the new schema',
    moment: 'review',
    with: noOptions,
  },
  { id: 'db-rollback-avoid', title: 'Code goes back without the schema', moment: 'review', with: noOptions },
] as const;

const pattern = once(() => z.string().refine(isPattern, { error: 'is no regular expression' }));

export const migrationNaming = {
  id: 'migration-naming',
  title: 'Migrations named by version',
  moment: 'review',
  with: once(() => z.strictObject({ pattern: pattern().default('V?\\d[\\d.]*_+[A-Za-z0-9_.-]+\\.sql') })),
} as const;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}
