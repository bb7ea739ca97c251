// A report file of the workspace, read by one of the readers, or the finding that says why nothing can be said.
import type { Answers } from '../evidence/answer.ts';
import type { Context } from './criterion.ts';
import { type Found, notTold, unknownFinding } from './finding.ts';
import type { Read } from './report/reading.ts';

export type ReportRead<T> =
  | { readonly kind: 'report'; readonly report: T }
  | { readonly kind: 'open'; readonly found: Found };

/** The report at `path`. Missing, unreadable and not told are each `unknown` with the reason: never a pass. `what`: `a JUnit report`. */
export function reportAt<T>(
  path: string,
  what: string,
  reader: (text: string) => Read<T>,
  answers: Answers,
): ReportRead<T> {
  const file = answers.of({ kind: 'workspace-file', path });
  if (file.kind === 'unknown') return { kind: 'open', found: notTold(file) };
  if (!file.value.found) {
    const todo = `write ${what} there in a step before the gate, or name its path under \`with:\``;
    return { kind: 'open', found: unknownFinding(`there is no report at ${path}`, todo, 'author') };
  }
  const told = reader(file.value.text);
  if (told.kind === 'report') return told;
  return {
    kind: 'open',
    found: unknownFinding(`${path} proves nothing: ${told.because}`, `give the whole of ${what}`, 'author'),
  };
}

/** What evidence from the workspace of a pull request ends with: its own steps wrote the file. */
export function origin({ moment }: Pick<Context, 'moment'>): string {
  return moment === 'review' ? ', from this pull request' : '';
}
