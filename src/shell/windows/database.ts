// The window on the database that is migrated.
import { createMigrationDatabase } from '../../io/migrations/database.ts';
import type { SharedWorld, World } from '../../world.ts';

export function databaseWindow({ command, clock }: SharedWorld): Pick<World, 'database'> {
  return { database: (options) => createMigrationDatabase(options, { command, clock }) };
}
