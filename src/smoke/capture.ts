// Captured values: how a check takes them from what came, and which check gives another the value of a placeholder.
import type { Failure } from './failure.ts';
import { needsOf, reached } from './needs.ts';
import { follow } from './path.ts';
import type { Check, Suite } from './shape.ts';
import { namesIn, type Values } from './template.ts';

/** What was found for one capture, and where it was looked for. */
export interface Found {
  readonly about: string;
  readonly value: string | undefined;
}

/** The values that a check captures, and a failure for each that is not there. */
export function captured(
  { capture }: Check,
  find: (from: Check['capture'][string]) => Found,
): { readonly values: Values; readonly failures: readonly Failure[] } {
  const found = Object.entries(capture).map(([name, from]) => ({ name, ...find(from) }));
  return {
    values: Object.fromEntries(found.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    failures: found.flatMap(({ name, about, value }) =>
      value === undefined ? [{ about, expected: `a value to capture as ${name}`, got: 'nothing there' }] : [],
    ),
  };
}

/** The plain value at a path, as text; lists and maps cannot be captured. */
export function textAt(document: unknown, path: string): string | undefined {
  const found = follow(document, path);
  if (found.kind === 'nothing') return undefined;
  const value = Array.isArray(found.value) && found.value.length === 1 ? found.value[0] : found.value;
  return value === null || typeof value === 'object' ? undefined : String(value);
}

export type Givers = Suite['givers'];

type ById = ReadonlyMap<string, Check>;

/** Finds them among what each check needs: a check that it needs itself, else the nearest along the first needs, else the nearest of all. Values that
 * nothing a check needs captures are left out. */
export function giversOf(checks: readonly Check[]): Givers {
  const captured = new Set(checks.flatMap(({ capture }) => Object.keys(capture)));
  if (captured.size === 0) return new Map();
  const byId = new Map(checks.map((check) => [check.id, check]));
  const givers = new Map<string, ReadonlyMap<string, string>>();
  // Checks on the way of first needs that capture a name, the nearest last.
  const above = new Map([...captured].map((name): [string, string[]] => [name, []]));
  const enter = (check: Check) => {
    const used = [...usedBy(check)].filter((name) => captured.has(name));
    const given = used.flatMap((name): readonly [string, string][] => {
      const giver = directly(byId, check, name) ?? above.get(name)?.at(-1) ?? anywhere(byId, check, name);
      return giver === undefined ? [] : [[name, giver]];
    });
    if (given.length > 0) givers.set(check.id, new Map(given));
    for (const name of Object.keys(check.capture)) above.get(name)?.push(check.id);
  };
  const leave = ({ capture }: Check) => {
    for (const name of Object.keys(capture)) above.get(name)?.pop();
  };
  alongFirstNeeds(byId, enter, leave);
  return givers;
}

/** Names that a check takes from others: its clean-up may use what it captures itself. */
function usedBy({ cleanup, ...asked }: Check): ReadonlySet<string> {
  const after = namesIn(cleanup).filter((name) => !Object.hasOwn(asked.capture, name));
  return new Set([...namesIn(asked), ...after]);
}

function directly(byId: ById, check: Check, name: string): string | undefined {
  return needsOf(check).find((need) => captures(byId, need, name));
}

function anywhere(byId: ById, check: Check, name: string): string | undefined {
  for (const id of reached(needsOf(check), (one) => needsIn(byId, one))) if (captures(byId, id, name)) return id;
  return undefined;
}

function captures(byId: ById, id: string, name: string): boolean {
  return Object.hasOwn(byId.get(id)?.capture ?? {}, name);
}

function needsIn(byId: ById, id: string): readonly string[] {
  const check = byId.get(id);
  return check === undefined ? [] : needsOf(check);
}

/** Walks the trees that the first needs make, from those without one upwards; what goes round is passed by. */
function alongFirstNeeds(byId: ById, enter: (check: Check) => void, leave: (check: Check) => void): void {
  const roots: Check[] = [];
  const heirs = new Map<string, Check[]>();
  for (const check of byId.values()) {
    const [first] = needsOf(check).filter((need) => byId.has(need));
    const list = first === undefined ? roots : (heirs.get(first) ?? []);
    list.push(check);
    if (first !== undefined) heirs.set(first, list);
  }
  const steps = roots.map((check) => ({ check, entered: false }));
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const { check, entered } = step;
    if (entered) leave(check);
    else {
      enter(check);
      steps.push({ check, entered: true });
      for (const heir of heirs.get(check.id) ?? []) steps.push({ check: heir, entered: false });
    }
  }
}
