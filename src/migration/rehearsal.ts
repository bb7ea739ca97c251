// The rehearsal of a set on a throw-away database: up, once more, down to where it began, and up again, each step compared with what it should leave.
import type {
  AppliedFact,
  CatalogueObject,
  MigrationFileText,
  MigrationStep,
  TableContents,
} from '../evidence/migration.ts';
import { type Figures, type Limits, overBudget, totalOf } from './budget.ts';
import { compareCatalogues, compareContents, differenceLines, isSame } from './difference.ts';
import { type Done, type Failed, type Walked, walk } from './walk.ts';

export type RehearseWord = 'up' | 'twice' | 'down';

interface Database {
  history(): Promise<readonly AppliedFact[]>;
  apply(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  revert(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  again(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep>;
  catalogue(): Promise<readonly CatalogueObject[]>;
  contents(): Promise<readonly TableContents[]>;
}

export interface RehearsalOrder {
  readonly files: readonly MigrationFileText[];
  readonly words: readonly RehearseWord[];
  readonly limits: Limits;
  /** Why the tool has no way back at all; empty: it has one. */
  readonly noDown: string;
  readonly signal: AbortSignal;
}

export type StepOutcome = 'pass' | 'fail' | 'impossible';

export interface RehearsedStep {
  readonly word: RehearseWord;
  readonly outcome: StepOutcome;
  /** What was seen, a clause. */
  readonly told: string;
  readonly lines: readonly string[];
  readonly fix: string;
  /** File and line where it went wrong; empty: all of the set. */
  readonly where: string;
}

export interface Rehearsal {
  readonly steps: readonly RehearsedStep[];
  /** The files as the first `up` measured them. */
  readonly done: readonly Done[];
  readonly figures: Figures;
  readonly over: readonly string[];
  /** Down and comparison passed: the way back may be taken on the target. */
  readonly downProven: boolean;
  /** Tables whose contents were compared, and rows in them; 0: there was no data. */
  readonly compared: { readonly tables: number; readonly rows: number };
  readonly cancelled: boolean;
}

/** Carries the words out in order; the first that fails ends it. Throws what the database throws. */
export async function rehearse(database: Database, order: RehearsalOrder): Promise<Rehearsal> {
  const before = await stateOf(database);
  const stage: Stage = { database, order, before, up: undefined, done: [], proven: false };
  const steps: RehearsedStep[] = [];
  for (const word of order.words) {
    if (order.signal.aborted) break;
    const step = await carryOut(word, stage);
    steps.push(step);
    if (step.outcome !== 'pass') break;
  }
  const figures = totalOf(stage.done);
  return {
    steps,
    done: stage.done,
    figures,
    over: overBudget(figures, order.limits),
    downProven: stage.proven,
    compared: {
      tables: before.contents.length,
      rows: before.contents.reduce((sum, { rows }) => sum + rows, 0),
    },
    cancelled: order.signal.aborted,
  };
}

interface State {
  readonly objects: readonly CatalogueObject[];
  readonly contents: readonly TableContents[];
}

interface Stage {
  readonly database: Database;
  readonly order: RehearsalOrder;
  readonly before: State;
  /** The catalogue after the first up. */
  up: readonly CatalogueObject[] | undefined;
  done: readonly Done[];
  proven: boolean;
}

async function stateOf(database: Database): Promise<State> {
  return { objects: await database.catalogue(), contents: await database.contents() };
}

function carryOut(word: RehearseWord, stage: Stage): Promise<RehearsedStep> {
  if (word === 'up') return up(stage);
  return word === 'twice' ? twice(stage) : down(stage);
}

async function up(stage: Stage): Promise<RehearsedStep> {
  const { database, order } = stage;
  const { files, signal } = order;
  const walked = await walk(files, (file) => database.apply(file, signal), signal);
  const first = stage.up === undefined;
  if (first) stage.done = walked.done;
  const broken = brokenStep('up', walked);
  if (broken !== undefined) return broken;
  // Rows are compared with those of before alone: reading them here would cost time and tell nothing.
  const objects = await database.catalogue();
  if (stage.up === undefined) {
    stage.up = objects;
    return passed('up', `${counted(files.length)} applied`);
  }
  const difference = compareCatalogues(stage.up, objects);
  if (isSame(difference)) return passed('up', 'applied again after the way down, with the same schema');
  return {
    word: 'up',
    outcome: 'fail',
    told: 'applied again after the way down, the schema is another one',
    lines: differenceLines(difference, 'the first time', 'the second time'),
    fix: 'Let the down take away all that the up makes.',
    where: '',
  };
}

/** The tool must find nothing left to do; a file without a transaction, which can stop half way, must run a second time. */
async function twice({ database, order }: Stage): Promise<RehearsedStep> {
  const { files, signal } = order;
  const there = new Set((await database.history()).map(({ id }) => id));
  const left = files.filter(({ id }) => !there.has(id));
  if (left.length > 0)
    return {
      word: 'twice',
      outcome: 'fail',
      told: 'a second run would apply files again',
      lines: left.map(({ path }) => path),
      fix: 'Look at the history table of the tool.',
      where: left[0]?.path ?? '',
    };
  const bare = files.filter(({ up: script }) => !script.transactional && script.statements.length > 0);
  const walked = await walk(bare, (file) => database.again(file, signal), signal);
  const broken = brokenStep('twice', walked);
  if (broken === undefined)
    return passed(
      'twice',
      bare.length === 0
        ? 'a second run finds nothing to do'
        : `a second run finds nothing to do, and ${counted(bare.length)} without a transaction ran again`,
    );
  return {
    ...broken,
    told: `it cannot run again after stopping half way: ${broken.told}`,
    fix: 'Guard its statements with IF [NOT] EXISTS.',
  };
}

async function down(stage: Stage): Promise<RehearsedStep> {
  const { database, order, before } = stage;
  const { files, signal, noDown } = order;
  if (noDown !== '') return { ...passed('down', noDown), outcome: 'impossible' };
  const walked = await walk([...files].reverse(), (file) => database.revert(file, signal), signal);
  // A file without a down is the linter's concern: here nothing can be tried.
  if (walked.failed?.reason === 'no-down') return { ...passed('down', walked.failed.what), outcome: 'impossible' };
  const broken = brokenStep('down', walked);
  if (broken !== undefined) return broken;
  const after = await stateOf(database);
  const difference = compareCatalogues(before.objects, after.objects);
  const data = compareContents(before.contents, after.contents);
  if (isSame(difference) && data.length === 0) {
    stage.proven = true;
    return passed('down', `${counted(files.length)} reverted, the schema is what it was before`);
  }
  return {
    word: 'down',
    outcome: 'fail',
    told: isSame(difference) ? 'the down does not bring the data back' : 'the down does not restore the schema',
    lines: [...differenceLines(difference, 'before', 'after the way down'), ...data],
    fix: 'Correct the down, or take `down` out of migrations.rehearse and say how to go back.',
    where: '',
  };
}

function brokenStep(word: RehearseWord, { failed, cancelled }: Walked): RehearsedStep | undefined {
  if (cancelled && failed === undefined)
    return { word, outcome: 'fail', told: 'the job was cancelled', lines: [], fix: 'Run it again.', where: '' };
  return failed === undefined ? undefined : failedStep(word, failed);
}

function failedStep(word: RehearseWord, { id, what, where, fix }: Failed): RehearsedStep {
  return { word, outcome: 'fail', told: `${id} failed: ${what}`, lines: [], fix, where };
}

function passed(word: RehearseWord, told: string): RehearsedStep {
  return { word, outcome: 'pass', told, lines: [], fix: '', where: '' };
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`;
}
