// One value inside a JSON document, by JSON pointer (RFC 6901: `/stats/errors`) or by dotted path (`stats.errors`).

export type Found =
  | { readonly kind: 'found'; readonly value: unknown }
  | { readonly kind: 'nothing'; readonly at: string };

/** Follows the path. A text that begins with `/` is a JSON pointer, an empty one the whole document, any other a dotted path.
 * `at` names the step that led nowhere. */
export function valueAt(document: unknown, path: string): Found {
  let value = document;
  for (const step of stepsOf(path)) {
    const next = inside(value, step);
    if (next === undefined) return { kind: 'nothing', at: step };
    value = next;
  }
  return { kind: 'found', value };
}

/** The steps of a path, unescaped. */
export function stepsOf(path: string): readonly string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) return path.split('.');
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function inside(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, step)?.value;
}
