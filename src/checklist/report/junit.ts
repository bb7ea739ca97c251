// Test results from a JUnit report: every case with its outcome, and when the run began.
import { type Read, read, unreadable } from './reading.ts';
import { countIn, readXml, within, wordsIn, type XmlElement } from './xml.ts';

export interface TestCase {
  /** Suite, class and name in one line, as a pattern finds them. */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
}

export interface TestResults {
  readonly cases: readonly TestCase[];
  /** The latest instant (ms) at which the newest suite can have begun; absent when no suite says when. */
  readonly at?: number;
}

/** Time stamps without a zone are the machine's own: no zone is farther west than UTC-12. */
const zonelessMs = 12 * 60 * 60 * 1000;

/** Reads `testsuites` or `testsuite`, nested suites too. A report that announces more tests, failures or errors than it has cases for is
 * unreadable: either it is cut, or its maker does not agree with itself. */
export function readJunit(text: string): Read<TestResults> {
  const xml = readXml(text);
  if (xml.kind === 'unreadable') return xml;
  const root = xml.report;
  if (root.name !== 'testsuites' && root.name !== 'testsuite') {
    return unreadable(`it is XML, but no JUnit report: its root is ${root.name.slice(0, 40)}`);
  }
  const suites = [root, ...within(root, 'testsuite')];
  const wrong = suites.map(disagreement).find((found) => found !== undefined);
  if (wrong !== undefined) return unreadable(wrong);
  const began = suites.map((suite) => instantOf(suite.attributes.timestamp)).filter((at) => at !== undefined);
  const cases = casesIn(root, '');
  return read(began.length === 0 ? { cases } : { cases, at: began.reduce((a, b) => Math.max(a, b)) });
}

function casesIn(element: XmlElement, suite: string): readonly TestCase[] {
  const here = [suite, element.name === 'testsuite' ? wordsIn(element, 'name') : ''].filter((word) => word !== '');
  return element.children.flatMap((child) => {
    if (child.name === 'testsuite') return casesIn(child, here.join(' '));
    return child.name === 'testcase' ? [caseOf(child, here.join(' '))] : [];
  });
}

function caseOf(element: XmlElement, suite: string): TestCase {
  const name = [suite, wordsIn(element, 'classname'), wordsIn(element, 'name')].filter((word) => word !== '').join(' ');
  return { name, outcome: outcomeOf(element) };
}

function outcomeOf({ children, attributes }: XmlElement): TestCase['outcome'] {
  if (children.some(({ name }) => name === 'failure' || name === 'error')) return 'failed';
  const skipped =
    children.some(({ name }) => name === 'skipped') || /^(skipped|disabled|notrun)$/i.test(attributes.status ?? '');
  return skipped ? 'skipped' : 'passed';
}

function disagreement(suite: XmlElement): string | undefined {
  const cases = within(suite, 'testcase');
  const failed = cases.filter((one) => outcomeOf(one) === 'failed').length;
  const said = {
    tests: countIn(suite, 'tests'),
    failures: countIn(suite, 'failures'),
    errors: countIn(suite, 'errors'),
  };
  const numbers = Object.values(said).filter((number) => number !== undefined);
  if (numbers.some(Number.isNaN)) return 'its counts are no numbers';
  const { tests = 0, failures = 0, errors = 0 } = said;
  if (tests > cases.length) return `it announces ${tests} tests and has ${cases.length}`;
  if (Math.max(failures, errors) > failed)
    return `it announces ${Math.max(failures, errors)} failures and has ${failed}`;
  return undefined;
}

function instantOf(timestamp: string | undefined): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(timestamp?.trim() ?? '');
  if (match === null) return undefined;
  const zone = match[4];
  const at = Date.parse(`${match[1]}T${match[2]}${zone === undefined ? 'Z' : zoned(zone)}`);
  if (Number.isNaN(at)) return undefined;
  return zone === undefined ? at + zonelessMs : at;
}

function zoned(zone: string): string {
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}
