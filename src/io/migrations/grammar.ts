// The grammars of SQL: libpg-query (Postgres' own parser as WebAssembly) and node-sql-parser for MySQL and MariaDB, loaded when there is something to read.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { SqlDialect, SqlGrammar, SqlReading, SqlStatement } from '../../evidence/sql.ts';
import { readForeign } from './foreign-grammar.ts';
import { bodyOf, isBroken, type Parsers } from './plpgsql.ts';

/** Characters of the largest text that is parsed (4 MB take a second and 350 MB of memory). */
const largest = 4 * 1024 * 1024;

/**
 * V8's second compiler takes half a second of processor and 560 MB for the parser's largest functions, and a lint of 700 files is over before it is done.
 * The first compiler's code reads 4 MB as fast, for most of that time goes into the tree. Set at run time a flag implies no other, so all three are named.
 */
const quickCode = ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

/** Serves `SqlGrammar`. `beside` is the folder in which a bundle finds the parsers' own files; sources take them from node_modules. */
export function createGrammar(beside: string = dirname(fileURLToPath(import.meta.url))): SqlGrammar {
  let postgres: Promise<Parsers> | undefined;
  return {
    read: async (texts, dialect) => {
      if (dialect !== 'postgres') return readAllForeign(texts, dialect, beside);
      if (texts.every((text) => text.trim() === ''))
        return texts.map(() => ({ kind: 'postgres', statements: [] }) as const);
      const readings: SqlReading[] = [];
      for (const text of texts) {
        postgres ??= loadPostgres(beside);
        const parsers = await postgres;
        try {
          readings.push(readPostgres(parsers, text));
        } catch (error) {
          if (!isBroken(error)) throw error;
          // It left the parser in the middle of its work: whatever it would read next could be wrong.
          postgres = undefined;
          readings.push({ kind: 'unread', because: 'it is nested too deeply to be read', offset: 0 });
        }
      }
      return readings;
    },
  };
}

async function loadPostgres(beside: string): Promise<Parsers> {
  for (const flag of quickCode) setFlagsFromString(flag);
  const library = loaded(join(beside, 'libpg-query', 'index.cjs'), 'libpg-query');
  await library.loadModule();
  return { parse: library.parseSync, parsePlPgSQL: library.parsePlPgSQLSync };
}

function readAllForeign(texts: readonly string[], dialect: SqlDialect, beside: string): readonly SqlReading[] {
  if (texts.every((text) => text.trim() === '')) return texts.map(() => ({ kind: 'mysql', statements: [] }) as const);
  const mysql = lazy(() => foreignParser(beside, 'mysql.js', 'MySQL'));
  if (dialect === 'mysql') return texts.map((text) => readForeign(text, (sql) => mysql()(sql)));
  const mariadb = foreignParser(beside, 'mariadb.js', 'MariaDB');
  // What both have in common MySQL's grammar knows better (ENUM, foreign keys).
  const either = (sql: string) => {
    try {
      return mariadb(sql);
    } catch (error) {
      try {
        return mysql()(sql);
      } catch {
        throw error;
      }
    }
  };
  return texts.map((text) => readForeign(text, either));
}

function foreignParser(beside: string, file: string, database: string): (sql: string) => unknown {
  const { Parser } = loaded(join(beside, 'node-sql-parser', file), `node-sql-parser/build/${file}`);
  const parser = new Parser();
  return (sql) => parser.astify(sql, { database });
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The file beside the bundle; from the sources, the package. Both as variables: the bundler must leave them alone. Always a fresh one. */
function loaded(file: string, name: string): any {
  const from = createRequire(import.meta.url);
  const place = from.resolve(existsSync(file) ? file : name);
  for (const kept of Object.keys(from.cache ?? {})) if (dirname(kept) === dirname(place)) delete from.cache[kept];
  return from(place);
}

function readPostgres(parsers: Parsers, text: string): SqlReading {
  if (text.trim() === '') return { kind: 'postgres', statements: [] };
  const nul = text.indexOf('\0');
  // The parser, written in C, would take the text for ended there, and what follows for checked.
  if (nul >= 0) return { kind: 'unread', because: 'it has a NUL character, which SQL cannot hold', offset: nul };
  if (text.length > largest) {
    return {
      kind: 'unread',
      because: `it has ${Math.ceil(text.length / 1024 / 1024)} MB, more than the 4 that are parsed`,
      offset: 0,
    };
  }
  try {
    const parsed = parsers.parse(text);
    const place = offsets(text);
    const statements = (parsed.stmts ?? []).map((one: any) => statementOf(parsers, text, one, place));
    return { kind: 'postgres', statements };
  } catch (error: any) {
    if (isBroken(error)) throw error;
    const offset = error?.sqlDetails?.cursorPosition;
    return {
      kind: 'unread',
      because: inShort(String(error?.message ?? error)),
      offset: typeof offset === 'number' && offset > 0 ? offset : 0,
    };
  }
}

/** The grammar repeats what it met, which can be all the rest of the file. */
function inShort(message: string): string {
  if (/^memory exhausted/.test(message)) return 'it is nested too deeply to be read';
  const line = message.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

function statementOf(parsers: Parsers, text: string, raw: any, place: (bytes: number) => number): SqlStatement {
  const from = place(raw.stmt_location ?? 0);
  const end = raw.stmt_len === undefined ? text.trimEnd().length : place((raw.stmt_location ?? 0) + raw.stmt_len);
  const start = Math.min(end, from + blankLength(text.slice(from, end)));
  const body = bodyOf(parsers, raw.stmt, text.slice(start, end));
  return { start, end, tree: raw.stmt, ...(body === undefined ? {} : { body }) };
}

/** Postgres counts bytes of UTF-8; we count characters as JavaScript does. Asked in ascending order. */
function offsets(text: string): (bytes: number) => number {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === text.length) return (offset) => offset;
  let [atByte, atChar] = [0, 0];
  return (offset) => {
    if (offset < atByte) [atByte, atChar] = [0, 0];
    atChar += bytes.toString('utf8', atByte, offset).length;
    atByte = offset;
    return atChar;
  };
}

/** Length of the blanks and comments at the beginning: they belong to no statement. */
function blankLength(text: string): number {
  const blank = /\s+|--[^\n]*(?:\n|$)/y;
  let at = 0;
  for (;;) {
    blank.lastIndex = at;
    const next = blank.exec(text)?.[0].length ?? 0;
    const comment = next === 0 && text.startsWith('/*', at) ? commentLength(text, at) : next;
    if (comment === 0) return at;
    at += comment;
  }
}

/** Comments of this kind nest. */
function commentLength(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const pair = text.slice(at, at + 2);
    if (pair === '/*') depth += 1;
    if (pair === '*/') depth -= 1;
    if (pair === '/*' || pair === '*/') at += 1;
    if (depth === 0) return at + 1 - from;
  }
  return text.length - from;
}
