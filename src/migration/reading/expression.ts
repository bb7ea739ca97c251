// What can be known of an expression: the functions it calls, the column it is, what it demands not to be null.
import type { SqlTree } from '../../evidence/sql.ts';
import type { Expression } from '../act.ts';
import { qualified, wordsOf } from './names.ts';

/** Reads an expression; undefined stays undefined. */
export function expressionOf(node: SqlTree | undefined): Expression | undefined {
  if (node === undefined) return undefined;
  const calls = callsIn(node);
  const { column, cast } = bareColumn(node);
  return {
    columns: columnsIn(node),
    calls,
    column,
    cast,
    isNull: isNullLiteral(node),
    notNull: notNullIn(node),
    nullPasses: nullPasses(node, calls),
    onlyNotNull: onlyNotNull(node),
  };
}

/** The names of all functions called anywhere below, lower case; SQL's own words such as CURRENT_TIMESTAMP are none. */
export function callsIn(node: unknown): readonly string[] {
  const found: string[] = [];
  visit(node, (one) => {
    const call = one.FuncCall;
    if (!isRecord(call) || !Array.isArray(call.funcname)) return;
    found.push(
      qualified(
        call.funcname.map((part) => (isRecord(part) && isRecord(part.String) ? String(part.String.sval) : '')),
      ).toLowerCase(),
    );
  });
  return found;
}

/** Every column that is named anywhere below; `*` for all of a table. */
export function columnsIn(node: unknown): readonly string[] {
  const found = new Set<string>();
  visit(node, (one) => {
    const last =
      isRecord(one.ColumnRef) && Array.isArray(one.ColumnRef.fields) ? one.ColumnRef.fields.at(-1) : undefined;
    if (isRecord(last)) found.add(isRecord(last.String) ? String(last.String.sval) : '*');
  });
  return [...found];
}

/** Visits every object of a tree, parents first. */
export function visit(node: unknown, look: (one: Readonly<Record<string, unknown>>) => void): void {
  // With a list of its own instead of calls in calls: trees of machines are deeper than the stack.
  const left: unknown[] = [node];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (isRecord(next)) look(next);
    const below = Array.isArray(next) ? next : Object.values(next);
    for (let place = below.length - 1; place >= 0; place -= 1)
      if (typeof below[place] === 'object') left.push(below[place]);
  }
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bareColumn(node: SqlTree): { readonly column: string; readonly cast: string } {
  if ('ColumnRef' in node) return { column: wordsOf(node.ColumnRef.fields).at(-1) ?? '', cast: '' };
  if ('TypeCast' in node && node.TypeCast.arg !== undefined) {
    const inner = bareColumn(node.TypeCast.arg);
    return { column: inner.column, cast: qualified(wordsOf(node.TypeCast.typeName?.names)) };
  }
  return { column: '', cast: '' };
}

function isNullLiteral(node: SqlTree): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isNullLiteral(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.isnull === true;
}

/** Functions that give null for null, as often seen in checks. */
const strict = ['length', 'char_length', 'octet_length', 'lower', 'upper', 'btrim', 'ltrim', 'rtrim', 'abs'];
const passing = ['A_Expr', 'BoolExpr', 'ColumnRef', 'A_Const', 'TypeCast', 'FuncCall', 'List'];

function nullPasses(node: SqlTree, calls: readonly string[]): boolean {
  let passes = calls.every((name) => strict.includes(name.replace(/^pg_catalog\./, '')));
  visit(node, (one) => {
    const kind = Object.keys(one).find((key) => /^[A-Z]/.test(key));
    const below = one[kind ?? ''];
    if (kind === undefined || ['String', 'Integer', 'Float', 'Boolean', 'TypeName'].includes(kind)) return;
    if (!passing.includes(kind)) passes = false;
    if (kind === 'A_Expr' && isRecord(below) && /DISTINCT/.test(String(below.kind))) passes = false;
  });
  return passes && columnsIn(node).length > 0;
}

function onlyNotNull(node: SqlTree): boolean {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).every(onlyNotNull);
  return notNullIn(node).length > 0;
}

/** `a IS NOT NULL`, and every part of an AND. */
function notNullIn(node: SqlTree): readonly string[] {
  if ('NullTest' in node && node.NullTest.nulltesttype === 'IS_NOT_NULL') {
    const { column } = node.NullTest.arg === undefined ? { column: '' } : bareColumn(node.NullTest.arg);
    return column === '' ? [] : [column];
  }
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(notNullIn);
  return [];
}
