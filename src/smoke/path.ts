// Where a value stands in a JSON answer: a JSONPath (RFC 9535), a dotted path, or a JSON pointer (RFC 6901). Nothing is evaluated.
import type { JsonValue } from 'jsonpath-rfc9535';
import { type Found, valueAt } from '../kit/pointer.ts';
import { lazily, NotLoaded } from './library.ts';

const jsonpath = lazily(() => import('jsonpath-rfc9535'), /\$[^\s:]{0,300}?(\.\.|\*|\?|\[-)/);

const step = /\.([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\['([^'\\]+)'\]/y;
/** Deeper documents are made to hurt: a search through all depths could overflow the stack. */
const deepest = 500;

/** What is wrong with a path; undefined when it can be followed. */
export function pathFault(path: string): string | undefined {
  if (!path.startsWith('$')) return path === '' ? 'must not be empty: / stands for the whole answer' : undefined;
  if (path.length > 300) return 'must be at most 300 characters long';
  if (stepsOf(path) !== undefined) return undefined;
  if (/\b(match|search)\s*\(/.test(path)) return 'must not use match() or search(): use the rule `matches`';
  try {
    jsonpath.now().query(null, path);
    return undefined;
  } catch (error) {
    if (error instanceof NotLoaded) throw error;
    return `must be a JSONPath (RFC 9535) such as $.user.roles[0] or $.items[?@.price > 10].name${instead(path)}`;
  }
}

/** What is most often meant: a dot that was left out, or a length. */
function instead(path: string): string {
  const [, counted] = /^(\$.*)\.(?:length|size|count)\(\)$/.exec(path) ?? [];
  if (counted !== undefined && stepsOf(counted) !== undefined) return `; write ${counted}, and the rule {count: …}`;
  const dotted = path.replace(/^\$(?=\w)/, '$.');
  return dotted !== path && stepsOf(dotted) !== undefined ? `; write ${dotted}` : '';
}

/** `all`: the value is the list of all that was found, and no value of the document. */
export type Sought = Found & { readonly all?: true };

/** The value at the path; of a JSONPath that may find many (wildcards, filters, slices) the list of all it finds. */
export function follow(document: unknown, path: string): Sought {
  if (!path.startsWith('$')) return valueAt(document, path === '/' ? '' : path);
  const pointer = pointerOf(path);
  return pointer === undefined ? queried(document, path) : valueAt(document, pointer);
}

// A suite asks many answers for the same few places.
const pointers = new Map<string, string | undefined>();

/** The JSON pointer of a path of plain steps; undefined where it may find many. */
function pointerOf(path: string): string | undefined {
  if (pointers.has(path)) return pointers.get(path);
  const pointer = stepsOf(path)
    ?.map((one) => `/${one.replace(/~/g, '~0').replace(/\//g, '~1')}`)
    .join('');
  pointers.set(path, pointer);
  return pointer;
}

function queried(document: unknown, path: string): Sought {
  if (!isShallow(document)) return { kind: 'nothing', at: `a document nested deeper than ${deepest}` };
  if (!isJson(document)) return { kind: 'nothing', at: path };
  return { kind: 'found', value: jsonpath.now().query(document, path), all: true };
}

function isShallow(document: unknown): boolean {
  let level: readonly unknown[] = [document];
  for (let depth = 0; depth < deepest; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return true;
  }
  return false;
}

/** What JSON.parse gives is JSON: told by shape, for the type. */
function isJson(value: unknown): value is JsonValue {
  return value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);
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
