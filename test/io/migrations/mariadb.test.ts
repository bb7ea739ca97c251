// MariaDB by a tool's own commands: applied, reverted, and what cannot be done there is said.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clock } from '../../../src/io/clock.ts';
import { createCommand } from '../../../src/io/command.ts';
import { type Mariadb, mariadbAvailable, startMariadb } from '../../world/mariadb.ts';
import { neighbour } from '../../world/neighbour.ts';
import { database, files, never } from './server.ts';

const texts = {
  '001_orders.sql': '-- migrate:up\ncreate table orders (id int);\n-- migrate:down\ndrop table orders;\n',
  '002_note.sql':
    '-- migrate:up\nalter table orders add column note text;\n-- migrate:down\nalter table orders drop column note;\n',
  '003_bad.sql': '-- migrate:up\nalter table parcels add column note text;\n-- migrate:down\nselect 1;\n',
};

neighbour('MariaDB', mariadbAvailable())('MariaDB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'boring-maria-'));
  let server: Mariadb;

  beforeAll(async () => {
    server = await startMariadb();
    mkdirSync(join(folder, 'db', 'migrations'), { recursive: true });
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, 'db', 'migrations', name), text);
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const around = { command: createCommand(folder, never), clock };

  test('dbmate applies and reverts one file at a time, and its status is the history', async () => {
    const url = server.createDatabase('shop');
    const at = database(url, { tool: 'dbmate', directory: 'db/migrations' }, around);
    const [first, second, bad] = files(texts, 'dbmate');
    const ids = async () => (await at.history()).map(({ id }) => id);

    await at.open(never);
    expect(await ids()).toEqual([]);
    expect(await at.apply(first!, never)).toMatchObject({ kind: 'done' });
    expect(await at.apply(second!, never)).toMatchObject({ kind: 'done', lockMs: 0 });
    const failed = await at.apply(bad!, never);
    expect(failed).toMatchObject({ kind: 'failed', left: 'unknown' });
    expect(failed.kind === 'failed' ? failed.what : '').toContain("parcels' doesn't exist");
    expect(await ids()).toEqual(['001', '002']);
    expect(await at.revert(second!, never)).toMatchObject({ kind: 'done' });
    expect(await ids()).toEqual(['001']);
    expect(server.lines('shop', 'show columns from orders')).toHaveLength(1);
    expect(await at.version()).toContain('locks not measured');
    await expect(at.value('select 1')).rejects.toThrow('only Postgres is looked into');
  });

  test('commands of one’s own do the same', async () => {
    const url = server.createDatabase('stock');
    const client = `mariadb --no-defaults -uroot -S${server.socket} -N stock`;
    const commands = {
      history: `${client} -e 'create table if not exists applied (id text); select id from applied order by id'`,
      apply: `${client} -e "create table t$MIGRATION_ID (id int); insert into applied values ('$MIGRATION_ID')"`,
      revert: `${client} -e "drop table t$MIGRATION_ID; delete from applied where id = '$MIGRATION_ID'"`,
    };
    const at = database(url, { tool: 'command', commands }, around);
    const [first] = files(texts, 'dbmate');

    expect(await at.history()).toEqual([]);
    expect(await at.apply(first!, never)).toMatchObject({ kind: 'done', id: '001' });
    expect(await at.history()).toEqual([{ id: '001', sha256: '' }]);
    expect(await at.revert(first!, never)).toMatchObject({ kind: 'done' });
    expect(await at.history()).toEqual([]);
  });

  test('other tools are refused there', () => {
    expect(() => database('mysql://root@localhost/shop', { tool: 'plain-sql' })).toThrow('dbmate or by commands');
  });
});
