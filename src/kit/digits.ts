// Whole numbers of JSON that are too long for a number: read as one they become another, and an id then names something else.

const whole = /-?\d+(?![\d.eE])/y;
const other = /-?[\d.eE+-]+/y;

/** The text of JSON with those numbers in quotes. */
export function withAllDigits(text: string): string {
  if (!/\d{16}/.test(text)) return text;
  let kept = '';
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === '"') at = endOfText(text, at);
    else if (/[-\d]/.test(letter)) {
      const digits = matchAt(whole, text, at);
      const end = at + (digits || matchAt(other, text, at)).length;
      if (digits !== '' && !Number.isSafeInteger(Number(digits))) {
        kept += `${text.slice(from, at)}"${digits}"`;
        from = end;
      }
      at = end - 1;
    }
  }
  return kept + text.slice(from);
}

function endOfText(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** What names a thing: a text as it is, a whole number as its digits; empty for all else. */
export function nameIn(value: unknown): string {
  return typeof value === 'number' && Number.isInteger(value) ? String(value) : typeof value === 'string' ? value : '';
}
