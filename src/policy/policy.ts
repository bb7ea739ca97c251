/** Reads a policy file: presets underneath, the file on top, every fault at once with its line and the nearest right spelling. */
import { once } from '../kit/once.ts';
import { basesOf, fallback, type Origin, versionFaults } from './base.ts';
import { checklistFaults, duplicateIds, limitFaults, rolloutFaults, timezoneFaults } from './consistency.ts';
import { type Document, readDocument } from './document.ts';
import { type Fault, sortFaults } from './fault.ts';
import { type Lender, withLentPlans } from './lent-plan.ts';
import { type LintScope, lint } from './lint.ts';
import { lockedFaults } from './locked.ts';
import { withLockedRows } from './locked-window.ts';
import { merge, overlaidPart, partOf, placesOf } from './merge.ts';
import { needsFaults } from './needs.ts';
import { presetTree } from './preset.ts';
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
  /** `warnings` looks for them: most actions show none. */
  | { readonly kind: 'policy'; readonly policy: Policy; readonly warnings: () => readonly Fault[] }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

const noFile = `no policy file, preset ${fallback}`;

/**
 * Reads `text`. A file without `extends` stands on `starter`, whose lists (checklist, limits …) it replaces when it writes its own;
 * with `extends` (an empty list included) it stands on exactly what it names, and lists with ids merge by id.
 */
export function readPolicy(text: string, vocabulary: Vocabulary, origin: Origin): PolicyRead {
  return policyOf(readDocument(text, origin.path), vocabulary, origin);
}

/** The same of a file whose text has been read. */
export function policyOf(own: Document, vocabulary: Vocabulary, origin: Origin): PolicyRead {
  const base = basesOf(own.tree, origin);
  const { tree: merged, warnings } = withLentPlans(merge(base.tree, own.tree, base.lists), lenders);
  const tree = withLockedRows(merged, base.locks);
  const limits = limitFaults(tree, origin.path, vocabulary);
  const read = policyShape().safeParse(plain(tree));
  const found = [
    ...base.faults,
    ...versionFaults(own.tree),
    ...duplicateIds(own.tree),
    ...variableFaults(tree, listed(tree)),
    ...lockedFaults(base.locks, merged, own.tree),
    ...(read.success ? [] : shapeFaults(tree, policyShape())),
    ...nameFaults(tree, vocabulary),
    ...placeFaults(tree, vocabulary),
    ...limits.faults,
  ];
  // What is wrong with the text itself explains everything else at that place.
  const faults = [...own.faults, ...found.filter((fault) => !own.faults.some((first) => isSamePlace(first, fault)))];
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
    warnings: once(() => sortFaults([...warnings, ...limits.warnings, ...lint(scope)])),
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
  return names.flatMap((name) => {
    const tree = presetTree(name);
    return tree === undefined ? [] : [{ name, tree }];
  });
}

function isSamePlace(a: Fault, b: Fault): boolean {
  return a.path === b.path && a.line === b.line && a.column === b.column;
}

function listed(own: Traced): readonly string[] {
  const names = child(own, 'env');
  return names === undefined ? [] : textsOf(names).map(({ text }) => text);
}

/** What only the merged file shows: its names, and what excludes or needs what. */
function nameFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  return [
    ...referenceFaults(tree, vocabulary),
    ...criterionFaults(tree, vocabulary),
    ...checklistFaults(tree, vocabulary),
    ...rolloutFaults(tree),
    ...timezoneFaults(tree),
    ...needsFaults(tree),
    ...fileProviderFaults(tree, vocabulary),
  ];
}

/** The faults of each environment and leg with its overlay laid. Of a place only what its overlay says differently is looked at, and the rest once,
 * as the file has it: a file of 800 environments would be read 800 times. */
function placeFaults(tree: Traced, vocabulary: Vocabulary): readonly Fault[] {
  const places = placesOf(tree).map(({ environment, leg }) => overlaidPart(tree, environment, leg));
  const asWritten = ['traffic', 'metrics'].filter((key) => places.some(({ said }) => !said.has(key)));
  return [
    ...placeProviderFaults(partOf(tree, asWritten), vocabulary),
    ...places
      .filter(({ said }) => said.size > 0)
      .flatMap(({ part }) => [
        ...shapeFaults(part, policyShape()),
        ...timezoneFaults(part),
        ...placeProviderFaults(part, vocabulary),
      ]),
  ];
}
