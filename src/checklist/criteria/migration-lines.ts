// Lines about migrations: asked only of a change that carries one, and answered by what migrate put on record for the same tree.
import type { Answers } from '../../evidence/answer.ts';
import { type Phrase, type PhrasePart, plain } from '../../kit/phrase.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding } from '../finding.ts';
import { type KinRecord, kinOf, unsignedRecord } from '../kinship.ts';
import { unsignedTodo } from '../schema-change.ts';
import { listed } from '../words.ts';
import * as worded from './words/migration-lines.ts';

/** Each: not applicable without a migration; else the row of that id in migrate's newest record of this tree; unknown without one. */
export const migrationLines: readonly Criterion[] = worded.migrationLines.map((words) =>
  withOptions({
    ...words,
    asks: () => [],
    finds: (context, _given, answers) => withoutMigration(context) ?? fromRecord(words.id, context, answers),
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

/** Both: the migration is an expansion, in the words of migrate's record: what ran before keeps working on the new schema. */
export const oldCodeWorks: readonly Criterion[] = worded.oldCodeWorks.map((words) =>
  withOptions({
    ...words,
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

/** `migration-naming`: names of migration files that are added fit the pattern, and no two have the same version. */
export const migrationNaming: Criterion = withOptions({
  ...worded.migrationNaming,
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
