// Regular expressions that cannot hang the run: their worst case is estimated, and the text they may search is limited by it.

// Steps of a backtracking search that take well under a second.
const mostSteps = 50_000_000;
const longest = 200;

/** What is wrong with a pattern; undefined when it may be used. */
export function patternFault(source: string): string | undefined {
  if (source.length > longest) return `must be at most ${longest} characters long`;
  try {
    new RegExp(source, 'u');
  } catch {
    return 'must be a regular expression of JavaScript (flag u)';
  }
  const bare = withoutClasses(source);
  if (/\(\?(?![:])/.test(bare)) return 'must not look around or name groups';
  if (/\\[1-9k]/.test(bare)) return 'must not refer back to a group';
  if (/\)[*+{]/.test(bare))
    return 'must not repeat a group: it can take forever; repeat single characters or [classes]';
  return undefined;
}

export type Search = { readonly kind: 'found' | 'not-found' } | { readonly kind: 'too-long'; readonly most: number };

/** Searches the text, unless the pattern might take too long in a text of this length. */
export function search(source: string, text: string): Search {
  const most = searchable(source);
  if (text.length > most) return { kind: 'too-long', most };
  return { kind: new RegExp(source, 'u').test(text) ? 'found' : 'not-found' };
}

/** Longest text in which the search stays below the limit: each open repetition, and the start of the match, may try every character. */
function searchable(source: string): number {
  const bare = withoutClasses(source);
  const open = [...bare.matchAll(/[*+]|\{\d+,\}/g)].length;
  const bounded = [...bare.matchAll(/\{\d+(?:,(\d+))?\}|\?|\|/g)].reduce(
    (product, match) => product * Math.max(2, Number(match[1] ?? 2)),
    1,
  );
  return Math.floor((mostSteps / bounded) ** (1 / (open + 1)));
}

/** The pattern with escapes and classes as one plain letter each; back-references stay. */
function withoutClasses(source: string): string {
  return source.replace(/\\[pPu]\{[^}]*\}|\\[^1-9k]|\[(?:\\.|[^\]\\])*\]/g, 'x');
}
