// Reads the catalogue of a Postgres database and the contents of its tables, so that two states can be compared.
import type { CatalogueObject, TableContents } from '../../world.ts';

export type AskRows = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Tables with more rows than this are not read whole: a checksum of a million rows takes half a second (measured on PostgreSQL 18). */
const contentsLimit = 1_000_000;

// Left out: NOT NULL constraints of PostgreSQL 18 (contype n), which the column says already; order of columns; owners, and what they may.
const query = `
  with spaces as (
    select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
  extended as (select classid, objid from pg_depend where deptype = 'e'),
  ours as (select to_regclass(name) as oid from unnest($1::text[]) as name),
  relations as (
    select c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name from pg_class c join spaces n on n.oid = c.relnamespace
    where not exists (select from extended e where e.classid = 'pg_class'::regclass and e.objid = c.oid)
      and not exists (select from ours o where o.oid = c.oid)
      and not exists (select from pg_index i join ours o on o.oid = i.indrelid where i.indexrelid = c.oid)
      and not exists (select from pg_depend d join ours o on o.oid = d.refobjid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')))
  select 'schema' as kind, nspname::text as name, '' as definition from spaces n
    where not exists (select from extended e where e.classid = 'pg_namespace'::regclass and e.objid = n.oid)
  union all select 'extension', extname::text, extversion from pg_extension
  union all select
    case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end,
    name, concat_ws(' ', nullif(relpersistence, 'p'), array_to_string(reloptions, ','), case when relrowsecurity then 'row security' end,
      case when relforcerowsecurity then 'forced' end, case relkind when 'p' then pg_get_partkeydef(oid) end,
      case when relispartition then pg_get_expr(relpartbound, oid) end, case when relkind in ('v', 'm') then pg_get_viewdef(oid) end)
    from relations where relkind in ('r', 'p', 'v', 'm', 'f')
  union all select 'sequence', c.name, concat_ws(' ', format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle)
    from pg_sequence s join relations c on c.oid = s.seqrelid
  union all select 'column', c.name || '.' || quote_ident(a.attname), concat_ws(' ', format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end, case when d.oid is not null then 'default ' || pg_get_expr(d.adbin, d.adrelid) end,
      nullif(a.attidentity, ''), nullif(a.attgenerated, ''),
      case when a.attcollation <> t.typcollation then 'collate ' || (select collname from pg_collation where oid = a.attcollation) end)
    from pg_attribute a join relations c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f')
  union all select 'constraint', coalesce(c.name, t.typname::text) || ' ' || quote_ident(k.conname),
      pg_get_constraintdef(k.oid) || case when k.convalidated then '' else ' (not validated)' end
    from pg_constraint k left join relations c on c.oid = k.conrelid left join pg_type t on t.oid = k.contypid
    where k.contype <> 'n' and k.connamespace in (select oid from spaces) and (c.oid is not null or (k.conrelid = 0 and t.oid is not null))
  union all select 'index', c.name, pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' (invalid)' end
    from pg_index i join relations c on c.oid = i.indexrelid
  union all select 'trigger', c.name || ' ' || quote_ident(g.tgname), pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
    from pg_trigger g join relations c on c.oid = g.tgrelid where not g.tgisinternal
  union all select 'rule', c.name || ' ' || quote_ident(r.rulename), pg_get_ruledef(r.oid)
    from pg_rewrite r join relations c on c.oid = r.ev_class where r.rulename <> '_RETURN'
  union all select 'policy', c.name || ' ' || quote_ident(p.polname), concat_ws(' ', p.polcmd, p.polpermissive,
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_policy p join relations c on c.oid = p.polrelid
  union all select 'grant', c.name || ' to ' || case g.grantee when 0 then 'public' else g.grantee::regrole::text end,
      string_agg(g.privilege_type || case when g.is_grantable then ' with grant option' else '' end, ', ' order by g.privilege_type)
    from relations c cross join lateral aclexplode(c.relacl) g where g.grantee <> c.relowner group by 2
  union all select 'function', n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
      case when p.prokind in ('f', 'p') then md5(pg_get_functiondef(p.oid)) else p.prokind::text end
    from pg_proc p join spaces n on n.oid = p.pronamespace
    where not exists (select from extended e where e.classid = 'pg_proc'::regclass and e.objid = p.oid)
  union all select case t.typtype when 'e' then 'enum' when 'd' then 'domain' else 'type' end, n.nspname || '.' || t.typname,
      case t.typtype when 'e' then (select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid)
        when 'd' then concat_ws(' ', format_type(t.typbasetype, t.typtypmod), case when t.typnotnull then 'not null' end, t.typdefault)
        else (select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
          from pg_attribute where attrelid = t.typrelid and attnum > 0 and not attisdropped) end
    from pg_type t join spaces n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
    where (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
      and not exists (select from extended e where e.classid = 'pg_type'::regclass and e.objid = t.oid)
  order by 1, 2, 3`;

/** Every object but the system's, those of extensions, and the tables named in `historyTables` with what hangs on them. */
export function readCatalogue(ask: AskRows, historyTables: readonly string[]): Promise<readonly CatalogueObject[]> {
  return ask<CatalogueObject>(query, [historyTables]);
}

interface TableRow {
  readonly name: string;
  readonly shown: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

/** Rows and a checksum a column of every table that is not too large; a value counts together with its row's primary key. */
export async function readContents(ask: AskRows, historyTables: readonly string[]): Promise<readonly TableContents[]> {
  const tables = await ask<TableRow>(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
       case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as shown,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped order by attname) as columns,
       array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
         where i.indrelid = c.oid and i.indisprimary order by a.attname) as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^(pg_|information_schema$)' and c.reltuples <= $2
       and c.oid not in (select coalesce(to_regclass(name)::oid, 0) from unnest($1::text[]) as name)
     order by 1`,
    [historyTables, contentsLimit],
  );
  const all: TableContents[] = [];
  for (const table of tables) all.push(await contentsOf(ask, table));
  return all;
}

async function contentsOf(ask: AskRows, { name, shown, columns, key }: TableRow): Promise<TableContents> {
  const quoted = (column: string) => `"${column.replaceAll('"', '""')}"`;
  const keyed = key.map((column) => `coalesce(${quoted(column)}::text, '')`).join(` || ' ' || `) || `''`;
  const sums = columns.map(
    (column, index) =>
      `coalesce(sum(hashtextextended(${keyed} || ' ' || coalesce(${quoted(column)}::text, 'null'), 0)::numeric), 0)::text as c${index}`,
  );
  const [row = {}] = await ask<Record<string, string>>(
    `select ${['count(*)::text as rows', ...sums].join(', ')} from ${name}`,
  );
  return {
    table: shown,
    rows: Number(row.rows ?? 0),
    columns: Object.fromEntries(columns.map((column, index) => [column, row[`c${index}`] ?? ''])),
  };
}
