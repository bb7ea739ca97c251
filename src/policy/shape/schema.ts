/** Shape of the migrations block: where the files are, what the linter says, limits of lock and duration, backup, validation, separation. */
import { z } from 'zod';
import { once } from '../../kit/once.ts';
import { command, duration, name, words } from './leaf.ts';

export const migrations = once(() =>
  z.strictObject({
    directory: words.optional(),
    tool: name.optional().describe('auto, or the name of a migration tool'),
    server: words.optional().describe('postgres 16, mysql 8.0 or mariadb 10.11: what the linter takes for granted'),
    rules: z.record(name, z.enum(['error', 'warn', 'info', 'disabled'])).default({}),
    baseline: words.optional().describe('older files are not linted'),
    rehearse: z.array(z.enum(['up', 'twice', 'down'])).optional(),
    seed: words.optional().describe('SQL file with data for the rehearsal, from the root of the repository'),
    commands: z
      .strictObject({ history: command, apply: command, revert: command.optional() })
      .optional()
      .describe('what drives tool: command; each gets DATABASE_URL, MIGRATION_ID and MIGRATION_FILE'),
    limits: z
      .strictObject({ duration: duration.optional(), lock: duration.optional(), 'lock-timeout': duration.optional() })
      .default({}),
    backup: z
      .strictObject({
        command: command.optional(),
        'max-age': duration.optional(),
        verify: z
          .enum(['decode', 'restore', 'none'])
          .default('decode')
          .describe('how a backup that lies here is tried'),
      })
      .optional(),
    validate: z
      .array(
        z.strictObject({
          id: name,
          sql: words,
          expect: words.describe('unchanged, not-lower, “within 1 %”, “equals 0”, checksums, or “no rows”'),
        }),
      )
      .default([]),
    'on-failure': z.enum(['stop', 'revert']).default('stop'),
    separation: z
      .strictObject({
        expand: duration.optional(),
        contract: z.union([z.literal('after-retire'), duration]).optional(),
      })
      .optional(),
    retention: z.strictObject({ releases: z.int().min(0) }).optional(),
  }),
);
