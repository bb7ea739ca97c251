// The elements of well-formed XML, told apart without copying the text: a report of 20 MB takes little more than itself in memory.
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** What stands between its tags, as it is written; at most as many characters. */
  readonly content: (most: number) => string;
}

/** Suites nest a handful deep; what nests deeper is made to hurt. */
const mostNested = 100;

/** Names that reach into the objects of whoever reads them. */
const harmful: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const none: readonly ScannedElement[] = [];

/** Whoever reads an element asks for its attributes one after the other. */
let lastRead: { readonly of: XmlElement | undefined; readonly attributes: Readonly<Record<string, string>> } = {
  of: undefined,
  attributes: {},
};

/** An element remembers where its attributes stand, and reads them when it is asked: of most nobody ever asks. */
class ScannedElement implements XmlElement {
  readonly name: string;
  readonly #source: string;
  readonly #from: number;
  readonly #to: number;
  /** Where its closing tag begins. */
  end: number;
  #children: ScannedElement[] | undefined;

  constructor(name: string, at: { readonly source: string; readonly from: number; readonly to: number }) {
    this.name = name;
    this.#source = at.source;
    this.#from = at.from;
    this.#to = at.to;
    this.end = at.to;
  }

  content(most: number): string {
    const from = this.#to + 1;
    return this.#source.slice(from, Math.min(this.end, from + most));
  }

  get children(): readonly ScannedElement[] {
    return this.#children ?? none;
  }

  get attributes(): Readonly<Record<string, string>> {
    if (lastRead.of === this) return lastRead.attributes;
    const written = this.#source.slice(this.#from, this.#to);
    const found = written.matchAll(/([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
    const attributes = Object.fromEntries(
      [...found].map(([, name = '', double, single = '']) => [name, (double ?? single).trim()]),
    );
    lastRead = { of: this, attributes };
    return attributes;
  }

  add(child: ScannedElement): void {
    if (this.#children === undefined) this.#children = [child];
    else this.#children.push(child);
  }
}

/** The elements at the top of a text that a validator has let through, without text, comments and instructions; or why it is not read. */
export function scanElements(source: string): readonly XmlElement[] | string {
  const roots: ScannedElement[] = [];
  const open: ScannedElement[] = [];
  const names = new Map<string, string>();
  for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', at)) {
    const { is, until } = kindAt(source, at);
    const end = is === 'element' ? tagEnd(source, at + 1) : source.indexOf(until, at + 2);
    if (end < 0) return cutOff;
    if (is === 'closing') {
      const closed = open.pop();
      if (closed?.name !== source.slice(at + 2, end).trim()) return cutOff;
      closed.end = at;
    }
    if (is === 'element') {
      const isClosed = source[end - 1] === '/';
      const to = isClosed ? end - 1 : end;
      const from = nameEnd(source, at + 1, to);
      const written = source.slice(at + 1, from);
      const name = names.get(written) ?? written;
      if (harmful.has(name)) return 'it is XML that nobody should read: with names made to harm';
      names.set(name, name);
      const element = new ScannedElement(name, { source, from, to });
      const above = open.at(-1);
      if (above === undefined) roots.push(element);
      else above.add(element);
      if (!isClosed && open.push(element) > mostNested) return 'it is XML that nobody should read: too deep';
    }
    at = end + until.length;
  }
  return open.length === 0 ? roots : cutOff;
}

const cutOff = 'it is not well-formed XML, or cut off';

/** What begins with `<`, and what ends it. A document type is let through as a bare name alone: no other `>` stands in it. */
const kinds = [
  { begin: '</', is: 'closing', until: '>' },
  { begin: '<!--', is: 'other', until: '-->' },
  { begin: '<![CDATA[', is: 'other', until: ']]>' },
  { begin: '<?', is: 'other', until: '?>' },
  { begin: '<!', is: 'other', until: '>' },
] as const;
const element = { begin: '<', is: 'element', until: '>' } as const;

function kindAt(source: string, at: number) {
  return kinds.find(({ begin }) => source.startsWith(begin, at)) ?? element;
}

function nameEnd(source: string, from: number, to: number): number {
  let end = from;
  while (end < to && !/\s/.test(source[end] ?? '')) end += 1;
  return end;
}

/** Where a tag ends: at a `>` outside quotes. */
function tagEnd(source: string, from: number): number {
  let quote = '';
  for (let at = from; at < source.length; at += 1) {
    const sign = source[at] ?? '';
    if (quote !== '') quote = sign === quote ? '' : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '>') return at;
  }
  return -1;
}
