// The built files in the workspace, as the lines about a build see them.
import type { Answers } from '../evidence/answer.ts';
import type { FolderFact } from '../evidence/fact.ts';
import { type Found, notTold, unknownFinding } from './finding.ts';

export type BuildFolder =
  | { readonly kind: 'folder'; readonly files: FolderFact['files'] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'open'; readonly found: Found };

/** The files of a folder; `nothing` when there is no such folder or it is empty. A list that was cut short is unknown: what is not in it may be there. */
export function buildFolder(folder: string, answers: Answers): BuildFolder {
  const told = answers.of({ kind: 'workspace-paths', folder });
  if (told.kind === 'unknown') return { kind: 'open', found: notTold(told) };
  const { found, files, complete } = told.value;
  if (!found || files.length === 0) return { kind: 'nothing' };
  if (complete) return { kind: 'folder', files };
  const because = `${folder} has more than ${files.length} files`;
  return { kind: 'open', found: unknownFinding(because, 'name the folder of what is shipped, no more', 'author') };
}
