// A fault of the policy file: where, what, and how to fix it.

import type { FaultMark } from '../kit/problem.ts';

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
  const what = fault.what.replace(/\s+/g, ' ');
  return `${fault.path}:${fault.line}:${fault.column}: ${what.length > longest ? `${what.slice(0, longest - 1)}…` : what}. ${fault.fix}`;
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
