// The migration tools that can be had, driven for real: each applies one file, tells its history, and goes back where it can.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clock } from '../../../src/io/clock.ts';
import { createCommand } from '../../../src/io/command.ts';
import { createFiles } from '../../../src/io/files.ts';
import type { MigrationFile } from '../../../src/migration/file.ts';
import { foreignProfile, readForeign } from '../../../src/migration/foreign-folder.ts';
import { neighbour } from '../../world/neighbour.ts';
import { npmTools } from '../../world/npm-tools.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { database, never } from './server.ts';

const has = (program: string) => spawnSync(program, ['--version']).status === 0;
// Programs of npm are scripts that look for node on PATH: without it there they do not start.
const installed = has('node') ? npmTools() : undefined;

const alembicFile = (id: string, before: string, up: string, down: string) =>
  `from alembic import op\nrevision = '${id}'\ndown_revision = ${before === '' ? 'None' : `'${before}'`}\nbranch_labels = None\ndepends_on = None\n\ndef upgrade():\n    op.execute("${up}")\n\ndef downgrade():\n    op.execute("${down}")\n`;
const node = (up: string, down: string) =>
  `exports.up = (pgm) => pgm.sql('${up}');\nexports.down = (pgm) => pgm.sql('${down}');\n`;
const knexFile = (up: string, down: string) =>
  `exports.up = (knex) => knex.raw('${up}');\nexports.down = (knex) => knex.raw('${down}');\n`;
const one = ['create table orders (id int)', 'drop table orders'] as const;
const two = ['alter table orders add column note text', 'alter table orders drop column note'] as const;
const bad = 'alter table parcels add column note text';

interface Case {
  readonly tool: string;
  readonly available: boolean;
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
  readonly commands?: { readonly history: string; readonly apply: string; readonly revert: string };
}

const sqitchPlan = '%syntax-version=1.0.0\n%project=shop\n\n';
const planned = (name: string, at: string) => `${name} 2026-01-0${at}T00:00:00Z A <a@example.org> # x\n`;
const psql = 'psql -q -v ON_ERROR_STOP=1 -d "$DATABASE_URL"';

const cases: readonly Case[] = [
  {
    tool: 'alembic',
    available: has('alembic'),
    directory: 'migrations/versions',
    files: {
      'alembic.ini': '[alembic]\nscript_location = migrations\n',
      'migrations/env.py':
        'import os\nfrom alembic import context\nfrom sqlalchemy import create_engine\nurl = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://")\nwith create_engine(url).connect() as connection:\n    context.configure(connection=connection)\n    with context.begin_transaction():\n        context.run_migrations()\n',
      'migrations/script.py.mako': '',
      'migrations/versions/b2_note.py': alembicFile('b2', 'c1', ...two),
      'migrations/versions/c1_orders.py': alembicFile('c1', '', ...one),
      'migrations/versions/a3_bad.py': alembicFile('a3', 'b2', bad, 'select 1'),
    },
  },
  {
    tool: 'sqitch',
    available: has('sqitch') && has('psql'),
    directory: 'sqitch',
    files: {
      'sqitch.conf': '[core]\n\tengine = pg\n\ttop_dir = sqitch\n[user]\n\tname = A\n\temail = a@example.org\n',
      'sqitch/sqitch.plan': `${sqitchPlan}${planned('orders', '1')}${planned('note', '2')}${planned('bad', '3')}`,
      'sqitch/deploy/orders.sql': `BEGIN;\n${one[0]};\nCOMMIT;\n`,
      'sqitch/revert/orders.sql': `BEGIN;\n${one[1]};\nCOMMIT;\n`,
      'sqitch/deploy/note.sql': `BEGIN;\n${two[0]};\nCOMMIT;\n`,
      'sqitch/revert/note.sql': `BEGIN;\n${two[1]};\nCOMMIT;\n`,
      'sqitch/deploy/bad.sql': `BEGIN;\n${bad};\nCOMMIT;\n`,
      'sqitch/revert/bad.sql': 'select 1;\n',
    },
  },
  {
    tool: 'node-pg-migrate',
    available: installed !== undefined,
    directory: 'migrations',
    files: {
      'migrations/1_orders.js': node(...one),
      'migrations/2_note.js': node(...two),
      'migrations/3_bad.js': node(bad, 'select 1'),
    },
  },
  {
    tool: 'knex',
    available: installed !== undefined,
    directory: 'migrations',
    files: {
      'migrations/1_orders.js': knexFile(...one),
      'migrations/2_note.js': knexFile(...two),
      'migrations/3_bad.js': knexFile(bad, 'select 1'),
    },
  },
  {
    tool: 'command',
    available: has('psql'),
    directory: 'migrations',
    files: {
      'migrations/1_orders.up': `begin; ${one[0]}; create table applied (id text); insert into applied values ('1_orders'); commit;`,
      'migrations/2_note.up': `begin; ${two[0]}; insert into applied values ('2_note'); commit;`,
      'migrations/3_bad.up': `begin; ${bad}; insert into applied values ('3_bad'); commit;`,
      'down/2_note': `begin; ${two[1]}; delete from applied where id = '2_note'; commit;`,
    },
    commands: {
      history: `[ -z "$(${psql} -Atc "select to_regclass('applied')")" ] || ${psql} -Atc 'select id from applied order by 1'`,
      apply: `${psql} -f "$MIGRATION_FILE"`,
      revert: `${psql} -f "down/$MIGRATION_ID"`,
    },
  },
];

neighbour('Postgres', postgresAvailable())('migration tools', () => {
  let server: Postgres;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  for (const { tool, available, directory, files, commands } of cases) {
    neighbour(tool, available)(tool, () => {
      test('applies in its order, stops at what fails, goes back, and its history is read each time', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'boring-tool-'));
        try {
          for (const [path, text] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), text);
          }
          if (installed !== undefined) symlinkSync(join(installed, 'node_modules'), join(folder, 'node_modules'));
          writeFileSync(join(folder, 'package.json'), '{"name": "shop", "version": "1.0.0"}');
          const profile = foreignProfile(tool);
          if (profile === undefined) throw new Error('no profile');
          const read = await readForeign(createFiles(folder, folder), directory, profile);
          const [first, second, third] = read.files as readonly [MigrationFile, MigrationFile, MigrationFile];
          const at = database(
            await server.createDatabase(),
            { tool, directory, ids: read.files.map(({ id }) => id), ...(commands === undefined ? {} : { commands }) },
            { command: createCommand(folder, never), clock },
          );
          const ids = async () => (await at.history()).map(({ id }) => id);
          try {
            await at.open(never);
            expect(await ids()).toEqual([]);
            expect(await at.apply(first, never)).toMatchObject({ id: first.id, kind: 'done' });
            expect(await ids()).toEqual([first.id]);
            expect(await at.apply(second, never)).toMatchObject({ kind: 'done' });
            const failed = await at.apply(third, never);
            expect(failed).toMatchObject({ kind: 'failed', reason: 'migration-failed' });
            expect(failed.kind === 'failed' ? failed.what : '').toContain('parcels');
            expect(await ids()).toEqual([first.id, second.id]);
            expect(await at.revert(second, never)).toMatchObject({ kind: 'done' });
            expect(await ids()).toEqual([first.id]);
            expect(
              await at.value(
                "select count(*) from pg_attribute where attrelid = 'orders'::regclass and attnum > 0 and not attisdropped",
              ),
            ).toBe('1');
          } finally {
            await at.close();
          }
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      });
    });
  }
});
