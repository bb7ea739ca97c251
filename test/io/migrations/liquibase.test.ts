// Liquibase by a stand-in: it prints what the manual shows for status, update-count and rollback-count, and keeps the history table as Liquibase does.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clock } from '../../../src/io/clock.ts';
import type { CommandOptions, CommandReply, MigrationFileText } from '../../../src/world.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { database, never, rows } from './server.ts';

const ids = ['db/a.sql::1::alice', 'db/b.xml::1::bob', 'db/b.xml::2::bob'] as const;
const table =
  'create table databasechangelog (id text, author text, filename text, dateexecuted timestamp, orderexecuted int, md5sum text)';

const fileOf = (id: string, withBack = true): MigrationFileText => {
  const [path = ''] = id.split('::');
  const script = { path: `app/${path}`, transactional: true, statements: [] };
  return { id, path: `app/${path}`, sha256: '', text: '', up: script, down: withBack ? script : undefined };
};

neighbour('Postgres', postgresAvailable())('Liquibase', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  /** A stand-in whose list of waiting changesets a test may change. */
  async function standIn() {
    const url = await server.createDatabase();
    await rows(url, table);
    const state = { waiting: [...ids] as string[], lines: [] as string[], prefix: '', locked: false };
    const command = async (asked: CommandOptions): Promise<CommandReply> => {
      const words = typeof asked.line === 'string' ? [asked.line] : asked.line;
      const well = { code: 0, stdout: '', stderr: '', timedOut: false };
      if (words[0] === 'pwd') return { ...well, stdout: '/srv/shop\n' };
      if (words[1] === '--version') return well;
      state.lines.push(words.slice(1).join(' '));
      if (state.locked)
        return {
          ...well,
          code: 1,
          stderr: 'ERROR: Could not acquire change log lock.  Currently locked by ci (10.0.0.7)',
        };
      if (words[1] === 'status') {
        const list = state.waiting.map((id) => `     ${id}\n`).join('');
        return {
          ...well,
          stdout: `${state.waiting.length} changesets have not been applied to shop@jdbc:postgresql://h/shop\n${list}Liquibase command 'status' was executed successfully.\n`,
        };
      }
      const count = Number(/--count=(\d+)/.exec(words.join(' '))?.[1]);
      if (words[1] === 'rollback-count')
        await rows(
          url,
          'delete from databasechangelog where orderexecuted = (select max(orderexecuted) from databasechangelog)',
        );
      else
        for (const id of state.waiting.splice(0, count)) {
          const [file = '', name = '', author = ''] = id.split('::');
          await rows(
            url,
            `insert into databasechangelog select '${name}', '${author}', '${state.prefix}${file}', now(), count(*) + 1 from databasechangelog`,
          );
        }
      return { ...well, stdout: `Liquibase command '${words[1]}' was executed successfully.` };
    };
    const changelog = { path: 'app/db/changelog.xml', searchPath: 'app' };
    const at = database(url, { tool: 'liquibase', ids, directory: 'app/db', changelog }, { command, clock });
    await at.open(never);
    return { at, state, url };
  }

  test('one changeset at a time goes in and comes back, under the changelog that includes it', async () => {
    const { at, state } = await standIn();
    expect(await at.apply(fileOf(ids[0]), never)).toMatchObject({ kind: 'done', id: ids[0] });
    expect(await at.apply(fileOf(ids[1]), never)).toMatchObject({ kind: 'done', id: ids[1] });
    expect(await at.history()).toEqual([
      { id: ids[0], sha256: '' },
      { id: ids[1], sha256: '' },
    ]);
    expect(state.lines.slice(0, 2)).toEqual([
      'status --verbose --changelog-file=db/changelog.xml --search-path=/srv/shop/app',
      'update-count --count=1 --changelog-file=db/changelog.xml --search-path=/srv/shop/app',
    ]);
    expect(await at.revert(fileOf(ids[1]), never)).toMatchObject({ kind: 'done' });
    expect(state.lines.at(-1)).toBe(
      'rollback-count --count=1 --changelog-file=db/changelog.xml --search-path=/srv/shop/app',
    );
    expect(await at.history()).toHaveLength(1);
    await at.close();
  });

  test('a history that was written under another search path is recognised', async () => {
    const { at, state } = await standIn();
    state.prefix = 'classpath:';
    await at.apply(fileOf(ids[0]), never);
    state.prefix = 'app/';
    await at.apply(fileOf(ids[1]), never);
    expect((await at.history()).map(({ id }) => id)).toEqual([ids[0], ids[1]]);
    await at.close();
  });

  test('what runs again at each change may stand before it; another changeset may not', async () => {
    const { at, state } = await standIn();
    await at.apply(fileOf(ids[0]), never);
    state.waiting.unshift(ids[0]);
    expect(await at.apply(fileOf(ids[1]), never)).toMatchObject({ kind: 'done' });
    expect(state.lines.at(-1)).toContain('--count=2');
    state.waiting.unshift('db/new.xml::1::eve');
    expect(await at.apply(fileOf(ids[2]), never)).toMatchObject({
      kind: 'failed',
      reason: 'order-differs',
      what: `Liquibase would take db/new.xml::1::eve before ${ids[2]}`,
      left: 'as-before',
    });
    await at.close();
  });

  test('a changeset that Liquibase leaves out is not applied in its place', async () => {
    const { at, state } = await standIn();
    state.waiting.shift();
    expect(await at.apply(fileOf(ids[0]), never)).toMatchObject({ kind: 'failed', reason: 'order-differs' });
    expect(state.lines).toHaveLength(1);
    await at.close();
  });

  test('without a rollback, or when it is not the newest, a changeset stays', async () => {
    const { at, state } = await standIn();
    await at.apply(fileOf(ids[0]), never);
    await at.apply(fileOf(ids[1]), never);
    const calls = state.lines.length;
    expect(await at.revert(fileOf(ids[1], false), never)).toMatchObject({
      kind: 'failed',
      reason: 'no-down',
      what: `${ids[1]} has no rollback, and Liquibase can make none for its changes`,
    });
    expect(await at.revert(fileOf(ids[0]), never)).toMatchObject({ kind: 'failed', reason: 'no-down' });
    expect(state.lines).toHaveLength(calls);
    await at.close();
  });

  test('a lock that a killed run left is named with the way to free it', async () => {
    const { at, state } = await standIn();
    state.locked = true;
    expect(await at.apply(fileOf(ids[0]), never)).toMatchObject({
      kind: 'failed',
      what: expect.stringContaining('Could not acquire change log lock'),
      fix: expect.stringContaining('release-locks'),
      left: 'as-before',
    });
    await at.close();
  });
});
