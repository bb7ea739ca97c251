// What is to be done: the pending files that are due, those that wait, and what stands against doing anything.
import type { AppliedFact } from '../evidence/migration.ts';
import type { Fault } from './fault.ts';
import type { Folder, FolderFile } from './file.ts';
import { type Judgement, judgeFaults, judgeInTheWay } from './judge.ts';
import { type Compatibility, worstOf } from './meaning.ts';
import { pendingOf, remarksOn } from './pending.ts';
import { noMigrations } from './problem.ts';
import type { Scene } from './scene.ts';
import { type Choice, chooseSet, type JudgedFile, judgedFiles } from './set.ts';

export interface Plan {
  readonly choice: Choice;
  readonly pending: number;
  readonly remarks: readonly string[];
  /** Faults of the files that matter to this run. */
  readonly faults: readonly Fault[];
  /** Meaning of the files that this change brings: what the gate reads. */
  readonly compatibility: Compatibility;
  /** Undefined: go on. */
  readonly refusal: Judgement | undefined;
}

interface Files {
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<string | undefined>;
}

/** Reads every `.sql` file of the folder. A folder that is not there has none; throws a Problem when a person has `named` it. */
export async function readListing(files: Files, directory: string, named: boolean): Promise<readonly FolderFile[]> {
  const paths = (await files.list(directory)).filter((path) => path.endsWith('.sql'));
  if (named && paths.length === 0) throw noMigrations(directory);
  return Promise.all(paths.map(async (path) => ({ path, text: (await files.read(path)) ?? '' })));
}

export interface Lint {
  /** The files that this change brings. */
  readonly files: readonly JudgedFile[];
  readonly faults: readonly Fault[];
  readonly compatibility: Compatibility;
  readonly judgement: Judgement;
}

/** Judges the files of this change alone: what older files are like was settled when they went in. */
export function lintOf(scene: Pick<Scene, 'isOwn'>, folder: Folder): Lint {
  const files = judgedFiles(folder.files.filter(({ path }) => scene.isOwn(path)));
  const faults = folder.faults.filter(({ path }) => scene.isOwn(path));
  return {
    files,
    faults,
    compatibility: worstOf(files.map(({ compatible }) => compatible.compatibility)),
    judgement: judgeFaults(faults),
  };
}

/** Compares files with history and chooses. Faults of files that are applied already do not stand in the way. */
export function planOf(
  scene: Pick<Scene, 'isOwn' | 'settings'>,
  folder: Folder,
  history: readonly AppliedFact[],
): Plan {
  const pending = pendingOf(folder.files, history);
  const choice = chooseSet({
    set: scene.settings.set,
    pending: pending.files,
    own: ({ path }) => scene.isOwn(path),
    // Whose readers are retired is told by the record in a later release: until then contract files wait for `set: contract`.
    retired: new Set(),
    untouched: history.length === 0,
  });
  const settled = new Set(
    folder.files
      .filter((file) => !pending.files.includes(file))
      .flatMap(({ path, down }) => [path, down?.path ?? path]),
  );
  const faults = folder.faults.filter(({ path }) => !settled.has(path));
  const judged = judgeFaults(faults);
  const inTheWay = choice.inTheWay === undefined ? undefined : judgeInTheWay(choice.inTheWay);
  return {
    choice,
    pending: pending.files.length,
    remarks: [
      ...remarksOn(pending),
      ...faults.filter(({ level }) => level === 'warn').map(({ what, path }) => `${what} (${path})`),
    ],
    faults,
    compatibility: lintOf(scene, folder).compatibility,
    refusal: judged.verdict === 'failed' ? judged : inTheWay,
  };
}
