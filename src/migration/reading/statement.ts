// Reads a syntax tree into acts: what the statement does, in the words of the linter.
import type { SqlStatement, SqlTree } from '../../evidence/sql.ts';
import type { Act } from '../act.ts';
import { dataOf } from './data.ts';
import { columnsIn } from './expression.ts';
import { partsOf, qualified, tableName, wordsOf } from './names.ts';
import { created, creation, dropped, emptyTable, renamed, tablesIn, thingOf } from './object.ts';
import { alterTable, createTable } from './table.ts';
import { upkeepOf } from './upkeep.ts';

/** One act, and whether something stands before it that may skip it (a DO block's IF, a caught exception). */
export interface Deed {
  readonly act: Act;
  readonly guarded: boolean;
}

/** Everything a statement does. A DO block is opened: what stands in it counts as if it stood alone. */
export function deedsOf(statement: SqlStatement): readonly Deed[] {
  if (!('DoStmt' in statement.tree)) return actsOf(statement.tree).map((act) => ({ act, guarded: false }));
  return innerOf(statement) ?? [{ act: { kind: 'opaque', what: 'a DO block' }, guarded: false }];
}

/** What stands in the body of a DO block or of a function; undefined for any other statement. */
export function innerOf({ body }: SqlStatement): readonly Deed[] | undefined {
  if (body === undefined) return undefined;
  const inner = body.statements.flatMap(({ tree, guarded }) => actsOf(tree).map((act) => ({ act, guarded })));
  return body.opaque
    ? [...inner, { act: { kind: 'opaque', what: 'a body that builds its statements' }, guarded: false }]
    : inner;
}

/** What one tree does; never empty. */
export function actsOf(tree: SqlTree): readonly Act[] {
  const acts = [...structure(tree), ...creation(tree), ...dataOf(tree), ...upkeepOf(tree)];
  return acts.length > 0 ? acts : [{ kind: 'other', what: wordsBefore(tree) }];
}

function structure(tree: SqlTree): readonly Act[] {
  if ('CreateStmt' in tree) return [createTable(tree.CreateStmt)];
  if ('CreateTableAsStmt' in tree) {
    const { into, objtype, if_not_exists, query } = tree.CreateTableAsStmt;
    const name = tableName(into?.rel);
    if (objtype === 'OBJECT_MATVIEW')
      return [
        created('materialized view', {
          name,
          guarded: if_not_exists,
          reads: tablesIn(query),
          labels: columnsIn(query),
        }),
      ];
    return [emptyTable(name, { guarded: if_not_exists === true, temporary: into?.rel?.relpersistence === 't' })];
  }
  if ('CreateForeignTableStmt' in tree) return [emptyTable(tableName(tree.CreateForeignTableStmt.base?.relation), {})];
  if ('AlterTableStmt' in tree) return alterTable(tree.AlterTableStmt);
  if ('IndexStmt' in tree) {
    const index = tree.IndexStmt;
    return [
      {
        kind: 'create-index',
        table: tableName(index.relation),
        name: index.idxname ?? '',
        keys: wordsOf(index.indexParams),
        unique: index.unique === true,
        partial: index.whereClause !== undefined,
        concurrently: index.concurrent === true,
        guarded: index.if_not_exists === true,
        only: index.relation?.inh !== true,
      },
    ];
  }
  if ('DropStmt' in tree) return [dropped(tree.DropStmt)];
  if ('DropdbStmt' in tree) return [databaseDrop(tree.DropdbStmt.dbname ?? '', tree.DropdbStmt.missing_ok === true)];
  if ('RenameStmt' in tree) return [renamed(tree.RenameStmt)];
  if ('AlterObjectSchemaStmt' in tree) {
    const { objectType, relation, object, newschema = '', missing_ok } = tree.AlterObjectSchemaStmt;
    const from = relation === undefined ? qualified(partsOf(object)) : tableName(relation);
    const to = qualified([newschema, from.split('.').at(-1) ?? '']);
    return [
      {
        kind: 'rename',
        thing: thingOf(objectType),
        table: tableName(relation),
        from,
        to,
        moved: true,
        guarded: missing_ok === true,
      },
    ];
  }
  if ('AlterEnumStmt' in tree) {
    const { typeName, oldVal, newVal = '', newValNeighbor, skipIfNewValExists } = tree.AlterEnumStmt;
    const type = qualified(wordsOf(typeName));
    if (oldVal !== undefined)
      return [
        { kind: 'rename', thing: 'enum value', table: type, from: oldVal, to: newVal, moved: false, guarded: false },
      ];
    return [
      {
        kind: 'add-enum-value',
        type,
        value: newVal,
        guarded: skipIfNewValExists === true,
        placed: newValNeighbor !== undefined,
      },
    ];
  }
  if ('AlterDomainStmt' in tree) {
    const { typeName, subtype = '', def } = tree.AlterDomainStmt;
    const valid = def !== undefined && 'Constraint' in def && def.Constraint.skip_validation !== true;
    return [
      { kind: 'alter', thing: 'domain', name: qualified(wordsOf(typeName)), what: `${subtype}${valid ? '!' : ''}` },
    ];
  }
  if ('AlterSeqStmt' in tree)
    return [{ kind: 'alter', thing: 'sequence', name: tableName(tree.AlterSeqStmt.sequence), what: 'options' }];
  return [];
}

function databaseDrop(name: string, guarded: boolean): Act {
  return { kind: 'drop', thing: 'database', names: [name], table: '', guarded, cascade: false, concurrently: false };
}

/** `AlterOwnerStmt` as `alter owner`. */
function wordsBefore(tree: SqlTree): string {
  const [name = ''] = Object.keys(tree);
  return name
    .replace(/Stmt$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
