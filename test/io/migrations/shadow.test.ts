// Where a rehearsal may take place: another major version is said, a machine without servers gets the lines to add, and left servers are removed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { clock } from '../../../src/io/clock.ts';
import { createCommand } from '../../../src/io/command.ts';
import { removeLeftServers } from '../../../src/io/migrations/left-server.ts';
import { findBinaries, startLocalServer } from '../../../src/io/migrations/local-server.ts';
import { createShadow } from '../../../src/io/migrations/shadow.ts';
import { neighbour } from '../../world/neighbour.ts';
import { postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { never } from './server.ts';

const around = { clock, command: createCommand(process.cwd(), never) };
const all = findBinaries(process.env.PATH ?? '');
const [binaries] = all;
const other = all.find(({ major }) => major !== 18);
// A machine whose servers are all of the target's own version has no other to try: no package is missing there.
const betweenVersions =
  binaries !== undefined && other === undefined
    ? describe.skip
    : neighbour('Postgres of another major version than 18 on PATH', postgresAvailable() && other !== undefined);
const asked = { url: '', like: '', historyTable: '', tcp: false, major: undefined, sameMajor: false };

betweenVersions('servers of two major versions', () => {
  test('are told apart: a rehearsal says what was not tried, and an apply of its own accord does none', async () => {
    const target = await startPostgres();
    try {
      const like = target.url('postgres');
      const found = { ...around, binaries: other === undefined ? [] : [other] };

      const shadow = await createShadow({ ...asked, like }, found);
      const { remarks, engine } = shadow;
      await shadow.close();

      expect(engine).toContain(`PostgreSQL ${other?.major}.`);
      expect(remarks[0]).toBe(
        `rehearsed on PostgreSQL ${other?.major}, while the target has 18: what differs between them was not tried`,
      );
      await expect(createShadow({ ...asked, like, sameMajor: true }, found)).rejects.toThrow('are not of version 18');
    } finally {
      await target.stop();
    }
  });
});

test('a machine without servers gets the five lines of a service container and the URL of it', async () => {
  const error = await createShadow({ ...asked, major: 16 }, { ...around, binaries: [] }).catch((thrown) => thrown);

  expect(error.parts).toMatchObject({ reason: 'no-shadow', where: 'input shadow-url' });
  const lines = String(error.parts.fix).split('\n').slice(1, 6);
  expect(lines).toEqual([
    'services:',
    '  shadow:',
    '    image: postgres:16',
    '    env: {POSTGRES_PASSWORD: shadow}',
    "    ports: ['5432:5432']",
  ]);
});

test('an unreachable shadow server is named as the one of shadow-url', async () => {
  const error = await createShadow({ ...asked, url: 'postgres://a:b@127.0.0.1:1/x' }, around).catch((thrown) => thrown);

  expect(error.parts).toMatchObject({ reason: 'database-unreachable' });
  expect(error.parts.fix).toContain('in shadow-url');
});

neighbour('Postgres with initdb on PATH', binaries !== undefined)('a local server', () => {
  test('whose run is gone is ended and removed by the next; one whose run lives, or of another machine, stays', async () => {
    const home = () => mkdtempSync('/tmp/boring-shadow-');
    const gone = spawn('true');
    await new Promise((done) => gone.once('exit', done));
    const left = home();
    writeFileSync(join(left, 'keeper'), `${gone.pid} ${hostname()}\n`);
    mkdirSync(join(left, 'data'));
    const living = home();
    writeFileSync(join(living, 'keeper'), `${process.pid} ${hostname()}\n`);
    const elsewhere = home();
    writeFileSync(join(elsewhere, 'keeper'), `${gone.pid} of-another-machine\n`);

    const server = await startLocalServer(binaries!, false);
    await server.stop();

    expect([left, living, elsewhere].map((path) => existsSync(path))).toEqual([false, true, true]);
    // Tidy up: nothing of this test stays.
    for (const path of [living, elsewhere]) writeFileSync(join(path, 'keeper'), `${gone.pid} ${hostname()}\n`);
    removeLeftServers();
    expect([living, elsewhere].some((path) => existsSync(path))).toBe(false);
  });
});
