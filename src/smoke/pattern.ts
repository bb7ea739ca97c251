// Regular expressions in linear time (RE2): a hostile answer cannot hang the run, whatever the pattern.
import type { RE2JS } from 're2js';
import { lazily, NotLoaded } from './library.ts';

const re2 = lazily(() => import('re2js'), /\bmatches\b/);

const longest = 500;
// A suite has few patterns and asks each of many answers.
const compiled = new Map<string, RE2JS>();

/** What is wrong with a pattern; undefined when it may be used. */
export function patternFault(source: string): string | undefined {
  if (source.length > longest) return `must be at most ${longest} characters long`;
  try {
    compiledOf(source);
    return undefined;
  } catch (error) {
    if (error instanceof NotLoaded) throw error;
    const said = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : '';
    return `must be a regular expression that needs linear time (RE2: no look-around, no back-reference): ${said}; write ${instead(source)}`;
  }
}

/** What does the same in RE2. */
function instead(source: string): string {
  if (source.includes('(?!') || source.includes('(?<!'))
    return 'what must be there as `matches`, and what must not as not: {matches: …}';
  if (/\(\?<?=/.test(source)) return 'the whole of what it looks at, with the part that counts in (…)';
  if (/\\[1-9]/.test(source)) return 'the pattern a second time in place of the back-reference';
  return `it like v\\d+\\.\\d+, with a \\ before each sign that stands for itself, such as \\( or \\+`;
}

/** Whether the pattern is somewhere in the text. The pattern has no fault. */
export function isIn(source: string, text: string): boolean {
  return compiledOf(source).matcher(text).find();
}

/** Where the pattern is first met in the text; -1 where it is not. The pattern has no fault. */
export function placeIn(source: string, text: string): number {
  const matcher = compiledOf(source).matcher(text);
  return matcher.find() ? matcher.start() : -1;
}

/** The first group of the first match, or the whole match where there is no group; undefined when nothing matches. */
export function firstIn(source: string, text: string): string | undefined {
  const matcher = compiledOf(source).matcher(text);
  if (!matcher.find()) return undefined;
  return matcher.group(matcher.groupCount() > 0 ? 1 : 0) ?? undefined;
}

function compiledOf(source: string): RE2JS {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = re2.now().RE2JS.compile(source);
  compiled.set(source, made);
  return made;
}
