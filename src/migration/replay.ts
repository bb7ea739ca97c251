// Replays migrations statement by statement into the schema that they make.
import type { Act, ActOf, Column, Constraint } from './act.ts';
import { noteRights, type PublicRights } from './public-right.ts';
import type { Domain, Index, Schema, Table, View } from './schema.ts';

/** A schema that grows as acts are replayed. */
export class Replay implements Schema {
  readonly tables = new Map<string, Table>();
  readonly indexes = new Map<string, Index>();
  readonly domains = new Map<string, Domain>();
  readonly enums = new Map<string, readonly string[]>();
  readonly functions = new Map<string, boolean>();
  readonly views = new Map<string, View>();
  readonly triggers = new Map<string, boolean>();
  readonly grantedTables = new Set<string>();
  readonly publicRights: PublicRights = new Map();

  /** Takes one act of a migration in. What it says about things that are not known is taken as given. */
  apply(act: Act, path: string): void {
    noteRights(this.publicRights, act);
    if (act.kind === 'create-table') this.#createTable(act, path);
    else if (act.kind === 'create-index') this.#addIndex(act.name || `${act.table}_${act.keys.join('_')}_idx`, act);
    else if (act.kind === 'drop') this.#drop(act);
    else if (act.kind === 'rename') this.#rename(act);
    else if (act.kind === 'create') this.#create(act);
    else if (act.kind === 'comment') this.#comment(act, path);
    else if (act.kind === 'add-enum-value') this.enums.set(act.type, [...(this.enums.get(act.type) ?? []), act.value]);
    else if (act.kind === 'grant' && act.toPublic) this.grantedTables.add(act.table || '*');
    else if ('ifTable' in act) this.#alter(act, path);
  }

  #createTable(act: ActOf<'create-table'>, path: string): void {
    if (act.guarded && this.tables.has(act.table)) return;
    const parent = this.tables.get(act.partitionOf);
    const columns = new Map(parent?.columns ?? []);
    this.tables.set(act.table, {
      name: act.table,
      columns,
      constraints: parent?.constraints ?? [],
      open: act.open && parent === undefined,
      partitioned: act.partitioned,
      guardedRows: false,
      madeIn: path,
      deprecatedIn: '',
    });
    for (const column of act.columns) this.#addColumn(act.table, column, path);
    for (const constraint of act.constraints) this.#addConstraint(act.table, constraint);
  }

  #addColumn(table: string, column: Column, path: string): void {
    const known = this.#tableOf(table);
    const columns = new Map(known.columns);
    if (!columns.has(column.name)) columns.set(column.name, { column, madeIn: path, deprecatedIn: '' });
    this.tables.set(table, { ...known, columns });
    for (const constraint of column.constraints) this.#addConstraint(table, constraint);
  }

  #addConstraint(table: string, constraint: Constraint): void {
    const known = this.#tableOf(table);
    const name = constraint.name || defaultName(table, constraint);
    const named = { ...constraint, name };
    this.tables.set(table, { ...known, constraints: [...known.constraints.filter((one) => one.name !== name), named] });
    if (constraint.index !== '') this.indexes.delete(constraint.index);
    if (constraint.kind === 'primary')
      for (const column of constraint.columns) this.#change(table, column, { notNull: true });
    if (constraint.kind === 'not-null')
      for (const column of constraint.columns) this.#change(table, column, { notNull: true });
    if (['unique', 'primary', 'exclude'].includes(constraint.kind))
      this.indexes.set(name, {
        name,
        table,
        keys: constraint.columns,
        unique: constraint.kind !== 'exclude',
        partial: false,
      });
  }

  #addIndex(name: string, act: ActOf<'create-index'>): void {
    const key = qualifiedBeside(act.table, name);
    if (act.guarded && this.indexes.has(key)) return;
    this.indexes.set(key, { name: key, table: act.table, keys: act.keys, unique: act.unique, partial: act.partial });
  }

  #alter(act: Extract<Act, { readonly ifTable: boolean }>, path: string): void {
    const { table } = act;
    if (act.kind === 'add-column') this.#addColumn(table, act.column, path);
    else if (act.kind === 'drop-column') this.#dropColumn(table, act.column);
    else if (act.kind === 'change-type') this.#change(table, act.column, { type: act.type });
    else if (act.kind === 'set-default') this.#change(table, act.column, { default: act.default });
    else if (act.kind === 'set-not-null') this.#change(table, act.column, { notNull: true });
    else if (act.kind === 'drop-not-null') this.#change(table, act.column, { notNull: false });
    else if (act.kind === 'add-identity') this.#change(table, act.column, { generated: 'identity', notNull: true });
    else if (act.kind === 'add-constraint') this.#addConstraint(table, act.constraint);
    else if (act.kind === 'drop-constraint') this.#dropConstraint(table, act.constraint);
    else if (act.kind === 'validate-constraint') this.#validate(table, act.constraint);
    else if (act.kind === 'table-option') this.#option(table, act.option, act.name);
  }

  #option(table: string, option: string, name: string): void {
    const trigger = /^AT_(Enable|Disable)Trig/.exec(option)?.[1];
    if (trigger !== undefined)
      for (const key of this.triggers.keys())
        if (name === '' ? key.startsWith(`${table}.`) : key === `${table}.${name}`)
          this.triggers.set(key, trigger === 'Enable');
    if (option !== 'AT_EnableRowSecurity' && option !== 'AT_DisableRowSecurity') return;
    this.tables.set(table, { ...this.#tableOf(table), guardedRows: option === 'AT_EnableRowSecurity' });
  }

  #dropConstraint(table: string, constraint: string): void {
    this.indexes.delete(constraint);
    this.#constraints(table, (all) => all.filter(({ name }) => name !== constraint));
  }

  #validate(table: string, constraint: string): void {
    this.#constraints(table, (all) => all.map((one) => (one.name === constraint ? { ...one, validated: true } : one)));
  }

  #change(table: string, name: string, changed: Partial<Column>): void {
    const known = this.#tableOf(table);
    const before = known.columns.get(name);
    if (before === undefined) return;
    const columns = new Map(known.columns).set(name, { ...before, column: { ...before.column, ...changed } });
    this.tables.set(table, { ...known, columns });
  }

  #constraints(table: string, changed: (all: readonly Constraint[]) => readonly Constraint[]): void {
    const known = this.#tableOf(table);
    this.tables.set(table, { ...known, constraints: changed(known.constraints) });
  }

  #dropColumn(table: string, column: string): void {
    const known = this.#tableOf(table);
    const columns = new Map(known.columns);
    columns.delete(column);
    const constraints = known.constraints.filter((one) => !one.columns.includes(column));
    this.tables.set(table, { ...known, columns, constraints });
    for (const index of [...this.indexes.values()])
      if (index.table === table && index.keys.includes(column)) this.indexes.delete(index.name);
  }

  #drop(act: ActOf<'drop'>): void {
    for (const name of act.names) {
      if (act.thing === 'table') {
        this.tables.delete(name);
        for (const index of [...this.indexes.values()]) if (index.table === name) this.indexes.delete(index.name);
      }
      if (act.thing === 'index') this.indexes.delete(name);
      if (act.thing === 'type' || act.thing === 'domain') this.enums.delete(name);
      if (act.thing === 'domain') this.domains.delete(name);
      if (act.thing === 'view' || act.thing === 'materialized view') this.views.delete(name);
      if (act.thing === 'trigger') this.triggers.delete(`${act.table}.${name}`);
    }
  }

  #rename(act: ActOf<'rename'>): void {
    if (act.thing === 'table') this.#renameTable(act.from, act.moved ? act.to : qualifiedBeside(act.from, act.to));
    if (act.thing === 'index') {
      const index = this.indexes.get(act.from);
      this.indexes.delete(act.from);
      const name = qualifiedBeside(act.from, act.to);
      if (index !== undefined) this.indexes.set(name, { ...index, name });
    }
    if (act.thing !== 'column') return;
    const known = this.#tableOf(act.table);
    const columns = new Map(
      [...known.columns].map(([name, one]) =>
        name === act.from ? [act.to, { ...one, column: { ...one.column, name: act.to } }] : [name, one],
      ),
    );
    this.tables.set(act.table, { ...known, columns });
  }

  #renameTable(from: string, to: string): void {
    const known = this.tables.get(from);
    this.tables.delete(from);
    if (known !== undefined) this.tables.set(to, { ...known, name: to });
    for (const index of [...this.indexes.values()])
      if (index.table === from) this.indexes.set(index.name, { ...index, table: to });
  }

  #create(act: ActOf<'create'>): void {
    if (act.thing === 'domain' && act.base !== undefined)
      this.domains.set(act.name, { base: act.base, constrained: act.constrained });
    if (act.thing === 'trigger') this.triggers.set(`${act.table}.${act.name}`, true);
    if (act.thing === 'type') this.enums.set(act.name, act.labels);
    if (act.thing === 'function') this.functions.set(act.name.toLowerCase(), act.volatile);
    if (act.thing === 'view' || act.thing === 'materialized view')
      this.views.set(act.name, { reads: act.reads, columns: act.labels });
  }

  #comment(act: ActOf<'comment'>, path: string): void {
    const known = this.tables.get(act.table);
    if (known === undefined) return;
    const deprecatedIn = /\bdeprecated\b/i.test(act.text) ? path : '';
    const column = known.columns.get(act.column);
    if (act.column === '') this.tables.set(act.table, { ...known, deprecatedIn });
    else if (column !== undefined)
      this.tables.set(act.table, {
        ...known,
        columns: new Map(known.columns).set(act.column, { ...column, deprecatedIn }),
      });
  }

  /** A table that no migration made: it was there before them. */
  #tableOf(name: string): Table {
    const nothing = {
      columns: new Map(),
      constraints: [],
      open: true,
      partitioned: false,
      guardedRows: undefined,
      madeIn: '',
      deprecatedIn: '',
    };
    return this.tables.get(name) ?? { name, ...nothing };
  }
}

/** As Postgres names what has no name: `orders_total_check`. */
function defaultName(table: string, { kind, columns }: Constraint): string {
  const bare = table.slice(table.indexOf('.') + 1);
  const ends = {
    check: 'check',
    foreign: 'fkey',
    unique: 'key',
    primary: 'pkey',
    exclude: 'excl',
    'not-null': 'not_null',
  };
  return [bare, ...(kind === 'primary' ? [] : columns), ends[kind]].join('_');
}

/** An index lives in the schema of its table. */
function qualifiedBeside(beside: string, name: string): string {
  return beside.includes('.') && !name.includes('.') ? `${beside.slice(0, beside.lastIndexOf('.'))}.${name}` : name;
}
