// What the change does to the schema: its migration files, and what migrate's evidence on the same tree says about them.
import type { Answers } from '../evidence/answer.ts';
import type { ChangedFile } from '../evidence/fact.ts';
import type { QuestionOf } from '../evidence/question.ts';
import { sha256 } from '../kit/digest.ts';
import { type KinRecord, kinOf } from './kinship.ts';
import type { Range } from './range.ts';

export interface SchemaChange {
  /** Migration files that the range adds, changes or renames. */
  readonly files: readonly ChangedFile[];
  /** `unknown`: there are files, and no evidence of migrate on this tree says what they mean for running code. */
  readonly compatibility: 'none' | 'expand' | 'contract' | 'unknown';
  /** migrate's verdict on this tree; empty without one. */
  readonly verdict: string;
  /** Where its evidence stands; empty without one. */
  readonly url: string;
  /** Migrations of the range that no evidence on this tree names: it may have been about a part of the range. */
  readonly unseen: readonly string[];
  /** migrate's evidence, when all there is of it lacks the signature that a given key demands. */
  readonly unsigned?: KinRecord;
}

/** How evidence of migrate comes to be signed: what a pull request's run wrote never is. */
export const unsignedTodo = 'run migrate with phase: lint in the deploying workflow, before the gate';

const none: SchemaChange = { files: [], compatibility: 'none', verdict: '', url: '', unseen: [] };

/** The schema change of a range; `directory` is where the policy says the migrations are. */
export function schemaChangeOf(
  range: Range,
  at: { readonly directory: string; readonly unit: string },
  answers: Answers,
): SchemaChange {
  const folder = folderOf(at.directory);
  const files = range.files.filter(({ path, status }) => status !== 'removed' && path.startsWith(folder));
  // Before a first deployment no code of ours was there that an unseen migration could break.
  const allKnown = range.complete || range.relation === 'first';
  if (files.length === 0 && allKnown) return none;
  const ours = ({ evidence }: KinRecord) => evidence.action === 'migrate' && evidence.unit === at.unit;
  const kin = kinOf(range, answers);
  const records = kin.records.filter(ours);
  const [newest] = records;
  const paths = files.map(({ path }) => path);
  if (newest === undefined) {
    const unsigned = kin.unsigned.find(ours);
    const found: SchemaChange = { ...none, files, compatibility: 'unknown', unseen: paths };
    return unsigned === undefined ? found : { ...found, unsigned };
  }
  const telling = records.filter((record) => record === newest || paths.some((path) => namedBy(record).includes(path)));
  const seen = new Set(telling.flatMap(namedBy));
  const unseen = paths.filter((path) => path.endsWith('.sql') && !seen.has(path));
  const meanings = telling.map(({ evidence }) => compatibilityIn(evidence.found.compatibility));
  return {
    files,
    compatibility: worst.find((one) => (one === 'unknown' && unseen.length > 0) || meanings.includes(one)) ?? 'unknown',
    verdict: newest.evidence.verdict,
    url: newest.url,
    unseen,
  };
}

const worst = ['unknown', 'contract', 'expand', 'none'] as const;

/** As paths of the repository begin: `./db/migrations/` is `db/migrations/`, `.` is all of it. */
function folderOf(directory: string): string {
  const bare = directory.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  return bare === '' || bare === '.' ? '' : `${bare}/`;
}

/** The files that a migrate run speaks about. */
function namedBy({ evidence }: KinRecord): readonly string[] {
  const { files, deferred } = evidence.found;
  return [files, deferred].flatMap((paths) => (typeof paths === 'object' ? paths : []));
}

function compatibilityIn(found: unknown): SchemaChange['compatibility'] {
  return found === 'none' || found === 'expand' || found === 'contract' ? found : 'unknown';
}

/** The texts of the files, for their digests in the Deployment's payload. */
export function asksMigrationTexts({
  schema,
  sha,
}: {
  readonly schema: SchemaChange;
  readonly sha: string;
}): readonly QuestionOf<'file'>[] {
  return schema.files.map(({ path }) => ({ kind: 'file', path, sha }) as const);
}

/** The files as the payload keeps them. A text that could not be read has an empty digest, which matches no file. */
export function recordedMigrations(
  change: { readonly schema: SchemaChange; readonly sha: string },
  answers: Answers,
): readonly { readonly id: string; readonly path: string; readonly sha256: string }[] {
  return asksMigrationTexts(change).map((question) => {
    const text = answers.value(question);
    return {
      id: migrationId(question.path),
      path: question.path,
      sha256: text?.found === true ? sha256(text.text) : '',
    };
  });
}

/** The file's name up to the first underscore, or the whole stem. */
function migrationId(path: string): string {
  const name = path.split('/').at(-1) ?? path;
  const stem = name.replace(/\.[^.]*$/, '');
  return stem.split('_')[0] || stem;
}
