/** Reads a policy file: presets underneath, the file on top, every fault at once with its line and the nearest right spelling. */
import { basesOf, fallback, type Origin, versionFaults } from './base.ts';
import { checklistFaults, duplicateIds, limitFaults, rolloutFaults, timezoneFaults } from './consistency.ts';
import { readDocument } from './document.ts';
import { type Fault, sortFaults } from './fault.ts';
import { type Lender, withLentPlans } from './lent-plan.ts';
import { type LintScope, lint } from './lint.ts';
import { lockedFaults } from './locked.ts';
import { withLockedRows } from './locked-window.ts';
import { merge, overlaid, overlaidPart, placesOf } from './merge.ts';
import { needsFaults } from './needs.ts';
import { presets } from './presets/bundle.ts';
import { fileProviderFaults, placeProviderFaults } from './providers.ts';
import { criterionFaults, referenceFaults, variableFaults } from './references.ts';
import { type PolicyShape, policyShape } from './shape.ts';
import { shapeFaults } from './shape-fault.ts';
import { child, plain, type Traced, textsOf } from './traced.ts';
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

const noFile = `no policy file, preset ${fallback}`;

/**
 * Reads `text`. A file without `extends` stands on `starter`, whose lists (checklist, limits …) it replaces when it writes its own;
 * with `extends` (an empty list included) it stands on exactly what it names, and lists with ids merge by id.
 */
export function readPolicy(text: string, vocabulary: Vocabulary, origin: Origin): PolicyRead {
  const own = readDocument(text, origin.path);
  const base = basesOf(own.tree, origin);
  const { tree: merged, warnings } = withLentPlans(merge(base.tree, own.tree, base.lists), lenders);
  const tree = withLockedRows(merged, base.locks);
  const limits = limitFaults(tree, origin.path, vocabulary);
  const found = [
    ...base.faults,
    ...versionFaults(own.tree),
    ...duplicateIds(own.tree),
    ...variableFaults(tree, listed(tree)),
    ...lockedFaults(base.locks, merged, own.tree),
    ...wholeFaults(tree, vocabulary),
    ...limits.faults,
  ];
  // What is wrong with the text itself explains everything else at that place.
  const faults = [...own.faults, ...found.filter((fault) => !own.faults.some((first) => isSamePlace(first, fault)))];
  const read = policyShape.safeParse(plain(tree));
  if (faults.length > 0 || !read.success) return { kind: 'faults', faults: sortFaults(faults) };
  const scope: LintScope = {
    tree,
    shape: read.data,
    base: base.lists === 'by-id' ? base.tree : undefined,
    path: origin.path,
    vocabulary,
  };
  return {
    kind: 'policy',
    policy: { path: origin.path, presets: base.names, shape: read.data, tree, vocabulary },
    warnings: sortFaults([...warnings, ...limits.warnings, ...lint(scope)]),
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

function isSamePlace(a: Fault, b: Fault): boolean {
  return a.path === b.path && a.line === b.line && a.column === b.column;
}

function listed(own: Traced): readonly string[] {
  const names = child(own, 'env');
  return names === undefined ? [] : textsOf(names).map(({ text }) => text);
}

/** What only the merged file shows: its shape, its names, and each environment and leg with its overlay laid. Of a place only what an overlay can
 * change is looked at: the rest is the file's, and a file of 800 environments would be read 800 times. */
function wholeFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  const changeable = overlaidPart(tree, ['version', 'timezone']);
  return [
    ...shapeFaults(tree, policyShape),
    ...referenceFaults(tree, vocabulary),
    ...criterionFaults(tree, vocabulary),
    ...checklistFaults(tree, vocabulary),
    ...rolloutFaults(tree),
    ...timezoneFaults(tree),
    ...needsFaults(tree),
    ...fileProviderFaults(tree, vocabulary),
    ...placesOf(tree)
      .map(({ environment, leg }) => overlaid(changeable, environment, leg, tree))
      .flatMap((place) => [
        ...shapeFaults(place, policyShape),
        ...timezoneFaults(place),
        ...placeProviderFaults(place, vocabulary),
      ]),
  ];
}
