// Names of the migration tools.

/** Tools that can be driven now; `auto` looks at the files. */
export const tools: ReadonlySet<string> = new Set([
  'auto',
  'plain-sql',
  'dbmate',
  'flyway',
  'prisma',
  'node-pg-migrate',
  'knex',
  'golang-migrate',
  'rails',
  'alembic',
  'sqitch',
  'liquibase',
  'command',
]);

const drivable: ReadonlySet<string> = new Set(['auto', 'plain-sql', 'dbmate']);

/** Whether the policy may name the tool although nothing can drive it yet. */
export function isLaterTool(name: string): boolean {
  return tools.has(name) && !drivable.has(name);
}
