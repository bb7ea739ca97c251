// Lint in the in-memory World: what the record, the report, the annotations and the gate's lines get to know.
import { describe, expect, test } from '@jest/globals';
import { inputs } from '../../actions/migrate/inputs.ts';
import { step } from '../../actions/migrate/migrate.ts';
import { migrationLines } from '../../src/checklist/criteria/migration-lines.ts';
import type { ChangedFile } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import { Problem } from '../../src/kit/problem.ts';
import { criterionIds } from '../../src/migration/criterion-row.ts';
import type { MigrationDatabase } from '../../src/world.ts';
import { memoryWorld, sha } from '../world/memory/world.ts';

const pull = { number: 482, headSha: sha('c'), baseSha: sha('a'), fork: false, labels: [] };
const schema = 'create table orders (id bigint primary key, item text, quantity integer);\n';
const old = { 'V001__orders.sql': schema, 'V001__orders.down.sql': 'drop table orders;' };

interface Reviewing {
  readonly files: Readonly<Record<string, string>>;
  readonly changed?: readonly Pick<ChangedFile, 'path' | 'status' | 'added'>[];
  readonly policy?: string;
}

function reviewing({ files, changed, policy = '' }: Reviewing) {
  const world = memoryWorld({
    run: { event: 'pull_request', pull },
    policy: `version: 1\nenvironments: {production: {}}\n${policy}`,
  });
  for (const [name, text] of Object.entries({ ...old, ...files }))
    world.github.workspace.set(`db/migrations/${name}`, text);
  world.github.pullFiles.set(482, {
    base: sha('a'),
    head: sha('c'),
    mergeBase: sha('a'),
    status: 'ahead',
    commits: [],
    complete: true,
    url: '',
    files: changed ?? Object.keys(files).map((name) => ({ path: `db/migrations/${name}`, status: 'added' as const })),
  });
  return step(world, read({ phase: 'lint' }));
}

function read(given: Readonly<Record<string, string>>) {
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  return inputs.parse({ ...empty, ...given });
}

describe('a finding', () => {
  const files = {
    'V002__index.sql':
      '-- größer\ncreate index orders_item on orders (item);\nalter table orders drop column quantity;\n',
    'V002__index.down.sql': 'drop index orders_item;',
  };

  test('of level error fails the run at its line, says the locks and what to write instead', async () => {
    const outcome = await reviewing({ files });

    expect(outcome).toMatchObject({
      verdict: 'failed',
      reason: 'lint:create-index-not-concurrently',
      exit: 1,
      place: { file: 'db/migrations/V002__index.sql', line: 2 },
    });
    expect(outcome.error).toContain('db/migrations/V002__index.sql:2');
    expect(outcome.error).toContain('CONCURRENTLY');
    const row = outcome.evidence?.rows.find(({ id }) => id === 'create-index-not-concurrently');
    expect(row).toMatchObject({ outcome: 'fail', required: true });
    expect(plain(row?.evidence ?? '')).toContain('SHARE: writes wait');
  });

  const index = {
    'V002__index.sql': '-- größer\ncreate index orders_item\n  on orders (item);\n',
    'V002__index.down.sql': 'drop index orders_item;',
  };

  test('with a mechanical way is offered on its lines, in the report and in the log', async () => {
    const outcome = await reviewing({
      files: index,
      changed: [{ path: 'db/migrations/V002__index.sql', status: 'added', added: [[1, 3]] }],
    });

    const suggested = outcome.evidence?.details.find(({ heading }) => heading === 'Suggested lines');
    expect(suggested?.lines.map(plain)).toEqual([
      'db/migrations/V002__index.sql:2 becomes create index CONCURRENTLY orders_item',
    ]);
    expect(outcome.suggestions).toMatchObject([
      {
        path: 'db/migrations/V002__index.sql',
        line: 2,
        to: 3,
        title: 'create-index-not-concurrently',
        text: 'create index CONCURRENTLY orders_item\n  on orders (item);',
      },
    ]);
  });

  test('in a file that was there before stands on the lines that are added, and else in the report alone', async () => {
    const touched = { path: 'db/migrations/V002__index.sql', status: 'modified' as const };
    const there = await reviewing({ files: index, changed: [{ ...touched, added: [[3, 3]] }] });
    const elsewhere = await reviewing({ files: index, changed: [{ ...touched, added: [[1, 1]] }] });

    const onLines = (notes: typeof there.lineNotes) =>
      notes?.flatMap(({ line, to, title }) => (line > 1 ? [[line, to, title]] : []));
    expect(onLines(there.lineNotes)).toEqual([[3, 3, 'create-index-not-concurrently']]);
    expect(there.suggestions).toEqual([]);
    expect(onLines(elsewhere.lineNotes)).toEqual([]);
    expect(elsewhere.error).toContain('db/migrations/V002__index.sql:2');
    expect(elsewhere.place).toBeUndefined();
    const findings = elsewhere.evidence?.details.find(({ heading }) => heading === 'Findings of the linter');
    expect(findings?.table.map((row) => plain(row[2] ?? ''))).toContain('create-index-not-concurrently');
  });

  test('of level warning stands on its line and stops nothing', async () => {
    const outcome = await reviewing({
      files: { 'V002__drop.sql': 'alter table orders drop column quantity;', 'V002__drop.down.sql': 'select 1;' },
    });

    expect(outcome).toMatchObject({ verdict: 'clean', exit: 0, outputs: { compatibility: 'contract' } });
    expect(
      outcome.annotations?.map(({ file, line, message }) => [file, line, message.includes('[drop-column]')]),
    ).toContainEqual(['db/migrations/V002__drop.sql', 1, true]);
  });

  test('stays on its line in the check run, errors before warnings', async () => {
    const outcome = await reviewing({ files });
    const notes = outcome.lineNotes?.map(({ path, line, to, title, level }) => [path, line, to, title, level]);

    expect(notes?.[0]).toEqual(['db/migrations/V002__index.sql', 2, 2, 'create-index-not-concurrently', 'failure']);
    expect(notes).toContainEqual(['db/migrations/V002__index.sql', 3, 3, 'drop-column', 'warning']);
  });

  test('in a file of before the change is not said', async () => {
    const outcome = await reviewing({ files, changed: [{ path: 'src/shop.ts', status: 'added' }] });

    expect(outcome).toMatchObject({ verdict: 'clean', annotations: [], lineNotes: [] });
  });

  test('that a remark sets aside is shown with its reason', async () => {
    const outcome = await reviewing({
      files: {
        'V002__index.sql':
          '-- boring-deploys: ignore create-index-not-concurrently because the table has 40 rows\ncreate index i on orders (item);',
        'V002__index.down.sql': 'drop index i;',
      },
    });

    expect(outcome.verdict).toBe('clean');
    const aside = outcome.evidence?.details.find(({ heading }) => heading.startsWith('Set aside'));
    expect(aside?.lines.map(plain).join()).toContain('because the table has 40 rows');
  });

  test('of a rule that the policy misspells is a warning', async () => {
    const outcome = await reviewing({
      files: { 'V002__a.sql': 'select 1;' },
      policy: 'migrations: {rules: {drop-colum: error}}',
    });

    expect(outcome.evidence?.rows.map(({ id, todo }) => [id, plain(todo)])).toContainEqual([
      'rules',
      'Did you mean drop-column?',
    ]);
  });
});

describe('a file of more than the runner reads', () => {
  test('is a fault of that file; the others are judged all the same', async () => {
    const world = memoryWorld();
    world.github.workspace.set('db/migrations/V001__a.sql', 'create table a (id int);');
    world.github.workspace.set('db/migrations/V002__seed.sql', 'select 1;');
    const files = {
      ...world.files,
      read: async (path: string) => {
        if (!path.endsWith('V002__seed.sql')) return world.files.read(path);
        throw new Problem({
          what: 'The file has 50 MB, more than 20',
          where: path,
          fix: 'Give a smaller file.',
          reason: 'file-too-large',
        });
      },
    };

    const outcome = await step({ ...world, files }, read({ phase: 'lint' }));

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'lint:size' });
    expect(outcome.error).toContain('50 MB');
    expect(outcome.evidence?.rows.map(({ id }) => id)).toContain('V001');
  });
});

describe('flyway', () => {
  test('files are linted although nothing here drives the tool, and R__ files have no place in the order', async () => {
    const outcome = await reviewing({
      files: {
        'V002__index.sql': 'create index i on orders (item);',
        'R__view.sql': 'create or replace view v as select 1 as a;',
      },
      policy: 'migrations: {tool: flyway}',
    });

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'lint:create-index-not-concurrently' });
    expect(outcome.evidence?.rows.map(({ id }) => id)).toContain('missing-lock-timeout');
  });
});

describe('compatibility in the record', () => {
  test.each([
    ['alter table orders add column note text;', '', 'expand'],
    ['alter table orders drop column item;', '', 'contract'],
    ['frobnicate', '', 'unknown'],
    ['create table t (a varchar(9) binary frobnicate);', 'migrations: {server: mysql 8.0}', 'unknown'],
    ['drop table t;', 'migrations: {server: mariadb 10.11}', 'contract'],
  ])('%s %s is %s', async (sql, policy, expected) => {
    const outcome = await reviewing({ files: { 'V002__a.sql': sql, 'V002__a.down.sql': 'select 1;' }, policy });

    expect(outcome.evidence?.found.compatibility).toBe(expected);
  });

  test('a server that nobody knows is refused with the words that are known', async () => {
    await expect(reviewing({ files: {}, policy: 'migrations: {server: oracle 19}' })).rejects.toThrow(
      'postgres 16, mysql 8.0',
    );
  });
});

describe('the gate’s lines about migrations', () => {
  const ids = migrationLines.map(({ id }) => id);
  const asking = `checklist:\n${ids.map((id) => `  - ${id}`).join('\n')}\n`;

  async function rows(files: Readonly<Record<string, string>>, policy = asking) {
    const outcome = await reviewing({ files, policy });
    return new Map(outcome.evidence?.rows.map((row) => [row.id, row.outcome]));
  }

  test('are those that the gate asks, all of them', () => {
    expect([...criterionIds].sort()).toEqual([...ids].sort());
  });

  test('have each a row where the policy asks for it, and none where it does not', async () => {
    const files = {
      'V002__a.sql': 'alter table orders add column note text;',
      'V002__a.down.sql': 'alter table orders drop column note;',
    };
    const asked = await rows(files);
    const unasked = await rows(files, '');

    expect(ids.filter((id) => !asked.has(id))).toEqual([]);
    expect(ids.filter((id) => unasked.has(id))).toEqual([]);
    expect(ids.filter((id) => asked.get(id) === 'pass')).toEqual([
      'migration-lint-idempotent',
      'migration-no-same-release-drop',
      'migration-drop-after-retention',
      'migration-add-default-when-not-null',
      'migration-rename-in-steps',
      'migration-transactional',
      'migration-tool-settings',
      'migration-has-down',
    ]);
    // Nobody has run it yet: that is no pass.
    expect(asked.get('migration-rollback-tested')).toBe('unknown');
    expect(asked.get('migration-tested-clean-db')).toBe('unknown');
  });

  test.each([
    ['migration-has-down', { 'V002__a.sql': 'select 1;' }],
    ['migration-add-default-when-not-null', { 'V002__a.sql': 'alter table orders add column n int not null;' }],
    ['migration-rename-in-steps', { 'V002__a.sql': 'alter table orders rename column item to thing;' }],
    ['migration-drop-after-retention', { 'V002__a.sql': 'alter table orders drop column item;' }],
    [
      'migration-no-same-release-drop',
      { 'V002__a.sql': 'alter table orders add column n int;', 'V003__b.sql': 'alter table orders drop column n;' },
    ],
    ['migration-transactional', { 'V002__a.sql': '-- transaction:false\nalter table orders add column n int;' }],
    [
      'migration-lint-idempotent',
      {
        'V002__a.sql':
          '-- transaction:false\nalter table orders add column n int;\ncreate index concurrently i on orders (item);',
      },
    ],
    ['migration-index-analysis', { 'V002__a.sql': 'create table lines (order_id bigint references orders (id));' }],
  ])('%s fails on %j', async (id, files) => {
    expect((await rows(files)).get(id)).toBe('fail');
  });

  test('are unknown where a rule behind them is switched off, or a file cannot be read', async () => {
    const off = await rows({ 'V002__a.sql': 'select 1;' }, `${asking}migrations: {rules: {up-has-down: disabled}}\n`);
    const unread = await rows({ 'V002__a.sql': 'frobnicate', 'V002__a.down.sql': 'select 1;' });

    expect(off.get('migration-has-down')).toBe('unknown');
    expect(unread.get('migration-rename-in-steps')).toBe('unknown');
  });

  test('are not applicable to a change without a migration', async () => {
    const outcome = await reviewing({ files: {}, changed: [{ path: 'src/a.ts', status: 'added' }], policy: asking });

    expect(outcome.evidence?.rows.find(({ id }) => id === 'migration-has-down')?.outcome).toBe('not-applicable');
  });
});

describe('apply', () => {
  /** What lint and apply ask of a database; the rest is not asked here. */
  const database = (applied: readonly string[]) =>
    ({
      open: async () => undefined,
      history: async () => applied.map((id) => ({ id, sha256: '' })),
      apply: async ({ id }) => ({ kind: 'done', id, durationMs: 1, rows: 0, lockMs: 0, blockedMs: 0 }),
      revert: async ({ id }) => ({ kind: 'done', id, durationMs: 1, rows: 0, lockMs: 0, blockedMs: 0 }),
      value: async () => undefined,
      version: async () => 'PostgreSQL 16.3',
      cancelLeftovers: async () => 0,
      close: async () => undefined,
    }) as Partial<MigrationDatabase> as MigrationDatabase;

  test.each([
    ['a database in use refuses what the linter calls an error', ['V001'], 'failed'],
    ['on one without history nobody waits, so it goes in', [], 'applied'],
  ])('%s', async (_what, applied, verdict) => {
    const world = memoryWorld({ database: () => database(applied) });
    for (const [name, text] of Object.entries({ ...old, 'V002__i.sql': 'create index i on orders (item);' }))
      world.github.workspace.set(`db/migrations/${name}`, text);

    const outcome = await step(world, read({ phase: 'apply', 'database-url': 'postgres://db/shop' }));

    expect(outcome.verdict).toBe(verdict);
    expect(world.github.deployments).toHaveLength(verdict === 'applied' ? 1 : 0);
  });
});
