/** How many values a YAML text has at least: counted by its signs alone, before a tree of it is in anybody's memory. */
import { Lexer } from 'yaml';

/** Whether the text has more than `most` values for certain: one behind each dash and colon, and between the commas of a list. What a count of nodes
 * finds besides (the first of a list in brackets, what aliases stand for) is not counted here. */
export function hasMoreThan(most: number, text: string): boolean {
  // A value takes a sign and a letter: a short text need not be looked through.
  if (text.length < 2 * most) return false;
  const open: string[] = [];
  let count = 0;
  for (const sign of new Lexer().lex(text)) {
    if (sign === '[' || sign === '{') open.push(sign);
    else if (sign === ']' || sign === '}') open.pop();
    else if (sign === '-' || sign === ':' || (sign === ',' && open.at(-1) === '[')) count += 1;
    if (count > most) return true;
  }
  return false;
}
