// Reads the JUnit report of another runner (Playwright, pytest, surefire …): its cases, and when they were run.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { CaseResult } from './result.ts';

export interface JunitReport {
  readonly cases: readonly CaseResult[];
  /** Latest instant (ms) at which the newest suite can have begun; undefined when no suite says when. */
  readonly began: number | undefined;
}

const mostCharacters = 10 * 1_048_576;
/** Time stamps without a zone are the machine's own: no zone is farther west than UTC-12. */
const zonelessMs = 12 * 3_600_000;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  maxNestedTags: 100,
});

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** The report, or why it cannot be read. A report that declares entities is not read at all, one that counts more than it shows neither. */
export function readJunitReport(text: string): JunitReport | { readonly because: string } {
  if (text.length > mostCharacters) return { because: 'it has more than 10 MiB' };
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) return { because: 'it declares a document type or entities' };
  const roots = parsed(text);
  const root = roots?.find(({ name }) => name === 'testsuites' || name === 'testsuite');
  if (root === undefined) return { because: 'it is no JUnit report: a whole XML document of testsuites is' };
  const suites = [root, ...within(root, 'testsuite')];
  const cut = suites.find((suite) => Number(suite.attributes.get('tests') ?? 0) > within(suite, 'testcase').length);
  if (cut !== undefined) return { because: `it announces ${cut.attributes.get('tests') ?? ''} tests and has fewer` };
  const began = suites.flatMap(({ attributes }) => instantOf(attributes.get('timestamp') ?? '') ?? []);
  return {
    cases: casesIn(root, root.name === 'testsuite' ? words(root, 'name') : ''),
    began: began.length === 0 ? undefined : began.reduce((a, b) => Math.max(a, b)),
  };
}

function parsed(text: string): readonly Element[] | undefined {
  try {
    const source = text.replace(/^\u{FEFF}/u, '').trimStart();
    return XMLValidator.validate(source) === true ? elementsOf(parser.parse(source)) : undefined;
  } catch {
    return undefined;
  }
}

function casesIn(element: Element, suite: string): readonly CaseResult[] {
  return element.children.flatMap((child) => {
    if (child.name === 'testsuite') return casesIn(child, words(child, 'name') || suite);
    return child.name === 'testcase' ? [caseOf(child, suite)] : [];
  });
}

function caseOf(element: Element, suite: string): CaseResult {
  const group = words(element, 'classname') || suite;
  const title = words(element, 'name') || 'a case without a name';
  const bad = element.children.find(({ name }) => name === 'failure' || name === 'error');
  const skipped = element.children.some(({ name }) => name === 'skipped');
  const seconds = Number(element.attributes.get('time') ?? 0);
  return {
    name: group === '' || title.startsWith(group) ? title : `${group} › ${title}`,
    outcome: bad !== undefined ? 'fail' : skipped ? 'skipped' : 'pass',
    message: bad === undefined ? '' : messageOf(bad),
    durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1_000) : 0,
    flaky: bad === undefined && element.children.some(({ name }) => /^(flaky|rerun)(Failure|Error)$/.test(name)),
  };
}

function messageOf(failure: Element): string {
  const said = words(failure, 'message');
  const text = plain(failure.text).trim();
  const whole = text.startsWith(said) ? text : `${said} ${text}`;
  return whole.trim().slice(0, 2_000) || 'it failed without a message';
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function words(element: Element, attribute: string): string {
  return plain(element.attributes.get(attribute) ?? '').trim();
}

function plain(text: string): string {
  // Terminal colours have no meaning here.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
  const bare = text.replace(/(?:&#(?:27|x1b);|\u001b)\[[0-9;]*m/gi, '');
  return bare
    .replace(/&(?:#10|#xA);/gi, '\n')
    .replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => predefined[name] ?? whole);
}

function within(element: Element, name: string): readonly Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...within(child, name)]);
}

/** The parser's ordered nodes: each is an object of one tag name with a list, and its attributes under `:@`. */
function elementsOf(nodes: unknown): readonly Element[] {
  return entriesOf(nodes).flatMap(({ name, inner, attributes }) => {
    if (name.startsWith('#') || name.startsWith('?')) return [];
    const text = entriesOf(inner).flatMap((one) => (one.name === '#text' ? [String(one.inner)] : []));
    const cdata = entriesOf(inner).flatMap((one) =>
      one.name === '#cdata' ? entriesOf(one.inner).map((two) => String(two.inner)) : [],
    );
    return [{ name, attributes, children: elementsOf(inner), text: [...text, ...cdata].join(' ') }];
  });
}

function entriesOf(nodes: unknown) {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    if (typeof node !== 'object' || node === null) return [];
    const entries: readonly [string, unknown][] = Object.entries(node);
    const [name, inner] = entries.find(([key]) => key !== ':@') ?? ['#none', ''];
    const given = entries.find(([key]) => key === ':@')?.[1];
    const pairs = typeof given === 'object' && given !== null ? Object.entries(given) : [];
    return [{ name, inner, attributes: new Map(pairs.map(([key, value]) => [key, String(value)])) }];
  });
}

function instantOf(timestamp: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(timestamp.trim());
  if (match === null) return undefined;
  const zone = match[3];
  const at = Date.parse(
    `${match[1]}T${match[2]}${zone === undefined ? 'Z' : zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`,
  );
  if (Number.isNaN(at)) return undefined;
  return zone === undefined ? at + zonelessMs : at;
}
