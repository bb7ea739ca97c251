// Where a value stands in a JSON answer: `$.user.roles[0]`, a dotted path, or a JSON pointer (RFC 6901). Nothing is evaluated.
import { type Found, valueAt } from '../kit/pointer.ts';

const step = /\.([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\['([^'\\]+)'\]/y;

/** What is wrong with a path; undefined when it can be followed. */
export function pathFault(path: string): string | undefined {
  if (!path.startsWith('$')) return path === '' ? 'must not be empty: / stands for the whole answer' : undefined;
  return stepsOf(path) === undefined
    ? "must be a path such as $.user.roles[0] or $['odd key']: filters and wildcards are not known"
    : undefined;
}

/** The value at the path. */
export function follow(document: unknown, path: string): Found {
  const steps = path.startsWith('$') ? stepsOf(path) : undefined;
  if (steps === undefined) return valueAt(document, path === '/' ? '' : path);
  return valueAt(document, steps.map((one) => `/${one.replace(/~/g, '~0').replace(/\//g, '~1')}`).join(''));
}

function stepsOf(path: string): readonly string[] | undefined {
  const steps: string[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return undefined;
    steps.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return steps;
}
