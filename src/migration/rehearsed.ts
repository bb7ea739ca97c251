// What a rehearsal leaves for the account: where it ran, what it showed, and what it says on the gate's lines.
import type { CatalogueObject } from '../evidence/migration.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import { locksOf, lockWords } from './lock-table.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface Rehearsed {
  /** Undefined: there was no server to rehearse on, for the reason in `because`. */
  readonly rehearsal: Rehearsal | undefined;
  readonly because: string;
  /** `PostgreSQL 16.3, from shadow-url`. */
  readonly engine: string;
  readonly remarks: readonly string[];
  /** Lines of what the target has and its migrations do not make, or the other way; undefined: not compared. */
  readonly drift: readonly string[] | undefined;
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

/** Sections of the report: each step, and the drift of the target. */
export function rehearsedSections(rehearsed: Rehearsed): readonly {
  readonly heading: string;
  readonly lines: readonly Phrase[];
  readonly table: readonly (readonly Phrase[])[];
}[] {
  const { rehearsal, drift, engine } = rehearsed;
  const steps =
    rehearsal === undefined
      ? []
      : [
          {
            heading: 'Rehearsal',
            lines: [
              `On ${engine}.`,
              ...rehearsal.steps.flatMap(({ word, outcome, told, lines }) => [
                `${word}: ${outcome === 'fail' ? 'failed, ' : ''}${told}`,
                ...lines.slice(0, 20),
              ]),
            ],
            table: [],
          },
        ];
  if (drift === undefined) return steps;
  const lines = drift.length === 0 ? ['The target has what its migrations make.'] : drift.slice(0, 50);
  return [...steps, { heading: 'Drift', lines: [...lines], table: [] }];
}
