/** Reads a policy file: presets underneath, the file on top, every fault at once with its line and the nearest right spelling. */
import { nearest } from '../kit/spelling.ts';
import { checklistFaults, duplicateIds, limitFaults, rolloutFaults, timezoneFaults } from './consistency.ts';
import { readDocument } from './document.ts';
import { type Fault, sortFaults } from './fault.ts';
import { type Lender, withLentPlans } from './lent-plan.ts';
import { type ListRule, merge, overlaid } from './merge.ts';
import { presets } from './presets/bundle.ts';
import { providerFaults } from './providers.ts';
import { criterionFaults, referenceFaults, variableFaults } from './references.ts';
import { type PolicyShape, policyShape } from './shape.ts';
import { shapeFaults } from './shape-fault.ts';
import { child, keysOf, plain, type Traced, textsOf } from './traced.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** A policy that has been read: the merged file, its parsed shape, and where each line of it comes from. */
export type Policy = {
  /** Path of the repository's file; says so when there is none. */
  readonly path: string;
  /** Presets and packs it stands on, in order. */
  readonly presets: readonly string[];
  readonly shape: PolicyShape;
  /** The merged tree with the place of every value, for overlays and for pointing at lines. */
  readonly tree: Traced;
  readonly vocabulary: Vocabulary;
};

export type PolicyRead =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly warnings: readonly Fault[] }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** Where the text comes from, and the preset of a name (default: those of the bundle). */
export type Origin = { readonly path: string; readonly preset?: (name: string) => string | undefined };

/** The preset under a file that names none. */
const fallback = 'starter@1';
const noFile = `no policy file, preset ${fallback}`;

/**
 * Reads `text`. A file without `extends` stands on `starter`, whose lists (checklist, limits …) it replaces when it writes its own;
 * with `extends` (an empty list included) it stands on exactly what it names, and lists with ids merge by id.
 */
export function readPolicy(text: string, vocabulary: Vocabulary, origin: Origin): PolicyRead {
  const own = readDocument(text, origin.path);
  const base = basesOf(own.tree, origin);
  const { tree, warnings } = withLentPlans(merge(base.tree, own.tree, base.lists), lenders);
  const limits = limitFaults(tree, origin.path, vocabulary);
  const found = [
    ...base.faults,
    ...versionFaults(own.tree),
    ...duplicateIds(own.tree),
    ...variableFaults(own.tree, listed(own.tree)),
    ...wholeFaults(tree, vocabulary),
    ...limits.faults,
  ];
  // What is wrong with the text itself explains everything else at that place.
  const faults = [...own.faults, ...found.filter((fault) => !own.faults.some((first) => isSamePlace(first, fault)))];
  const read = policyShape.safeParse(plain(tree));
  if (faults.length > 0 || !read.success) return { kind: 'faults', faults: sortFaults(faults) };
  return {
    kind: 'policy',
    policy: { path: origin.path, presets: base.names, shape: read.data, tree, vocabulary },
    warnings: sortFaults([...warnings, ...limits.warnings]),
  };
}

/** The policy of a repository that has no file: preset `starter` alone. Throws when the bundle itself is broken. */
export function starterPolicy(vocabulary: Vocabulary): Policy {
  const read = readPolicy(`version: 1\nextends: ${fallback}\n`, vocabulary, { path: noFile });
  if (read.kind === 'policy') return read.policy;
  throw new Error(
    `The preset ${fallback} of this bundle is broken: ${read.faults.map((fault) => fault.what).join('; ')}`,
  );
}

/** The presets in the order in which they lend plans: the default one, the one with a plan a tier, then the rest. */
function lenders(): readonly Lender[] {
  const names = [...new Set([fallback, 'risk-tiered@1', ...presets.keys()])];
  return names.map((name) => ({ name, tree: readDocument(presets.get(name) ?? '', `preset ${name}`).tree }));
}

type Bases = {
  readonly names: readonly string[];
  readonly tree: Traced | undefined;
  readonly lists: ListRule;
  readonly faults: readonly Fault[];
};

function basesOf(own: Traced, origin: Origin): Bases {
  const preset = origin.preset ?? ((name: string) => presets.get(name));
  const named = child(own, 'extends');
  const asked = named === undefined ? [{ text: fallback, at: own.at }] : textsOf(named);
  const faults: Fault[] = [];
  let tree: Traced | undefined;
  for (const { text, at } of asked) {
    const found = preset(text);
    if (found === undefined) faults.push({ ...at, ...unknownBase(text) });
    else tree = merge(tree, readDocument(found, `preset ${text}`).tree);
  }
  return { names: asked.map(({ text }) => text), tree, lists: named === undefined ? 'replace' : 'by-id', faults };
}

function unknownBase(name: string): { readonly what: string; readonly fix: string } {
  if (name.includes('//')) {
    const what = `“${name}” is a file of another repository: such a base is not supported yet`;
    return { what, fix: 'Copy what you need of it into this file, or extend a preset of the bundle' };
  }
  const known = [...presets.keys()];
  const close = nearest(name, known) ?? known.find((preset) => preset.startsWith(`${name}@`));
  return {
    what: `there is no preset or pack “${name}”`,
    fix: close === undefined ? `Known: ${known.join(', ')}` : `Did you mean “${close}”?`,
  };
}

function isSamePlace(a: Fault, b: Fault): boolean {
  return a.path === b.path && a.line === b.line && a.column === b.column;
}

function versionFaults(own: Traced): readonly Fault[] {
  if (child(own, 'version') !== undefined || own.kind !== 'map' || own.entries.size === 0) return [];
  return [{ ...own.at, what: '“version” is missing', fix: 'Begin with the line “version: 1”' }];
}

function listed(own: Traced): readonly string[] {
  const names = child(own, 'env');
  return names === undefined ? [] : textsOf(names).map(({ text }) => text);
}

/** What only the merged file shows: its shape, its names, and each environment and leg with its overlay laid. */
function wholeFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  return [
    ...shapeFaults(tree, policyShape),
    ...referenceFaults(tree, vocabulary),
    ...criterionFaults(tree, vocabulary),
    ...checklistFaults(tree, vocabulary),
    ...rolloutFaults(tree),
    ...timezoneFaults(tree),
    ...placesOf(tree).flatMap((place) => [...shapeFaults(place, policyShape), ...providerFaults(place, vocabulary)]),
  ];
}

/** The merged file as each environment and leg sees it; the file itself when it declares none. */
function placesOf(tree: Traced): readonly Traced[] {
  const environments = keysOf(tree, 'environments');
  if (environments.length === 0) return [tree];
  return environments.flatMap((environment) => {
    const legs = keysOf(tree, `environments.${environment}.legs`);
    return legs.length === 0
      ? [overlaid(tree, environment, undefined)]
      : legs.map((leg) => overlaid(tree, environment, leg));
  });
}
