// A suggestion at lines of a pull request: why, and the lines as they would stand, in a fence that nothing in them can end.
import type { LineSuggestion } from '../record/outcome.ts';
import { escapeText } from './markdown.ts';

/** Markdown of a review comment with GitHub's `suggestion` block. */
export function suggestionPage({ title, message, text }: LineSuggestion): string {
  const fence = fenceFor(text);
  return [`**${escapeText(title)}**: ${escapeText(message)}`, '', `${fence}suggestion`, text, fence].join('\n');
}

/** One backtick more than the longest run in the text, three at least (CommonMark, fenced code blocks). */
function fenceFor(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(3, longest + 1));
}
