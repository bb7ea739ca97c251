// The migration tools: how each is driven, what it wraps in a transaction, how its files are named, and how far it was tried.

export interface ToolProfile {
  readonly name: string;
  /** `sql`: its files are read and linted statement by statement. `foreign`: programs or markup, which only the tool can read. */
  readonly files: 'sql' | 'foreign';
  /** File names of migrations, the id as the first group. Empty for `sql`: see docs of plain-sql. */
  readonly naming: string;
  readonly historyTable: string;
  /** Reads the applied ids, in order. */
  readonly historySql: string;
  /** Programs to look for, the repository's own first. Empty: no program is needed. */
  readonly programs: readonly (readonly string[])[];
  /** Applies one file and, where the tool cannot stop there, everything behind it. `{id}`, `{path}`, `{dir}`, `{name}` and `{url}` are filled in. */
  readonly apply: readonly string[];
  /** Takes the newest file back; empty: the tool has no way back. */
  readonly revert: readonly string[];
  /** Its own list of what is pending, for people. */
  readonly pending: readonly string[];
  readonly oneByOne: boolean;
  /** What one transaction holds. */
  readonly transaction: 'file' | 'changeset' | 'script' | 'none';
  /** Said where a way back is asked for and the tool has none. */
  readonly noDown: string;
  /** `real`: the tests drive the tool itself; `recorded`: they drive a stand-in that prints what the tool's documentation shows. */
  readonly tested: 'real' | 'recorded';
}

const sqlFolder = { files: 'sql', naming: '', oneByOne: true, noDown: '' } as const;
const programFolder = { files: 'foreign', oneByOne: true, noDown: '' } as const;

/** Each tool by name; `auto` chooses between plain-sql and dbmate by the marks of the files, `command` takes its lines from the policy. */
export const toolProfiles: readonly ToolProfile[] = [
  {
    ...sqlFolder,
    name: 'plain-sql',
    historyTable: 'boring_deploys_migrations',
    historySql: 'select id from boring_deploys_migrations where applied_at is not null order by applied_at, id',
    programs: [],
    apply: [],
    revert: [],
    pending: [],
    transaction: 'file',
    tested: 'real',
  },
  {
    ...sqlFolder,
    name: 'dbmate',
    historyTable: 'schema_migrations',
    historySql: 'select version as id from schema_migrations order by version',
    programs: [['node_modules/.bin/dbmate'], ['dbmate']],
    apply: ['migrate'],
    revert: ['rollback'],
    pending: ['status'],
    transaction: 'file',
    tested: 'real',
  },
  {
    ...sqlFolder,
    name: 'flyway',
    historyTable: 'flyway_schema_history',
    historySql:
      "select 'V' || version as id from flyway_schema_history where success and version is not null and type <> 'BASELINE' order by installed_rank",
    programs: [['flyway']],
    apply: ['migrate', '-outputType=json', '-target={version}', '-locations=filesystem:{dir}'],
    revert: [],
    pending: ['info', '-outputType=json', '-locations=filesystem:{dir}'],
    transaction: 'file',
    noDown: 'Flyway sells undo apart: without that edition it cannot take a migration back',
    tested: 'recorded',
  },
  {
    ...programFolder,
    name: 'prisma',
    naming: '(?:^|/)(\\d{14}_[^/]+)/migration\\.sql$',
    historyTable: '_prisma_migrations',
    historySql:
      'select migration_name as id from _prisma_migrations where finished_at is not null and rolled_back_at is null order by finished_at',
    programs: [['node_modules/.bin/prisma'], ['prisma']],
    apply: ['migrate', 'deploy'],
    revert: [],
    pending: ['migrate', 'status'],
    oneByOne: false,
    transaction: 'none',
    noDown: 'Prisma has no way back: go forward with a new migration',
    tested: 'recorded',
  },
  {
    ...programFolder,
    name: 'node-pg-migrate',
    naming: '(?:^|/)((\\d+)[_-][^/]+?)(?:\\.[cm]?[jt]s|\\.sql)$',
    historyTable: 'pgmigrations',
    historySql: 'select name as id from pgmigrations order by run_on, id',
    programs: [['node_modules/.bin/node-pg-migrate'], ['node-pg-migrate']],
    apply: ['up', '1', '--migrations-dir', '{dir}', '--no-verbose'],
    revert: ['down', '1', '--migrations-dir', '{dir}', '--no-verbose'],
    pending: ['up', '--dry-run', '--migrations-dir', '{dir}'],
    transaction: 'file',
    tested: 'real',
  },
  {
    ...programFolder,
    name: 'knex',
    naming: '(?:^|/)((\\d+)_[^/]+\\.[cm]?[jt]s)$',
    historyTable: 'knex_migrations',
    historySql: 'select name as id from knex_migrations order by id',
    programs: [['node_modules/.bin/knex'], ['knex']],
    apply: ['migrate:up', '{name}', '--knexfile', '{settings}'],
    revert: ['migrate:down', '{name}', '--knexfile', '{settings}'],
    pending: ['migrate:list'],
    transaction: 'file',
    tested: 'real',
  },
  {
    ...sqlFolder,
    name: 'golang-migrate',
    historyTable: 'schema_migrations',
    historySql: 'select version::text as id, dirty from schema_migrations',
    programs: [['migrate']],
    apply: ['-path', '{dir}', '-database', '{url}', 'goto', '{number}'],
    revert: ['-path', '{dir}', '-database', '{url}', 'down', '1'],
    pending: ['-path', '{dir}', '-database', '{url}', 'version'],
    transaction: 'script',
    tested: 'recorded',
  },
  {
    ...programFolder,
    name: 'rails',
    naming: '(?:^|/)(\\d{14})_[^/]+\\.rb$',
    historyTable: 'schema_migrations',
    historySql: 'select version as id from schema_migrations order by version',
    programs: [['bin/rails'], ['bundle', 'exec', 'rails']],
    apply: ['db:migrate:up', 'VERSION={id}'],
    revert: ['db:migrate:down', 'VERSION={id}'],
    pending: ['db:migrate:status'],
    transaction: 'file',
    tested: 'recorded',
  },
  {
    ...programFolder,
    name: 'alembic',
    naming: '(?:^|/)([0-9a-zA-Z]+)_[^/]*\\.py$',
    historyTable: 'alembic_version',
    historySql: 'select version_num as id from alembic_version',
    programs: [['alembic']],
    apply: ['upgrade', '{id}'],
    revert: ['downgrade', '-1'],
    pending: ['history', '--indicate-current'],
    transaction: 'file',
    tested: 'real',
  },
  {
    ...programFolder,
    name: 'sqitch',
    naming: '(?:^|/)deploy/([^/]+)\\.sql$',
    historyTable: 'sqitch.changes',
    historySql: 'select change as id from sqitch.changes order by committed_at',
    programs: [['sqitch']],
    apply: ['deploy', '--target', '{url}', '--to-change', '{id}', '--verify'],
    revert: ['revert', '-y', '--target', '{url}', '--to-change', '{before}'],
    pending: ['status', '{url}'],
    transaction: 'script',
    tested: 'real',
  },
  {
    ...programFolder,
    name: 'liquibase',
    naming: '(?:^|/)(\\d+[_-][^/]+\\.(?:sql|xml|ya?ml|json))$',
    historyTable: 'databasechangelog',
    historySql: "select filename || '::' || id || '::' || author as id from databasechangelog order by orderexecuted",
    programs: [['liquibase']],
    apply: ['update-count', '--count={count}', '--changelog-file={changelog}', '--search-path={search}'],
    revert: ['rollback-count', '--count=1', '--changelog-file={changelog}', '--search-path={search}'],
    pending: ['status', '--verbose', '--changelog-file={changelog}', '--search-path={search}'],
    transaction: 'changeset',
    tested: 'recorded',
  },
  {
    ...programFolder,
    name: 'command',
    naming: '(?:^|/)([^/]*\\d[^/]*?)\\.[^./]+$',
    historyTable: '',
    historySql: '',
    programs: [],
    apply: [],
    revert: [],
    pending: [],
    transaction: 'none',
    noDown: 'migrations.commands has no revert',
    tested: 'real',
  },
];

/** Tools that can be driven; `auto` looks at the files. */
export const tools: ReadonlySet<string> = new Set(['auto', ...toolProfiles.map(({ name }) => name)]);

/** The profile of a tool; undefined for `auto` and for what is none. */
export function profileOf(name: string): ToolProfile | undefined {
  return toolProfiles.find((profile) => profile.name === name);
}
