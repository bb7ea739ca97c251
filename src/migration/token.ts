// Cuts SQL text into tokens the way Postgres' own lexer does: quotes, dollar quotes and nested comments are one piece each.

export type TokenKind = 'word' | 'quoted' | 'string' | 'symbol' | 'unterminated' | 'meta';

export interface Token {
  readonly kind: TokenKind;
  /** Words in upper case, quoted identifiers with their quotes, symbols as they are; empty for strings, whose content never decides. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const blank = /\s+|--[^\n]*/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /\d[\w.]*|\$\d+/y;
const plainString = /'[^']*(?:''[^']*)*'/y;
// In E'…' a backslash escapes the quote; in a plain string it is a character like any other (standard_conforming_strings).
const escapeString = /'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'/y;
const quotedName = /"[^"]*(?:""[^"]*)*"/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

/** All tokens of the text, comments and blanks left out. What never ends (a quote, a comment) is one last token `unterminated`. */
export function tokensOf(text: string): readonly Token[] {
  return [...eachToken(text)];
}

/** The same one by one: those of a seed file fill hundreds of MB when they are kept. */
export function* eachToken(text: string): Generator<Token, void> {
  let before: Token | undefined;
  let at = 0;
  while (at < text.length) {
    const skipped = endOfBlank(text, at);
    if (skipped === undefined) {
      yield { kind: 'unterminated', text: '/*', start: at, end: text.length };
      return;
    }
    if (skipped > at) {
      at = skipped;
      continue;
    }
    before = tokenAt(text, at, before);
    yield before;
    at = before.end;
  }
}

/** Where blanks and one comment from here end; undefined when a block comment never does. */
function endOfBlank(text: string, at: number): number | undefined {
  if (!text.startsWith('/*', at)) return endOf(blank, text, at) ?? at;
  let depth = 0;
  for (let next = at; next < text.length; next += 1) {
    const pair = text.slice(next, next + 2);
    if (pair === '/*') depth += 1;
    if (pair === '*/') depth -= 1;
    if (pair === '/*' || pair === '*/') next += 1;
    if (depth === 0) return next + 1;
  }
  return undefined;
}

function tokenAt(text: string, start: number, before: Token | undefined): Token {
  const first = text.charAt(start);
  const wordEnd = endOf(word, text, start);
  if (wordEnd !== undefined)
    return { kind: 'word', text: text.slice(start, wordEnd).toUpperCase(), start, end: wordEnd };
  const numberEnd = endOf(number, text, start);
  if (numberEnd !== undefined) return { kind: 'symbol', text: text.slice(start, numberEnd), start, end: numberEnd };
  if (first === "'") {
    const escapes = before?.kind === 'word' && before.text === 'E' && before.end === start;
    return closed('string', '', start, endOf(escapes ? escapeString : plainString, text, start), text);
  }
  if (first === '"') {
    const end = endOf(quotedName, text, start);
    return closed('quoted', text.slice(start, end), start, end, text);
  }
  const tagEnd = endOf(dollarTag, text, start);
  if (tagEnd !== undefined) {
    const tag = text.slice(start, tagEnd);
    const close = text.indexOf(tag, tagEnd);
    return closed('string', '', start, close < 0 ? undefined : close + tag.length, text);
  }
  if (first === '\\')
    return { kind: 'meta', text: lineFrom(text, start), start, end: start + lineFrom(text, start).length };
  return { kind: 'symbol', text: first, start, end: start + 1 };
}

function closed(kind: TokenKind, shown: string, start: number, end: number | undefined, text: string): Token {
  if (end !== undefined) return { kind, text: shown, start, end };
  return { kind: 'unterminated', text: text.charAt(start), start, end: text.length };
}

function lineFrom(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
