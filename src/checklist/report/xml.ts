// XML reports as plain elements: no entities, no document type of their own, bounded in size and depth.
import { XMLValidator } from 'fast-xml-parser';
import { scanElements, type XmlElement } from '../../kit/xml.ts';
import { type Read, read, refusedParts, refusedText, unreadable, withoutMark } from './reading.ts';

export type { XmlElement } from '../../kit/xml.ts';

/** Tags of the largest report that is read: one of 20 MB has half as many. */
const mostTags = 1_000_000;

/** The root element. A document type is let through only as the bare name of a public one (Cobertura writes it): it is never fetched, and one
 * with declarations of its own makes the file unreadable, for that is where entity bombs live. */
export function readXml(text: string): Read<XmlElement> {
  const refused = refusedText(text) ?? refusedParts(text, '<', mostTags) ?? refusedAttributes(text);
  if (refused !== undefined) return unreadable(refused);
  const source = withoutMark(text).trimStart();
  if (!source.startsWith('<')) return unreadable('it is not XML');
  const declared = declarationIn(source);
  if (declared !== undefined) return unreadable(declared);
  try {
    if (XMLValidator.validate(source) !== true) return unreadable('it is not well-formed XML, or cut off');
    const scanned = scanElements(source);
    if (typeof scanned === 'string') return unreadable(scanned);
    const [root, another] = scanned;
    return root === undefined || another !== undefined ? unreadable('it is not one XML document') : read(root);
  } catch {
    // The validator refuses names that would reach into its own objects.
    return unreadable('it is XML that nobody should read: with names made to harm');
  }
}

/** An attribute as a whole number from 0 on; undefined when it is missing, NaN when it is something else. */
export function countIn(element: XmlElement, attribute: string): number | undefined {
  const text = element.attributes[attribute];
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

/** Elements of that name anywhere below, in document order. */
export function within(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...within(child, name)]);
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** An attribute's words, with the five entities that XML itself has; empty when it is missing. */
export function wordsIn(element: XmlElement, attribute: string): string {
  const text = element.attributes[attribute] ?? '';
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => predefined[name] ?? whole);
}

/** Attributes of one element; a report has a dozen. */
const mostAttributes = 1000;

/** The validator keeps the attributes of an element to find one that stands twice. Comments, CDATA and instructions have none. */
function refusedAttributes(text: string): string | undefined {
  let attributes = Number.NaN;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === opening) attributes = /[!?]/.test(text[at + 1] ?? '') ? Number.NaN : 0;
    else if (code === closing) attributes = Number.NaN;
    else if (code === equals) attributes += 1;
    if (attributes > mostAttributes) return 'it has an element with more than 1000 attributes';
  }
  return undefined;
}

const [opening, closing, equals] = ['<', '>', '='].map((one) => one.charCodeAt(0));

/** Looks at every `<!` outside comments and CDATA, from the beginning to the end once. */
function declarationIn(source: string): string | undefined {
  for (let at = source.indexOf('<!'); at >= 0; at = source.indexOf('<!', at + 2)) {
    const fence = source.startsWith('<!--', at) ? '-->' : source.startsWith('<![CDATA[', at) ? ']]>' : '';
    if (fence === '') {
      if (!isBareDoctype(source.slice(at, at + 1000))) return 'it declares a document type or entities of its own';
      continue;
    }
    at = source.indexOf(fence, at);
    if (at < 0) return 'it is not well-formed XML, or cut off';
  }
  return undefined;
}

function isBareDoctype(text: string): boolean {
  return /^<!DOCTYPE\s+[\w:.-]+(\s+(SYSTEM|PUBLIC)(\s+("[^"<>[\]]*"|'[^'<>[\]]*')){1,2})?\s*>/.test(text);
}
