// Faults in what a suite says of its environments.
import { placeOf } from '../policy/traced.ts';
import type { SuiteShape } from './shape.ts';
import { type Found, suggest, type Written } from './written.ts';

/** A tag to be left out that no check has would leave nothing out: what was meant is asked there. */
export function placeFaults({ environments, checks }: SuiteShape, written: Written): readonly Found[] {
  const skips = Object.entries(environments).flatMap(([name, { skip }]) => skip.map((tag, at) => ({ name, tag, at })));
  if (skips.length === 0) return [];
  const known = [...new Set(checks.flatMap(({ tags }) => tags))];
  return skips
    .filter(({ tag }) => !known.includes(tag))
    .map(({ name, tag, at }) => ({
      ...placeOf(written.tree(), ['environments', name, 'skip', at]),
      what: `no check has the tag “${tag}”`,
      fix: () => suggest(tag, known),
    }));
}
