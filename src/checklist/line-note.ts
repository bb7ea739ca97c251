// Line notes: what an open finding says of a line that the change itself touches, where its author reads it.
import { plain } from '../kit/phrase.ts';
import type { LineNote } from '../record/outcome.ts';
import type { Change } from './change.ts';
import { type Finding, isOpen } from './finding.ts';

/** GitHub takes so many annotations with one check run (REST reference, "Create a check run"); the record is written once. */
const most = 50;

/** The notes of all open findings, required ones first. A line that the change does not add is nobody's to mend here: the report has it. */
export function lineNotes(findings: readonly Finding[], { files }: Pick<Change, 'files'>): readonly LineNote[] {
  const added = new Map(files.map(({ path, added: runs }) => [path, runs ?? []]));
  const touches = (path: string, from: number, to: number) =>
    (added.get(path) ?? []).some(([first, last]) => first <= to && from <= last);
  const open = findings.filter(isOpen);
  return [...open.filter(({ required }) => required), ...open.filter(({ required }) => !required)]
    .flatMap((finding) =>
      (finding.places ?? [])
        .filter(({ path, line, to }) => touches(path, line, to ?? line))
        .map(({ path, line, to, message }) => ({
          ...{ path, line, to: to ?? line, title: plain(finding.title), message },
          level: finding.required ? ('failure' as const) : ('warning' as const),
        })),
    )
    .slice(0, most);
}
