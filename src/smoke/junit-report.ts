// Reads the JUnit report of another runner (Playwright, pytest, surefire …): its cases, and when they were run.
import { XMLValidator } from 'fast-xml-parser';
import { scanElements, type XmlElement } from '../kit/xml.ts';
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

/** Tags of the largest report that is read, and characters of the longest: they take many times their size in memory. */
const [mostTags, longestTag] = [100_000, 1_048_576];
/** Characters of a message that are read at most: of what is shown there are fewer. */
const mostMessage = 20_000;

/** The report, or why it proves nothing: one that declares entities is not read at all, and one without a failed case must show as many cases
 * as it announces, and announce no failure. */
export function readJunitReport(text: string): JunitReport | { readonly because: string } {
  if (text.length > mostCharacters) return { because: 'it has more than 10 MiB' };
  const refused = refusedTag(text);
  if (refused !== undefined) return { because: refused };
  const roots = parsed(text);
  const root = roots?.find(({ name }) => name === 'testsuites' || name === 'testsuite');
  if (root === undefined || roots?.length !== 1)
    return { because: 'it is no JUnit report: a whole XML document of testsuites is' };
  const cases = casesIn(root, root.name === 'testsuite' ? words(root, 'name') : '');
  const doubt = cases.some(({ outcome }) => outcome === 'fail') ? undefined : doubtOf(root, 0);
  if (doubt !== undefined) return { because: doubt };
  const began = suitesIn(root).flatMap(({ attributes }) => instantOf(attributes.timestamp ?? '') ?? []);
  const newest = (which: 'latest' | 'surely') => began.map((one) => one[which]).reduce((a, b) => Math.max(a, b));
  return {
    cases,
    pending: unshown(root),
    began: began.length === 0 ? undefined : { latest: newest('latest'), surely: newest('surely') },
  };
}

/** Why nobody should take the text apart: a `<!` outside comments and CDATA (there entity bombs live), too many tags, or one without end. Looks at
 * each character once. */
function refusedTag(text: string): string | undefined {
  let tags = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const fence = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : undefined;
    if (fence === undefined && text[at + 1] === '!') return 'it declares a document type or entities';
    const end = fence === undefined ? tagEnd(text, at) : text.indexOf(fence, at);
    if (end < 0) return undefined;
    if (fence === undefined && end - at > longestTag) return 'it has a tag of more than 1 MiB';
    tags += 1;
    if (tags > mostTags) return `it has more than ${mostTags.toLocaleString('en')} tags`;
    at = end;
  }
  return undefined;
}

/** Where the tag ends: at a `>` outside quotes. */
function tagEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '>') return at;
    if (sign === '"' || sign === "'") at = text.indexOf(sign, at + 1);
    if (at < 0) return -1;
  }
  return -1;
}

interface Counts {
  cases: number;
  reruns: number;
  skipped: number;
}

const counted = new WeakMap<XmlElement, Counts>();

/** What stands in a suite and in those within it. */
function countsOf(suite: XmlElement): Counts {
  const known = counted.get(suite);
  if (known !== undefined) return known;
  const sum = { cases: 0, reruns: 0, skipped: 0 };
  for (const child of suite.children) {
    const isCase = child.name === 'testcase';
    const within = isCase ? undefined : countsOf(child);
    sum.cases += within?.cases ?? 1;
    sum.reruns += within?.reruns ?? child.children.filter(isRerun).length;
    sum.skipped += within?.skipped ?? (outcomeOf(child) === 'skipped' ? 1 : 0);
  }
  counted.set(suite, sum);
  return sum;
}

/** Cases that a suite says it has skipped, less those that it shows (mocha shows none). */
function unshown(suite: XmlElement): number {
  return Math.max(0, Number(words(suite, 'skipped')) - countsOf(suite).skipped);
}

/** What a suite without a failed case announces and does not show. `pending`: what a suite around it says it has skipped and does not show.
 * Surefire counts each rerun as a test and as a failure. */
function doubtOf(suite: XmlElement, pending: number): string | undefined {
  const numbers = ['tests', 'failures', 'errors', 'skipped'].map((name) => Number(words(suite, name)));
  const [tests = 0, failures = 0, errors = 0] = numbers;
  if (numbers.some(Number.isNaN)) return 'its counts are no numbers';
  const { cases, reruns } = countsOf(suite);
  if (failures + errors > reruns) return `it announces ${failures + errors} failures and shows none`;
  const open = Math.max(pending, unshown(suite));
  if (tests > cases + reruns + open) return `it announces ${tests} tests and has fewer`;
  return suite.children
    .filter(({ name }) => name === 'testsuite')
    .map((child) => doubtOf(child, open))
    .find((found) => found !== undefined);
}

function parsed(text: string): readonly XmlElement[] | undefined {
  try {
    const source = text.replace(/^\u{FEFF}/u, '').trimStart();
    const roots = scanElements(source);
    return typeof roots !== 'string' && XMLValidator.validate(source) === true ? roots : undefined;
  } catch {
    return undefined;
  }
}

/** A failure of a suite itself (its set-up, its file) counts as a case. */
function casesIn(element: XmlElement, suite: string): readonly CaseResult[] {
  return element.children.flatMap((child) => {
    if (child.name === 'testsuite') return casesIn(child, words(child, 'name') || suite);
    if (child.name === 'testcase') return [caseOf(child, suite)];
    return isBad(child) ? [{ ...caseOf(element, suite), name: suite || 'the suite itself' }] : [];
  });
}

function isRerun({ name }: XmlElement): boolean {
  return /^(flaky|rerun)(Failure|Error)$/.test(name);
}

function isBad({ name }: XmlElement): boolean {
  // Of a case that passed in the end surefire, nextest and Playwright write flakyFailure: these are failures that stood.
  return ['failure', 'error', 'rerunFailure', 'rerunError'].includes(name);
}

function outcomeOf({ children, attributes }: XmlElement): CaseResult['outcome'] {
  const said = `${attributes.status ?? ''} ${attributes.result ?? ''}`;
  if (children.some(isBad) || /\b(fail(ed|ure)?|error|broken)\b/i.test(said)) return 'fail';
  const skipped = children.some(({ name }) => ['skipped', 'ignored', 'disabled'].includes(name));
  return skipped || /\b(skipped|disabled|notrun|suppressed)\b/i.test(said) ? 'skipped' : 'pass';
}

function caseOf(element: XmlElement, suite: string): CaseResult {
  const group = words(element, 'classname') || suite;
  const title = words(element, 'name') || 'a case without a name';
  const outcome = outcomeOf(element);
  const flaky = outcome === 'pass' && element.children.some(isRerun);
  const bad = element.children.find(flaky ? isRerun : isBad);
  const seconds = Number(element.attributes.time ?? 0);
  return {
    name: group === '' || title.startsWith(group) ? title : `${group} › ${title}`,
    outcome,
    message: outcome === 'fail' || flaky ? messageOf(bad) : '',
    durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1_000) : 0,
    flaky,
  };
}

function messageOf(failure: XmlElement | undefined): string {
  const said = failure === undefined ? '' : words(failure, 'message');
  const text = failure === undefined ? '' : textOf(failure);
  const whole = text.startsWith(said) ? text : `${said} ${text}`;
  return whole.trim().slice(0, 2_000) || 'it failed without a message';
}

/** The text between its tags, what CDATA holds too, without tags of its own. */
function textOf(element: XmlElement): string {
  const written = element.content(mostMessage);
  return plain(written.replace(/<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<[^>]*(?:>|$)/g, (_whole, held = '') => held)).trim();
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function words(element: XmlElement, attribute: string): string {
  return plain((element.attributes[attribute] ?? '').slice(0, mostMessage)).trim();
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

function suitesIn(root: XmlElement): readonly XmlElement[] {
  const found = [root];
  for (const suite of found) for (const child of suite.children) if (child.name === 'testsuite') found.push(child);
  return found;
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
