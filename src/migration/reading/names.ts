// Names out of syntax trees: of tables, of types, of objects in a list.
import type { SqlTree } from '../../evidence/sql.ts';
import type { ColumnType } from '../act.ts';

interface TableName {
  readonly schemaname?: string;
  readonly relname?: string;
}

/** `orders`, or `app.orders` when the schema is another than public. */
export function tableName(of: TableName | undefined): string {
  return qualified([of?.schemaname ?? '', of?.relname ?? '']);
}

/** The last part, with the schema before it unless that is public. */
export function qualified(parts: readonly string[]): string {
  const name = parts.at(-1) ?? '';
  const schema = parts.at(-2) ?? '';
  return schema === '' || schema === 'public' || schema === 'pg_catalog' ? name : `${schema}.${name}`;
}

/** The text of a name or a literal; empty for anything else. */
export function wordOf(node: SqlTree | undefined): string {
  if (node === undefined) return '';
  if ('String' in node) return node.String.sval ?? '';
  if ('A_Const' in node) {
    const { sval, ival, fval, boolval } = node.A_Const;
    if (sval !== undefined) return sval.sval ?? '';
    if (fval !== undefined) return fval.fval ?? '';
    if (boolval !== undefined) return String(boolval.boolval ?? false);
    return ival === undefined ? '' : String(ival.ival ?? 0);
  }
  if ('IndexElem' in node) return node.IndexElem.name ?? '';
  return '';
}

/** All names of a list. */
export function wordsOf(nodes: readonly SqlTree[] | undefined): readonly string[] {
  return (nodes ?? []).map(wordOf);
}

/** The parts of an object's name, however the grammar wraps it. */
export function partsOf(node: SqlTree | undefined): readonly string[] {
  if (node === undefined) return [];
  if ('List' in node) return wordsOf(node.List.items);
  if ('TypeName' in node) return wordsOf(node.TypeName.names);
  if ('ObjectWithArgs' in node) return wordsOf(node.ObjectWithArgs.objname);
  return [wordOf(node)];
}

interface TypeName {
  readonly names?: readonly SqlTree[];
  readonly typmods?: readonly SqlTree[];
  readonly arrayBounds?: readonly SqlTree[];
  readonly setof?: boolean;
}

/** A type as its parts say. */
export function typeOf(type: TypeName | undefined): ColumnType {
  return {
    name: qualified(wordsOf(type?.names)),
    modifiers: (type?.typmods ?? []).map((one) => Number(wordOf(one))),
    array: (type?.arrayBounds ?? []).length > 0,
  };
}
