// Line coverage from whichever report the tests left: lcov, Cobertura, Clover or Istanbul, told apart by what is in the file.
import { type Coverage, counted, type FileCoverage, readLcov } from '../lcov.ts';
import type { coverageFormats } from '../options.ts';
import { readIstanbul } from './istanbul.ts';
import { type Read, read, refusedText, unreadable, withoutMark } from './reading.ts';
import { countIn, readXml, within, wordsIn, type XmlElement } from './xml.ts';

export type CoverageFormat = (typeof coverageFormats)[number];

const jsonFormat: CoverageFormat = 'istanbul';
const plainFormat: CoverageFormat = 'lcov';

/** Reads a coverage report. With `format` a file of another one is unreadable, whatever its name or content claims. */
export function readCoverage(text: string, format?: CoverageFormat): Read<Coverage> {
  const refused = refusedText(text);
  if (refused !== undefined) return unreadable(refused);
  const first = withoutMark(text).trimStart().slice(0, 1);
  if (first === '<') return xmlCoverage(text, format);
  const found = first === '{' || first === '[' ? jsonFormat : plainFormat;
  const other = otherThan(found, format);
  if (other !== undefined) return other;
  if (found === 'istanbul') return totalled(readIstanbul(text));
  const lcov = readLcov(withoutMark(text));
  return lcov.kind === 'coverage' ? read(lcov.coverage) : unreadable(`it cannot be read as lcov: ${lcov.because}`);
}

function otherThan(found: CoverageFormat, format: CoverageFormat | undefined) {
  return format === undefined || found === format ? undefined : unreadable(`it is ${found}, not ${format}`);
}

function xmlCoverage(text: string, format: CoverageFormat | undefined): Read<Coverage> {
  const xml = readXml(text);
  if (xml.kind === 'unreadable') return xml;
  const root = xml.report;
  const found = xmlFormat(root);
  if (found === undefined)
    return unreadable(`it is XML, but no coverage report: its root is ${root.name.slice(0, 40)}`);
  return otherThan(found, format) ?? totalled(filesInXml(root, found));
}

function xmlFormat(root: XmlElement): 'cobertura' | 'clover' | undefined {
  const has = (name: string) => root.children.some((child) => child.name === name);
  if (root.name !== 'coverage') return undefined;
  if (has('packages')) return 'cobertura';
  return has('project') ? 'clover' : undefined;
}

function filesInXml(root: XmlElement, format: 'cobertura' | 'clover'): Read<readonly FileCoverage[]> {
  const [part, place, number, hits] =
    format === 'cobertura' ? ['class', 'filename', 'number', 'hits'] : ['file', 'name', 'num', 'count'];
  const files = new Map<string, Map<number, number>>();
  for (const element of within(root, part)) {
    const path = wordsIn(element, format === 'clover' && element.attributes.path !== undefined ? 'path' : place);
    const lines = files.get(path) ?? new Map<number, number>();
    // Methods repeat the lines of their class: a line counts once, and as reached when any mention of it was.
    for (const line of within(element, 'line')) {
      const at = countIn(line, number);
      const times = countIn(line, hits) ?? conditionsIn(line);
      if (at === undefined || Number.isNaN(at) || Number.isNaN(times))
        return unreadable(`a line of ${path} has no count`);
      lines.set(at, Math.max(lines.get(at) ?? 0, times));
    }
    files.set(path, lines);
  }
  return read([...files].map(([path, lines]) => ({ path, ...counted(lines) })));
}

/** Clover counts a condition by its outcomes. */
function conditionsIn(line: XmlElement): number {
  const outcomes = [countIn(line, 'truecount'), countIn(line, 'falsecount')].filter((count) => count !== undefined);
  return outcomes.length === 0 ? Number.NaN : outcomes.reduce((a, b) => a + b, 0);
}

/** The totals; files whose counts cannot be, and a report without a single line, are no coverage of 0 % or 100 %. */
function totalled(files: Read<readonly FileCoverage[]>): Read<Coverage> {
  if (files.kind === 'unreadable') return files;
  const wrong = files.report.find(
    ({ found, hit }) => !Number.isSafeInteger(found) || !Number.isSafeInteger(hit) || hit < 0 || hit > found,
  );
  if (wrong !== undefined) return unreadable(`the counts of ${wrong.path} cannot be`);
  const sum = (key: 'found' | 'hit') => files.report.reduce((before, file) => before + file[key], 0);
  const found = sum('found');
  return found === 0 ? unreadable('it names not a single line') : read({ found, hit: sum('hit'), files: files.report });
}
