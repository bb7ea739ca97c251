// Migrate: judge the migrations of a change, apply what is due under a lock, say where the schema stands, revert when asked.
import { type Account, lintAccount, type Read } from '../../src/migration/account.ts';
import { patchOf } from '../../src/migration/added-line.ts';
import { apply } from '../../src/migration/application.ts';
import { defaultLimits } from '../../src/migration/budget.ts';
import { readFolder } from '../../src/migration/file.ts';
import { foreignProfile, readForeign } from '../../src/migration/foreign-folder.ts';
import { endKilled } from '../../src/migration/journal.ts';
import { judgeRehearsal } from '../../src/migration/judge.ts';
import { endedSessions, leftKey, readBegun } from '../../src/migration/left.ts';
import { finishedOutcome, outcomeOf } from '../../src/migration/outcome.ts';
import { pendingOf, remarksOn } from '../../src/migration/pending.ts';
import { lintFolder, readListing } from '../../src/migration/plan.ts';
import { rehearseSet } from '../../src/migration/rehearsal-stage.ts';
import { readScene, type Scene } from '../../src/migration/scene.ts';
import { databaseOptions } from '../../src/migration/settings.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { MigrateSight, MigrationDatabase, Outcome } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** Lints, or lints and applies. Safe to run again: it reads the history first and does only what is missing. */
export async function step(world: MigrateSight, inputs: Inputs): Promise<Outcome> {
  const { log, clock } = world;
  const from = clock.now();
  const scene = await log.beat('Policy and change', () => readScene(world.ask, world.run, inputs, vocabulary));
  const { directory, tool } = scene.settings;
  const foreign = foreignProfile(tool);
  const folder = await log.beat('Read the migrations', async () =>
    foreign === undefined
      ? readFolder(await readListing(world.files, directory, inputs.directory !== ''), tool)
      : readForeign(world.files, directory, foreign),
  );
  const silent = inputs['dry-run'] || world.run.pull?.fork === true;
  const linted = await log.beat('Lint', () => lintFolder(world.grammar, scene, folder));
  const read = { folder, linted };
  if (inputs.phase === 'lint') {
    const account = lintAccount(scene, read, { from, to: clock.now() });
    const patch = patchOf(account.faults);
    if (patch !== '') await log.beat('Safe ways as a patch (git apply --unidiff-zero)', async () => log.info(patch));
    return outcomeOf(scene, account, silent);
  }
  const { limits, commands } = scene.settings;
  const ids = folder.files.map(({ id }) => id);
  const place = { run: world.run, leg: inputs.leg, limits, directory, commands, ids, changelog: folder.changelog };
  const url = inputs['database-url'];
  const target = () => world.database(databaseOptions({ ...place, url, tool: folder.tool }));
  const database = inputs.phase === 'rehearse' && url === '' ? undefined : target();
  try {
    const job = { world, scene, ...read, inputs, from };
    const account =
      database === undefined || inputs.phase === 'rehearse' ? rehearse(job, database) : apply({ ...job, database });
    return outcomeOf(scene, await account, silent);
  } finally {
    await database?.close();
  }
}

interface RehearsalJob extends Read {
  readonly world: MigrateSight;
  readonly scene: Scene;
  readonly inputs: Inputs;
  readonly from: number;
}

/** Lints, and tries what is pending on the target (without one: what this change brings) on a throw-away database. */
async function rehearse(job: RehearsalJob, target: MigrationDatabase | undefined): Promise<Account> {
  const { world, scene, folder, linted, inputs, from } = job;
  const lint = lintAccount(scene, { folder, linted }, { from, to: world.clock.now() });
  if (lint.judgement.verdict === 'failed') return lint;
  const history = await target?.history();
  const pending = history === undefined ? undefined : pendingOf(folder.files, history);
  const files = pending?.files ?? folder.files.filter(({ path }) => scene.isOwn(path));
  const seen = { pending: pending?.files.length, remarks: pending === undefined ? [] : remarksOn(pending) };
  if (files.length === 0)
    return { ...lint, ...seen, judgement: { verdict: 'nothing-pending', reason: 'nothing-pending', error: '' } };
  const urls = { shadowUrl: inputs['shadow-url'], databaseUrl: inputs['database-url'] };
  const task = { world, scene, folder, files, ...urls, target, history, sameMajor: false };
  const rehearsed = await world.log.beat('Rehearse', () => rehearseSet(task));
  const { rehearsal, engine } = rehearsed;
  const judgement = rehearsal === undefined ? lint.judgement : judgeRehearsal(rehearsal);
  return { ...lint, ...seen, rehearsed, engine, judgement, to: world.clock.now() };
}

/** Post: when main was killed, ends the statement that outlived it and says where the schema is. */
export async function finish(world: MigrateSight, inputs: Inputs): Promise<Outcome> {
  const { run, state, deployments } = world;
  const { environment, leg } = inputs;
  const begun = readBegun(state.read(leftKey));
  if (begun === undefined) return finishedOutcome('');
  const place = {
    run,
    leg,
    limits: defaultLimits,
    url: inputs['database-url'],
    tool: begun.tool,
    ...(begun.ids === undefined ? {} : { ids: begun.ids }),
  };
  const database = world.database(databaseOptions(place));
  try {
    const ended = await world.log.beat('End what outlived the job', () => database.cancelLeftovers());
    const history = await database.history();
    const words = await endKilled(deployments, { environment, childId: begun.childId, history, url: run.url });
    return finishedOutcome(`${endedSessions(ended, 'that outlived this job')} ${words}`.trim());
  } finally {
    await database.close();
  }
}
