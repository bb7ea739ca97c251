// Where two JSON values differ: the innermost places, so that a document of hundreds of lines is told by the few that are wrong.

export interface Deviation {
  /** As the rest of a JSONPath: `.lines[1].price`. */
  readonly path: string;
  readonly expected: unknown;
  /** Undefined where nothing is. */
  readonly got: unknown;
}

/** More are no list of faults, but another document. */
const most = 5;

/** The first places where a map or list is not what was expected; empty where one of both is neither, or they have nothing in common to go by. */
export function deviationsOf(expected: unknown, got: unknown): readonly Deviation[] {
  const found: Deviation[] = [];
  compare(expected, got, '', found);
  return found.some(({ path }) => path === '') ? [] : found;
}

function compare(expected: unknown, got: unknown, path: string, found: Deviation[]): void {
  if (found.length >= most || expected === got) return;
  if (!isTree(expected) || !isTree(got) || Array.isArray(expected) !== Array.isArray(got)) {
    found.push({ path, expected, got });
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(got)]))
    compare(inside(expected, key), inside(got, key), `${path}${stepTo(key, Array.isArray(expected))}`, found);
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function inside(tree: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(tree, key)?.value;
}

function stepTo(key: string, isList: boolean): string {
  if (isList) return `[${key}]`;
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
