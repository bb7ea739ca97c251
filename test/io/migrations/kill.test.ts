// Kill -9 of the action and of the server at ten points of an apply: what the history says is what the schema is, and the next run ends it.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { neighbour } from '../../world/neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { rows } from './server.ts';

const texts = {
  'V001__orders.sql': 'create table orders (id int primary key); insert into orders select generate_series(1, 50);',
  'V002__note.sql':
    "alter table orders add column note text; update orders set note = 'x'; create view notes as select note from orders;",
  'V003__index.sql':
    'create index concurrently if not exists by_note on orders (note);\ncreate index concurrently if not exists by_id on orders (id);',
  'V004__gift.sql': 'create table gifts (id int);',
};
const ids = ['V001', 'V002', 'V003', 'V004'];
/** What each file makes: all of it is there when the history has the file, and nothing when it has not, but for the file without a transaction. */
const objects: Readonly<Record<string, readonly string[]>> = {
  V001: ['orders'],
  V002: ['notes'],
  V003: ['by_note', 'by_id'],
  V004: ['gifts'],
};

interface Told {
  readonly queries: number;
  readonly after?: readonly string[];
  readonly error?: string;
}

function applyIn(given: object): { readonly signal: string | null; readonly told: Told | undefined } {
  const child = spawnSync(process.execPath, ['test/io/migrations/apply-child.mjs'], {
    input: JSON.stringify({ texts, ...given }),
    encoding: 'utf8',
    timeout: 200_000,
  });
  return { signal: child.signal, told: child.stdout === '' ? undefined : JSON.parse(child.stdout) };
}

/** Points of the whole run at which it is killed: ten, or two of them in the quick form. */
function points(queries: number): readonly number[] {
  const ten = Array.from({ length: 10 }, (_, at) => Math.max(1, Math.round(((at + 0.5) / 10) * queries)));
  return process.env.BORING_LONG === '1' ? ten : ten.filter((_, at) => [4, 7].includes(at));
}

neighbour('Postgres', postgresAvailable())('an apply that is killed', () => {
  let server: Postgres;
  let queries = 0;

  beforeAll(async () => {
    server = await startPostgres();
    const whole = applyIn({ url: await server.createDatabase() });
    expect(whole.told).toMatchObject({ after: ids });
    queries = whole.told?.queries ?? 0;
  });
  afterAll(() => server.stop());

  const historyOf = async (url: string): Promise<readonly unknown[]> => {
    const [there] = await rows(url, "select to_regclass('boring_deploys_migrations') is not null as there");
    if (there?.there !== true) return [];
    return (await rows(url, 'select id from boring_deploys_migrations where applied_at is not null order by 1')).map(
      ({ id }) => id,
    );
  };
  const stateIsHistory = async (url: string) => {
    const history = await historyOf(url);
    for (const id of ids) {
      if (id === 'V003' && !history.includes(id)) continue;
      for (const name of objects[id] ?? []) {
        const [found] = await rows(url, `select to_regclass('${name}') is not null as there`);
        expect({ id, name, there: found?.there }).toEqual({ id, name, there: history.includes(id) });
      }
    }
    if (history.includes('V002'))
      expect(await rows(url, "select count(*)::int as n from orders where note = 'x'")).toEqual([{ n: 50 }]);
    return history;
  };

  describe.each(['the action', 'the server'])('%s', (victim) => {
    test('leaves a stated state at each point, and the next run goes on from there', async () => {
      for (const kill of points(queries)) {
        const database = new URL(await server.createDatabase()).pathname.slice(1);
        const ofServer = victim === 'the server';
        const postmaster = Number(readFileSync(join(server.dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]);
        const killed = applyIn({ url: server.url(database), kill, ...(ofServer ? { postmaster } : {}) });
        expect([kill, killed.signal]).toEqual([kill, ofServer ? null : 'SIGKILL']);
        if (ofServer) {
          // Nobody can read the history of a server that is gone, and the run claims nothing of it.
          expect(killed.told).not.toHaveProperty('after');
          await revive();
        }
        const url = server.url(database);
        if (!ofServer) await gone(url);
        await stateIsHistory(url);
        const next = applyIn({ url });
        expect({ kill, after: next.told?.after?.at(-1) ?? next.told }).toEqual({ kill, after: 'V004' });
        expect(await stateIsHistory(url)).toEqual(ids);
        expect(await rows(url, 'select indexrelid::regclass::text from pg_index where not indisvalid')).toEqual([]);
      }
    }, 240_000);
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

  /** The server has noticed that the client is gone, and rolled its transaction back. */
  const gone = async (url: string): Promise<void> => {
    for (let look = 0; look < 1_200; look += 1) {
      const left = await rows(url, "select 1 from pg_stat_activity where application_name like 'boring-deploys%'");
      if (left.length === 0) return;
      await new Promise((next) => setTimeout(next, 50));
    }
  };
});
