// Reads a suite file: every fault at once, each with its line and column and the nearest right spelling.
import { sha256 } from '../kit/digest.ts';
import { Problem } from '../kit/problem.ts';
import { readDocument, sizeOfSuites } from '../policy/document.ts';
import { type Fault, marksOf, sortFaults, toldTogether } from '../policy/fault.ts';
import { shapeFaults } from '../policy/shape-fault.ts';
import { countItems, longChecks, readSound } from '../policy/sound.ts';
import type { Traced } from '../policy/traced.ts';
import { giversOf } from './capture.ts';
import { deeperFaults } from './fault.ts';
import { requirePages } from './html.ts';
import { withLibraries } from './library.ts';
import { type Check, mostChecks, type Suite, suiteShape } from './shape.ts';
import { firstOfSyntax, habits, withoutConsequences } from './syntax.ts';
import { faultsOf } from './written.ts';

export { selected } from './selection.ts';

export type { Suite } from './shape.ts';

export type SuiteRead =
  | { readonly kind: 'suite'; readonly suite: Suite }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** Reads the text of a suite file. Throws NotLoaded until the libraries that the suite needs are there. */
export function readSuite(text: string, path: string): SuiteRead {
  const crowd = crowdFault(text, path);
  if (crowd !== undefined) return { kind: 'faults', faults: [crowd] };
  const sound = readSound(text, path, sizeOfSuites, longChecks);
  const read = sound === undefined ? undefined : suiteShape.safeParse(sound.value);
  if (sound === undefined || read?.success !== true) return { kind: 'faults', faults: shallowFaults(text, path) };
  let tree: Traced | undefined;
  const whole = () => {
    tree ??= readDocument(text, path, sizeOfSuites).tree;
    return tree;
  };
  const suite = { ...read.data, givers: giversOf(read.data.checks) };
  const deeper = deeperFaults(suite, { value: sound.value, tree: whole });
  if (deeper.length > 0) return { kind: 'faults', faults: faultsOf(deeper) };
  const { checks, ready = {} } = suite;
  if (checks.some(looksIntoPages) || looksIntoPages(ready)) requirePages();
  const lines = Object.fromEntries(checks.map(({ id }, index) => [id, sound.lines[index] ?? 1]));
  const secretLines = secretLinesIn(text, suite.secrets);
  return { kind: 'suite', suite: { ...suite, path, digest: sha256(text).slice(0, 12), lines, secretLines } };
}

/** The line on which each secret is named in the list of them. */
function secretLinesIn(text: string, secrets: readonly string[]): Readonly<Record<string, number>> {
  const list = text.search(/^["']?secrets["']?[ \t]*:/m);
  if (list < 0) return {};
  const lineOf = (name: string) =>
    text.slice(0, list + text.slice(list).search(new RegExp(`\\b${name}\\b`))).split('\n').length;
  return Object.fromEntries(secrets.map((name) => [name, lineOf(name)]));
}

/** Told by the lines alone: reading so many checks would take minutes, and their faults are of no interest. */
function crowdFault(text: string, path: string): Fault | undefined {
  const { line, items } = countItems(text, longChecks.key);
  if (items <= mostChecks) return undefined;
  const [count, most] = [items, mostChecks].map((number) => number.toLocaleString('en-US'));
  const what = `the suite has ${count} checks, and at most ${most} are asked`;
  return { path, line, column: 1, what, fix: 'Split it into several suites, or take checks out of it' };
}

/** What is wrong with the text itself, which explains what else is wrong there; else with its shape. */
function shallowFaults(text: string, path: string): readonly Fault[] {
  const { tree, faults } = readDocument(text, path, sizeOfSuites);
  return sortFaults(
    faults.length > 0 ? firstOfSyntax(faults, text) : withoutConsequences(shapeFaults(tree, suiteShape, habits)),
  );
}

/** As `suiteOrProblem`, with whatever the suite needs to be judged. */
export function loadedSuite(text: string, path: string): Promise<Suite> {
  return withLibraries(text, () => suiteOrProblem(text, path));
}

/** The suite, or a Problem that lists every fault of the file. */
export function suiteOrProblem(text: string, path: string): Suite {
  const read = readSuite(text, path);
  if (read.kind === 'suite') return read.suite;
  throw new Problem({
    ...toldTogether('The smoke suite', read.faults),
    reason: 'bad-suite',
    marks: marksOf(read.faults, path),
  });
}

type Looking = Partial<Pick<Check, 'expect' | 'capture' | 'assets'>>;

function looksIntoPages({ expect, capture = {}, assets }: Looking): boolean {
  const inExpect = Object.keys(expect?.html ?? {}).length > 0;
  return inExpect || assets !== undefined || Object.values(capture).some(({ html }) => html !== undefined);
}
