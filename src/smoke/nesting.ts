// How deep a text of JSON nests, seen before it is parsed: a megabyte of brackets takes forty to read.

/** JSON that people write nests ten deep; this is the most that is read. */
export const deepest = 1_000;

/** Whether more than `deepest` brackets are open at once. Brackets in strings do not count. */
export function nestsTooDeeply(text: string): boolean {
  if (text.length <= deepest) return false;
  let open = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (inString) {
      if (letter === '\\') at += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '[' || letter === '{') {
      open += 1;
      if (open > deepest) return true;
    } else if (letter === ']' || letter === '}') open -= 1;
  }
  return false;
}
