// The Postgres of the tests: a real server, a database a test, nothing left behind.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import pg from 'pg';
import { neighbour } from './neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from './postgres.ts';
import { startService } from './service/service.ts';

neighbour('Postgres', postgresAvailable())('Postgres', () => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres();
  });

  afterAll(async () => {
    await postgres?.stop();
  });

  test('answers as a server of version 18 that does not run as root', async () => {
    const [row] = await rows(postgres.url('postgres'), "select current_setting('server_version_num')::int as version");

    const [pid = ''] = readFileSync(join(postgres.dataFolder, 'postmaster.pid'), 'utf8').split('\n');
    expect(row?.version).toBeGreaterThanOrEqual(180_000);
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
  });

  test('gives each test a database of its own, with what its template holds', async () => {
    const template = await postgres.createDatabase();
    await rows(template, "create table orders (id int primary key, item text); insert into orders values (1, 'tea')");

    const one = await postgres.createDatabase(nameOf(template));
    const two = await postgres.createDatabase(nameOf(template));
    await rows(one, 'delete from orders');

    expect(await rows(one, 'select * from orders')).toEqual([]);
    expect(await rows(two, 'select * from orders')).toEqual([{ id: 1, item: 'tea' }]);
  });

  test('serves the orders of the toy service, which fails when its column is gone', async () => {
    const url = await postgres.createDatabase();
    await rows(url, "create table orders (id int primary key, item text); insert into orders values (1, 'tea')");
    const service = await startService({
      databaseUrl: url,
      releases: { v1: { ordersQuery: 'select id, item from orders' } },
    });
    try {
      await service.blue.deploy({ version: 'v1', sha: 'c'.repeat(40) });
      const good = await fetch(`${service.blue.url}/orders`);
      expect(await good.json()).toMatchObject({ orders: [{ id: 1, item: 'tea' }] });

      await rows(url, 'alter table orders drop column item');
      expect((await fetch(`${service.blue.url}/orders`)).status).toBe(500);
    } finally {
      await service.stop();
    }
  });

  test('removes its data when it stops, and its port is closed', async () => {
    const other = await startPostgres();
    const stood = existsSync(other.dataFolder);

    await other.stop();

    expect(stood).toBe(true);
    expect(existsSync(dirname(other.dataFolder))).toBe(false);
    await expect(rows(other.url('postgres'), 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('ends with the process that started it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'boring-postgres-child-'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const swc = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } } as const;
    for (const name of ['port', 'postgres']) {
      const { code } = transformFileSync(`test/world/${name}.ts`, swc);
      writeFileSync(join(folder, `${name}.mjs`), code.replaceAll('./port.ts', './port.mjs'));
    }
    const rest = 'console.log(started.url("postgres") + " " + started.dataFolder); process.exit(0);';
    const main = `import { startPostgres } from './postgres.mjs'; const started = await startPostgres(); ${rest}`;
    writeFileSync(join(folder, 'child.mjs'), main);
    const child = spawn(process.execPath, [join(folder, 'child.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await new Promise((done) => child.once('close', done));

    const [url = '', dataFolder = ''] = said.trim().split(' ');
    rmSync(folder, { recursive: true, force: true });
    expect(url).toContain('postgres://');
    await expect(rows(url, 'select 1')).rejects.toThrow(/ECONNREFUSED|terminat|shutting/);
    expect(existsSync(dirname(dataFolder))).toBe(false);
  });
});

/** A query's rows on a connection of its own. */
async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows ?? [];
  } finally {
    await client.end();
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
