// Line coverage from an lcov report: totals, and the files with the least of it.

export interface FileCoverage {
  readonly path: string;
  readonly found: number;
  readonly hit: number;
  /** Numbers of the lines that nothing reached, in order; absent where the report counts without naming them. */
  readonly missed?: readonly number[];
}

export interface Coverage {
  /** Lines that can be covered, and lines that were. */
  readonly found: number;
  readonly hit: number;
  readonly files: readonly FileCoverage[];
}

export type LcovRead =
  | { readonly kind: 'coverage'; readonly coverage: Coverage }
  | { readonly kind: 'unreadable'; readonly because: string };

/** Reads the records of an lcov tracefile (`SF`, `LF`, `LH`, else `DA` lines are counted; geninfo(1)). A file with several records (one
 * a test name) is counted once, by its lines. A record that is cut off, counts that cannot be, and a report without a single line make it
 * unreadable: they are no coverage of 0 % or 100 %. */
export function readLcov(text: string): LcovRead {
  const records = new Map<string, Record>();
  let open: Record | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    if (line.startsWith('SF:')) {
      if (open !== undefined) return unreadable(`line ${index + 1} begins a file before the one before it ends`);
      open = opened(records, line.slice(3));
    } else if (line === 'end_of_record') {
      if (open === undefined) return unreadable(`line ${index + 1} ends a file that never began`);
      open = undefined;
    } else if (open !== undefined) {
      count(open, line);
    } else if (line !== '' && !line.startsWith('TN:')) {
      return unreadable(`line ${index + 1} is not lcov`);
    }
  }
  if (open !== undefined) return unreadable(`it ends inside the record of ${open.path}`);
  return total([...records.values()].map(closed));
}

/** The files with the smallest share of covered lines, worst first; fully covered ones are left out. */
export function leastCovered(coverage: Coverage, most: number): readonly FileCoverage[] {
  return coverage.files
    .filter((file) => file.hit < file.found)
    .sort((a, b) => a.hit / a.found - b.hit / b.found || b.found - b.hit - (a.found - a.hit))
    .slice(0, most);
}

interface Record {
  readonly path: string;
  /** Line number to times executed. */
  readonly lines: Map<number, number>;
  found: number | undefined;
  hit: number | undefined;
}

function opened(records: Map<string, Record>, path: string): Record {
  const before = records.get(path);
  // Totals of two records of one file cannot be added: the same lines are in both.
  const record: Record = { path, lines: before?.lines ?? new Map(), found: undefined, hit: undefined };
  records.set(path, record);
  return record;
}

function count(record: Record, line: string): void {
  if (line.startsWith('LF:')) record.found = Number(line.slice(3));
  if (line.startsWith('LH:')) record.hit = Number(line.slice(3));
  const data = /^DA:(\d+),(-?\d+)/.exec(line);
  if (data === null) return;
  const number = Number(data[1]);
  record.lines.set(number, Math.max(record.lines.get(number) ?? 0, Number(data[2])));
}

function closed(record: Record): FileCoverage {
  if (record.lines.size > 0) return { path: record.path, ...counted(record.lines) };
  return { path: record.path, found: record.found ?? 0, hit: record.hit ?? 0 };
}

/** What the lines of a file come to; `times` by line number. */
export function counted(lines: ReadonlyMap<number, number>): Omit<FileCoverage, 'path'> {
  const missed = [...lines].flatMap(([line, times]) => (times > 0 ? [] : [line])).sort((a, b) => a - b);
  return { found: lines.size, hit: lines.size - missed.length, missed };
}

function total(files: readonly FileCoverage[]): LcovRead {
  const wrong = files.find(
    ({ found, hit }) => !Number.isSafeInteger(found) || !Number.isSafeInteger(hit) || hit < 0 || hit > found,
  );
  if (wrong !== undefined) return unreadable(`the counts of ${wrong.path} cannot be`);
  const found = sum(files.map((file) => file.found));
  if (found === 0) return unreadable('it names not a single line');
  return { kind: 'coverage', coverage: { found, hit: sum(files.map((file) => file.hit)), files } };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((before, one) => before + one, 0);
}

function unreadable(because: string): LcovRead {
  return { kind: 'unreadable', because };
}
