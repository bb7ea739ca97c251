// Reads columns, constraints and names out of the trees of node-sql-parser.
import type { Column, Constraint, Expression } from '../act.ts';
import { isRecord } from './expression.ts';

/** A column with what is written behind it. */
export function columnOf(tree: Readonly<Record<string, unknown>>): Column {
  const definition = isRecord(tree.definition) ? tree.definition : {};
  const nullable = isRecord(tree.nullable) ? word(tree.nullable.type) : '';
  const counted = word(tree.auto_increment) !== '';
  const name = columnName(tree.column);
  return {
    name,
    type: {
      name: word(definition.dataType),
      modifiers: typeof definition.length === 'number' ? [definition.length] : [],
      array: false,
    },
    notNull: nullable === 'not null' || word(tree.primary_key) !== '',
    default: defaultOf(tree.default_val) ?? (counted ? nothing : undefined),
    generated: isRecord(tree.generated)
      ? word(tree.generated.storage_type) === 'stored'
        ? 'stored'
        : 'virtual'
      : undefined,
    constraints: behindColumn(tree, name),
  };
}

const nothing: Expression = {
  columns: [],
  calls: [],
  column: '',
  cast: '',
  isNull: false,
  notNull: [],
  nullPasses: false,
  onlyNotNull: false,
};

/** A default in parentheses is an expression; what it calls does not matter, that it is computed does. */
function defaultOf(tree: unknown): Expression | undefined {
  if (!isRecord(tree)) return undefined;
  const value = isRecord(tree.value) ? tree.value : {};
  if (word(value.type) === 'null') return { ...nothing, isNull: true };
  return value.parentheses === true ? { ...nothing, calls: ['expression'] } : nothing;
}

const bare = { validated: true, enforced: true, index: '', references: undefined, expression: undefined };

function behindColumn(tree: Readonly<Record<string, unknown>>, column: string): readonly Constraint[] {
  const plain = { ...bare, name: '', columns: [column] };
  const target = isRecord(tree.reference_definition) ? tableOf(tree.reference_definition.table) : '';
  return [
    ...(word(tree.primary_key) === '' ? [] : [{ ...plain, kind: 'primary' as const }]),
    ...(word(tree.unique) === '' ? [] : [{ ...plain, kind: 'unique' as const }]),
    ...(target === '' ? [] : [{ ...plain, kind: 'foreign' as const, references: { table: target, columns: [] } }]),
  ];
}

/** A constraint of a table; what is none that is known counts as a check. */
export function constraintOf(tree: Readonly<Record<string, unknown>>): Constraint {
  const said = word(tree.constraint_type);
  const kind = said.includes('foreign')
    ? 'foreign'
    : said.includes('primary')
      ? 'primary'
      : said.includes('unique')
        ? 'unique'
        : 'check';
  const reference = isRecord(tree.reference_definition) ? tableOf(tree.reference_definition.table) : '';
  return {
    ...bare,
    kind,
    name: word(tree.constraint),
    columns: (Array.isArray(tree.definition) ? tree.definition : []).map(columnName),
    references: reference === '' ? undefined : { table: reference, columns: [] },
  };
}

/** The name of the first table of a list. */
export function tableOf(value: unknown): string {
  const [first] = Array.isArray(value) ? value : [value];
  return isRecord(first) && typeof first.table === 'string' ? first.table : '';
}

/** Column names come as texts, or wrapped once or twice. */
export function columnName(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return '';
  return columnName(value.column ?? (isRecord(value.expr) ? value.expr.value : value.value));
}

/** A text in lower case; empty for anything else. */
export function word(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}
