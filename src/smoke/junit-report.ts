// Reads the JUnit report of another runner (Playwright, pytest, surefire …): its cases, and when they were run.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { CaseResult } from './result.ts';

export interface JunitReport {
  readonly cases: readonly CaseResult[];
  /** Cases that it says were skipped and does not show. */
  readonly pending: number;
  /** Instants (ms) at which the newest suite can have begun `latest`, and not before `surely`; undefined when no suite says when. */
  readonly began: { readonly latest: number; readonly surely: number } | undefined;
}

const mostCharacters = 10 * 1_048_576;
/** Time stamps without a zone are the machine's own: from UTC-12 to UTC+14. */
const [westMs, eastMs] = [12 * 3_600_000, 14 * 3_600_000];

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

/** The report, or why it proves nothing: one that declares entities is not read at all, and one without a failed case must show as many cases
 * as it announces, and announce no failure. */
export function readJunitReport(text: string): JunitReport | { readonly because: string } {
  if (text.length > mostCharacters) return { because: 'it has more than 10 MiB' };
  if (declares(text)) return { because: 'it declares a document type or entities' };
  const roots = parsed(text);
  const root = roots?.find(({ name }) => name === 'testsuites' || name === 'testsuite');
  if (root === undefined || roots?.length !== 1)
    return { because: 'it is no JUnit report: a whole XML document of testsuites is' };
  const cases = casesIn(root, root.name === 'testsuite' ? words(root, 'name') : '');
  const doubt = cases.some(({ outcome }) => outcome === 'fail') ? undefined : doubtOf(root, 0);
  if (doubt !== undefined) return { because: doubt };
  const suites = [root, ...within(root, 'testsuite')];
  const began = suites.flatMap(({ attributes }) => instantOf(attributes.get('timestamp') ?? '') ?? []);
  const newest = (which: 'latest' | 'surely') => began.map((one) => one[which]).reduce((a, b) => Math.max(a, b));
  return {
    cases,
    pending: unshown(root),
    began: began.length === 0 ? undefined : { latest: newest('latest'), surely: newest('surely') },
  };
}

/** Cases that a suite says it has skipped, less those that it shows (mocha shows none). */
function unshown(suite: Element): number {
  const shown = within(suite, 'testcase').filter((one) => outcomeOf(one) === 'skipped').length;
  return Math.max(0, Number(words(suite, 'skipped')) - shown);
}

/** Whether it has a `<!` outside comments and CDATA: there entity bombs live. Looks at each once. */
function declares(text: string): boolean {
  for (let at = text.indexOf('<!'); at >= 0; at = text.indexOf('<!', at + 2)) {
    const fence = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : undefined;
    if (fence === undefined) return true;
    at = text.indexOf(fence, at);
    if (at < 0) return false;
  }
  return false;
}

/** What a suite without a failed case announces and does not show. `pending`: what a suite around it says it has skipped and does not show.
 * Surefire counts each rerun as a test and as a failure. */
function doubtOf(suite: Element, pending: number): string | undefined {
  const numbers = ['tests', 'failures', 'errors', 'skipped'].map((name) => Number(words(suite, name)));
  const [tests = 0, failures = 0, errors = 0] = numbers;
  if (numbers.some(Number.isNaN)) return 'its counts are no numbers';
  const cases = within(suite, 'testcase');
  const reruns = cases.flatMap(({ children }) => children.filter(({ name }) => rerun.test(name))).length;
  if (failures + errors > reruns) return `it announces ${failures + errors} failures and shows none`;
  const open = Math.max(pending, unshown(suite));
  if (tests > cases.length + reruns + open) return `it announces ${tests} tests and has fewer`;
  return suite.children
    .filter(({ name }) => name === 'testsuite')
    .map((child) => doubtOf(child, open))
    .find((found) => found !== undefined);
}

function parsed(text: string): readonly Element[] | undefined {
  try {
    const source = text.replace(/^\u{FEFF}/u, '').trimStart();
    return XMLValidator.validate(source) === true ? elementsOf(parser.parse(source)) : undefined;
  } catch {
    return undefined;
  }
}

/** A failure of a suite itself (its set-up, its file) counts as a case. */
function casesIn(element: Element, suite: string): readonly CaseResult[] {
  return element.children.flatMap((child) => {
    if (child.name === 'testsuite') return casesIn(child, words(child, 'name') || suite);
    if (child.name === 'testcase') return [caseOf(child, suite)];
    return isBad(child) ? [{ ...caseOf(element, suite), name: suite || 'the suite itself' }] : [];
  });
}

const rerun = /^(flaky|rerun)(Failure|Error)$/;

function isBad({ name }: Element): boolean {
  // Of a case that passed in the end surefire, nextest and Playwright write flakyFailure: these are failures that stood.
  return ['failure', 'error', 'rerunFailure', 'rerunError'].includes(name);
}

function outcomeOf({ children, attributes }: Element): CaseResult['outcome'] {
  const said = `${attributes.get('status') ?? ''} ${attributes.get('result') ?? ''}`;
  if (children.some(isBad) || /\b(fail(ed|ure)?|error|broken)\b/i.test(said)) return 'fail';
  const skipped = children.some(({ name }) => ['skipped', 'ignored', 'disabled'].includes(name));
  return skipped || /\b(skipped|disabled|notrun|suppressed)\b/i.test(said) ? 'skipped' : 'pass';
}

function caseOf(element: Element, suite: string): CaseResult {
  const group = words(element, 'classname') || suite;
  const title = words(element, 'name') || 'a case without a name';
  const outcome = outcomeOf(element);
  const bad = element.children.find(isBad);
  const seconds = Number(element.attributes.get('time') ?? 0);
  return {
    name: group === '' || title.startsWith(group) ? title : `${group} › ${title}`,
    outcome,
    message: outcome === 'fail' ? messageOf(bad) : '',
    durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1_000) : 0,
    flaky: outcome === 'pass' && element.children.some(({ name }) => rerun.test(name)),
  };
}

function messageOf(failure: Element | undefined): string {
  const said = failure === undefined ? '' : words(failure, 'message');
  const text = plain(failure?.text ?? '').trim();
  const whole = text.startsWith(said) ? text : `${said} ${text}`;
  return whole.trim().slice(0, 2_000) || 'it failed without a message';
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function words(element: Element, attribute: string): string {
  return plain(element.attributes.get(attribute) ?? '').trim();
}

/** References undone, once: a secret behind them would not be known. Terminal colours have no meaning here. */
function plain(text: string): string {
  return (
    text
      .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|quot|apos|amp));/gi, (whole, decimal, hex, name) =>
        name === undefined ? letterOf(Number(decimal ?? `0x${hex}`), whole) : (predefined[name] ?? whole),
      )
      // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
      .replace(/\u001b\[[0-9;]*m/g, '')
  );
}

function letterOf(code: number, otherwise: string): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : otherwise;
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

function instantOf(timestamp: string): JunitReport['began'] {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(timestamp.trim());
  if (match === null) return undefined;
  const zone = match[3];
  const at = Date.parse(
    `${match[1]}T${match[2]}${zone === undefined ? 'Z' : zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`,
  );
  if (Number.isNaN(at)) return undefined;
  return zone === undefined ? { latest: at + westMs, surely: at - eastMs } : { latest: at, surely: at };
}
