// Carries a set out: values before, each file, values after, and the way back when it is asked for.
import type { AppliedFact, MigrationFileText, MigrationStep } from '../evidence/migration.ts';
import { formatDuration } from '../kit/duration.ts';
import { Problem } from '../kit/problem.ts';
import type { Settings } from './settings.ts';
import { alone, queryOf, type Validated, type Validation, validated } from './validation.ts';
import { appliedOf, type Walked, walk } from './walk.ts';

interface Database {
  history(): Promise<readonly AppliedFact[]>;
  apply(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  revert(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  value(sql: string): Promise<string | undefined>;
}

export interface Order {
  readonly files: readonly MigrationFileText[];
  readonly settings: Pick<Settings, 'validations' | 'onFailure'>;
  /** What `valuesOf` gave before anything was touched. */
  readonly before: Values;
  /** The way back of this very set was rehearsed and restored the schema; a text says why it was not. */
  readonly downProven: true | string;
  readonly signal: AbortSignal;
  /** Takes a line for the log as each file ends. */
  readonly told: (line: string) => void;
}

export interface Values {
  readonly startedAt: number;
  /** Without those that could not be asked because nothing is there yet. */
  readonly byId: ReadonlyMap<string, string | undefined>;
}

export interface Executed {
  readonly walked: Walked;
  readonly validated: readonly Validated[];
  readonly back: Walked | undefined;
  readonly notBack: string | undefined;
  /** Ids of the set that the history table has in the end; undefined when it cannot be read. */
  readonly after: readonly string[] | undefined;
}

/**
 * The first values of all validations. Throws a Problem when a query does not run: nothing was touched then. On a database that no
 * migration has `untouched` yet, what it asks of may be what this set makes.
 */
export async function valuesOf(
  database: Pick<Database, 'value'>,
  validations: readonly Validation[],
  { startedAt, untouched }: { readonly startedAt: number; readonly untouched: boolean },
): Promise<Values> {
  const byId = new Map<string, string | undefined>();
  for (const validation of validations) {
    const value = await database.value(queryOf(validation, startedAt)).catch(problemOf);
    if (!(value instanceof Problem)) byId.set(validation.id, value);
    else if (!untouched || value.parts.reason !== 'nothing-there') throw value;
  }
  return { startedAt, byId };
}

/** Applies the files. With `on-failure: revert` exactly what went in is taken back, newest first; a cancelled job only stops. */
export async function execute(database: Database, order: Order): Promise<Executed> {
  const { files, settings, signal } = order;
  const walked = await walk(files, (file) => telling(order, 'applied', database.apply(file, signal)), signal);
  const well = walked.failed === undefined && !walked.cancelled;
  const checked = well ? await compareAll(database, order) : [];
  const asked = settings.onFailure === 'revert' && !walked.cancelled && (!well || checked.some(({ ok }) => !ok));
  // Below a file that is half done nothing is taken away: its statements may stand on what went in before.
  const whole = (walked.failed?.left ?? 'as-before') === 'as-before';
  const undo = asked && whole && order.downProven === true;
  const gone = files.slice(0, walked.done.length).reverse();
  const back =
    undo && gone.length > 0
      ? await walk(gone, (file) => telling(order, 'reverted', database.revert(file, signal)), signal)
      : undefined;
  const after = await database.history().then(
    (history) => appliedOf(files, history),
    () => undefined,
  );
  const notBack = asked && whole && gone.length > 0 && order.downProven !== true ? order.downProven : undefined;
  return { walked, validated: checked, back, notBack, after };
}

async function telling({ told }: Order, verb: string, step: Promise<MigrationStep>): Promise<MigrationStep> {
  const made = await step;
  told(
    made.kind === 'done'
      ? `${made.id} ${verb} in ${formatDuration(made.durationMs)}`
      : `${made.id} failed: ${made.what} (${made.where})`,
  );
  return made;
}

async function compareAll(database: Database, { settings, before }: Order): Promise<readonly Validated[]> {
  const all: Validated[] = [];
  for (const validation of settings.validations) {
    const value = await database.value(queryOf(validation, before.startedAt)).catch(problemOf);
    const { id } = validation;
    if (value instanceof Problem) all.push({ id, ok: false, told: value.parts.what });
    else if (before.byId.has(id)) all.push(validated(validation, before.byId.get(id), value));
    else all.push(alone(validation, value));
  }
  return all;
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
