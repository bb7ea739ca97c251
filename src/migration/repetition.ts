// Whether a script can run a second time: the things it makes and takes away, followed through a first and a second run.
import type { Act } from './act.ts';
import type { ParsedStatement } from './parsed.ts';

export interface Unrepeatable {
  readonly statement: ParsedStatement;
  readonly because: string;
}

/** The statements that would fail, or change the data again, when the whole script ran once more. */
export function unrepeatable(statements: readonly ParsedStatement[]): readonly Unrepeatable[] {
  const there = new Map<string, boolean>();
  walk(statements, there);
  return walk(statements, there);
}

function walk(statements: readonly ParsedStatement[], there: Map<string, boolean>): readonly Unrepeatable[] {
  return statements.flatMap((statement) =>
    statement.deeds.flatMap(({ act, guarded }) => {
      const because = guarded ? '' : objection(act, there);
      for (const [thing, exists] of effects(act)) settle(there, thing, exists);
      if (act.kind === 'drop') dropIndexes(there, act.names);
      if (act.kind === 'create-index' && act.name !== '') there.set(`index of ${act.table}.${act.name}`, true);
      return because === '' ? [] : [{ statement, because }];
    }),
  );
}

type Known = ReadonlyMap<string, boolean>;

function settle(there: Map<string, boolean>, thing: string, exists: boolean): void {
  there.set(thing, exists);
  const [kind, name = ''] = thing.split(' ');
  if (exists || (kind !== 'table' && kind !== 'schema')) return;
  // With a table go its columns, constraints and indexes; with a schema its tables.
  const inside = `${name}.`;
  for (const key of [...there.keys()]) if (key.split(' ')[1]?.startsWith(inside) === true) there.delete(key);
}

/** With a table or a materialized view go its indexes. */
function dropIndexes(there: Map<string, boolean>, tables: readonly string[]): void {
  for (const key of [...there.keys()]) {
    const place = key.startsWith('index of ') ? key.slice('index of '.length) : '';
    const dot = place.lastIndexOf('.');
    if (dot > 0 && tables.includes(place.slice(0, dot))) there.delete(`index ${place.slice(dot + 1)}`);
  }
}

/** The things that an act leaves behind (true) or takes away (false). */
function effects(act: Act): readonly (readonly [string, boolean])[] {
  switch (act.kind) {
    case 'create-table':
      return [[`table ${act.table}`, true]];
    case 'create-index':
      return act.name === '' ? [] : [[`index ${act.name}`, true]];
    case 'create':
      return [[`${act.thing} ${inside(act.table, act.name)}`, true]];
    case 'drop':
      return act.names.map((name) => [`${act.thing} ${inside(act.table, name)}`, false] as const);
    case 'rename': {
      const place = act.thing === 'table' || act.thing === 'index' ? '' : act.table;
      return [
        [`${act.thing} ${inside(place, act.from)}`, false],
        [`${act.thing} ${inside(place, act.to)}`, true],
      ];
    }
    case 'add-column':
      return [[`column ${act.table}.${act.column.name}`, true]];
    case 'drop-column':
      return [[`column ${act.table}.${act.column}`, false]];
    case 'add-constraint':
      return [
        ...(act.constraint.name === '' ? [] : [[`constraint ${act.table}.${act.constraint.name}`, true] as const]),
        ...(act.constraint.kind === 'primary' ? [[`primary ${act.table}`, true] as const] : []),
        ...(act.constraint.index === '' ? [] : [[`index ${act.constraint.index}`, false] as const]),
      ];
    case 'drop-constraint':
      return [[`constraint ${act.table}.${act.constraint}`, false]];
    case 'add-enum-value':
      return [[`enum value ${act.type}.${act.value}`, true]];
    case 'attach-partition':
      return [[`partition ${act.table}.${act.partition}`, true]];
    case 'detach-partition':
      return [[`partition ${act.table}.${act.partition}`, false]];
    case 'add-identity':
      return [[`identity ${act.table}.${act.column}`, true]];
    case 'drop-expression':
      return [[`expression ${act.table}.${act.column}`, false]];
    default:
      return [];
  }
}

function inside(table: string, name: string): string {
  return table === '' ? name : `${table}.${name}`;
}

/** Why an act fails now, given what is there; empty when it does not. */
function objection(act: Act, there: Known): string {
  if ('ifTable' in act) {
    if (there.get(`table ${act.table}`) === false && !act.ifTable) return `${act.table} is not there any more`;
    if (
      'column' in act &&
      typeof act.column === 'string' &&
      act.kind !== 'drop-column' &&
      there.get(`column ${act.table}.${act.column}`) === false
    )
      return `${act.table}.${act.column} is not there any more`;
  }
  switch (act.kind) {
    case 'insert':
      return act.guarded ? '' : 'it inserts its rows again';
    case 'update':
      return act.guarded ? '' : 'it changes the rows again';
    case 'opaque':
      return `${act.what} cannot be judged from its text`;
    case 'other':
      return /^create /.test(act.what) ? 'it is there already' : '';
    case 'create':
      return act.guarded || act.replace ? '' : clash(act, there);
    case 'drop':
      return act.guarded ? '' : clash(act, there);
    case 'create-table':
    case 'create-index':
    case 'rename':
    case 'drop-column':
    case 'drop-constraint':
    case 'add-column':
    case 'add-enum-value':
      return act.guarded ? '' : clash(act, there);
    case 'table-option':
      return act.option === 'AT_DropIdentity' && !act.guarded ? 'it is no identity any more' : '';
    case 'alter':
      return act.thing === 'domain' && /^C/.test(act.what) ? 'the constraint is there already' : '';
    case 'add-constraint':
      // A second NOT NULL of the same name is taken as the first.
      return act.constraint.kind === 'not-null' ? '' : clash(act, there);
    case 'attach-partition':
    case 'detach-partition':
    case 'add-identity':
    case 'drop-expression':
      return clash(act, there);
    default:
      return '';
  }
}

function clash(act: Act, there: Known): string {
  for (const [thing, exists] of effects(act)) {
    if (there.get(thing) === exists) return `${thing} is ${exists ? 'there already' : 'not there any more'}`;
  }
  return '';
}
