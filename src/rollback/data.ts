// Whether the data is sound after a rollback: the questions of `migrations.validate` asked before the switch and once more after it (POLICY A11).
import type { DatabaseOptions } from '../evidence/database.ts';
import { alone, queryOf, validated } from '../migration/validation.ts';
import type { Effective } from '../policy/effective.ts';
import type { Acted, Decided } from './ground.ts';
import type { DataBefore } from './port.ts';
import type { Proof } from './proof.ts';

interface Port {
  readonly env: (name: string) => string | undefined;
  readonly clock: { now(): number };
  readonly database: (options: DatabaseOptions) => DataPort;
}

/** The answers before the switch: asked beside it, so that users do not wait for them. */
export async function askBefore(port: Port, leg: Decided): Promise<DataBefore> {
  return dataBefore(databaseOf(port, leg), leg.policy, port.clock.now());
}

/** The proof that the data is sound. */
export async function askAgain(port: Port, leg: Acted): Promise<Proof> {
  const { policy, before = { at: port.clock.now(), values: new Map() }, switched } = leg;
  const database = databaseOf(port, leg);
  if (database === undefined) return policy.migrations.validate.length > 0 ? missingDatabase : nothingToAsk;
  return dataOf(database, policy, { ...before, moved: switched.moved });
}

function databaseOf({ env, database }: Port, { policy, course }: Decided): DataPort | undefined {
  const url = env('DATABASE_URL');
  if (url === undefined || policy.migrations.validate.length === 0) return undefined;
  const limits = { lockTimeoutMs: 2_000, statementTimeoutMs: course.within('verify'), waitMs: 0 };
  return database({ url, tool: policy.migrations.tool, session: 'rollback', ...limits });
}

/** The questions of the data cannot be asked without an address. */
const missingDatabase: Proof = {
  ok: false,
  words: 'The data could not be asked: set DATABASE_URL under `env:` of this step, or take data out of rollback.verify',
};

/** A policy without questions asks nothing; that is said, for it was to be verified. */
const nothingToAsk: Proof = { ok: true, words: 'data: the policy has no questions (migrations.validate)' };

interface DataPort {
  /** First column of the first row, as text; undefined when there is no row. */
  value(sql: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Asks the questions before anything moves, as what they compare with. Never throws: what cannot be asked is said by the proof afterwards. */
export async function dataBefore(database: DataPort | undefined, policy: Effective, at: number): Promise<DataBefore> {
  const values = new Map<string, string | undefined>();
  if (database === undefined) return { at, values };
  try {
    for (const validation of policy.migrations.validate)
      values.set(validation.id, await database.value(queryOf(validation, at)));
  } catch {
    // The same question is asked again afterwards, and its trouble told there.
  } finally {
    await database.close().catch(() => undefined);
  }
  return { at, values };
}

/** Asks them once more and compares. `moved`: false where the rollback touched nothing, so that nothing is compared with what it was. */
export async function dataOf(
  database: DataPort,
  policy: Effective,
  before: DataBefore & { readonly moved: boolean },
): Promise<Proof> {
  const { validate } = policy.migrations;
  try {
    for (const validation of validate) {
      const { id } = validation;
      const after = await database.value(queryOf(validation, before.at));
      const isAlone = !before.moved || !needsBefore(validation);
      if (!isAlone && !before.values.has(id))
        return {
          ok: false,
          words: `The data cannot be compared, ${id}: its value before the switch could not be asked`,
        };
      const seen = isAlone ? alone(validation, after) : validated(validation, before.values.get(id), after);
      if (!seen.ok) return { ok: false, words: `The data is not sound, ${seen.id}: ${seen.told}` };
    }
    return { ok: true, words: `data: ${validate.length} of ${validate.length} sound` };
  } catch (error) {
    return {
      ok: false,
      words: `The data could not be asked: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    await database.close().catch(() => undefined);
  }
}

function needsBefore({ expect }: { readonly expect: string }): boolean {
  return expect !== 'no rows' && !expect.startsWith('equals ');
}
