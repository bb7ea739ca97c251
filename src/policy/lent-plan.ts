// Plans that a policy names and does not write: they are lent by a preset of the bundle, and a warning says by which.
import type { Fault } from './fault.ts';
import { child, type Entry, keysOf, mapAt, select, type Traced, textsOf } from './traced.ts';

/** A preset's parsed text with its name. */
export type Lender = { readonly name: string; readonly tree: Traced };

const called = ['types.*.plan', 'tiers.apply.*.plan', 'environments.*.plan', 'plans.*.low-traffic'];

/** The tree with every plan that is named, not written, and known to one of the lenders (the first that has it). */
export function withLentPlans(
  tree: Traced,
  lenders: () => readonly Lender[],
): { readonly tree: Traced; readonly warnings: readonly Fault[] } {
  const known = keysOf(tree, 'plans');
  const missing = called
    .flatMap((pattern) => select(tree, pattern))
    .flatMap(({ value }) => textsOf(value))
    .filter(({ text }) => !known.includes(text));
  if (missing.length === 0 || tree.kind !== 'map') return { tree, warnings: [] };
  const plans = new Map(entriesOf(child(tree, 'plans')));
  const warnings: Fault[] = [];
  for (const { text, at } of missing) {
    const lender = lenders().find((preset) => keysOf(preset.tree, 'plans').includes(text));
    const plan = lender === undefined ? undefined : entriesOf(child(lender.tree, 'plans')).get(text);
    if (lender === undefined || plan === undefined) continue;
    plans.set(text, plan);
    warnings.push({
      ...at,
      what: `the plan “${text}” is not written here: the one of preset ${lender.name} is taken`,
      fix: `Write plans.${text} to make it yours`,
    });
  }
  const at = child(tree, 'plans')?.at ?? tree.at;
  return { tree: mapAt(tree.at, [...tree.entries, ['plans', { key: at, value: mapAt(at, plans) }]]), warnings };
}

function entriesOf(tree: Traced | undefined): ReadonlyMap<string, Entry> {
  return tree?.kind === 'map' ? tree.entries : new Map();
}
