// What stands in the body of a DO block or of a function: its statements, and which of them something before them may skip.
import type { SqlBody, SqlInner } from '../../evidence/sql.ts';

/** Postgres' parser as it is loaded: of SQL, and of a statement with a body in PL/pgSQL. */
export interface Parsers {
  readonly parse: (text: string) => any;
  readonly parsePlPgSQL: (text: string) => any;
}

/** The body of a DO block, or of a function in PL/pgSQL or SQL; undefined for any other statement. */
export function bodyOf(parsers: Parsers, tree: any, text: string): SqlBody | undefined {
  const options = tree.DoStmt?.args ?? tree.CreateFunctionStmt?.options;
  if (options === undefined) return undefined;
  const language = optionOf(options, 'language')?.String?.sval ?? (tree.DoStmt === undefined ? 'sql' : 'plpgsql');
  try {
    if (language.toLowerCase() === 'plpgsql') return pieces(parsers, parsers.parsePlPgSQL(text));
    if (language.toLowerCase() !== 'sql') return { statements: [], opaque: true };
    const source = optionOf(options, 'as')?.List?.items?.[0]?.String?.sval;
    const statements = source === undefined ? [] : (parsers.parse(source).stmts ?? []);
    return {
      statements: statements.map((one: any) => ({ tree: one.stmt, guarded: false })),
      opaque: source === undefined,
    };
  } catch (error) {
    if (isBroken(error)) throw error;
    return { statements: [], opaque: true };
  }
}

/** The parser ran out of stack or memory, in contrast to SQL that it does not take. */
export function isBroken(error: any): boolean {
  return error?.name === 'RangeError' || error?.name === 'RuntimeError';
}

function optionOf(options: readonly any[], name: string): any {
  return options.find((one) => one.DefElem?.defname === name)?.DefElem.arg;
}

function pieces(parsers: Parsers, parsed: any): SqlBody {
  const statements: SqlInner[] = [];
  let opaque = false;
  const take = (sql: string, guarded: boolean): void => {
    try {
      for (const one of parsers.parse(sql).stmts ?? []) statements.push({ tree: one.stmt, guarded });
    } catch (error) {
      if (isBroken(error)) throw error;
      opaque = true;
    }
  };
  const walk = (node: any, guarded: boolean): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one, guarded);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries<any>(node)) {
      if (key === 'PLpgSQL_stmt_execsql') take(value.sqlstmt?.PLpgSQL_expr?.query ?? '', guarded);
      else if (key === 'PLpgSQL_stmt_perform') take(value.expr?.PLpgSQL_expr?.query ?? '', guarded);
      else if (key === 'PLpgSQL_stmt_dynexecute' || key === 'PLpgSQL_stmt_dynfors') {
        const fixed = literalOf(parsers, value.query?.PLpgSQL_expr?.query ?? '');
        if (fixed === undefined) opaque = true;
        else take(fixed, guarded);
        walk(value.body, guarded);
      } else if (key === 'PLpgSQL_stmt_call') opaque = true;
      else
        walk(
          value,
          guarded || key === 'PLpgSQL_stmt_if' || key === 'PLpgSQL_stmt_case' || value?.exceptions !== undefined,
        );
    }
  };
  walk(parsed, false);
  return { statements, opaque };
}

/** The text of an EXECUTE that is one literal; undefined when it is put together at run time. */
function literalOf(parsers: Parsers, expression: string): string | undefined {
  const [statement] = parsers.parse(`SELECT ${expression}`).stmts ?? [];
  const value = statement?.stmt?.SelectStmt?.targetList?.[0]?.ResTarget?.val;
  return value?.A_Const?.sval?.sval;
}
