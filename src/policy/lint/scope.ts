/** What a rule of the linter looks at, and the limits of the policy with their lines. */
import type { Traffic } from '../decidable.ts';
import type { Limit } from '../parts.ts';
import { limitOf } from '../rollout-parts.ts';
import type { PolicyShape } from '../shape.ts';
import { child, type Place, type Traced } from '../traced.ts';
import type { Vocabulary } from '../vocabulary-shape.ts';

export type LintScope = {
  /** The merged file with the place of every value. */
  readonly tree: Traced;
  /** The same, parsed. */
  readonly shape: PolicyShape;
  /** What the file stands on, when it asked for it; undefined under the preset that nobody asked for. */
  readonly base: Traced | undefined;
  /** Path of the repository's own file. */
  readonly path: string;
  readonly vocabulary: Vocabulary;
  /** What the service had last week, where somebody asked for it. */
  readonly traffic?: Traffic;
};

export type LinedLimit = Limit & { readonly at: Place; readonly written: Traced };

/** The limits of the merged file, each with where its condition stands. */
export function limitsOf({ tree, shape, path }: LintScope): readonly LinedLimit[] {
  return shape.limits.flatMap((limit, index) => {
    const written = child(child(tree, 'limits'), index);
    if (written === undefined) return [];
    const at = (child(written, 'continue') ?? child(written, 'breach') ?? written).at;
    return limitOf(limit, at.path === path).map((one) => ({ ...one, at, written }));
  });
}

/** Only what people wrote is worth a warning: not the lines of a preset. */
export function isWritten(place: Place): boolean {
  return !place.path.startsWith('preset ');
}

/** The place as a sentence names it. */
export function lineOf({ path, line }: Place): string {
  return `${path}:${line}`;
}
