// Follows SET search_path through a file: tables that are named without their schema get the one in which the server would look.
import type { Act, Constraint } from './act.ts';
import type { ParsedStatement } from './parsed.ts';
import type { Deed } from './reading/statement.ts';
import type { Schema } from './schema.ts';

/** The statements with the schema in front of every table that is found, or made, by the search path; as they are where no statement sets it. */
export function located(
  statements: readonly ParsedStatement[],
  schema: Schema,
  transactional: boolean,
): readonly ParsedStatement[] {
  if (!statements.some(({ deeds }) => deeds.some(({ act }) => setsPath(act)))) return statements;
  const walk = new Walk(schema, transactional);
  return statements.map((statement) => ({ ...statement, deeds: walk.take(statement) }));
}

function setsPath(act: Act): boolean {
  return act.kind === 'set' && act.name === 'search_path';
}

/** Things that lie in a schema and are named by it. */
const inSchemas = ['table', 'index', 'view', 'materialized view', 'sequence', 'type', 'domain', 'function'];

class Walk {
  readonly #schema: Schema;
  readonly #transactional: boolean;
  /** What the file has made so far: full names, and temporary tables, which come before every schema. */
  readonly #made = new Set<string>();
  readonly #temporary = new Set<string>();
  #path: readonly string[] = ['public'];
  /** Names before which the statement at hand writes `public.`: their acts do not show it any more. */
  #inPublic: ReadonlySet<string> = new Set();

  constructor(schema: Schema, transactional: boolean) {
    this.#schema = schema;
    this.#transactional = transactional;
  }

  /** The deeds of a statement, with their tables where they are. */
  take({ text, deeds }: ParsedStatement): readonly Deed[] {
    this.#inPublic = new Set(
      [...text.matchAll(/\bpublic"?\s*\.\s*(?:"([^"]+)"|([\w$]+))/gi)].map(
        ([, quoted, bare]) => quoted ?? bare?.toLowerCase() ?? '',
      ),
    );
    return deeds.map((deed) => this.#deed(deed));
  }

  #deed(deed: Deed): Deed {
    const { act } = deed;
    if (act.kind === 'set' && act.name === 'search_path') {
      // Each statement of a file without a transaction is one of its own: SET LOCAL ends with it.
      if (!act.local || this.#transactional) this.#path = pathOf(act.value);
      return deed;
    }
    return { ...deed, act: this.#act(act) };
  }

  #act(act: Act): Act {
    switch (act.kind) {
      case 'create-table':
        return this.#table(act);
      case 'create':
        return {
          ...act,
          name: inSchemas.includes(act.thing) ? this.#new(act.name) : act.name,
          table: this.#found(act.table),
          reads: act.reads.map((name) => this.#found(name)),
        };
      case 'drop':
        return {
          ...act,
          names: inSchemas.includes(act.thing) ? act.names.map((name) => this.#found(name)) : act.names,
          table: this.#found(act.table),
        };
      case 'rename':
        return {
          ...act,
          table: this.#found(act.table),
          from: inSchemas.includes(act.thing) ? this.#found(act.from) : act.from,
        };
      case 'truncate':
        return { ...act, tables: act.tables.map((name) => this.#found(name)) };
      case 'reindex':
      case 'refresh':
      case 'cluster':
      case 'vacuum':
        return { ...act, name: this.#found(act.name) };
      case 'add-column':
        return {
          ...act,
          table: this.#found(act.table),
          column: { ...act.column, constraints: act.column.constraints.map((one) => this.#constraint(one)) },
        };
      case 'add-constraint':
        return { ...act, table: this.#found(act.table), constraint: this.#constraint(act.constraint) };
      case 'attach-partition':
      case 'detach-partition':
        return { ...act, table: this.#found(act.table), partition: this.#found(act.partition) };
      default:
        return 'table' in act ? { ...act, table: this.#found(act.table) } : act;
    }
  }

  #table(act: Extract<Act, { readonly kind: 'create-table' }>): Act {
    if (act.temporary) this.#temporary.add(act.table);
    return {
      ...act,
      table: act.temporary ? act.table : this.#new(act.table),
      columns: act.columns.map((column) => ({
        ...column,
        constraints: column.constraints.map((one) => this.#constraint(one)),
      })),
      constraints: act.constraints.map((one) => this.#constraint(one)),
      partitionOf: this.#found(act.partitionOf),
    };
  }

  #constraint(constraint: Constraint): Constraint {
    const { references } = constraint;
    return references === undefined
      ? constraint
      : { ...constraint, references: { ...references, table: this.#found(references.table) } };
  }

  /** What is made goes into the first schema of the path. */
  #new(name: string): string {
    const full = this.#isFull(name) ? name : inside(this.#path[0] ?? 'public', name);
    this.#made.add(full);
    return full;
  }

  /** What is there is the first of its name on the path; what nobody knows is taken for one in the first schema. */
  #found(name: string): string {
    if (this.#isFull(name) || this.#temporary.has(name)) return name;
    const places = this.#path.map((schema) => inside(schema, name));
    return places.find((place) => this.#made.has(place) || this.#isKnown(place)) ?? places[0] ?? name;
  }

  #isFull(name: string): boolean {
    return name === '' || name.includes('.') || this.#inPublic.has(name);
  }

  #isKnown(name: string): boolean {
    const { tables, views, indexes, enums, domains } = this.#schema;
    return [tables, views, indexes, enums, domains].some((all) => all.has(name));
  }
}

/** Empty for RESET and TO DEFAULT; `"$user"` is a schema that hardly any database has. */
function pathOf(value: string): readonly string[] {
  const named = value.split(', ').filter((schema) => schema !== '' && schema !== '$user');
  return named.length === 0 ? ['public'] : named;
}

/** As names are read everywhere: without the schema that is the default. */
function inside(schema: string, name: string): string {
  return schema === 'public' || schema === 'pg_catalog' ? name : `${schema}.${name}`;
}
