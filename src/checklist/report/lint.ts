// Errors and warnings of a linter, from ESLint's JSON or SARIF.
import { z } from 'zod';
import { readScan } from '../scan.ts';
import { type Read, read, readJson, unreadable } from './reading.ts';

export interface LintResults {
  readonly errors: number;
  readonly warnings: number;
}

const count = z.int().min(0);
const eslint = z.array(z.looseObject({ filePath: z.string(), errorCount: count, warningCount: count })).min(1);

/** Reads a report. One of ESLint without a single file has looked at nothing and is unreadable. */
export function readLint(text: string): Read<LintResults> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const files = eslint.safeParse(json.report);
  if (files.success) {
    const sum = (key: 'errorCount' | 'warningCount') => files.data.reduce((before, file) => before + file[key], 0);
    return read({ errors: sum('errorCount'), warnings: sum('warningCount') });
  }
  const scan = readScan(text);
  if (scan.kind === 'unreadable') return unreadable('it is neither ESLint’s JSON nor SARIF 2.1, or of no file at all');
  const { critical, high, medium, low } = scan.counts;
  return read({ errors: critical + high, warnings: medium + low });
}
