// Line coverage from Istanbul's JSON: `coverage-summary.json`, or `coverage-final.json` with every statement.
import { z } from 'zod';
import { counted, type FileCoverage } from '../lcov.ts';
import { type Read, read, readJson, unreadable } from './reading.ts';

const count = z.int().min(0);
const lines = z.looseObject({ lines: z.looseObject({ total: count, covered: count }) });
const summary = z.looseObject({ total: lines }).catchall(lines);

const final = z.record(
  z.string(),
  z.looseObject({
    path: z.string(),
    statementMap: z.record(z.string(), z.looseObject({ start: z.looseObject({ line: count }) })),
    s: z.record(z.string(), count),
  }),
);

/** The lines of each file. A summary of files whose sums are not its total does not agree with itself and is unreadable. */
export function readIstanbul(text: string): Read<readonly FileCoverage[]> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const asSummary = summary.safeParse(json.report);
  if (asSummary.success) return summed(asSummary.data);
  const asFinal = final.safeParse(json.report);
  return asFinal.success ? statements(asFinal.data) : unreadable('it is JSON, but no Istanbul coverage');
}

function summed({ total, ...files }: z.output<typeof summary>): Read<readonly FileCoverage[]> {
  const whole = { path: 'total', found: total.lines.total, hit: total.lines.covered };
  const parts = Object.entries(files).map(([path, file]) => ({
    path,
    found: file.lines.total,
    hit: file.lines.covered,
  }));
  if (parts.length === 0) return read([whole]);
  const isWhole = (key: 'found' | 'hit') => parts.reduce((sum, part) => sum + part[key], 0) === whole[key];
  return isWhole('found') && isWhole('hit') ? read(parts) : unreadable('its total is not the sum of its files');
}

/** A line is reached when a statement that begins there was: how Istanbul itself counts lines. */
function statements(files: z.output<typeof final>): Read<readonly FileCoverage[]> {
  const covered: FileCoverage[] = [];
  for (const { path, statementMap, s } of Object.values(files)) {
    const times = new Map<number, number>();
    for (const [id, { start }] of Object.entries(statementMap)) {
      const ran = s[id];
      if (ran === undefined) return unreadable(`a statement of ${path} has no count`);
      times.set(start.line, Math.max(times.get(start.line) ?? 0, ran));
    }
    covered.push({ path, ...counted(times) });
  }
  return read(covered);
}
