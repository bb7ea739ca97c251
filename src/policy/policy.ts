/** A policy that has been read: the merged file, its parsed shape, and where each line of it comes from. */
import type { Fault } from './fault.ts';
import type { PolicyShape } from './shape.ts';
import type { Traced } from './traced.ts';

export type Policy = {
  /** Path of the repository's file; `preset starter@1` when there is none. */
  readonly path: string;
  /** Presets and packs it stands on, in order. */
  readonly presets: readonly string[];
  readonly shape: PolicyShape;
  /** The merged tree with the place of every value, for overlays and for pointing at lines. */
  readonly tree: Traced;
};

export type PolicyRead =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly warnings: readonly Fault[] }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };
