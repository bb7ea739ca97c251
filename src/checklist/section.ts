// A section of a Markdown text: what stands under a heading.
import { fencedLines, withoutComments } from './fence.ts';

/** The words below the first heading that matches, up to the next heading of the same or a higher level, without comments and unticked task
 * boxes; empty when there is no such heading or nothing stands below it. Headings inside a fence are none. */
export function sectionOf(markdown: string, heading: RegExp): string {
  const kept: string[] = [];
  let level = 0;
  for (const { line, fenced } of fencedLines(withoutComments(markdown))) {
    const marks = fenced ? null : /^(#{1,6})\s+(.*)$/.exec(line);
    const depth = marks?.[1]?.length ?? 0;
    if (level > 0 && depth > 0 && depth <= level) break;
    if (level > 0 && depth === 0) kept.push(line);
    else if (level === 0 && depth > 0 && heading.test(marks?.[2] ?? '')) level = depth;
  }
  return kept
    .join('\n')
    .replace(/^\s*[-*]\s+\[ \]\s*$/gm, '')
    .trim();
}
