// Migration files as acts: every statement of every script read by the grammar, each with its place in the file.
import type { SqlDialect, SqlGrammar, SqlReading } from '../evidence/sql.ts';
import type { MigrationFile, Script } from './file.ts';
import { foreignDeeds } from './reading/foreign.ts';
import { type Deed, deedsOf, innerOf } from './reading/statement.ts';
import { withStandIns } from './stand-in.ts';
import { placesIn } from './statement.ts';

export interface ParsedStatement {
  readonly deeds: readonly Deed[];
  /** What stands in the body of a function that it makes. */
  readonly inner?: readonly Deed[];
  /** As it is written. */
  readonly text: string;
  /** All from 1, in the file. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** What stands before it on its first line, and behind it on its last, its semicolon with it. */
  readonly before: string;
  readonly behind: string;
  /** That is no other statement. */
  readonly alone: boolean;
}

export type ParsedScript =
  | { readonly kind: 'parsed'; readonly statements: readonly ParsedStatement[] }
  | { readonly kind: 'unread'; readonly because: string; readonly line: number; readonly column: number };

export interface ParsedFile {
  readonly file: MigrationFile;
  readonly up: ParsedScript;
  readonly down: ParsedScript | undefined;
  /** Placeholders of its up that a name stands in for. */
  readonly standIns: number;
}

export interface Parsing {
  readonly dialect: SqlDialect;
  /** What runs the files: some tools fill placeholders in. */
  readonly tool: string;
  /** Files whose down is read too. */
  readonly downs: (file: MigrationFile) => boolean;
}

/** Reads the files. */
export async function parseFiles(
  grammar: SqlGrammar,
  files: readonly MigrationFile[],
  { dialect, downs, tool }: Parsing,
): Promise<readonly ParsedFile[]> {
  const scripts = files.flatMap((file) => (file.down !== undefined && downs(file) ? [file.up, file.down] : [file.up]));
  const readings = await grammar.read(
    scripts.map(({ text }) => withStandIns(text, tool).text),
    dialect,
  );
  const parsed = new Map(scripts.map((script, index) => [script, scriptOf(script, readings[index])]));
  return files.flatMap((file) => {
    const up = parsed.get(file.up);
    if (up === undefined) return [];
    const standIns = up.kind === 'parsed' ? withStandIns(file.up.text, tool).placeholders : 0;
    return [{ file, up, down: file.down === undefined ? undefined : parsed.get(file.down), standIns }];
  });
}

function scriptOf({ text, line }: Script, reading: SqlReading | undefined): ParsedScript {
  const placeAt = placesIn(text, line);
  if (reading === undefined) return { kind: 'parsed', statements: [] };
  if (reading.kind === 'unread') return { kind: 'unread', because: reading.because, ...placeAt(reading.offset) };
  const statements =
    reading.kind === 'postgres'
      ? reading.statements.map((one) => ({ ...one, deeds: deedsOf(one), inner: innerOf(one) }))
      : reading.statements.map((one) => ({ ...one, deeds: foreignDeeds(one.tree), inner: undefined }));
  return {
    kind: 'parsed',
    statements: statements.map(({ start, end, deeds, inner }) => ({
      deeds,
      ...(inner === undefined ? {} : { inner }),
      text: text.slice(start, end),
      ...placeAt(start),
      // The semicolon may stand on a line below.
      endLine: placeAt(Math.max(start, text[end] === ';' ? end : end - 1)).line,
      ...besides(text, start, end),
    })),
  };
}

function besides(text: string, start: number, end: number): Pick<ParsedStatement, 'before' | 'behind' | 'alone'> {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const stop = text.indexOf('\n', end);
  const behind = text.slice(end, stop < 0 ? text.length : stop);
  return { before, behind, alone: before.trim() === '' && /^\s*;?\s*(--.*)?$/.test(behind) };
}
