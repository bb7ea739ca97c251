// Reads MySQL and MariaDB statement by statement: one that its parser does not know leaves the whole text unread, never passed.
import type { ForeignStatement, SqlReading } from '../../evidence/sql.ts';

/** The statements of a text; `parse` is node-sql-parser's for the dialect. */
export function readForeign(text: string, parse: (sql: string) => unknown): SqlReading {
  const delimiter = /^[ \t]*delimiter\b/im.exec(text);
  if (delimiter !== null)
    return { kind: 'unread', because: 'DELIMITER is a command of the mysql client, not SQL', offset: delimiter.index };
  const statements: ForeignStatement[] = [];
  for (const { start, end } of pieces(text)) {
    const sql = ranBy(text.slice(start, end));
    try {
      if (sql.includes('/*!')) throw new Error('comment');
      statements.push({ start, end, tree: sessionSetting.test(sql) ? { type: 'set' } : parse(sql) });
    } catch (error: any) {
      const offset = start + (error?.location?.start?.offset ?? 0);
      const [met = ''] = text.slice(offset, offset + 30).split('\n');
      return { kind: 'unread', because: `its parser stops at "${met.trim()}"`, offset };
    }
  }
  return { kind: 'mysql', statements };
}

/** The parser knows no SET NAMES, and tools write it at the top of every file. */
const sessionSetting = /^set\s+(names|character\s+set)\s+\S+(\s+collate\s+\S+)?\s*$/i;

/** What the server runs of a statement that is one comment with a version number, as mysqldump writes them; one that is such in part stays as it is. */
function ranBy(sql: string): string {
  return /^\/\*!\d*\s*((?:(?!\/\*!)[\s\S])*?)\s*\*\/$/.exec(sql)?.[1] ?? sql;
}

const piece =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`[^`]*`|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|;|[^'"`;#/-]+|[\s\S]/g;

/** Cuts at each `;` outside quotes and comments; what holds nothing but these is no statement. */
function pieces(text: string): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  let start = -1;
  let end = 0;
  for (const match of text.matchAll(piece)) {
    const [part] = match;
    if (part === ';') {
      if (start >= 0) found.push({ start, end });
      start = -1;
    } else if (!/^(--|#|\/\*(?!!)|\s+$)/.test(part)) {
      if (start < 0) start = match.index + (part.length - part.trimStart().length);
      end = match.index + part.trimEnd().length;
    }
  }
  if (start >= 0) found.push({ start, end });
  return found;
}
