// Phrases as GitHub Markdown: all text is escaped, nothing in it pings, links lead only where they may.
import { type Phrase, type PhrasePart, plain } from '../kit/phrase.ts';

/** The addresses links may lead to: each allowed one is an origin (`https://github.com`), with or without a path. */
export interface Allowed {
  readonly links: readonly string[];
}

/** One phrase is shown up to this many characters: a report says what happened, the record holds the rest. */
const longestPhrase = 2_000;

const joiner = '\u200B';
/** A word as long as this is wider than a column of a table. */
const longWord = /\S{60,}/g;
/** A private letter, of which none is left in a text that is shown; `<wbr>` in the end, which GitHub keeps and nobody copies along. */
const chance = '\u{F8FF}';
const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text as it stands: one line, no markup, no mention, no reference, no address that GitHub would turn into a link. */
export function escapeText(text: string): string {
  return (
    inOneLine(text)
      .replace(longWord, (word) => word.replace(/.{20}(?=.)/gu, `$&${chance}`))
      .replace(/@(?=\w|$)|#(?=\d|$)|^#+(?=\s)|\bGH-(?=\d|$)/gi, (sign) => `${sign}${joiner}`)
      .replace(/[&<>|`[\]*~\\$]/g, entity)
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, entity)
      .replace(/:(?=\/\/)|(?<=\bwww)\.|(?<=\b(?:mailto|xmpp)):/gi, entity)
      // What would begin a list, a rule or a heading where the text begins a line.
      .replace(/^[-+=](?=\s|$|[-=]+$)/, entity)
      .replace(/(?<=^\d{1,9})[.)](?=\s|$)/, entity)
      .replaceAll(chance, '<wbr>')
  );
}

function entity(letter: string): string {
  return names[letter] ?? `&#${letter.charCodeAt(0)};`;
}

/** A phrase as inline Markdown, safe in a paragraph, a list and a table cell. */
export function inline(value: Phrase, allowed: Allowed): string {
  const parts = typeof value === 'string' ? [value] : value;
  if (plain(value).length <= longestPhrase)
    return parts
      .map((part) => piece(part, allowed))
      .join('')
      .trim();
  return escapeText(`${plain(value).slice(0, longestPhrase)}…`);
}

/** A sentence of plain text, such as a title, in which what stands between backticks is code. */
export function spoken(text: string): Phrase {
  const pieces = inOneLine(text).split('`');
  // An unpaired backtick is text.
  return pieces.length % 2 === 0 ? text : pieces.map((one, index) => (index % 2 === 1 ? { code: one } : one));
}

/** Code: between backticks where nothing in it could end them or the table cell, else as an escaped element. */
export function code(text: string): string {
  const line = inOneLine(text);
  if (line === '') return '';
  return /[`|<>\\]/.test(line) ? `<code>${escapeText(line)}</code>` : `\`${line}\``;
}

/** A link, or its text and address as text when it would lead anywhere else. */
export function link(text: string, href: string, allowed: Allowed): string {
  const label = inOneLine(text) === '' ? href : text;
  const target = permitted(href, allowed);
  if (target !== undefined) return `[${escapeText(label)}](${target})`;
  return label === href || href === '' ? escapeText(label) : `${escapeText(label)} (${escapeText(href)})`;
}

/** One row of a table; cells are inline Markdown. */
export function tableRow(cells: readonly string[]): string {
  return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
}

/** The two lines that begin a table. */
export function tableHead(cells: readonly string[]): string {
  return `${tableRow(cells)}\n|${cells.map(() => '---|').join('')}`;
}

function piece(part: PhrasePart, allowed: Allowed): string {
  if (typeof part === 'string') return keepEnds(part);
  if ('code' in part) return code(part.code);
  if ('strong' in part) return strong(part.strong);
  return link(part.text, part.href, allowed);
}

function strong(text: string): string {
  const escaped = escapeText(text);
  return escaped === '' ? '' : `**${escaped}**`;
}

/** Escapes and keeps one space at either end, where the next part follows. */
function keepEnds(text: string): string {
  const escaped = escapeText(text);
  if (escaped === '') return /\s/.test(text) ? ' ' : '';
  return `${/^\s/.test(text) ? ' ' : ''}${escaped}${/\s$/.test(text) ? ' ' : ''}`;
}

function permitted(href: string, allowed: Allowed): string | undefined {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    return undefined;
  }
  if (!allowed.links.some((base) => leads(url, base))) return undefined;
  return url.href.replace(/[()[\]<>|`\\'"*_~\s]/g, percentEncoded);
}

function leads(url: URL, base: string): boolean {
  if (!URL.canParse(base)) return false;
  const { origin, pathname } = new URL(base);
  const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return url.origin === origin && `${url.pathname}/`.startsWith(path);
}

function percentEncoded(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Control characters and those that turn the reading direction are dropped; every run of white space is one space. */
function inOneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uF8FF]/gu, '')
    .trim();
}
