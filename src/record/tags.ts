// The part of the suite that a smoke test stands for: everything, or the checks with some of its tags.
import type { Smoked } from './entry.ts';

/** Beside the names of tags it means the whole suite. */
export const allTags = 'all';

/** Stands at the end of a list of tags that did not fit into a status: no tag is called so. */
export const moreTags = '…';

/** Most tags that a sentence lists. */
const mostListed = 5;

/** The tags that make a suite smaller, each once; undefined where the whole of it was asked for. */
export function narrowing(tags: readonly string[]): readonly string[] | undefined {
  return tags.length === 0 || tags.includes(allTags) ? undefined : [...new Set(tags)];
}

/** `tag core`, `tags core, pay`. */
export function tagWords(tags: readonly string[]): string {
  const more = tags.length > mostListed ? ` and ${tags.length - mostListed} more` : '';
  return `${tags.length === 1 ? 'tag' : 'tags'} ${tags.slice(0, mostListed).join(', ')}${more}`;
}

/** The wanted tags that the results (oldest first) do not prove: none passed with them, or one failed since. A result without tags is of all. */
export function unproven(wanted: readonly string[], results: readonly Smoked[]): readonly string[] {
  return wanted.filter((tag) => settled(tag, results)?.verdict !== 'pass');
}

/** The newest result (oldest first) by which a tag passed or failed. */
export function settled(tag: string, results: readonly Smoked[]): Smoked | undefined {
  return results.findLast((one) => settles(one, tag));
}

/** Only pass and fail settle something. A failure may be of a tag that its list had no room for, and is one of the whole suite too. */
function settles({ verdict, tags }: Smoked, tag: string): boolean {
  if (tags === undefined || tags.includes(tag)) return verdict === 'pass' || verdict === 'fail';
  return verdict === 'fail' && (tag === allTags || tags.includes(moreTags));
}

/** The tags that these passes together stand for; undefined where one is of the whole suite, or there is none. */
export function onlyOf(passes: readonly { readonly tags?: readonly string[] }[]): readonly string[] | undefined {
  if (passes.length === 0 || passes.some(({ tags }) => tags === undefined)) return undefined;
  return [...new Set(passes.flatMap(({ tags = [] }) => tags))];
}
