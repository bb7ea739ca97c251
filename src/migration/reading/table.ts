// Reads CREATE TABLE and ALTER TABLE out of their syntax trees.
import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint as ConstraintTree, CreateStmt } from 'libpg-query';
import type { SqlTree } from '../../evidence/sql.ts';
import type { Act, ActOf, Column, Constraint, ConstraintKind } from '../act.ts';
import { expressionOf } from './expression.ts';
import { tableName, typeOf, wordOf, wordsOf } from './names.ts';

const constraintKinds: Readonly<Record<string, ConstraintKind>> = {
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreign',
  CONSTR_UNIQUE: 'unique',
  CONSTR_PRIMARY: 'primary',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not-null',
};

/** A column with everything written behind it. */
export function columnOf(tree: ColumnDef): Column {
  const written = (tree.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const of = (type: string) => written.find(({ contype }) => contype === type);
  const generated = of('CONSTR_GENERATED');
  const name = tree.colname ?? '';
  return {
    name,
    type: typeOf(tree.typeName),
    notNull:
      of('CONSTR_NOTNULL') !== undefined || of('CONSTR_PRIMARY') !== undefined || of('CONSTR_IDENTITY') !== undefined,
    default: expressionOf(of('CONSTR_DEFAULT')?.raw_expr),
    generated:
      of('CONSTR_IDENTITY') !== undefined
        ? 'identity'
        : generated === undefined
          ? undefined
          : generated.generated_kind === 'v'
            ? 'virtual'
            : 'stored',
    constraints: written.flatMap((one) => {
      const made = constraintOf(one, name);
      return made === undefined || made.kind === 'not-null' ? [] : [made];
    }),
  };
}

/** A constraint of a table, or of the column it stands behind; undefined for what is none, such as a default. */
export function constraintOf(tree: ConstraintTree, column = ''): Constraint | undefined {
  const kind = constraintKinds[tree.contype ?? ''];
  if (kind === undefined) return undefined;
  const keys = kind === 'foreign' ? wordsOf(tree.fk_attrs) : wordsOf(tree.keys);
  return {
    kind,
    name: tree.conname ?? '',
    columns: columnsOf(kind, { keys, column, tree }),
    validated: tree.skip_validation !== true,
    // Only these two can be NOT ENFORCED; the parser leaves the field out where it is false.
    enforced: tree.is_enforced === true || !['check', 'foreign'].includes(kind),
    index: tree.indexname ?? '',
    references:
      tree.pktable === undefined ? undefined : { table: tableName(tree.pktable), columns: wordsOf(tree.pk_attrs) },
    expression: expressionOf(tree.raw_expr),
  };
}

/** A check is about the columns it names, wherever it is written. */
function columnsOf(
  kind: ConstraintKind,
  { keys, column, tree }: { readonly keys: readonly string[]; readonly column: string; readonly tree: ConstraintTree },
): readonly string[] {
  if (keys.length > 0) return keys;
  if (kind === 'check') return expressionOf(tree.raw_expr)?.columns ?? [];
  return column === '' ? [] : [column];
}

/** CREATE TABLE. */
export function createTable(tree: CreateStmt): ActOf<'create-table'> {
  const elements = tree.tableElts ?? [];
  const parent = (tree.inhRelations ?? []).flatMap((node) => ('RangeVar' in node ? [tableName(node.RangeVar)] : []))[0];
  return {
    kind: 'create-table',
    table: tableName(tree.relation),
    guarded: tree.if_not_exists === true,
    columns: elements.flatMap((node) => ('ColumnDef' in node ? [columnOf(node.ColumnDef)] : [])),
    constraints: [...elements, ...(tree.constraints ?? [])].flatMap((node) => {
      const made = 'Constraint' in node ? constraintOf(node.Constraint) : undefined;
      return made === undefined ? [] : [made];
    }),
    partitionOf: tree.partbound === undefined ? '' : (parent ?? ''),
    partitioned: tree.partspec !== undefined,
    temporary: tree.relation?.relpersistence === 't',
    open: parent !== undefined || elements.some((node) => 'TableLikeClause' in node) || tree.ofTypename !== undefined,
  };
}

/** Everything an ALTER TABLE does, in order. */
export function alterTable(tree: AlterTableStmt): readonly Act[] {
  const on = { table: tableName(tree.relation), ifTable: tree.missing_ok === true };
  if (tree.objtype === 'OBJECT_TYPE') return [{ kind: 'alter', thing: 'type', name: on.table, what: 'attributes' }];
  if (tree.objtype === 'OBJECT_INDEX')
    return [{ kind: 'alter', thing: 'index', name: on.table, what: commandsOf(tree) }];
  if (tree.objtype === 'OBJECT_SEQUENCE')
    return [{ kind: 'alter', thing: 'sequence', name: on.table, what: commandsOf(tree) }];
  if (tree.objtype === 'OBJECT_VIEW' || tree.objtype === 'OBJECT_MATVIEW')
    return [{ kind: 'alter', thing: 'view', name: on.table, what: commandsOf(tree) }];
  return (tree.cmds ?? []).flatMap((node) => ('AlterTableCmd' in node ? actOf(node.AlterTableCmd, on) : []));
}

function commandsOf(tree: AlterTableStmt): string {
  return (tree.cmds ?? []).map((node) => ('AlterTableCmd' in node ? (node.AlterTableCmd.subtype ?? '') : '')).join(' ');
}

function actOf(command: AlterTableCmd, on: { readonly table: string; readonly ifTable: boolean }): readonly Act[] {
  const { name = '', def, missing_ok } = command;
  const guarded = missing_ok === true;
  const column = name;
  switch (command.subtype) {
    case 'AT_AddColumn':
      return def !== undefined && 'ColumnDef' in def
        ? [{ kind: 'add-column', ...on, column: columnOf(def.ColumnDef), guarded }]
        : [];
    case 'AT_DropColumn':
      return [{ kind: 'drop-column', ...on, column, guarded, cascade: command.behavior === 'DROP_CASCADE' }];
    case 'AT_AlterColumnType':
      return typeChange(command, on);
    case 'AT_ColumnDefault':
      return [{ kind: 'set-default', ...on, column, default: expressionOf(def) }];
    case 'AT_SetNotNull':
      return [{ kind: 'set-not-null', ...on, column }];
    case 'AT_DropNotNull':
      return [{ kind: 'drop-not-null', ...on, column }];
    case 'AT_AddConstraint': {
      const constraint = def !== undefined && 'Constraint' in def ? constraintOf(def.Constraint) : undefined;
      return constraint === undefined ? [] : [{ kind: 'add-constraint', ...on, constraint }];
    }
    case 'AT_DropConstraint':
      return [{ kind: 'drop-constraint', ...on, constraint: name, guarded }];
    case 'AT_ValidateConstraint':
      return [{ kind: 'validate-constraint', ...on, constraint: name }];
    case 'AT_SetExpression':
      return [{ kind: 'set-expression', ...on, column }];
    case 'AT_DropExpression':
      return [{ kind: 'drop-expression', ...on, column }];
    case 'AT_AddIdentity':
      return [{ kind: 'add-identity', ...on, column }];
    case 'AT_AttachPartition':
      return [{ kind: 'attach-partition', ...on, partition: partitionOf(def) }];
    case 'AT_DetachPartition':
      return [
        {
          kind: 'detach-partition',
          ...on,
          partition: partitionOf(def),
          concurrently: def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true,
        },
      ];
    case 'AT_AlterConstraint': {
      // Deferring a check loosens it; ENFORCED can refuse what it took before.
      const timing =
        def !== undefined && 'ATAlterConstraint' in def && def.ATAlterConstraint.alterEnforceability !== true;
      return [
        {
          kind: 'table-option',
          ...on,
          option: timing ? 'AT_AlterConstraintTiming' : 'AT_AlterConstraint',
          name,
          guarded,
        },
      ];
    }
    default:
      return [
        {
          kind: 'table-option',
          ...on,
          option: command.subtype ?? '',
          name: name === '' ? (optionNames(def) ?? wordOf(def)) : name,
          guarded,
        },
      ];
  }
}

/** Names of the settings in SET (…) and RESET (…). */
function optionNames(def: SqlTree | undefined): string | undefined {
  if (def === undefined || !('List' in def)) return undefined;
  return (def.List.items ?? []).map((node) => ('DefElem' in node ? (node.DefElem.defname ?? '') : '')).join(' ');
}

function typeChange(command: AlterTableCmd, on: { readonly table: string; readonly ifTable: boolean }): readonly Act[] {
  const { def, name = '' } = command;
  if (def === undefined || !('ColumnDef' in def)) return [];
  return [
    {
      kind: 'change-type',
      ...on,
      column: name,
      type: typeOf(def.ColumnDef.typeName),
      using: expressionOf(def.ColumnDef.raw_default),
      collation: wordsOf(def.ColumnDef.collClause?.collname).at(-1) ?? '',
    },
  ];
}

function partitionOf(def: SqlTree | undefined): string {
  return def !== undefined && 'PartitionCmd' in def ? tableName(def.PartitionCmd.name) : '';
}
