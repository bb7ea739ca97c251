// A fault of the policy file: where, what, and how to fix it.

import type { FaultMark, ProblemParts } from '../kit/problem.ts';

/** Lines and columns count from 1; `path` is the file, or `preset <name>`. */
export type Fault = {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly fix: string;
};

/** A value is quoted in a fault so that it is found, not read: longer sentences are cut. Characters. */
const longest = 600;

/** The fault as one line of a log: `.github/deploy-policy.yml:12:5: what. Fix: how`. */
export function formatFault(fault: Fault): string {
  return `${fault.path}:${fault.line}:${fault.column}: ${shortened(fault.what)}. ${fault.fix}`;
}

function shortened(text: string): string {
  const what = text.replace(/\s+/g, ' ');
  return what.length > longest ? `${what.slice(0, longest - 1)}…` : what;
}

/** Who reads a hundred lines corrects the first of them. */
export const mostFaults = 100;

/** All faults of a file as one problem: a single one in one sentence, several a line each. */
export function toldTogether(whose: string, faults: readonly Fault[]): Pick<ProblemParts, 'what' | 'where' | 'fix'> {
  const [first, ...others] = faults;
  const where = first === undefined ? '' : `${first.path}:${first.line}:${first.column}`;
  if (first !== undefined && others.length === 0)
    return { what: `${whose} has a fault: ${shortened(first.what)}`, where, fix: first.fix };
  const more = faults.length > mostFaults ? [`and ${faults.length - mostFaults} more`] : [];
  const lines = [...faults.slice(0, mostFaults).map(formatFault), ...more];
  return { what: `${whose} has ${faults.length} faults`, where, fix: `\n${lines.join('\n')}` };
}

/** The faults as marks on lines of `file`; what lies in a preset, or in a base of another repository, has no line here. */
export function marksOf(faults: readonly Fault[], file: string): readonly FaultMark[] {
  return faults.map((fault) => ({
    message: formatFault(fault),
    place: fault.path === file ? { file, line: fault.line, column: fault.column } : undefined,
  }));
}

/** The same faults in the order of the file, each place and sentence once. */
export function sortFaults(faults: readonly Fault[]): readonly Fault[] {
  const once = new Map(faults.map((fault) => [formatFault(fault), fault]));
  return [...once.values()].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column,
  );
}
