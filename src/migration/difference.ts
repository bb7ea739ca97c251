// What differs between two states of a database: objects of its catalogue, and rows of the tables that both have.
import type { CatalogueObject, TableContents } from '../evidence/migration.ts';

export interface Difference {
  /** In the first state only, in the second only, in both but not alike. */
  readonly missing: readonly CatalogueObject[];
  readonly added: readonly CatalogueObject[];
  readonly changed: readonly { readonly before: CatalogueObject; readonly after: CatalogueObject }[];
}

/** Compares two catalogues, object by object of the same kind and name. */
export function compareCatalogues(before: readonly CatalogueObject[], after: readonly CatalogueObject[]): Difference {
  const key = ({ kind, name }: CatalogueObject) => `${kind} ${name}`;
  const now = new Map(after.map((object) => [key(object), object]));
  const then = new Set(before.map(key));
  return {
    missing: before.filter((object) => !now.has(key(object))),
    added: after.filter((object) => !then.has(key(object))),
    changed: before.flatMap((object) => {
      const other = now.get(key(object));
      return other === undefined || other.definition === object.definition ? [] : [{ before: object, after: other }];
    }),
  };
}

/** Nothing differs. */
export function isSame({ missing, added, changed }: Difference): boolean {
  return missing.length + added.length + changed.length === 0;
}

/** A line for each object that differs; `first` and `second` name the two states. What hangs on a missing table is not said again. */
export function differenceLines(difference: Difference, first: string, second: string): readonly string[] {
  const only = (all: readonly CatalogueObject[], where: string) =>
    alone(all).map(({ kind, name }) => `${kind} ${name}: only ${where}`);
  return [
    ...only(difference.missing, first),
    ...only(difference.added, second),
    ...difference.changed.map(
      ({ before, after }) =>
        `${before.kind} ${before.name}: ${shown(before.definition)} ${first}, ${shown(after.definition)} ${second}`,
    ),
  ];
}

/** One object that differs, with its definition on both sides; undefined where it is not. */
export interface Differing {
  /** `index public.by_note` */
  readonly object: string;
  readonly first: string | undefined;
  readonly second: string | undefined;
}

/** Each object that differs, for a table of two sides. What hangs on a missing table is not said again. */
export function differing(difference: Difference): readonly Differing[] {
  const named = ({ kind, name }: CatalogueObject) => `${kind} ${name}`;
  return [
    ...alone(difference.missing).map((one) => ({
      object: named(one),
      first: shown(one.definition),
      second: undefined,
    })),
    ...alone(difference.added).map((one) => ({ object: named(one), first: undefined, second: shown(one.definition) })),
    ...difference.changed.map(({ before, after }) => ({
      object: named(before),
      first: shown(before.definition),
      second: shown(after.definition),
    })),
  ].sort((a, b) => (a.object < b.object ? -1 : 1));
}

/** Without what hangs on a table that is among them. */
function alone(all: readonly CatalogueObject[]): readonly CatalogueObject[] {
  const tables = all.filter(({ kind }) => kind === 'table').map(({ name }) => name);
  const hangs = ({ kind, name }: CatalogueObject) =>
    kind !== 'table' && tables.some((table) => name.startsWith(`${table}.`) || name.startsWith(`${table} `));
  return all.filter((object) => !hangs(object));
}

/** Tables whose rows are not what they were, in columns that both states have. A table that only one state has is the catalogue's concern. */
export function compareContents(before: readonly TableContents[], after: readonly TableContents[]): readonly string[] {
  const now = new Map(after.map((contents) => [contents.table, contents]));
  return before.flatMap((contents) => {
    const other = now.get(contents.table);
    if (other === undefined) return [];
    if (other.rows !== contents.rows) return [`${contents.table} has ${other.rows} rows, it had ${contents.rows}`];
    const columns = Object.keys(contents.columns).filter(
      (column) => other.columns[column] !== undefined && other.columns[column] !== contents.columns[column],
    );
    return columns.length === 0 ? [] : [`${contents.table} has other values in ${columns.join(', ')}`];
  });
}

function shown(definition: string): string {
  if (definition === '') return 'plain';
  return definition.length > 120 ? `${definition.slice(0, 119)}…` : definition;
}
