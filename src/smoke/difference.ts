// Two texts beside each other, cut so that the place where they differ can be seen.
import { clipped, clippedBefore } from '../kit/excerpt.ts';

const widest = 160;
const before = 24;

/** Both texts at most 160 characters long, or as many as are given; what they have in common at the beginning is cut away first. */
export function besideEachOther(
  expected: string,
  got: string,
  longest: number = widest,
): { readonly expected: string; readonly got: string } {
  if (expected.length <= longest && got.length <= longest) return { expected, got };
  const common = commonStart(expected, got);
  const from = common > before ? common - before : 0;
  return { expected: cut(expected, from, longest), got: cut(got, from, longest) };
}

/** The text from a little before the place on. */
export function around(text: string, place: number): string {
  return clippedBefore(text, place - before);
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

function cut(text: string, from: number, longest: number): string {
  return clipped(clippedBefore(text, from), longest);
}
