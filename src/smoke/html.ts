// Looks into an HTML page by CSS selectors: texts, attributes, counts, and the addresses of what the page loads.
import type { HTMLElement } from 'node-html-parser';
import { lazily } from './library.ts';

const parser = lazily(() => import('node-html-parser'), /\b(html|assets)\b/);

/** More is not looked through: a page of a hostile server must not hold the run. */
const mostSearched = 1_000_000;
const mostNested = 2_000;

export interface Match {
  /** Text, or the attribute that was asked for; undefined where the element lacks it. */
  readonly value: string | undefined;
}

export type Matches = readonly Match[] | { readonly because: string };

/** Throws NotLoaded before pages can be looked into. */
export const requirePages = (): void => void parser.now();

/** What `selector` or `selector@attribute` finds, in the order of the page; or why nobody can tell. */
export function matchesIn(html: string, asked: string): Matches {
  const [, selector = asked, attribute] = /^(.*)@([\w:-]+)$/.exec(asked) ?? [];
  const root = parsed(html);
  if (typeof root === 'string') return { because: root };
  try {
    return root.querySelectorAll(selector.trim()).map((element) => ({
      value: attribute === undefined ? textOf(element) : element.getAttribute(attribute),
    }));
  } catch {
    return { because: `“${selector}” is no CSS selector that is known here` };
  }
}

/** Something that a page loads. */
export interface Asset {
  readonly url: string;
  /** Digests of which the browser wants one (W3C, Subresource Integrity); empty where it wants none. */
  readonly integrity: string;
}

/** What the elements that the selector finds load over http or https (href, src, data-src, srcset), each once, as a browser resolves it:
 * against `<base>`, or the address of the page. */
export function assetsIn(
  page: { readonly url: string; readonly html: string },
  selector: string,
): readonly Asset[] | { readonly because: string } {
  const root = parsed(page.html);
  if (typeof root === 'string') return { because: root };
  try {
    const given = root.querySelector('base[href]')?.getAttribute('href') ?? '';
    const base = URL.canParse(given, page.url) ? new URL(given, page.url).href : page.url;
    const found = root.querySelectorAll(selector).flatMap((element) => {
      const integrity = element.getAttribute('integrity') ?? '';
      return namedBy(element).flatMap((one): readonly Asset[] =>
        URL.canParse(one, base) ? [{ url: new URL(one, base).href.replace(/#.*$/, ''), integrity }] : [],
      );
    });
    return [...new Map(found.map((asset) => [asset.url, asset])).values()].filter(({ url }) => /^https?:/.test(url));
  } catch {
    return { because: `“${selector}” is no CSS selector that is known here` };
  }
}

/** Addresses as the element writes them. */
function namedBy(element: HTMLElement): readonly string[] {
  const one = element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('data-src') ?? '';
  const set = element.getAttribute('srcset') ?? element.getAttribute('imagesrcset') ?? '';
  return [one.trim(), ...candidatesOf(set)].filter((address) => address !== '');
}

/** An address, then its width or density up to a comma (WHATWG, srcset); commas inside of the address are its own. */
function candidatesOf(set: string): readonly string[] {
  let open = true;
  return set.split(/\s+/).flatMap((word) => {
    const begins = open;
    open = word.endsWith(',') || (!begins && word.includes(','));
    if (begins) return [trimmed(word)];
    // `2x,b.png`: what follows the comma is the next address.
    const at = word.indexOf(',');
    if (at === -1 || at === word.length - 1) return [];
    open = word.endsWith(',');
    return [trimmed(word.slice(at + 1))];
  });
}

function trimmed(address: string): string {
  let [from, to] = [0, address.length];
  while (address[from] === ',') from += 1;
  while (to > from && address[to - 1] === ',') to -= 1;
  return address.slice(from, to);
}

// The last page is often asked several times in a row: once a selector.
let last: { readonly html: string; readonly root: HTMLElement | string } | undefined;

function parsed(html: string): HTMLElement | string {
  if (last?.html === html) return last.root;
  const root = read(html);
  last = { html, root };
  return root;
}

function read(html: string): HTMLElement | string {
  if (html.length > mostSearched) return `the page has more than ${mostSearched} characters`;
  if (depthOf(html) > mostNested) return `the page nests deeper than ${mostNested} elements`;
  const { parse } = parser.now();
  try {
    return parse(withoutOpen(html));
  } catch {
    return 'the page cannot be read as HTML';
  }
}

/** Comments and sections that nothing closes, of which each would be looked through to the end of the page: a comment then reaches to the end, as in
 * a browser, and a section is none. */
function withoutOpen(html: string): string {
  const comment = html.indexOf('<!--', Math.max(0, html.lastIndexOf('-->')));
  const shown = comment === -1 ? html : html.slice(0, comment);
  const section = shown.indexOf('<![CDATA[', Math.max(0, shown.lastIndexOf(']]>')));
  return section === -1 ? shown : shown.slice(0, section) + shown.slice(section).replaceAll('<![CDATA[', '');
}

/** An upper bound: elements that are never closed count as nested, as the parser holds them. */
function depthOf(html: string): number {
  const open = new Map<string, number>();
  let [depth, most] = [0, 0];
  for (const [, close, written = ''] of html.matchAll(/<(\/?)([a-z][\w-]*)/gi)) {
    const name = written.toLowerCase();
    const held = open.get(name) ?? 0;
    // An end of what was never begun ends nothing.
    if (close === '/' && held === 0) continue;
    if (close !== '/' && closesItself.has(name)) continue;
    const step = close === '/' ? -1 : 1;
    open.set(name, held + step);
    depth += step;
    most = Math.max(most, depth);
  }
  return most;
}

/** Elements without an end, and those that the next of their kind ends. */
const closesItself = new Set(
  'br hr img input link meta area base col embed param source track wbr p li td th'.split(' '),
);

function textOf(element: HTMLElement): string {
  return element.text.replace(/\s+/g, ' ').trim();
}
