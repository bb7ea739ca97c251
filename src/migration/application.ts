// The apply of migrate: lock, plan, rehearsal where it can be had, validation, backup, record, and then the files.
import type { MigrationDatabase } from '../evidence/database.ts';
import type { AppliedFact } from '../evidence/migration.ts';
import { type Account, plannedAccount, type Read } from './account.ts';
import { backUp } from './backup.ts';
import { execute, valuesOf } from './execution.ts';
import type { Aims, Field } from './field.ts';
import { beginChild, endChild, endUnended } from './journal.ts';
import { judgeApply, judgeRehearsal, whereSchemaStands } from './judge.ts';
import { endedSessions, leftKey } from './left.ts';
import { outcomeOf } from './outcome.ts';
import { planOf } from './plan.ts';
import { isNoShadow } from './problem.ts';
import { readersOf } from './readers.ts';
import { rehearseSet } from './rehearsal-stage.ts';
import { notRehearsed, type Rehearsed } from './rehearsed.ts';
import type { Scene } from './scene.ts';
import { warningsBefore } from './telling.ts';

export interface Job extends Read {
  readonly world: Field;
  readonly scene: Scene;
  readonly database: MigrationDatabase;
  readonly inputs: Aims;
  readonly from: number;
}

/** Applies what is due, or says what would go in. Throws a Problem for what must be mended before anything is touched. */
export async function apply(job: Job): Promise<Account> {
  const { world, scene, folder, linted, database, from, inputs } = job;
  const { log, clock, deployments } = world;
  const dryRun = inputs['dry-run'];
  if (!dryRun) await log.beat('Take the migration lock', () => lock(job));
  const history = await database.history();
  const found = dryRun ? [] : await endUnended(deployments, scene, history);
  for (const sentence of found) log.info(sentence);
  const readers = readersOf(folder.files, scene, clock.now());
  const plan = planOf(scene, folder, { history, linted, readers });
  const blind = (await database.sight?.()) ?? '';
  if (blind !== '') log.info(`${blind}.`);
  const told = { folder, linted, remarks: found, blind, from, to: clock.now() };
  const planned = plannedAccount(plan, { ...told, engine: await database.version(), dryRun });
  if (planned.judgement.verdict !== 'applied') return planned;
  const files = plan.choice.due.map(({ file }) => file);
  const rehearsed = await log.beat('Rehearse', () => rehearse(job, files, history));
  if (rehearsed.rehearsal === undefined) log.info(`Not rehearsed: ${rehearsed.because}.`);
  const tried = rehearsed.rehearsal === undefined ? undefined : judgeRehearsal(rehearsed.rehearsal);
  if (tried?.verdict === 'failed') return { ...planned, rehearsed, judgement: tried, to: clock.now() };
  const since = { startedAt: clock.now(), untouched: history.length === 0 };
  const before = await log.beat('Validate before', () => valuesOf(database, scene.settings.validations, since));
  const restore = (line: readonly string[]) => restoreBackup(job, line);
  const backup = await log.beat('Back up', () =>
    backUp({ command: world.command, env: world.env, databaseUrl: inputs['database-url'], restore }, scene.settings),
  );
  if (backup.words !== '') log.info(`Backup: ${backup.words}.`);
  const child = await log.beat('Record what is about to happen', () =>
    beginChild(deployments, scene, { choice: plan.choice, tool: folder.tool, history }),
  );
  world.state.save(
    leftKey,
    JSON.stringify({ childId: child.attempt.id, tool: folder.tool, ids: folder.files.map(({ id }) => id) }),
  );
  if (plan.rollbackEnd !== '') await log.beat('Say where a rollback ends', () => warn(job, planned));
  const downProven = rehearsed.rehearsal?.downProven === true || whyUnproven(rehearsed);
  const order = { files, settings: scene.settings, before, downProven, signal: world.cancelled, told: log.info };
  const executed = await log.beat('Apply', () => execute(database, order));
  const judgement = judgeApply(executed);
  const ids = files.map(({ id }) => id);
  const stands = whereSchemaStands(ids, executed.after, executed.walked.failed);
  log.info(stands);
  const childId = child.attempt.id;
  const end = { childId, choice: plan.choice, executed, judgement };
  const unsaid = await log.beat('Record what happened', () => endChild(deployments, scene, end));
  if (executed.after !== undefined && unsaid.length === 0) world.state.save(leftKey, '');
  const remarks = [...planned.remarks, ...unsaid];
  const saved = { backup: backup.words, backupGone: backup.gone };
  const happened = { ...planned, ...executed, ...saved, remarks, judgement, stands, childId, rehearsed };
  return { ...happened, to: clock.now() };
}

/** The lock keeps every other run out; a session of ours that is still at work then is what a dead run left behind. */
async function lock({ world, database }: Job): Promise<void> {
  await database.open(world.cancelled, world.log.info);
  const ended = await database.cancelLeftovers();
  if (ended > 0)
    world.log.warn(
      `${endedSessions(ended, 'that a dead run left behind')} What they had not committed is rolled back.`,
    );
}

/** A contract migration is announced before it goes in. */
async function warn({ world, scene }: Job, planned: Account): Promise<void> {
  world.log.warn(`${planned.rollbackEnd}.`);
  const { evidence } = outcomeOf(scene, planned, false);
  if (evidence === undefined) return;
  for (const event of warningsBefore(scene, planned, evidence)) await world.announce(event);
}

/** With shadow-url as asked; without, on this machine's own binaries if they are of the target's version. */
async function rehearse(
  job: Job,
  files: Parameters<typeof rehearseSet>[0]['files'],
  history: readonly AppliedFact[],
): Promise<Rehearsed> {
  const { world, scene, folder, database, inputs } = job;
  if (scene.settings.rehearse.length === 0) return notRehearsed('migrations.rehearse is empty');
  const urls = { shadowUrl: inputs['shadow-url'], databaseUrl: inputs['database-url'] };
  try {
    return await rehearseSet({
      ...{ world, scene, folder, files, ...urls },
      ...{ target: database, history, sameMajor: inputs['shadow-url'] === '' },
    });
  } catch (error) {
    if (inputs['shadow-url'] !== '' || !isNoShadow(error)) throw error;
    const because =
      error.parts.reason === 'no-shadow' ? 'no server of the same version on this machine' : error.parts.what;
    return notRehearsed(`there is no shadow-url, and ${because}`);
  }
}

function whyUnproven({ rehearsal }: Rehearsed): string {
  return rehearsal === undefined
    ? 'the way down was not rehearsed (give shadow-url)'
    : 'the way down was rehearsed and is not proven to restore the schema';
}

/** Puts a backup into a throw-away database; says why it does not go in, else nothing. */
async function restoreBackup({ world, inputs }: Job, line: readonly string[]): Promise<string> {
  const shadow = await world.shadow({
    ...{ url: inputs['shadow-url'], like: '', historyTable: '', tcp: true, major: undefined, sameMajor: false },
  });
  try {
    const { code, stderr } = await world.command({ line, env: { SHADOW: shadow.url }, timeoutMs: restoreTime });
    return code === 0 ? '' : `it cannot be restored (${stderr.trim().split('\n').at(-1) ?? ''})`;
  } finally {
    await shadow.close();
  }
}

/** A restore may take as long as a job of an hour allows, ms. */
const restoreTime = 1_800_000;
