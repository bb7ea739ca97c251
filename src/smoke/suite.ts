// Reads a suite file: every fault at once, each with its line and column and the nearest right spelling.
import { sha256 } from '../kit/digest.ts';
import { Problem } from '../kit/problem.ts';
import { nearest } from '../kit/spelling.ts';
import { readDocument } from '../policy/document.ts';
import { type Fault, formatFault, sortFaults } from '../policy/fault.ts';
import { shapeFaults } from '../policy/shape-fault.ts';
import { placeOf, plain, type Traced } from '../policy/traced.ts';
import { type Check, type SuiteShape, suiteShape } from './shape.ts';
import { builtInNames, namesIn } from './template.ts';

/** A suite that can be run. */
export interface Suite extends SuiteShape {
  readonly path: string;
  /** First 12 hex digits of the SHA-256 of the file. */
  readonly digest: string;
  /** Line of each check in the file, by id. */
  readonly lines: Readonly<Record<string, number>>;
}

export type SuiteRead =
  | { readonly kind: 'suite'; readonly suite: Suite }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** Reads the text of a suite file. */
export function readSuite(text: string, path: string): SuiteRead {
  const { tree, faults } = readDocument(text, path);
  const read = suiteShape.safeParse(plain(tree));
  // What is wrong with the text itself, or with a key, explains what else is wrong there.
  const known = [...faults, ...(faults.length > 0 ? [] : shapeFaults(tree, suiteShape))];
  if (!read.success || known.length > 0) return { kind: 'faults', faults: sortFaults(known) };
  const deeper = sortFaults([
    ...idFaults(read.data, tree),
    ...needFaults(read.data, tree),
    ...nameFaults(read.data, tree),
  ]);
  if (deeper.length > 0) return { kind: 'faults', faults: deeper };
  const lines = Object.fromEntries(
    read.data.checks.map(({ id }, index) => [id, placeOf(tree, ['checks', index]).line]),
  );
  return { kind: 'suite', suite: { ...read.data, path, digest: sha256(text).slice(0, 12), lines } };
}

/** The suite, or a Problem that lists every fault of the file. */
export function suiteOrProblem(text: string, path: string): Suite {
  const read = readSuite(text, path);
  if (read.kind === 'suite') return read.suite;
  const first = read.faults[0];
  throw new Problem({
    what: `The smoke suite has ${read.faults.length === 1 ? 'a fault' : `${read.faults.length} faults`}`,
    where: first === undefined ? path : `${first.path}:${first.line}:${first.column}`,
    fix: `\n${read.faults.map(formatFault).join('\n')}`,
    reason: 'bad-suite',
  });
}

/** The checks that carry one of the tags (`all`, or none: every one), with those they need. Throws a Problem when that is none. */
export function selected(suite: Suite, tags: readonly string[]): readonly Check[] {
  if (tags.length === 0 || tags.includes('all')) return suite.checks;
  const wanted = suite.checks.filter((check) => check.tags.some((tag) => tags.includes(tag)));
  const known = [...new Set(suite.checks.flatMap((check) => check.tags))];
  if (wanted.length === 0) {
    throw new Problem({
      what: `No check of ${suite.path} has the tag ${tags.join(' or ')}: nothing would be asked`,
      where: 'input tags',
      fix: known.length === 0 ? 'The suite has no tags: leave the input empty.' : `Its tags are ${known.join(', ')}.`,
      reason: 'nothing-selected',
    });
  }
  const ids = new Set(wanted.flatMap((check) => [check.id, ...neededBy(suite.checks, check)]));
  return suite.checks.filter(({ id }) => ids.has(id));
}

/** Ids of everything a check needs, directly or not. */
function neededBy(checks: readonly Check[], check: Check): readonly string[] {
  const seen = new Set<string>();
  const open = [...check.needs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(checks.find((one) => one.id === id)?.needs ?? []));
  }
  return [...seen];
}

function idFaults({ checks }: SuiteShape, tree: Traced): readonly Fault[] {
  return checks.flatMap(({ id }, index) => {
    if (checks.findIndex((check) => check.id === id) === index) return [];
    const fault = { what: `the id “${id}” stands twice`, fix: 'Rename one of the two checks' };
    return [{ ...placeOf(tree, ['checks', index, 'id']), ...fault }];
  });
}

function needFaults({ checks }: SuiteShape, tree: Traced): readonly Fault[] {
  const ids = checks.map(({ id }) => id);
  return checks.flatMap((check, index) => {
    const unknown = check.needs.flatMap((need, at): readonly Fault[] => {
      if (ids.includes(need)) return [];
      const place = placeOf(tree, ['checks', index, 'needs', at]);
      return [{ ...place, what: `no check has the id “${need}”`, fix: meant(need, ids) }];
    });
    if (!neededBy(checks, check).includes(check.id)) return unknown;
    const round = {
      what: `“${check.id}” needs itself, over ${check.needs.join(', ')}`,
      fix: 'Take one of these needs away',
    };
    return [...unknown, { ...placeOf(tree, ['checks', index, 'needs']), ...round }];
  });
}

/** Placeholders that nothing fills: variables, secrets and built-in names everywhere, captures only of what the check needs. */
function nameFaults(suite: SuiteShape, tree: Traced): readonly Fault[] {
  const known = [...builtInNames, ...suite.secrets.map((name) => `secrets.${name}`)];
  const everywhere = [...known, ...Object.keys(suite.vars)];
  const inVars = unknownNames(suite.vars, known, tree, ['vars']);
  const inReady = suite.ready === undefined ? [] : unknownNames(suite.ready, everywhere, tree, ['ready']);
  const inChecks = suite.checks.flatMap((check, index) => {
    const before = neededBy(suite.checks, check).flatMap((id) =>
      Object.keys(suite.checks.find((one) => one.id === id)?.capture ?? {}),
    );
    const { cleanup, ...asked } = check;
    const names = [...everywhere, ...before];
    const after = unknownNames(cleanup, [...names, ...Object.keys(check.capture)], tree, ['checks', index, 'cleanup']);
    return [...unknownNames(asked, names, tree, ['checks', index]), ...after];
  });
  return [...inVars, ...inReady, ...inChecks];
}

function unknownNames(
  value: unknown,
  known: readonly string[],
  tree: Traced,
  path: readonly PropertyKey[],
): readonly Fault[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => [
      ...unknownNames(key, known, tree, path),
      ...unknownNames(inner, known, tree, [...path, Array.isArray(value) ? Number(key) : key]),
    ]);
  }
  return namesIn(value)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      ...placeOf(tree, path),
      what: `nothing gives “{{ ${name} }}” a value here`,
      fix: meant(name, known),
    }));
}

function meant(wrong: string, known: readonly string[]): string {
  const close = nearest(wrong, known);
  if (close !== undefined) return `Did you mean “${close}”?`;
  return known.length === 0 ? 'Remove it' : `Known here: ${known.slice(0, 20).join(', ')}`;
}
