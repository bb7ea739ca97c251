// What a rehearsal leaves for the account: where it ran, what it showed, and what it says on the gate's lines.
import type { CatalogueObject } from '../evidence/migration.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Differing } from './difference.ts';
import { locksOf, lockWords } from './lock-table.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface Rehearsed {
  /** Undefined: there was no server to rehearse on, for the reason in `because`. */
  readonly rehearsal: Rehearsal | undefined;
  readonly because: string;
  /** `PostgreSQL 16.3, from shadow-url`. */
  readonly engine: string;
  readonly remarks: readonly string[];
  /** What the migrations make (`first`) and what the target has (`second`), where they differ; undefined: not compared. */
  readonly drift: readonly Differing[] | undefined;
  /** All migrations went into an empty database. */
  readonly clean: boolean;
  /** Tables that are written anew, with the rows the target has of them; undefined where it could not be asked. */
  readonly rewrites: readonly { readonly table: string; readonly rows: number | undefined }[];
  /** Objects after the first up. */
  readonly objects: readonly CatalogueObject[];
}

/** A rehearsal that did not take place. */
export function notRehearsed(because: string): Rehearsed {
  return {
    ...{ rehearsal: undefined, because, engine: '', remarks: [], drift: undefined },
    ...{ clean: false, rewrites: [], objects: [] },
  };
}

/** Tables from this many rows on are large: writing one anew takes seconds (1 M rows: 1.7 to 4.6 s, measured on PostgreSQL 18). */
export const largeTable = 1_000_000;

export interface LineAnswer {
  readonly outcome: 'pass' | 'fail' | 'unknown';
  readonly told: string;
  readonly todo?: string;
}

/** The answer of a rehearsal to a line of the gate; undefined: it has none. */
export function lineAnswer(id: string, { rehearsal, clean, rewrites, objects }: Rehearsed): LineAnswer | undefined {
  if (rehearsal === undefined) return undefined;
  const step = (word: string) => rehearsal.steps.find((one) => one.word === word);
  const up = step('up');
  if (up === undefined || up.outcome === 'fail') return upAnswer(id, up?.told);
  const took = formatDuration(rehearsal.figures.durationMs);
  const { tables, rows } = rehearsal.compared;
  switch (id) {
    case 'migration-tested-clean-db':
      return clean ? { outcome: 'pass', told: 'every migration went into an empty database' } : undefined;
    case 'migration-tested-production-like':
      return rows > 0
        ? { outcome: 'pass', told: `rehearsed on ${rows} rows in ${tables} tables` }
        : { outcome: 'unknown', told: 'rehearsed without any row', todo: 'name a file with data: migrations.seed' };
    case 'migration-rollback-tested':
      return downAnswer(step('down'));
    case 'migration-duration-limit':
      return { outcome: rehearsal.over.length === 0 ? 'pass' : 'fail', told: `rehearsed in ${took}` };
    case 'migration-online-tool-large-table':
      return largeAnswer(rewrites);
    case 'migration-index-analysis':
      return indexAnswer(objects);
    case 'migration-foreign-keys-verified':
      return keyAnswer(objects);
    case 'migration-data-consistency':
      return rows > 0 && rehearsal.downProven
        ? { outcome: 'pass', told: `${rows} rows in ${tables} tables are the same after up and down` }
        : undefined;
    default:
      return undefined;
  }
}

const aboutUp = ['migration-tested-clean-db', 'migration-tested-production-like', 'migration-duration-limit'];

function upAnswer(id: string, told = 'it was not reached'): LineAnswer | undefined {
  return aboutUp.includes(id) ? { outcome: 'fail', told: `the rehearsal failed: ${told}`, todo: 'mend it' } : undefined;
}

function downAnswer(step: Rehearsal['steps'][number] | undefined): LineAnswer | undefined {
  if (step === undefined) return undefined;
  if (step.outcome === 'pass') return { outcome: 'pass', told: step.told };
  if (step.outcome === 'fail') return { outcome: 'fail', told: step.told, todo: step.fix };
  return { outcome: 'unknown', told: step.told, todo: 'let a person say how to go back' };
}

function largeAnswer(rewrites: Rehearsed['rewrites']): LineAnswer {
  const large = rewrites.find(({ rows }) => rows !== undefined && rows >= largeTable);
  if (large !== undefined)
    return {
      outcome: 'fail',
      told: `${large.table} is written anew, it has about ${large.rows} rows`,
      todo: 'go by a new column and batches, or an online tool',
    };
  const unknown = rewrites.find(({ rows }) => rows === undefined);
  if (unknown !== undefined)
    return {
      outcome: 'unknown',
      told: `${unknown.table} is written anew, how large it is was not asked`,
      todo: 'give database-url to the rehearsal',
    };
  return {
    outcome: 'pass',
    told: rewrites.length === 0 ? 'no table is written anew' : 'only small tables are written anew',
  };
}

function indexAnswer(objects: readonly CatalogueObject[]): LineAnswer {
  const indexes = objects.filter(({ kind }) => kind === 'index');
  const invalid = indexes.find(({ definition }) => definition.endsWith('(invalid)'));
  if (invalid !== undefined)
    return { outcome: 'fail', told: `${invalid.name} is invalid`, todo: 'drop it and create it again' };
  const bare = ({ definition }: CatalogueObject) => definition.replace(/^(CREATE (?:UNIQUE )?INDEX) \S+ ON/, '$1 ON');
  const twice = indexes.find((one, at) => indexes.findIndex((other) => bare(other) === bare(one)) < at);
  if (twice !== undefined)
    return { outcome: 'fail', told: `${twice.name} is the same as another index`, todo: 'keep one of them' };
  return { outcome: 'pass', told: `${indexes.length} indexes, all valid, none twice` };
}

function keyAnswer(objects: readonly CatalogueObject[]): LineAnswer {
  const keys = objects.filter(({ kind, definition }) => kind === 'constraint' && definition.startsWith('FOREIGN KEY'));
  const open = keys.find(
    ({ definition }) => definition.endsWith('(not validated)') || definition.endsWith('NOT VALID'),
  );
  if (open !== undefined)
    return { outcome: 'fail', told: `${open.name} is not validated`, todo: 'VALIDATE CONSTRAINT in a file of its own' };
  return { outcome: 'pass', told: `${keys.length} foreign keys, all validated` };
}

/** The words about the rehearsal in the line **Migration**. */
export function rehearsedWords({ rehearsal, because, engine }: Rehearsed): string {
  if (rehearsal === undefined) return `Not rehearsed: ${because}.`;
  const words = rehearsal.steps
    .map(({ word, outcome }) => (outcome === 'pass' ? word : `${word} ${outcome}`))
    .join(', ');
  const lock = lockWords(locksOf(rehearsal.done));
  return `Rehearsed on ${engine}: ${words} in ${formatDuration(rehearsal.figures.durationMs)}${lock === '' ? '' : `; ${lock}`}.`;
}

/** A line a step, and what it found. */
export function stepLines(steps: Rehearsal['steps']): readonly string[] {
  return steps.flatMap(({ word, outcome, told, lines }) => [
    `${word}: ${outcome === 'fail' ? 'failed, ' : outcome === 'impossible' ? 'not possible, ' : ''}${told}`,
    ...lines.slice(0, shownLines),
  ]);
}

interface Section {
  readonly heading: string;
  readonly lines: readonly Phrase[];
  readonly table: readonly (readonly Phrase[])[];
}

/** Lines of one step, and rows of the drift, that a report shows; the machine-readable result has all. */
const shownLines = 20;
const shownDrift = 50;

/** Sections of the report: each step, and the drift of the target. */
export function rehearsedSections(rehearsed: Rehearsed): readonly Section[] {
  const { rehearsal, drift, engine, remarks } = rehearsed;
  const steps =
    rehearsal === undefined
      ? []
      : [{ heading: 'Rehearsal', lines: [`On ${engine}.`, ...remarks, ...stepLines(rehearsal.steps)], table: [] }];
  return drift === undefined ? steps : [...steps, driftSection(drift)];
}

function driftSection(drift: readonly Differing[]): Section {
  if (drift.length === 0) return { heading: 'Drift', lines: ['The target has what its migrations make.'], table: [] };
  const side = (definition: string | undefined): Phrase => (definition === undefined ? '–' : [{ code: definition }]);
  const rows = drift
    .slice(0, shownDrift)
    .map(({ object, first, second }): readonly Phrase[] => [[{ code: object }], side(first), side(second)]);
  const count = drift.length === 1 ? '1 object differs' : `${drift.length} objects differ`;
  const more = drift.length > shownDrift ? [`and ${drift.length - shownDrift} more, in the result`] : [];
  return {
    heading: 'Drift',
    lines: [
      `${count}: somebody changed the database beside the migrations. Bring it into a migration, or take it back.`,
      ...more,
    ],
    table: [['Object', 'In the migrations', 'On the target'], ...rows],
  };
}
