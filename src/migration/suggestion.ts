// Mends a statement where that is mechanical: the whole of its lines as they would stand, ready to take the place of those in the file.
import type { ParsedStatement } from './parsed.ts';
import type { Here } from './rules/rule.ts';
import { type Token, tokensOf } from './token.ts';

/** Words put behind the first of these words; undefined where none stands in it, or the statement shares its lines with another. */
export function insertedBehind(
  statement: ParsedStatement,
  words: readonly string[],
  insertion: string,
): string | undefined {
  const token = wordsIn(statement).find(({ text }) => words.includes(text));
  return token === undefined
    ? undefined
    : onItsLines(statement, `${statement.text.slice(0, token.end)} ${insertion}${statement.text.slice(token.end)}`);
}

/** Every occurrence of a word replaced; undefined unless it stands there exactly so many times: what stands there oftener is also a name. */
export function replacedWord(
  statement: ParsedStatement,
  { word, times, by }: { readonly word: string; readonly times: number; readonly by: string },
): string | undefined {
  const found = wordsIn(statement).filter(({ text }) => text === word);
  if (found.length !== times) return undefined;
  const text = [...found]
    .reverse()
    .reduce((before, { start, end }) => `${before.slice(0, start)}${by}${before.slice(end)}`, statement.text);
  return onItsLines(statement, text);
}

/** Words put behind the last word of it, before a comment; undefined when it does more than one thing, for its end is that of the last. */
export function extended(statement: ParsedStatement, words: string): string | undefined {
  const last = tokensOf(statement.text).at(-1);
  if (statement.deeds.length !== 1 || last === undefined) return undefined;
  return onItsLines(statement, `${statement.text.slice(0, last.end)} ${words}${statement.text.slice(last.end)}`);
}

/**
 * The statement made CONCURRENTLY. Only where the file then runs outside a transaction (plain SQL's runner sees to that itself)
 * and nothing else in it would lose its own: there the statement belongs into a file of its own, which takes more than a line.
 */
export function concurrently(here: Here, mend: (statement: ParsedStatement) => string | undefined): string | undefined {
  const outside = !here.transactional || here.profile.tool === 'plain-sql';
  const alone = [...here.before, ...here.after].every(
    (act) =>
      ['set', 'select', 'comment', 'create-index', 'reindex', 'detach-partition'].includes(act.kind) ||
      isIndexDrop(act),
  );
  return outside && alone ? mend(here.statement) : undefined;
}

/** A mended text with what stands before and behind the statement on its lines; undefined when that is another statement. */
export function onItsLines(statement: ParsedStatement, text: string): string | undefined {
  if (!statement.alone) return undefined;
  const { before, behind } = statement;
  if (behind.includes(';')) return `${before}${text}${behind}`.trimEnd();
  // The last statement of its file may end in a comment: the semicolon goes before it.
  const end = tokensOf(text).at(-1)?.end ?? text.length;
  return `${before}${text.slice(0, end)};${text.slice(end)}${behind}`.trimEnd();
}

function wordsIn({ text }: ParsedStatement): readonly Token[] {
  return tokensOf(text).filter(({ kind }) => kind === 'word');
}

function isIndexDrop(act: Here['act']): boolean {
  return act.kind === 'drop' && act.thing === 'index';
}
