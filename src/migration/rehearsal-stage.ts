// The rehearsal of migrate: a throw-away database like the target, the pending set tried on it, and what the target has beside its migrations.
import type { MigrationDatabase, Shadow } from '../evidence/database.ts';
import type { CatalogueObject } from '../evidence/migration.ts';
import { profileOf } from '../providers/tools.ts';
import { compareCatalogues, differing } from './difference.ts';
import type { MigrationFile } from './file.ts';
import { fromNothing, openAt, type RehearsalTask, replay } from './from-nothing.ts';
import { locksOf } from './lock-table.ts';
import { seedMissing } from './problem.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';
import { type Rehearsed, stepLines } from './rehearsed.ts';

/** Rehearses the set. Throws a Problem where there is no server, or the earlier migrations do not go in. */
export async function rehearseSet(task: RehearsalTask): Promise<Rehearsed> {
  const { world, scene, folder, files } = task;
  const { settings } = scene;
  const profile = profileOf(folder.tool);
  const shadow = await world.shadow({
    url: task.shadowUrl,
    like: task.databaseUrl,
    historyTable: profile?.historyTable ?? '',
    tcp: folder.tool !== 'plain-sql',
    major: settings.server.major,
    sameMajor: task.sameMajor,
  });
  const at = openAt(task, shadow.url);
  try {
    await at.open(world.cancelled);
    const earlier = folder.files.filter((file) => !files.includes(file));
    if (!shadow.restored) await replay(world, at, earlier);
    await seed(task, shadow);
    const begun = await at.catalogue();
    const { rehearsal, objects } = await measured(task, at, profile?.noDown ?? '');
    tell(task, shadow, rehearsal);
    const there = await task.target?.catalogue();
    const empty = shadow.restored ? await fromNothing(task, shadow, earlier) : undefined;
    const made = shadow.restored ? empty?.objects : begun;
    return {
      rehearsal,
      because: '',
      engine: shadow.engine,
      remarks: shadow.remarks,
      drift: there === undefined || made === undefined ? undefined : differing(compareCatalogues(made, there)),
      clean: rehearsal.steps[0]?.outcome === 'pass' && (!shadow.restored || empty?.whole === true),
      rewrites: await rewritten(task, rehearsal),
      objects,
    };
  } finally {
    await at.close();
    await shadow.close();
  }
}

async function measured({ world, scene, files }: RehearsalTask, at: MigrationDatabase, noDown: string) {
  const { rehearse: words, limits } = scene.settings;
  // With a way down before it, the second "up" comes last; the objects are those of the newest state that is up.
  let objects: readonly CatalogueObject[] = [];
  const watched = {
    history: () => at.history(),
    apply: (file: MigrationFile, signal: AbortSignal) => at.apply(file, signal),
    revert: (file: MigrationFile, signal: AbortSignal) => at.revert(file, signal),
    again: (file: MigrationFile, signal: AbortSignal) => at.again(file, signal),
    contents: () => at.contents(),
    catalogue: async () => {
      const seen = await at.catalogue();
      if (seen.length >= objects.length) objects = seen;
      return seen;
    },
  };
  const rehearsal = await rehearse(watched, { files, words, limits, noDown, signal: world.cancelled });
  return { rehearsal, objects };
}

async function seed({ world, scene }: RehearsalTask, shadow: Shadow): Promise<void> {
  const path = scene.settings.seed;
  if (path === '') return;
  const text = await world.files.read(path);
  if (text === undefined) throw seedMissing(path);
  await shadow.fill(text, path);
}

/** For the log: people look there first. */
function tell({ world }: RehearsalTask, { engine, remarks }: Shadow, { steps }: Rehearsal): void {
  world.log.info(`On ${engine}.`);
  for (const remark of remarks) world.log.info(remark);
  for (const line of stepLines(steps)) world.log.info(line);
}

async function rewritten({ target }: RehearsalTask, { done }: NonNullable<Rehearsed['rehearsal']>) {
  const tables = [...new Set(locksOf(done).flatMap((lock) => (lock.rewritten ? [lock.table] : [])))];
  return Promise.all(
    tables.map(async (table) => {
      const name = table.includes('.') ? table : `public.${table}`;
      const rows = await target
        ?.value(`select reltuples::bigint from pg_class where oid = to_regclass('${name.replaceAll("'", "''")}')`)
        .catch(() => undefined);
      return { table, rows: rows === undefined || Number(rows) < 0 ? undefined : Number(rows) };
    }),
  );
}
