// The bundle of migrate carries the grammars of SQL in its own folder: copied alone to an empty one, it still reads migrations.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Town } from '../world/town.ts';
import { actions, errorsOf, shownBy, townOfBundles } from './ground.ts';

const folder = mkdtempSync(join(tmpdir(), 'boring-lint-'));
let town: Town | undefined;

beforeAll(() => {
  cpSync(join(actions, 'migrate', 'action.yml'), join(folder, 'actions', 'migrate', 'action.yml'));
  cpSync(join(actions, '..', 'dist', 'migrate'), join(folder, 'dist', 'migrate'), { recursive: true });
});

afterEach(async () => {
  await town?.stop();
  rmSync(join(folder, 'workspace'), { recursive: true, force: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function lint(files: Readonly<Record<string, string>>) {
  town = await townOfBundles({ actions: join(folder, 'actions') });
  const pull = town.pullRequest({ title: 'Change the schema', body: '', files });
  const review = town.job({
    occasion: town.occasions.pullChanged(pull),
    path: '.github/workflows/gate.yml',
    name: 'gate',
  });
  const step = await review.uses('migrate', { with: { phase: 'lint', comment: 'false' } });
  await review.finish();
  return step;
}

test('finds by the grammar of Postgres what stops writers, at its line', async () => {
  const step = await lint({
    'db/migrations/V001__orders.sql': '-- größer\ncreate table ordersx (id int);\ncreate index i on orders (item);\n',
    'db/migrations/V001__orders.down.sql': 'drop table ordersx;\n',
  });

  expect([step.outputs.verdict, step.outputs.reason]).toEqual(['failed', 'lint:create-index-not-concurrently']);
  expect(errorsOf(step).join()).toContain('db/migrations/V001__orders.sql:3');
  expect(shownBy(step)).not.toMatch(/node:internal|Cannot find module/);
});

test('opens a DO block and knows a table of the same file', async () => {
  const step = await lint({
    'db/migrations/V001__a.sql':
      "do $$ begin if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum ('a'); end if; end $$;\ncreate table t (id int);\ncreate index i on t (id);\n",
    'db/migrations/V001__a.down.sql': 'drop table t;\n',
  });

  expect([step.outputs.verdict, step.outputs.compatibility]).toEqual(['clean', 'expand']);
});

test('offers the safe way as a suggestion on its line, once, and the findings stand on added lines', async () => {
  town = await townOfBundles({ actions: join(folder, 'actions') });
  const files = {
    'db/migrations/V001__orders.sql': 'create index i\n  on orders (item);\n',
    'db/migrations/V001__orders.down.sql': 'drop index i;\n',
  };
  const pull = town.pullRequest({ title: 'Index items', body: '', files });
  for (const run of [1, 2]) {
    const place = { path: '.github/workflows/gate.yml', name: `gate ${run}` };
    const review = town.job({ occasion: town.occasions.pullChanged(pull), ...place });
    await review.uses('migrate', { with: { phase: 'lint' } });
    await review.finish();
  }

  expect(pull.lineComments.map(({ path, startLine, line }) => [path, startLine, line])).toEqual([
    ['db/migrations/V001__orders.sql', 1, 2],
  ]);
  expect(pull.lineComments[0]?.body).toContain('```suggestion\ncreate index CONCURRENTLY i\n  on orders (item);\n```');
});
