// What the change does to the schema: its migration files, and what migrate's evidence on the same tree says about them.
import type { Answers } from '../evidence/answer.ts';
import type { ChangedFile } from '../evidence/fact.ts';
import type { QuestionOf } from '../evidence/question.ts';
import { sha256 } from '../kit/digest.ts';
import { kinOf } from './kinship.ts';
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
}

/** The schema change of a range; `directory` is where the policy says the migrations are. */
export function schemaChangeOf(
  range: Range,
  at: { readonly directory: string; readonly unit: string },
  answers: Answers,
): SchemaChange {
  const folder = `${at.directory.replace(/\/+$/, '')}/`;
  const files = range.files.filter(({ path, status }) => status !== 'removed' && path.startsWith(folder));
  const newest = kinOf(range, answers).records.find(
    ({ evidence }) => evidence.action === 'migrate' && evidence.unit === at.unit,
  );
  // Before a first deployment no code of ours was there that an unseen migration could break.
  const allKnown = range.complete || range.relation === 'first';
  if (files.length === 0 && allKnown) return { files, compatibility: 'none', verdict: '', url: '' };
  if (newest === undefined) return { files, compatibility: 'unknown', verdict: '', url: '' };
  return {
    files,
    compatibility: compatibilityIn(newest.evidence.found.compatibility),
    verdict: newest.evidence.verdict,
    url: newest.url,
  };
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
