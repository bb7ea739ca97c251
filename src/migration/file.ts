// Reads a migration folder into files: id, order, up and down as statements, and every fault with its place.
import type { Changelog } from '../evidence/database.ts';
import type { MigrationFileText } from '../evidence/migration.ts';
import { sha256 } from '../kit/digest.ts';
import { type Fault, fault, faultAt } from './fault.ts';
import { lonelyDowns, strangeName, tooLarge, twoDowns } from './folder-fault.ts';
import { compareNumbers, type FileName, readName, sameNumber } from './name.ts';
import { type Section, type Sections, sectionsOf } from './section.ts';
import { headOf, type Statement, splitStatements, whyNoTransaction } from './statement.ts';

export interface FolderFile {
  readonly path: string;
  readonly text: string;
  /** Why its text is not here. */
  readonly unread?: string;
}

export interface Script {
  readonly path: string;
  readonly transactional: boolean;
  /** The part of the file that holds it, and the line of the file on which that begins. */
  readonly text: string;
  readonly line: number;
  readonly statements: readonly Statement[];
}

/** `sha256` is that of the up file's text, line ends as \n, without a byte order mark. */
export interface MigrationFile extends MigrationFileText {
  readonly number: readonly string[];
  readonly up: Script;
  readonly down: Script | undefined;
  /** Why no linter reads it; absent: it is SQL. */
  readonly opaque?: string;
  /** What it means to code that runs, where the tool's own words say so. */
  readonly meant?: { readonly compatibility: 'none' | 'expand'; readonly because: string };
}

export interface Folder {
  readonly tool: string;
  /** In the order in which they are applied. */
  readonly files: readonly MigrationFile[];
  readonly faults: readonly Fault[];
  /** Texts as they lie on disk, by path. */
  readonly raw: ReadonlyMap<string, string>;
  /** Of Liquibase alone. */
  readonly changelog?: Changelog;
}

/** Reads the folder's `.sql` files; other files are left alone. `auto` is dbmate when a file has its `-- migrate:up` mark, else plain-sql. */
export function readFolder(listing: readonly FolderFile[], tool: string): Folder {
  const sql = listing
    .filter(({ path }) => path.endsWith('.sql'))
    .map((file) => ({ ...file, text: cleaned(file.text) }));
  const marked = sql.some(({ text }) => sectionsOf(text).marked);
  const own = ['flyway', 'golang-migrate'].includes(tool) ? tool : 'plain-sql';
  const chosen = tool === 'dbmate' || (tool === 'auto' && marked) ? 'dbmate' : own;
  const named = sql.map((file) => ({ file, name: readName(file.path) }));
  // Flyway runs R__ files again whenever they change: they have no place in the order.
  const repeated = tool === 'flyway' ? /(^|\/)R__[^/]+\.sql$/ : /^$/;
  const strange = named
    .filter(({ name, file }) => name === undefined && !repeated.test(file.path))
    .map(({ file }) => strangeName(file.path));
  const known = named.flatMap(({ file, name }) => (name === undefined ? [] : [{ ...file, name }]));
  const downs = known.filter(({ name }) => name.role === 'down');
  const read = known.filter(({ name }) => name.role !== 'down').map((file) => readOne(file, downs, chosen));
  const files = read.map(({ file }) => file).sort((a, b) => compareNumbers(a.number, b.number));
  return {
    tool: chosen,
    files: tool === 'flyway' ? files.map((file) => ({ ...file, down: undefined })) : files,
    raw: new Map(listing.map(({ path, text }) => [path, text])),
    faults: [
      ...listing.flatMap(({ path, unread }) => (unread === undefined ? [] : [tooLarge(path, unread)])),
      ...strange,
      ...read.flatMap(({ faults }) => faults),
      ...lonelyDowns(downs, files),
      ...orderFaults(files),
    ],
  };
}

interface NamedFile extends FolderFile {
  readonly name: FileName;
}

function readOne(file: NamedFile, downs: readonly NamedFile[], tool: Folder['tool']) {
  const sections = sectionsOf(file.text);
  const reverting = downs.filter(({ name }) => sameNumber(name.number, file.name.number));
  const inside = sections.down === undefined ? undefined : scriptOf(file.path, sections.down, tool);
  const beside = reverting[0];
  const outside = beside === undefined ? undefined : scriptOf(beside.path, sectionsOf(beside.text).up, tool);
  const up = scriptOf(file.path, sections.up, tool);
  const faults = [
    ...up.faults,
    ...(inside?.faults ?? []),
    ...(outside?.faults ?? []),
    ...sections.misplaced.map((line) =>
      fault(
        file.path,
        line,
        'marks',
        'This mark stands at the wrong place',
        'Write one up mark and below it one down mark.',
      ),
    ),
    ...(inside !== undefined && beside !== undefined ? [twoDowns(beside.path, file.path)] : []),
    ...reverting.slice(1).map((other) => twoDowns(other.path, file.path)),
    ...(tool === 'dbmate' ? dbmateFaults(file, sections) : []),
  ];
  const { id, number } = file.name;
  const down = inside?.script ?? outside?.script;
  return {
    file: { id, number, path: file.path, sha256: sha256(file.text), text: file.text, up: up.script, down },
    faults,
  };
}

/** What dbmate itself would refuse, or would not recognise as this file. */
function dbmateFaults({ path, name }: NamedFile, { marked, down }: Sections): readonly Fault[] {
  const faults: Fault[] = [];
  const add = 'Write both marks, the down below the up (its part may be empty), or set tool: plain-sql.';
  if (!marked) faults.push(fault(path, 1, 'marks', 'dbmate needs the mark "-- migrate:up"', add));
  if (marked && down === undefined)
    faults.push(fault(path, 1, 'marks', 'dbmate needs the mark "-- migrate:down"', add));
  if (!/^\d+$/.test(name.id)) {
    faults.push(
      fault(
        path,
        1,
        'name',
        'dbmate knows files by the digits before their first underscore',
        'Name it like 20260101120000_what_it_does.sql.',
      ),
    );
  }
  return faults;
}

/** The script of one way. A statement that cannot run in a transaction makes its file run without one; dbmate has to be told in the file. */
function scriptOf(
  path: string,
  section: Section,
  tool: Folder['tool'],
): { readonly script: Script; readonly faults: readonly Fault[] } {
  const split = splitStatements(section.text, { path, line: section.line });
  const outside = split.statements.flatMap((statement) => {
    const why = whyNoTransaction(statement);
    return why === undefined ? [] : [{ ...statement, why }];
  });
  const transactional = section.transactional && (tool === 'dbmate' || outside.length === 0);
  const untold = tool === 'dbmate' && section.transactional ? outside : [];
  return {
    script: { path, transactional, text: section.text, line: section.line, statements: split.statements },
    faults: [
      ...split.faults,
      ...split.statements.flatMap((statement) => notRunnable(statement, path)),
      ...untold.map(({ line, column, why }) =>
        faultAt(
          { path, line, column },
          'transaction',
          `${why} cannot run inside the transaction dbmate opens`,
          'Write "-- migrate:up transaction:false", in a file of its own.',
        ),
      ),
    ],
  };
}

const ending = ['BEGIN', 'COMMIT', 'END', 'ABORT', 'START'];

function notRunnable(statement: Statement, path: string): readonly Fault[] {
  const [first = '', second = ''] = headOf(statement);
  const place = { path, line: statement.line, column: statement.column };
  if (
    ending.includes(first) ||
    (first === 'ROLLBACK' && second !== 'TO') ||
    (first === 'PREPARE' && second === 'TRANSACTION')
  ) {
    return [
      faultAt(
        place,
        'transaction',
        `${first} in a migration: the file already runs in a transaction of its own`,
        'Remove it.',
      ),
    ];
  }
  if (first === 'COPY' && statement.words.includes('STDIN')) {
    return [
      faultAt(
        place,
        'copy',
        'COPY … FROM STDIN needs psql',
        'Write INSERT statements, or load the data outside the migration.',
      ),
    ];
  }
  return [];
}

function orderFaults(files: readonly MigrationFile[]): readonly Fault[] {
  return files.slice(1).flatMap((file, index) => {
    const before = files[index];
    if (before === undefined) return [];
    if (sameNumber(before.number, file.number)) {
      return [
        fault(
          file.path,
          1,
          'duplicate',
          `Its number is that of ${before.path}`,
          'Give one of them the next free number.',
        ),
      ];
    }
    return gap(before.number, file.number)
      ? [
          {
            ...fault(
              file.path,
              1,
              'gap',
              `Between ${before.id} and ${file.id} a number is missing`,
              'Nothing to do when it was removed on purpose.',
            ),
            level: 'warn' as const,
          },
        ]
      : [];
  });
}

/** Counted numbers only: between two timestamps (8 digits and more) nothing is missing. */
function gap(before: readonly string[], after: readonly string[]): boolean {
  const [one = '', other = ''] = [before[0], after[0]];
  return before.length === 1 && after.length === 1 && other.length < 8 && Number(other) > Number(one) + 1;
}

function cleaned(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
}
