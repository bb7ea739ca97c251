// The migrate procedure on a real Postgres, with plain SQL and with dbmate: what the record says is what the schema is.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { inputs } from '../../actions/migrate/inputs.ts';
import { step } from '../../actions/migrate/migrate.ts';
import { clock } from '../../src/io/clock.ts';
import { createCommand } from '../../src/io/command.ts';
import { createShadow } from '../../src/io/migrations/shadow.ts';
import type { ShadowOptions } from '../../src/world.ts';
import { database, never, rows } from '../io/migrations/server.ts';
import { type MemoryWorld, memoryWorld } from '../world/memory/world.ts';
import { neighbour } from '../world/neighbour.ts';
import { type Postgres, postgresAvailable, postgresBinaries, startPostgres } from '../world/postgres.ts';

const plain = {
  'V001__orders.sql': 'create table orders (id int);',
  'V001__orders.down.sql': 'drop table orders;',
  'V002__note.sql': 'alter table orders add column note text;',
  'V002__note.down.sql': 'alter table orders drop column note;',
};
const dbmate = {
  '001_orders.sql': '-- migrate:up\ncreate table orders (id int);\n-- migrate:down\ndrop table orders;\n',
  '002_note.sql':
    '-- migrate:up\nalter table orders add column note text;\n-- migrate:down\nalter table orders drop column note;\n',
};
const broken = 'insert into orders values (1);\nselect nothing from orders;\n';
const positive =
  'alter table orders add constraint positive check (id > 0) not valid;\nalter table orders validate constraint positive;';
const unchecked = 'alter table orders drop constraint positive;';
const cases = [
  {
    tool: 'plain-sql',
    texts: plain,
    bad: { 'V003__bad.sql': broken },
    refused: { 'V003__positive.sql': positive, 'V003__positive.down.sql': unchecked },
    history: 'select id from boring_deploys_migrations order by id',
  },
  {
    tool: 'dbmate',
    texts: dbmate,
    bad: { '003_bad.sql': `-- migrate:up\n${broken}-- migrate:down\n` },
    refused: { '003_positive.sql': `-- migrate:up\n${positive}\n-- migrate:down\n${unchecked}\n` },
    history: 'select version as id from schema_migrations order by 1',
  },
] as const;

const command = createCommand(process.cwd(), never);

neighbour('Postgres with dbmate', postgresAvailable() && existsSync('node_modules/.bin/dbmate'))(
  'migrate on Postgres',
  () => {
    let server: Postgres;
    let url: string;

    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      url = await server.createDatabase();
    });

    const provenShadow = (options: ShadowOptions) =>
      createShadow({ ...options, url: '' }, { command, clock, binaries: [{ folder: postgresBinaries(), major: 18 }] });
    const worldWith = (
      tool: string,
      texts: Readonly<Record<string, string>>,
      id = 7001,
      after?: MemoryWorld,
      proving = false,
    ) => {
      const world = memoryWorld({
        run: { id },
        database: (options) => database(options.url, { ...options, tool, session: `${id}.1`, lockTimeoutMs: 100 }),
        ...(proving ? { shadow: provenShadow } : {}),
        ...(after === undefined ? {} : { after }),
      });
      for (const [name, text] of Object.entries(texts)) world.github.workspace.set(`db/migrations/${name}`, text);
      return world;
    };
    const run = (world: MemoryWorld, given: Readonly<Record<string, string>> = {}) => {
      const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
      return step(world, inputs.parse({ ...empty, phase: 'apply', 'database-url': url, ...given }));
    };
    const columns = () =>
      rows(
        url,
        "select attname from pg_attribute where attrelid = to_regclass('orders') and attnum > 0 and not attisdropped",
      );
    const stories = (world: MemoryWorld) => world.github.deployments.map(({ id }) => world.github.story(id).at(-1));

    test.each(cases)('$tool: applies, and the second run has nothing to do', async ({ tool, texts, history }) => {
      const world = worldWith(tool, texts);

      expect(await run(world)).toMatchObject({ verdict: 'applied', outputs: { applied: '2' } });
      expect(await run(worldWith(tool, texts, 7002, world))).toMatchObject({ verdict: 'nothing-pending' });

      expect(await rows(url, history)).toHaveLength(2);
      expect(await columns()).toEqual([{ attname: 'id' }, { attname: 'note' }]);
      expect(stories(world)).toEqual(['success: migrations applied: 2, expand']);
    });

    test.each(cases)(
      '$tool: a file that fails in the middle leaves exactly what came before it',
      async ({ tool, texts, bad, history }) => {
        const world = worldWith(tool, { ...texts, ...bad });

        const outcome = await run(world);

        expect(outcome).toMatchObject({ verdict: 'failed', outputs: { applied: '2', reverted: '0' } });
        expect(outcome.error).toContain('column "nothing" does not exist');
        expect(outcome.error).toContain('not applied: ');
        expect(await rows(url, history)).toHaveLength(2);
        expect(await rows(url, 'select * from orders')).toEqual([]);
        expect(stories(world)).toEqual(['failure: migrations failed: 2, expand']);
      },
    );

    test.each(cases)(
      '$tool: with on-failure: revert only what this run applied is taken back',
      async ({ tool, texts, refused, history }) => {
        const [first] = Object.entries(texts);
        const before = worldWith(
          tool,
          Object.fromEntries(Object.entries(texts).filter(([name]) => name.includes('001'))),
        );
        expect(first).toBeDefined();
        await run(before);

        // What only the target's rows refuse: no rehearsal without them can tell.
        await rows(url, 'insert into orders values (0)');
        const world = worldWith(tool, { ...texts, ...refused }, 7002, before, true);
        const outcome = await run(world, { 'on-failure': 'revert', set: 'all' });

        expect(outcome).toMatchObject({ verdict: 'reverted', outputs: { applied: '1', reverted: '1' } });
        expect(await rows(url, history)).toHaveLength(1);
        expect(await columns()).toEqual([{ attname: 'id' }]);
        expect(stories(world)).toEqual([
          'success: migrations applied: 1, expand',
          'failure: migrations reverted: 1, none',
        ]);
      },
    );

    test('two runs at once: one applies, the other finds nothing pending, and there is one child', async () => {
      const world = worldWith('plain-sql', plain);
      const other = worldWith('plain-sql', plain, 7002, world);

      const verdicts = (await Promise.all([run(world), run(other)])).map(({ verdict }) => verdict);

      expect(verdicts.sort()).toEqual(['applied', 'nothing-pending']);
      expect(world.github.deployments).toHaveLength(1);
      expect(await rows(url, cases[0].history)).toHaveLength(2);
    });
  },
);
