// Lines about migrations: asked only of a change that carries one, and answered by what migrate put on record for the same tree.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import { type Phrase, type PhrasePart, plain } from '../../kit/phrase.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding } from '../finding.ts';
import { type KinRecord, kinOf, unsignedRecord } from '../kinship.ts';
import { unsignedTodo } from '../schema-change.ts';
import { listed } from '../words.ts';

/** Options of these lines are migrate's to mind: it reads the same policy. */
const minded = z.record(z.string(), z.json());

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

/** Each: not applicable without a migration; else the row of that id in migrate's newest record of this tree; unknown without one. */
export const migrationLines: readonly Criterion[] = Object.entries(titles).map(([id, title]) =>
  withOptions({
    id,
    title,
    moment: 'review',
    with: minded,
    asks: () => [],
    finds: (context, _given, answers) => withoutMigration(context) ?? fromRecord(id, context, answers),
  }),
);

function withoutMigration({ change }: Context): Found | undefined {
  const { files, compatibility } = change.schema;
  return files.length === 0 && compatibility === 'none' ? notApplicable('no migration file changed') : undefined;
}

function fromRecord(id: string, { change, policy }: Context, answers: Answers): Found {
  const kin = kinOf(change, answers);
  const isOurs = ({ evidence }: KinRecord) =>
    evidence.action === 'migrate' && evidence.unit === (policy.unit.name ?? '');
  const newest = kin.records.find(isOurs);
  const unsigned = kin.unsigned.find(isOurs);
  const [unread] = kin.unread;
  if (newest === undefined && unsigned !== undefined) return unsignedRecord(unsigned, unsignedTodo);
  if (newest === undefined && unread !== undefined) return notTold(unread);
  const row = newest?.evidence.rows.find((one) => one.id === id);
  const sign = ['run migrate on this commit before the gate, or let a person sign it: ', { code: 'sign-off: <role>' }];
  if (newest === undefined) return unknownFinding('migrate has not looked at this tree', sign, 'author');
  const says = { text: `migrate: ${newest.evidence.verdict}`, href: newest.url };
  if (row === undefined) return unknownFinding([says, ', which says nothing on this'], sign, 'author');
  if (row.outcome === 'pass') return pass([says], newest.evidence.at);
  if (row.outcome === 'not-applicable') return notApplicable([says]);
  if (row.outcome === 'fail' || row.outcome === 'warn')
    return fail(
      [says, ', ', ...whatFailed(row.evidence)],
      plain(row.todo) === '' ? 'mend what migrate names' : row.todo,
      'author',
    );
  return unknownFinding([says, `, ${row.outcome}`], sign, 'author');
}

/** What the row itself says; of one that says nothing only that it fails. */
function whatFailed(evidence: Phrase): readonly PhrasePart[] {
  if (plain(evidence) === '') return ['found against it'];
  return typeof evidence === 'string' ? [evidence] : evidence;
}

const oldCode = [
  { id: 'migration-forward-compatible', title: 'Old code works on the new schema' },
  { id: 'db-rollback-avoid', title: 'Code goes back without the schema' },
] as const;

/** Both: the migration is an expansion, in the words of migrate's record: what ran before keeps working on the new schema. */
export const oldCodeWorks: readonly Criterion[] = oldCode.map(({ id, title }) =>
  withOptions({
    id,
    title,
    moment: 'review',
    with: z.strictObject({}),
    asks: () => [],
    finds: (context) => {
      const { compatibility, verdict, url, unsigned } = context.change.schema;
      if (compatibility === 'none') return notApplicable('no migration file changed');
      if (unsigned !== undefined) return unsignedRecord(unsigned, unsignedTodo);
      const says =
        verdict === '' ? 'migrate has not looked at this tree' : [{ text: `migrate: ${verdict}`, href: url }];
      if (compatibility === 'unknown')
        return unknownFinding(says, ['run ', { code: 'migrate' }, ' on this commit before the gate'], 'author');
      const words = typeof says === 'string' ? [says] : says;
      return compatibility === 'expand'
        ? pass([...words, ', expand'])
        : fail(
            [...words, ', contract: what ran before does not work on it'],
            'keep old and new side by side first',
            'author',
          );
    },
  }),
);

const pattern = z.string().refine(isPattern, { error: 'is no regular expression' });

/** `migration-naming`: names of migration files that are added fit the pattern, and no two have the same version. */
export const migrationNaming: Criterion = withOptions({
  id: 'migration-naming',
  title: 'Migrations named by version',
  moment: 'review',
  with: z.strictObject({ pattern: pattern.default('V?\\d[\\d.]*_+[A-Za-z0-9_.-]+\\.sql') }),
  asks: () => [],
  finds: (context, given) => {
    const absent = withoutMigration(context);
    if (absent !== undefined) return absent;
    const { change } = context;
    if (!change.complete) return unknownFinding('not all files of the change are known', 'look by hand', 'author');
    const names = change.schema.files
      .filter(({ status }) => status === 'added')
      .map(({ path }) => path.split('/').at(-1) ?? path);
    const fits = new RegExp(`^(?:${given.pattern})$`);
    const wrong = names.filter((name) => name.length > 200 || !fits.test(name));
    if (wrong.length > 0) return fail(listed(wrong, 3), `name them as ${given.pattern}`, 'author');
    const versions = names.map(
      (name) => `${/^[UVR]?\d[\d.]*/.exec(name)?.[0] ?? name}${/\.(up|down)\./.exec(name)?.[1] ?? ''}`,
    );
    const twice = versions.find((version, index) => versions.indexOf(version) !== index);
    if (twice !== undefined) return fail(`${twice} twice`, 'give each its own version', 'author');
    return pass(names.length === 0 ? 'no file is new' : listed(names, 3));
  },
});

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}
