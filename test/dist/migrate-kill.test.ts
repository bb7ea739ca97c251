// Kill -9 of the action and of the server at ten points of an apply by the bundle: what the history says is what the schema is, and the next run says where it was.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rows } from '../io/migrations/server.ts';
import { neighbour } from '../world/neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../world/postgres.ts';
import { type Door, openDoor } from '../world/postgres-door.ts';
import type { StepResult } from '../world/runner/types.ts';
import type { SingleJob, Town } from '../world/town.ts';
import { errorsOf, landed, shownBy, townOfBundles } from './ground.ts';

const texts = {
  V001__orders: [
    'create table orders (id int primary key);\ninsert into orders select generate_series(1, 50);',
    'drop table orders;',
  ],
  V002__note: [
    "alter table orders add column note text;\nupdate orders set note = 'x' where id > 0;\ncreate view notes as select note from orders;",
    'drop view notes;\nalter table orders drop column note;',
  ],
  V003__index: [
    'create index concurrently if not exists by_note on orders (note);\ncreate index concurrently if not exists by_id on orders (id);',
    'drop index concurrently if exists by_id;\ndrop index concurrently if exists by_note;',
  ],
  V004__gift: ['create table gifts (id int);', 'drop table gifts;'],
} as const;
const files = Object.fromEntries(
  Object.entries(texts).flatMap(([name, [up, down]]) => [
    [`db/migrations/${name}.sql`, `${up}\n`],
    [`db/migrations/${name}.down.sql`, `${down}\n`],
  ]),
);
const ids = ['V001', 'V002', 'V003', 'V004'];
/** What each file makes; of the one without a transaction some of it may be there before the history has it. */
const made: Readonly<Record<string, readonly string[]>> = {
  V001: ['orders'],
  V002: ['notes'],
  V003: ['by_note', 'by_id'],
  V004: ['gifts'],
};

/** Ten points of the whole apply, or some of them in the quick form. */
function points(messages: number, quick: readonly number[]): readonly number[] {
  const ten = Array.from({ length: 10 }, (_, at) => Math.max(1, Math.round(((at + 0.5) / 10) * messages)));
  return process.env.BORING_LONG === '1' ? ten : quick.map((at) => ten[at] ?? 1);
}

neighbour('Postgres', postgresAvailable())('the bundle of migrate, killed', () => {
  let town: Town;
  let server: Postgres;
  let door: Door;
  let sha: string;
  let messages = 0;

  beforeAll(async () => {
    town = await townOfBundles();
    server = await startPostgres();
    door = await openDoor(server);
    sha = landed(town, files).sha;
    const url = await server.createDatabase();
    door.arm();
    const { job, step } = await applied(url);
    await job.finish();
    expect([step.outputs.verdict, errorsOf(step)]).toEqual(['applied', []]);
    messages = door.asked.length;
  });
  afterAll(async () => {
    await town?.stop();
    await door?.close();
    await server?.stop();
  });

  const asked = (url: string) => ({ with: { phase: 'apply', comment: 'false', 'database-url': door.through(url) } });
  const applied = async (url: string): Promise<{ job: SingleJob; step: StepResult }> => {
    const job = town.job({ sha });
    return { job, step: await job.uses('migrate', asked(url)) };
  };
  const historyOf = async (url: string): Promise<readonly unknown[]> => {
    const [there] = await rows(url, "select to_regclass('boring_deploys_migrations') is not null as there");
    if (there?.there !== true) return [];
    const all = await rows(url, 'select id from boring_deploys_migrations where applied_at is not null order by 1');
    return all.map(({ id }) => id);
  };
  /** Every file is there whole when the history has it, and not at all when it has not. Gives the history. */
  const stateIsHistory = async (url: string): Promise<readonly unknown[]> => {
    const history = await historyOf(url);
    for (const id of ids.filter((one) => one !== 'V003' || history.includes('V003')))
      for (const name of made[id] ?? []) {
        const [found] = await rows(url, `select to_regclass('${name}') is not null as there`);
        expect({ id, name, there: found?.there }).toEqual({ id, name, there: history.includes(id) });
      }
    if (history.includes('V002'))
      expect(await rows(url, "select count(*)::int as n from orders where note = 'x'")).toEqual([{ n: 50 }]);
    return history;
  };
  const isWhole = async (url: string): Promise<void> => {
    expect(await stateIsHistory(url)).toEqual(ids);
    expect(await rows(url, 'select indexrelid::regclass::text from pg_index where not indisvalid')).toEqual([]);
  };

  describe('the action', () => {
    test('leaves a stated state at each point; post or the next run says it, and the rest goes in', async () => {
      for (const [turn, at] of points(messages, [1, 4, 6, 9]).entries()) {
        const url = await server.createDatabase();
        const job = town.job({ sha });
        const step = job.start('migrate', asked(url));
        const pid = await step.pid;
        door.arm(at, () => process.kill(pid ?? 0, 'SIGKILL'));
        const killed = await step.result;
        expect([at, killed.diedOf, killed.outputs.verdict]).toEqual([at, 'SIGKILL', undefined]);

        // The runner lives on and runs post, or the machine is gone with the job.
        const withPost = turn % 2 === 0;
        if (!withPost) await job.kill();
        const ended = await job.finish();
        if (withPost) {
          const words = ended.post.flatMap(({ log }) => log).join('\n');
          expect(words).toMatch(/The schema now has/);
        } else expect(ended.post).toEqual([]);

        const before = withPost ? await stateIsHistory(url) : undefined;
        door.arm();
        const next = await applied(url);
        await next.job.finish();
        expect([at, errorsOf(next.step), next.step.outputs.verdict]).toEqual([
          at,
          [],
          before?.length === ids.length ? 'nothing-pending' : expect.stringMatching(/^(applied|nothing-pending)$/),
        ]);
        const said = /Migration \d+ of run \d+ never ended\. The schema now has/;
        if (withPost) expect(shownBy(next.step)).not.toMatch(said);
        else expect(shownBy(next.step)).toMatch(said);
        await isWhole(url);
      }
      // Nothing of any of them is left open.
      const open = town
        .deployments('deploy:migration')
        .filter(({ statuses }) => statuses.at(-1)?.state === 'in_progress');
      expect(open).toEqual([]);
    }, 300_000);
  });

  describe('the server', () => {
    test('is named as gone, and when it is back the next run says where the schema was', async () => {
      for (const at of points(messages, [3, 7])) {
        const url = await server.createDatabase();
        const postmaster = Number(readFileSync(join(server.dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]);
        door.arm(at, () => process.kill(postmaster, 'SIGKILL'));
        const { job, step } = await applied(url);
        await job.finish();
        expect([at, step.exitCode, step.outputs.verdict]).toEqual([at, 1, 'failed']);
        expect(errorsOf(step)).toEqual([expect.stringContaining('Where the schema stands is not known')]);
        await revive();

        door.arm();
        const next = await applied(url.replace(/:\d+\//, `:${server.port}/`));
        await next.job.finish();
        expect([at, errorsOf(next.step)]).toEqual([at, []]);
        expect(shownBy(next.step)).toMatch(/never ended\. The schema now has/);
        await isWhole(url.replace(/:\d+\//, `:${server.port}/`));
      }
    }, 300_000);
  });

  /** Starts the server again on what the kill left, once the last of its processes has let go of its memory. */
  const revive = async (): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      rmSync(join(server.dataFolder, 'postmaster.pid'), { force: true });
      try {
        await (server as unknown as { start(): Promise<void> }).start();
        return;
      } catch (error) {
        if (attempt === 300) throw error;
        await new Promise((next) => setTimeout(next, 100));
      }
    }
  };
});
