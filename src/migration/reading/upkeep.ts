// Reads what keeps a database going: settings, transactions, REINDEX, VACUUM, comments, rights, locks.
import type { SqlTree } from '../../evidence/sql.ts';
import type { Act } from '../act.ts';
import { partsOf, qualified, tableName, wordsOf } from './names.ts';
import { optionOf, thingOf } from './object.ts';

const lockModes = [
  '',
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

/** What a tree does beside structure and rows; empty for nothing of it. */
export function upkeepOf(tree: SqlTree): readonly Act[] {
  if ('VariableSetStmt' in tree) {
    const { name = '', args, is_local, kind } = tree.VariableSetStmt;
    return [
      {
        kind: 'set',
        name: name.toLowerCase(),
        value: kind === 'VAR_SET_VALUE' ? wordsOf(args).join(', ') : '',
        local: is_local === true,
      },
    ];
  }
  if ('TransactionStmt' in tree)
    return [
      { kind: 'transaction', word: (tree.TransactionStmt.kind ?? '').replace('TRANS_STMT_', '').replace(/_/g, ' ') },
    ];
  if ('ReindexStmt' in tree) {
    const { kind, relation, name = '', params } = tree.ReindexStmt;
    const thing = kind === 'REINDEX_OBJECT_INDEX' ? 'index' : kind === 'REINDEX_OBJECT_TABLE' ? 'table' : 'database';
    const concurrently = optionOf(params, 'concurrently') !== undefined;
    return [
      { kind: 'reindex', thing, name: relation === undefined ? name : tableName(relation), concurrently, full: false },
    ];
  }
  if ('RefreshMatViewStmt' in tree) {
    const { relation, concurrent } = tree.RefreshMatViewStmt;
    return [
      {
        kind: 'refresh',
        thing: 'materialized view',
        name: tableName(relation),
        concurrently: concurrent === true,
        full: false,
      },
    ];
  }
  if ('ClusterStmt' in tree)
    return [
      { kind: 'cluster', thing: 'table', name: tableName(tree.ClusterStmt.relation), concurrently: false, full: true },
    ];
  if ('VacuumStmt' in tree) {
    const { rels, options, is_vacuumcmd } = tree.VacuumStmt;
    if (is_vacuumcmd !== true) return [{ kind: 'select', calls: [], locks: false }];
    const [first] = (rels ?? []).flatMap((node) =>
      'VacuumRelation' in node ? [tableName(node.VacuumRelation.relation)] : [],
    );
    return [
      {
        kind: 'vacuum',
        thing: 'table',
        name: first ?? '',
        concurrently: false,
        full: optionOf(options, 'full') !== undefined,
      },
    ];
  }
  if ('CommentStmt' in tree) {
    const { objtype, object, comment = '' } = tree.CommentStmt;
    const parts = partsOf(object);
    const thing = thingOf(objtype);
    const column = thing === 'column' ? (parts.at(-1) ?? '') : '';
    return [
      {
        kind: 'comment',
        thing,
        table: qualified(thing === 'column' ? parts.slice(0, -1) : parts),
        column,
        text: comment,
      },
    ];
  }
  if ('GrantStmt' in tree) {
    const tables = (tree.GrantStmt.objects ?? []).map((one) => ('RangeVar' in one ? tableName(one.RangeVar) : ''));
    const to = tree.GrantStmt.grantees ?? [];
    const isPublic = to.map((node) => 'RoleSpec' in node && node.RoleSpec.roletype === 'ROLESPEC_PUBLIC');
    const rights = rightsOf(tree.GrantStmt.privileges);
    const named = { toPublic: isPublic.includes(true), others: isPublic.includes(false), rights };
    const kind = tree.GrantStmt.is_grant === true ? 'grant' : 'revoke';
    return (tables.length === 0 ? [''] : tables).map((table) => ({ kind, table, ...named }) as const);
  }
  if ('GrantRoleStmt' in tree)
    return [
      {
        ...{ kind: tree.GrantRoleStmt.is_grant === true ? 'grant' : 'revoke', table: '' },
        ...{ toPublic: false, others: true, rights: [] },
      },
    ];
  if ('LockStmt' in tree) {
    const tables = (tree.LockStmt.relations ?? []).flatMap((node) =>
      'RangeVar' in node ? [tableName(node.RangeVar)] : [],
    );
    return tables.map((table) => ({ kind: 'lock', table, mode: lockModes[tree.LockStmt.mode ?? 0] ?? '' }) as const);
  }
  if (
    'VariableShowStmt' in tree ||
    'ExplainStmt' in tree ||
    'NotifyStmt' in tree ||
    'CheckPointStmt' in tree ||
    'DiscardStmt' in tree
  )
    return [{ kind: 'select', calls: [], locks: false }];
  if ('CallStmt' in tree)
    return [{ kind: 'opaque', what: `CALL ${qualified(wordsOf(tree.CallStmt.funccall?.funcname))}` }];
  if ('ExecuteStmt' in tree) return [{ kind: 'opaque', what: 'EXECUTE' }];
  return [];
}

/** `select`, `select(note)`; no list is ALL. */
function rightsOf(privileges: readonly SqlTree[] | undefined): readonly string[] {
  if (privileges === undefined || privileges.length === 0) return ['all'];
  return privileges.flatMap((node) => {
    if (!('AccessPriv' in node)) return [];
    const { priv_name: name = 'all', cols } = node.AccessPriv;
    return cols === undefined ? [name] : wordsOf(cols).map((column) => `${name}(${column})`);
  });
}
