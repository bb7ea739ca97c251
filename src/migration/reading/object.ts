// Reads what makes, drops, renames and alters objects other than the columns of a table.
import type { DefElem, DropStmt, RenameStmt } from 'libpg-query';
import type { SqlTree } from '../../evidence/sql.ts';
import type { Act, ActOf, ColumnType, Thing } from '../act.ts';
import { columnsIn, isRecord, visit } from './expression.ts';
import { partsOf, qualified, tableName, typeOf, wordOf, wordsOf } from './names.ts';

const things: Readonly<Record<string, Thing>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_COLUMN: 'column',
  OBJECT_ATTRIBUTE: 'column',
  OBJECT_INDEX: 'index',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SCHEMA: 'schema',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'function',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_EXTENSION: 'extension',
  OBJECT_POLICY: 'policy',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_DOMCONSTRAINT: 'constraint',
  OBJECT_RULE: 'rule',
  OBJECT_DATABASE: 'database',
};

/** Our word for the grammar's kind of object. */
export function thingOf(type: string | undefined): Thing {
  return things[type ?? ''] ?? 'other';
}

const onTables: readonly Thing[] = ['trigger', 'policy', 'rule'];

/** DROP of one or several objects of a kind. */
export function dropped(tree: DropStmt): ActOf<'drop'> {
  const thing = thingOf(tree.removeType);
  const parts = (tree.objects ?? []).map(partsOf);
  const beside = onTables.includes(thing);
  return {
    kind: 'drop',
    thing,
    names: parts.map((one) => (beside ? (one.at(-1) ?? '') : qualified(one))),
    table: beside ? qualified((parts[0] ?? []).slice(0, -1)) : '',
    guarded: tree.missing_ok === true,
    cascade: tree.behavior === 'DROP_CASCADE',
    concurrently: tree.concurrent === true,
  };
}

/** RENAME of a table, a column or anything else. */
export function renamed(tree: RenameStmt): ActOf<'rename'> {
  const thing = thingOf(tree.renameType);
  const inside = ['column', 'constraint', 'trigger', 'policy', 'rule'].includes(thing);
  const table = tree.relation === undefined ? '' : tableName(tree.relation);
  const object = qualified(partsOf(tree.object));
  return {
    kind: 'rename',
    thing,
    table,
    from: inside ? (tree.subname ?? '') : table || object || (tree.subname ?? ''),
    to: tree.newname ?? '',
    moved: false,
    guarded: tree.missing_ok === true,
  };
}

interface Made {
  readonly name: string;
  readonly table?: string;
  readonly guarded?: boolean | undefined;
  readonly replace?: boolean | undefined;
  readonly volatile?: boolean;
  readonly labels?: readonly string[];
  readonly base?: ColumnType;
  readonly constrained?: boolean;
  readonly reads?: readonly string[];
}

/** CREATE of something that is neither a table nor an index. */
export function created(thing: Thing, made: Made): ActOf<'create'> {
  const {
    name,
    table = '',
    guarded,
    replace,
    volatile = false,
    labels = [],
    base,
    constrained = false,
    reads = [],
  } = made;
  return {
    kind: 'create',
    thing,
    name,
    table,
    guarded: guarded === true,
    replace: replace === true,
    volatile,
    labels,
    base,
    constrained,
    reads,
  };
}

/** The tables that a query reads, wherever they stand in it. */
export function tablesIn(node: unknown): readonly string[] {
  const found = new Set<string>();
  visit(node, (one) => {
    const range = one.RangeVar;
    if (isRecord(range)) found.add(qualified([String(range.schemaname ?? ''), String(range.relname ?? '')]));
  });
  return [...found];
}

/** What makes objects; empty for a tree that makes none of these. */
export function creation(tree: SqlTree): readonly Act[] {
  if ('ViewStmt' in tree) {
    const { view, replace, query } = tree.ViewStmt;
    return [created('view', { name: tableName(view), replace, reads: tablesIn(query), labels: columnsIn(query) })];
  }
  if ('CreateFunctionStmt' in tree) {
    const { funcname, replace, options } = tree.CreateFunctionStmt;
    const declared = wordOf(optionOf(options, 'volatility')?.arg);
    return [
      created('function', {
        name: qualified(wordsOf(funcname)),
        replace,
        volatile: declared === '' || declared === 'volatile',
      }),
    ];
  }
  if ('CreateEnumStmt' in tree) {
    const { typeName, vals } = tree.CreateEnumStmt;
    return [created('type', { name: qualified(wordsOf(typeName)), labels: wordsOf(vals) })];
  }
  if ('CreateDomainStmt' in tree) {
    const { domainname, typeName, constraints } = tree.CreateDomainStmt;
    const constrained = (constraints ?? []).some(
      (node) => 'Constraint' in node && ['CONSTR_CHECK', 'CONSTR_NOTNULL'].includes(node.Constraint.contype ?? ''),
    );
    return [created('domain', { name: qualified(wordsOf(domainname)), base: typeOf(typeName), constrained })];
  }
  if ('CompositeTypeStmt' in tree) return [created('type', { name: tableName(tree.CompositeTypeStmt.typevar) })];
  if ('CreateRangeStmt' in tree) return [created('type', { name: qualified(wordsOf(tree.CreateRangeStmt.typeName)) })];
  if ('CreateTrigStmt' in tree) {
    const { trigname = '', relation, replace } = tree.CreateTrigStmt;
    return [created('trigger', { name: trigname, table: tableName(relation), replace })];
  }
  if ('CreatePolicyStmt' in tree) {
    const { policy_name = '', table, permissive, cmd_name, roles, qual, with_check } = tree.CreatePolicyStmt;
    const all =
      cmd_name === 'all' && isPublic(roles) && isTrue(qual) && (with_check === undefined || isTrue(with_check));
    const labels = permissive === true ? ['permissive'] : [];
    return [created('policy', { name: policy_name, table: tableName(table), labels, constrained: !all })];
  }
  if ('RuleStmt' in tree) {
    const { rulename = '', relation, replace } = tree.RuleStmt;
    return [created('rule', { name: rulename, table: tableName(relation), replace })];
  }
  if ('CreateSchemaStmt' in tree) {
    const { schemaname = '', if_not_exists } = tree.CreateSchemaStmt;
    return [created('schema', { name: schemaname, guarded: if_not_exists })];
  }
  if ('CreateExtensionStmt' in tree) {
    const { extname = '', if_not_exists } = tree.CreateExtensionStmt;
    return [created('extension', { name: extname, guarded: if_not_exists })];
  }
  if ('CreateSeqStmt' in tree) {
    const { sequence, if_not_exists } = tree.CreateSeqStmt;
    return [created('sequence', { name: tableName(sequence), guarded: if_not_exists })];
  }
  if ('DefineStmt' in tree) {
    const { defnames, if_not_exists, replace } = tree.DefineStmt;
    return [created('other', { name: qualified(wordsOf(defnames)), guarded: if_not_exists, replace })];
  }
  return [];
}

function isPublic(roles: readonly SqlTree[] | undefined): boolean {
  return (roles ?? []).some((node) => 'RoleSpec' in node && node.RoleSpec.roletype === 'ROLESPEC_PUBLIC');
}

function isTrue(node: SqlTree | undefined): boolean {
  return wordOf(node) === 'true';
}

/** An option of a list by its name. */
export function optionOf(options: readonly SqlTree[] | undefined, name: string): DefElem | undefined {
  return (options ?? [])
    .flatMap((node) => ('DefElem' in node ? [node.DefElem] : []))
    .find(({ defname }) => defname === name);
}

/** A table of which only the name is known. */
export function emptyTable(name: string, { guarded = false, temporary = false }): Act {
  const nothing = { columns: [], constraints: [], partitionOf: '', partitioned: false, open: true };
  return { kind: 'create-table', table: name, guarded, temporary, ...nothing };
}
