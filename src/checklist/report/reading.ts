// Reading report files: what every reader answers, the cap on their size, and JSON that is nothing but JSON.

/** A report, or the reason why nothing can be said about it. */
export type Read<T> =
  | { readonly kind: 'report'; readonly report: T }
  | { readonly kind: 'unreadable'; readonly because: string };

/** Characters of the largest report that is read (20 MB): larger ones would fill the runner's memory. */
export const sizeLimit = 20 * 1024 * 1024;

/** What was read. */
export function read<T>(report: T): Read<T> {
  return { kind: 'report', report };
}

/** Nothing can be said: `because` follows the name of the file and a colon. */
export function unreadable(because: string): { readonly kind: 'unreadable'; readonly because: string } {
  return { kind: 'unreadable', because };
}

/** Why no reader looks at the text at all (empty, too large, not text); undefined when one may. */
export function refusedText(text: string): string | undefined {
  if (text.length > sizeLimit) return `it has ${Math.round(text.length / 1024 / 1024)} MB, more than 20`;
  if (text.trim() === '') return 'it is empty';
  return text.includes('\u0000') ? 'it is not text' : undefined;
}

/** Values of the largest report that is read: a text of nothing but these takes a hundred times its size in memory. */
const mostParts = 2_000_000;

/** Why no reader takes the text apart: it has more of these characters, each the beginning of something, than fit into memory. */
export function refusedParts(text: string, beginnings: string, most = mostParts): string | undefined {
  const codes = new Set([...beginnings].map((one) => one.charCodeAt(0)));
  let parts = 0;
  for (let at = 0; at < text.length && parts <= most; at += 1) if (codes.has(text.charCodeAt(at))) parts += 1;
  return parts > most ? `it has more than ${most.toLocaleString('en')} parts` : undefined;
}

/** The value of a JSON text, with or without a byte order mark. */
export function readJson(text: string): Read<unknown> {
  const refused = refusedText(text) ?? refusedParts(text, '{[,');
  if (refused !== undefined) return unreadable(refused);
  try {
    return read(JSON.parse(withoutMark(text)));
  } catch {
    return unreadable('it is not JSON, or cut off');
  }
}

/** The text without a byte order mark at its beginning. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
