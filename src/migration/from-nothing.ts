// Makes a schema from nothing on a throw-away database: the earlier migrations, one after the other.
import type { MigrationDatabase, Shadow } from '../evidence/database.ts';
import type { AppliedFact } from '../evidence/migration.ts';
import type { Field } from './field.ts';
import type { Folder, MigrationFile } from './file.ts';
import { replayFailed } from './problem.ts';
import type { Scene } from './scene.ts';
import { databaseOptions } from './settings.ts';
import { walk } from './walk.ts';

export interface RehearsalTask {
  readonly world: Field;
  readonly scene: Scene;
  readonly folder: Folder;
  /** The set to rehearse. */
  readonly files: readonly MigrationFile[];
  readonly shadowUrl: string;
  readonly databaseUrl: string;
  /** The target; undefined where no database-url was given. */
  readonly target: MigrationDatabase | undefined;
  /** What the target has; undefined as above. */
  readonly history: readonly AppliedFact[] | undefined;
  /** Another major version than the target's is no rehearsal: an apply's own, which nobody asked for. */
  readonly sameMajor: boolean;
}

/** The tool on a throw-away database, every lock looked at. */
export function openAt({ world, scene, folder }: RehearsalTask, url: string): MigrationDatabase {
  const { limits, directory, commands } = scene.settings;
  const place = {
    run: world.run,
    leg: scene.leg,
    limits,
    url,
    tool: folder.tool,
    directory,
    commands,
    ids: folder.files.map(({ id }) => id),
    changelog: folder.changelog,
  };
  return world.database({ ...databaseOptions(place), exactLocks: true });
}

/** Every migration from the first on into a second, empty database; undefined where none may be made. */
export async function fromNothing(task: RehearsalTask, shadow: Shadow, earlier: readonly MigrationFile[]) {
  const url = await shadow.another();
  if (url === undefined) return undefined;
  const { world } = task;
  const at = openAt(task, url);
  try {
    await at.open(world.cancelled);
    const first = await walk(earlier, (file) => at.apply(file, world.cancelled), world.cancelled);
    if (first.failed !== undefined || first.cancelled) return { objects: undefined, whole: false };
    const objects = await at.catalogue();
    const rest = await walk(task.files, (file) => at.apply(file, world.cancelled), world.cancelled);
    return { objects, whole: rest.failed === undefined && !rest.cancelled };
  } finally {
    await at.close();
  }
}

/** The earlier migrations into an empty database. Throws a Problem that names the first that does not go in. */
export async function replay(world: Field, at: MigrationDatabase, earlier: readonly MigrationFile[]): Promise<void> {
  const { failed } = await walk(earlier, (file) => at.apply(file, world.cancelled), world.cancelled);
  if (failed !== undefined) throw replayFailed(failed);
}
