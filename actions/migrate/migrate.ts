// Migrate: judge the migrations of a change, apply what is due under a lock, say where the schema stands, revert when asked.
import { type Account, lintAccount, plannedAccount, type Read } from '../../src/migration/account.ts';
import { backUp } from '../../src/migration/backup.ts';
import { defaultLimits } from '../../src/migration/budget.ts';
import { execute, valuesOf } from '../../src/migration/execution.ts';
import { readFolder } from '../../src/migration/file.ts';
import { beginChild, endChild, endKilled, endUnended } from '../../src/migration/journal.ts';
import { judgeApply, whereSchemaStands } from '../../src/migration/judge.ts';
import { endedSessions, leftKey, readBegun } from '../../src/migration/left.ts';
import { finishedOutcome, outcomeOf } from '../../src/migration/outcome.ts';
import { lintFolder, planOf, readListing } from '../../src/migration/plan.ts';
import { rehearsalComesLater } from '../../src/migration/problem.ts';
import { readScene, type Scene } from '../../src/migration/scene.ts';
import { databaseOptions } from '../../src/migration/settings.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { MigrationDatabase, Outcome, World } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** Lints, or lints and applies. Safe to run again: it reads the history first and does only what is missing. */
export async function step(world: World, inputs: Inputs): Promise<Outcome> {
  if (inputs.phase === 'rehearse') throw rehearsalComesLater();
  const { log, clock } = world;
  const from = clock.now();
  const scene = await log.beat('Policy and change', () => readScene(world.ask, world.run, inputs, vocabulary));
  const { directory, tool } = scene.settings;
  const folder = await log.beat('Read the migrations', async () =>
    readFolder(await readListing(world.files, directory, inputs.directory !== ''), tool),
  );
  const silent = inputs['dry-run'] || world.run.pull?.fork === true;
  const linted = await log.beat('Lint', () => lintFolder(world.grammar, scene, folder));
  const read = { folder, linted };
  if (inputs.phase === 'lint') return outcomeOf(scene, lintAccount(scene, read, { from, to: clock.now() }), silent);
  const place = { run: world.run, leg: inputs.leg, limits: scene.settings.limits };
  const database = world.database(databaseOptions({ ...place, url: inputs['database-url'], tool: folder.tool }));
  try {
    return outcomeOf(scene, await apply({ world, scene, ...read, database, from }, inputs['dry-run']), silent);
  } finally {
    await database.close();
  }
}

/** Post: when main was killed, ends the statement that outlived it and says where the schema is. */
export async function finish(world: World, inputs: Inputs): Promise<Outcome> {
  const { run, state, deployments } = world;
  const { environment, leg } = inputs;
  const begun = readBegun(state.read(leftKey));
  if (begun === undefined) return finishedOutcome('');
  const place = { run, leg, limits: defaultLimits, url: inputs['database-url'], tool: begun.tool };
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

interface Job extends Read {
  readonly world: World;
  readonly scene: Scene;
  readonly database: MigrationDatabase;
  readonly from: number;
}

async function apply(job: Job, dryRun: boolean): Promise<Account> {
  const { world, scene, folder, linted, database, from } = job;
  const { log, clock, deployments } = world;
  if (!dryRun) await log.beat('Take the migration lock', () => lock(job));
  const history = await database.history();
  const found = dryRun ? [] : await endUnended(deployments, scene, history);
  for (const sentence of found) log.info(sentence);
  const plan = planOf(scene, folder, { history, linted });
  const planned = plannedAccount(plan, {
    folder,
    linted,
    remarks: found,
    from,
    to: clock.now(),
    engine: await database.version(),
    dryRun,
  });
  if (planned.judgement.verdict !== 'applied') return planned;
  const before = await log.beat('Validate before', () => valuesOf(database, scene.settings.validations, clock.now()));
  const backup = await log.beat('Back up', () => backUp(world.command, scene.settings));
  const child = await log.beat('Record what is about to happen', () =>
    beginChild(deployments, scene, { choice: plan.choice, tool: folder.tool, history }),
  );
  world.state.save(leftKey, JSON.stringify({ childId: child.attempt.id, tool: folder.tool }));
  const files = plan.choice.due.map(({ file }) => file);
  const executed = await log.beat('Apply', () =>
    execute(database, { files, settings: scene.settings, before, signal: world.cancelled, told: log.info }),
  );
  const judgement = judgeApply(executed);
  const stands = whereSchemaStands(
    files.map(({ id }) => id),
    executed.after,
    executed.walked.failed,
  );
  log.info(stands);
  const childId = child.attempt.id;
  const unsaid = await log.beat('Record what happened', () =>
    endChild(deployments, scene, { childId, choice: plan.choice, executed, judgement }),
  );
  if (executed.after !== undefined && unsaid.length === 0) world.state.save(leftKey, '');
  const remarks = [...planned.remarks, ...unsaid];
  return { ...planned, ...executed, remarks, judgement, stands, backup, childId, to: clock.now() };
}

/** The lock keeps every other run out; a session of ours that is still at work then is what a dead run left behind. */
async function lock({ world, database }: Job): Promise<void> {
  await database.open(world.cancelled);
  const ended = await database.cancelLeftovers();
  if (ended > 0)
    world.log.warn(
      `${endedSessions(ended, 'that a dead run left behind')} What they had not committed is rolled back.`,
    );
}
