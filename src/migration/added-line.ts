// Where findings stand on a pull request: on lines that it adds, for only these are its author's to mend. All others are for the report.
import type { ChangedFile } from '../evidence/fact.ts';
import type { LineSuggestion } from '../record/outcome.ts';
import type { Fault } from './fault.ts';

/** Runs of added lines by path, first and last line each; `whole`: the file is new, and GitHub shows no lines of it. */
export type AddedLines = ReadonlyMap<string, readonly (readonly [number, number])[] | 'whole'>;

/** Of a change that could not be read (or not to its end) nothing: nobody can tell which lines it adds. */
export function addedLines(
  change: { readonly complete: boolean; readonly files: readonly ChangedFile[] } | undefined,
): AddedLines {
  if (change === undefined || !change.complete) return new Map();
  return new Map(
    change.files.map(({ path, status, added }) => [path, added ?? (status === 'added' ? 'whole' : [])] as const),
  );
}

/** The findings on added lines, each cut to the first run that it touches; all of them where no diff is looked at. */
export function onAddedLines(faults: readonly Fault[], added: AddedLines | undefined): readonly Fault[] {
  if (added === undefined) return faults;
  return faults.flatMap((fault) => {
    const runs = added.get(fault.path) ?? [];
    if (runs === 'whole') return [fault];
    const end = fault.endLine ?? fault.line;
    const run = runs.find(([first, last]) => first <= end && fault.line <= last);
    return run === undefined ? [] : [{ ...fault, line: Math.max(fault.line, run[0]), endLine: Math.min(end, run[1]) }];
  });
}

/** The mended lines that may stand on the pull request: every line they take the place of is an added one. */
export function suggestionsOf(faults: readonly Fault[], added: AddedLines | undefined): readonly LineSuggestion[] {
  return mendable(faults).flatMap(({ path, line, endLine: to = line, suggestion: text = '', rule, what, fix }) => {
    const runs = added?.get(path) ?? [];
    const shown = runs !== 'whole' && runs.some(([first, last]) => first <= line && to <= last);
    return shown ? [{ path, line, to, title: rule, message: `${what}. ${fix}`, text }] : [];
  });
}

/** The mended statements as a patch, which `git apply --unidiff-zero` takes; empty without any. */
export function patchOf(faults: readonly Fault[]): string {
  const all = mendable(faults);
  const paths = [...new Set(all.map(({ path }) => path))];
  return paths
    .flatMap((path) => [`--- a/${path}`, `+++ b/${path}`, ...all.filter((one) => one.path === path).flatMap(hunkOf)])
    .join('\n');
}

function hunkOf({ line, suggestion = '', was = '' }: Fault): readonly string[] {
  const [before, after] = [was.split('\n'), suggestion.split('\n')];
  return [
    `@@ -${line},${before.length} +${line},${after.length} @@`,
    ...before.map((text) => `-${text}`),
    ...after.map((text) => `+${text}`),
  ];
}

/** Findings with mended lines, in the order of their lines; of two about one line the first, for the second would undo it. */
function mendable(faults: readonly Fault[]): readonly Fault[] {
  const told = faults.filter(({ suggestion, level }) => suggestion !== undefined && level !== 'info');
  const kept: Fault[] = [];
  for (const fault of told) {
    const end = fault.endLine ?? fault.line;
    const meets = kept.some(
      (one) => one.path === fault.path && one.line <= end && fault.line <= (one.endLine ?? one.line),
    );
    if (!meets) kept.push(fault);
  }
  return kept.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}
