// What is to be done: the pending files that are due, those that wait, and what stands against doing anything.
import type { AppliedFact } from '../evidence/migration.ts';
import type { SqlGrammar } from '../evidence/sql.ts';
import { Problem } from '../kit/problem.ts';
import { nearest } from '../kit/spelling.ts';
import { type Fault, fault } from './fault.ts';
import type { Folder, FolderFile } from './file.ts';
import { type Judgement, judgeFaults, judgeInTheWay, judgeTakesAll } from './judge.ts';
import { type LintedFile, lintFiles } from './lint.ts';
import { type Compatibility, worstOf } from './meaning.ts';
import { opaqueFile } from './opaque.ts';
import { parseFiles } from './parsed.ts';
import { pendingOf, remarksOn } from './pending.ts';
import { noMigrations } from './problem.ts';
import type { Readers } from './readers.ts';
import { contractsOf, rollbackEnd } from './rollback-end.ts';
import { rulesById } from './rules/index.ts';
import type { Scene } from './scene.ts';
import { type Choice, chooseSet, type JudgedFile } from './set.ts';

export interface Plan {
  readonly choice: Choice;
  readonly pending: number;
  readonly remarks: readonly string[];
  /** Where a rollback ends once it is carried out, a sentence; empty: where it ended before. */
  readonly rollbackEnd: string;
  /** Faults of the files that matter to this run. */
  readonly faults: readonly Fault[];
  /** Meaning of the files that this change brings: what the gate reads. */
  readonly compatibility: Compatibility;
  readonly unread: boolean;
  /** Undefined: go on. */
  readonly refusal: Judgement | undefined;
}

interface Files {
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<string | undefined>;
}

/** Judges every file where it stands in the history of the schema; rules look at those of this change alone. */
export async function lintFolder(
  grammar: SqlGrammar,
  scene: Pick<Scene, 'isOwn' | 'isChangeKnown' | 'changed' | 'settings' | 'history' | 'parent'>,
  folder: Folder,
): Promise<readonly LintedFile[]> {
  const { settings, isOwn, changed } = scene;
  const { dialect } = settings.server;
  const readable = folder.files.filter(({ opaque }) => opaque === undefined);
  const tool = settings.tool === 'auto' ? folder.tool : settings.tool;
  const files = await parseFiles(grammar, readable, { dialect, tool, downs: ({ path }) => isOwn(path) });
  const linted = lintFiles({
    release: {
      files,
      changed,
      isOwn,
      known: scene.isChangeKnown,
      directory: settings.directory,
      separationMs: settings.separationMs,
      retention: settings.retention,
      releasesSince: (path) => releasesSince(path, scene),
    },
    server: settings.server,
    profile: {
      tool,
      setsTimeouts: ['auto', 'plain-sql', 'dbmate'].includes(settings.tool),
    },
    levels: settings.levels,
    baseline: settings.baseline,
    raw: folder.raw,
  });
  return folder.files.flatMap(
    (file) =>
      linted.find(({ parsed }) => parsed.file === file) ??
      (file.opaque === undefined ? [] : opaqueFile(file, isOwn(file.path))),
  );
}

/** Successful releases from the one that brought the file on; undefined when no record names it. */
function releasesSince(path: string, { history, parent }: Pick<Scene, 'history' | 'parent'>): number | undefined {
  const done = history.attempts.filter(
    ({ succeededAt, task, id }) => succeededAt !== undefined && task === 'deploy' && id !== parent?.id,
  );
  const brought = done.findLast(
    ({ payload }) => payload.kind === 'deploy' && payload.migrations.some((file) => file.path === path),
  );
  return brought === undefined ? undefined : done.filter(({ id }) => id >= brought.id).length;
}

/** Reads every `.sql` file of the folder. A folder that is not there has none; throws a Problem when a person has `named` it. */
export async function readListing(files: Files, directory: string, named: boolean): Promise<readonly FolderFile[]> {
  const paths = (await files.list(directory)).filter((path) => path.endsWith('.sql'));
  if (named && paths.length === 0) throw noMigrations(directory);
  return Promise.all(paths.map((path) => readOne(files, path)));
}

/** A file of more than 20 MB is not read: that is a fault of the file, and the others are judged all the same. */
async function readOne(files: Files, path: string): Promise<FolderFile> {
  try {
    return { path, text: (await files.read(path)) ?? '' };
  } catch (error) {
    if (!(error instanceof Problem) || error.parts.reason !== 'file-too-large') throw error;
    return { path, text: '', unread: error.message };
  }
}

export interface Lint {
  /** The files that this change brings. */
  readonly files: readonly JudgedFile[];
  readonly faults: readonly Fault[];
  readonly compatibility: Compatibility;
  /** A file of the change could not be read: nobody knows what it means. */
  readonly unread: boolean;
  readonly judgement: Judgement;
}

/** Faults of the folder that are found by cutting the text as Postgres does: of MySQL's quotes it knows nothing. */
const lexed = ['unterminated', 'psql-command', 'copy', 'transaction'];

/** Judges the files of this change alone: what older files are like was settled when they went in. */
export function lintOf(scene: Pick<Scene, 'isOwn' | 'settings'>, folder: Folder, linted: readonly LintedFile[]): Lint {
  const own = linted.filter(({ parsed }) => scene.isOwn(parsed.file.path));
  const files = own.map(judgedOf);
  const isForeign = scene.settings.server.dialect !== 'postgres';
  const faults = [
    ...folder.faults.filter(({ path, rule }) => scene.isOwn(path) && !(isForeign && lexed.includes(rule))),
    ...faultsOf(own, folder),
    ...strangeRules(scene),
  ];
  return {
    files,
    faults,
    compatibility: worstOf(files.map(({ compatible }) => compatible.compatibility)),
    unread: files.some(({ compatible }) => compatible.unread === true),
    judgement: judgeFaults(faults),
  };
}

function judgedOf({ parsed, compatible }: LintedFile): JudgedFile {
  return { file: parsed.file, compatible };
}

/** What a reader of the folder has said already (a quote without an end, psql's commands) is not said again as bad syntax. */
function faultsOf(linted: readonly LintedFile[], folder: Folder): readonly Fault[] {
  const told = new Set(
    folder.faults
      .filter(({ rule }) => ['unterminated', 'psql-command', 'copy', 'size'].includes(rule))
      .map(({ path }) => path),
  );
  return linted.flatMap(({ faults }) => faults.filter(({ rule, path }) => rule !== 'syntax' || !told.has(path)));
}

/** A level for a rule that is none changes nothing, which nobody would notice. */
function strangeRules({ settings }: Pick<Scene, 'settings'>): readonly Fault[] {
  return Object.keys(settings.levels)
    .filter((id) => !rulesById.has(id))
    .map((id) => {
      const meant = nearest(id, rulesById.keys());
      const fix = meant === undefined ? 'See docs/migration-rules.md for their names.' : `Did you mean ${meant}?`;
      return { ...fault('migrations.rules', 1, 'rules', `There is no rule "${id}"`, fix), level: 'warn' as const };
    });
}

/** Compares files with history and chooses. Faults of files that are applied already do not stand in the way. */
export function planOf(
  scene: Pick<Scene, 'isOwn' | 'settings' | 'history' | 'parent' | 'version'>,
  folder: Folder,
  {
    history,
    linted,
    readers,
  }: {
    readonly history: readonly AppliedFact[];
    readonly linted: readonly LintedFile[];
    readonly readers: Readers;
  },
): Plan {
  const pending = pendingOf(folder.files, history);
  const waiting = linted.filter(({ parsed }) => pending.files.includes(parsed.file));
  const untouched = history.length === 0;
  const choice = chooseSet({
    set: scene.settings.set,
    pending: waiting.map(judgedOf),
    own: ({ path }) => scene.isOwn(path),
    retired: readers.retired,
    untouched,
  });
  const settled = new Set(
    folder.files
      .filter((file) => !pending.files.includes(file))
      .flatMap(({ path, down }) => [path, down?.path ?? path]),
  );
  // On a database without history every table is empty: nobody waits, nothing is lost.
  const found = untouched ? [] : faultsOf(waiting, folder);
  const faults = [...folder.faults.filter(({ path }) => !settled.has(path)), ...found];
  const judged = judgeFaults(faults);
  // On a database without history no version before this one can be reading anything.
  const end = untouched ? '' : rollbackEnd(choice.due, scene);
  const lint = lintOf(scene, folder, linted);
  const inTheWay =
    choice.inTheWay === undefined
      ? undefined
      : judgeInTheWay(choice.inTheWay, whenDue(choice.inTheWay, scene, readers));
  return {
    choice,
    pending: pending.files.length,
    remarks: [...remarksOn(pending), ...waitingWords(choice, scene, readers)],
    rollbackEnd: end,
    faults,
    compatibility: lint.compatibility,
    unread: lint.unread,
    refusal: judged.verdict === 'failed' ? judged : (inTheWay ?? judgeTakesAll(choice, folder.tool)),
  };
}

/** When a file that waits will be due. */
function whenDue({ file }: JudgedFile, { isOwn }: Pick<Scene, 'isOwn'>, { waiting }: Readers): string {
  if (isOwn(file.path)) return 'it comes with this change, so it goes in with the deployment after it';
  return waiting.get(file.id) ?? 'its readers are gone';
}

/** Contract files that wait, each with its reason. */
function waitingWords(
  { deferred }: Choice,
  scene: Pick<Scene, 'isOwn' | 'settings'>,
  readers: Readers,
): readonly string[] {
  const waits = scene.settings.set === 'due' ? contractsOf(deferred) : [];
  return waits.map((one) => `${one.file.id} waits: ${whenDue(one, scene, readers)}`);
}
