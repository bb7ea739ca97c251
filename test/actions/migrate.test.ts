// The migrate procedure in the in-memory World: what it records, in which order, and what it leaves when something goes wrong.
import { describe, expect, test } from '@jest/globals';
import { inputs } from '../../actions/migrate/inputs.ts';
import { finish, step } from '../../actions/migrate/migrate.ts';
import { plain } from '../../src/kit/phrase.ts';
import { Problem } from '../../src/kit/problem.ts';
import type {
  AppliedFact,
  CatalogueObject,
  MigrationDatabase,
  MigrationFileText,
  MigrationStep,
  Shadow,
  TableContents,
} from '../../src/world.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld, sha } from '../world/memory/world.ts';

const fileTexts = {
  'V001__orders.sql': 'create table orders (id int);',
  'V001__orders.down.sql': 'drop table orders;',
  'V002__note.sql': 'alter table orders add column note text;',
  'V002__note.down.sql': 'alter table orders drop column note;',
};

/** A database that applies what it is told, and fails where a test says so. */
class MemoryDatabase implements MigrationDatabase {
  applied: AppliedFact[] = [];
  readonly calls: string[] = [];
  readonly failing = new Map<string, 'as-before' | 'half-done' | 'unknown'>();
  values: (string | undefined)[] = [];
  leftovers = 0;
  /** Id whose way back fails. */
  stuck = '';
  onApply: (id: string) => void | Promise<void> = () => undefined;
  historyBroken = false;

  async open(): Promise<void> {
    this.calls.push('open');
  }
  async history(): Promise<readonly AppliedFact[]> {
    if (this.historyBroken)
      throw new Problem({ what: 'gone', where: 'db', fix: 'Wait.', reason: 'database-unreachable' });
    return this.applied;
  }
  async apply(file: MigrationFileText): Promise<MigrationStep> {
    this.calls.push(`apply ${file.id}`);
    await this.onApply(file.id);
    const left = this.failing.get(file.id);
    if (left !== undefined) return failedStep(file.id, left);
    this.applied.push({ id: file.id, sha256: file.sha256 });
    return { kind: 'done', id: file.id, durationMs: 5, rows: 1, lockMs: 2, blockedMs: 1 };
  }
  async revert(file: MigrationFileText): Promise<MigrationStep> {
    this.calls.push(`revert ${file.id}`);
    if (file.down === undefined) return { ...failedStep(file.id, 'as-before'), reason: 'no-down' } as MigrationStep;
    if (this.stuck === file.id) return failedStep(file.id, 'as-before');
    this.applied = this.applied.filter(({ id }) => id !== file.id);
    return { kind: 'done', id: file.id, durationMs: 5, rows: 0, lockMs: 0, blockedMs: 0 };
  }
  async again(file: MigrationFileText): Promise<MigrationStep> {
    this.calls.push(`again ${file.id}`);
    return { kind: 'done', id: file.id, durationMs: 0, rows: undefined, lockMs: 0, blockedMs: 0 };
  }
  async catalogue(): Promise<readonly CatalogueObject[]> {
    return this.applied.map(({ id }) => ({ kind: 'table', name: id, definition: '' }));
  }
  async contents(): Promise<readonly TableContents[]> {
    return [];
  }
  async value(sql: string): Promise<string | undefined> {
    this.calls.push(sql);
    return this.values.shift();
  }
  async version(): Promise<string> {
    return 'PostgreSQL 16.3';
  }
  async cancelLeftovers(): Promise<number> {
    return this.leftovers;
  }
  async close(): Promise<void> {
    this.calls.push('close');
  }
}

function failedStep(id: string, left: 'as-before' | 'half-done' | 'unknown'): MigrationStep {
  return {
    kind: 'failed',
    id,
    reason: 'migration-failed',
    what: 'no such table [42P01]',
    where: `db/migrations/${id}.sql:1:1`,
    fix: 'Correct the statement.',
    durationMs: 3,
    left,
  };
}

const shadowUrl = 'postgres://shadow/rehearsal';

/** A server with one database, into which the target's schema does not go: the earlier migrations are replayed. */
const memoryShadow = (): Shadow => ({
  engine: 'PostgreSQL 16.3, from memory',
  url: shadowUrl,
  restored: false,
  remarks: [],
  another: async () => undefined,
  fill: async () => undefined,
  close: async () => undefined,
});

interface Stage {
  readonly world: MemoryWorld;
  readonly database: MemoryDatabase;
  readonly run: (given?: Record<string, string>) => ReturnType<typeof step>;
}

function stage(
  options: MemoryOptions & {
    readonly files?: Readonly<Record<string, string>>;
    readonly on?: MemoryDatabase;
    /** The database of the rehearsal; absent: there is no server to rehearse on. */
    readonly rehearsing?: MemoryDatabase;
  } = {},
): Stage {
  const database = options.on ?? new MemoryDatabase();
  const { rehearsing } = options;
  const world = memoryWorld({
    database: ({ url }) => (url === shadowUrl && rehearsing !== undefined ? rehearsing : database),
    ...(rehearsing === undefined ? {} : { shadow: memoryShadow }),
    ...options,
  });
  for (const [name, text] of Object.entries(options.files ?? fileTexts))
    world.github.workspace.set(`db/migrations/${name}`, text);
  return {
    world,
    database,
    run: (given = {}) => step(world, read({ phase: 'apply', 'database-url': 'postgres://db/shop', ...given })),
  };
}

function read(given: Readonly<Record<string, string>>) {
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  return inputs.parse({ ...empty, ...given });
}

/** The gate's Deployment of the commit under test, with the migration files of its range. */
function gateOpened({ world }: Stage, files: readonly string[], runId = 7001): Promise<number> {
  const payload = {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'deploy',
    run: { id: runId, attempt: 1, url: 'u' },
    environment: 'production',
    unit: '',
    version: 'v1.8.0',
    artifact: [],
    sha: sha('c'),
    legs: [],
    tree: sha('d'),
    pulls: [482],
    tier: 'medium',
    type: 'standard',
    plan: 'canary',
    policy: { path: 'p', sha: sha('f'), digest: '0', name: 'n' },
    previous: null,
    migrations: files.map((path) => ({ id: path.split('_')[0] ?? '', path: `db/migrations/${path}`, sha256: 'x' })),
  };
  const made = { sha: sha('c'), environment: 'production', task: 'deploy' as const, description: '', payload };
  return world.github.store.create(made).then(async ({ id }) => {
    world.github.say(id, { state: 'in_progress', description: 'gate open: tier medium, plan canary', logUrl: 'u' });
    return id;
  });
}

const child = ({ world }: Stage) => world.github.deployments.find(({ task }) => task === 'deploy:migration');

describe('apply', () => {
  test('writes the child before it touches anything, and ends it with what the history has', async () => {
    const at = stage();
    const parent = await gateOpened(at, ['V001__orders.sql', 'V002__note.sql']);
    let seen: unknown;
    at.database.onApply = () => {
      seen ??= child(at)?.payload;
    };

    const outcome = await at.run();

    expect(outcome).toMatchObject({ verdict: 'applied', exit: 0, deploymentId: parent, version: 'v1.8.0', error: '' });
    expect(seen).toMatchObject({
      kind: 'migration',
      parent,
      set: 'due',
      tool: 'plain-sql',
      before: [],
      files: [
        { id: 'V001', compatibility: 'expand' },
        { id: 'V002', compatibility: 'expand' },
      ],
    });
    expect(at.world.github.story(child(at)!.id)).toEqual([
      'in_progress: migrations applying: 2, expand',
      'success: migrations applied: 2, expand',
    ]);
    expect(at.world.github.story(parent).at(-1)).toBe('in_progress: migrations applied: 2, expand');
    expect(outcome.outputs).toMatchObject({
      pending: '2',
      applied: '2',
      deferred: '0',
      reverted: '0',
      compatibility: 'expand',
      'duration-ms': '10',
      'lock-ms': '2',
      'blocked-ms': '1',
      rows: '2',
    });
    expect(outcome.evidence).toMatchObject({
      pulls: [482],
      deploymentId: parent,
      found: { compatibility: 'expand', applied: 2, engine: 'PostgreSQL 16.3' },
    });
    expect(at.database.calls).toEqual(['open', 'apply V001', 'apply V002', 'close']);
  });

  test('works without a policy file and without any Deployment before it', async () => {
    const at = stage();

    expect(await at.run()).toMatchObject({ verdict: 'applied', deploymentId: undefined });

    expect(child(at)?.payload).toMatchObject({ parent: null, sha: sha('c'), version: 'ccccccc' });
  });

  test('a second run finds nothing pending and writes no child', async () => {
    const first = stage();
    await first.run();
    const again = stage({ after: first.world, on: first.database, run: { id: 7002 } });

    expect(await again.run()).toMatchObject({ verdict: 'nothing-pending', reason: 'nothing-pending', exit: 0 });

    expect(again.world.github.deployments).toHaveLength(1);
  });

  test('a failing file stops: the child fails, the message says where the schema stands', async () => {
    const at = stage({ files: { ...fileTexts, 'V003__more.sql': 'create table more (id int);' } });
    const parent = await gateOpened(at, []);
    at.database.failing.set('V002', 'as-before');

    const outcome = await at.run();

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'migration-failed', exit: 1 });
    expect(outcome.error).toBe(
      'V002 failed: no such table [42P01] (db/migrations/V002.sql:1:1). Correct the statement. The schema now has, of this set: V001; not applied: V002, V003.',
    );
    expect(at.world.github.story(child(at)!.id).at(-1)).toBe('failure: migrations failed: 1, expand');
    expect(at.world.github.story(parent).at(-1)).toBe('failure: migrations failed: 1, expand');
    expect(outcome.outputs).toMatchObject({ applied: '1', reverted: '0' });
    expect(outcome.evidence?.rows.map(({ id, outcome: told }) => [id, told])).toEqual([
      ['V001', 'pass'],
      ['V002', 'fail'],
      ['V003', 'not-applicable'],
    ]);
  });

  test('with on-failure: revert it takes back exactly what it applied, newest first', async () => {
    const at = stage({
      files: { ...fileTexts, 'V003__bad.sql': 'select 1;', 'V003__bad.down.sql': 'select 1;' },
      rehearsing: new MemoryDatabase(),
    });
    at.database.failing.set('V003', 'as-before');

    const outcome = await at.run({ 'on-failure': 'revert' });

    expect(outcome).toMatchObject({ verdict: 'reverted', exit: 1, outputs: { applied: '2', reverted: '2' } });
    expect(at.database.calls).toEqual([
      'open',
      'apply V001',
      'apply V002',
      'apply V003',
      'revert V002',
      'revert V001',
      'close',
    ]);
    expect(at.world.github.story(child(at)!.id).at(-1)).toBe('failure: migrations reverted: 2, none');
    expect(outcome.error).toContain('The schema now has nothing of this set; not applied: V001, V002, V003.');
  });

  test('with on-failure: revert nothing is taken back whose way down was not rehearsed', async () => {
    const at = stage({ files: { ...fileTexts, 'V003__bad.sql': 'select 1;' } });
    at.database.failing.set('V003', 'as-before');

    const outcome = await at.run({ 'on-failure': 'revert' });

    expect(outcome).toMatchObject({ verdict: 'failed', outputs: { applied: '2', reverted: '0' } });
    expect(outcome.error).toContain('Not reverted: the way down was not rehearsed');
    expect(plain(outcome.evidence?.migration ?? '')).toContain('Not rehearsed: there is no shadow-url');
  });

  test('nothing is taken back where a file has no down, and the rehearsal says so', async () => {
    const files = { 'V001__a.sql': 'create table a (id int);', 'V002__bad.sql': 'select 1;' };
    const at = stage({ files, rehearsing: new MemoryDatabase() });
    at.database.failing.set('V002', 'as-before');

    const outcome = await at.run({ 'on-failure': 'revert' });

    expect(outcome).toMatchObject({ verdict: 'failed', outputs: { applied: '1', reverted: '0' } });
    expect(outcome.error).toContain('is not proven to restore the schema');
    expect(plain(outcome.evidence?.migration ?? '')).toContain('up, twice, down impossible');
  });

  test('a throw-away database that cannot be made like the target stops only who asked for it', async () => {
    const at = stage({ rehearsing: new MemoryDatabase() });
    const shadow = async () => {
      throw new Problem({
        what: 'extension "postgis" is not available',
        where: 's',
        fix: 'Give one.',
        reason: 'shadow-fill',
      });
    };
    const world = { ...at.world, shadow };
    const given = { phase: 'apply', 'database-url': 'postgres://db/shop' };

    const outcome = await step(world, read(given));

    expect(outcome.verdict).toBe('applied');
    expect(plain(outcome.evidence?.migration ?? '')).toContain('extension "postgis" is not available');
    at.database.applied = [];
    await expect(step(world, read({ ...given, 'shadow-url': shadowUrl }))).rejects.toThrow('postgis');
  });

  test('what fails in the rehearsal never touches the target', async () => {
    const rehearsing = new MemoryDatabase();
    rehearsing.failing.set('V002', 'as-before');
    const at = stage({ rehearsing });

    const outcome = await at.run();

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'rehearsal:up', exit: 1 });
    expect(outcome.error).toContain('V002 failed: no such table [42P01] (db/migrations/V002.sql:1:1)');
    expect(at.database.calls).toEqual(['open', 'close']);
    expect(child(at)).toBeUndefined();
  });

  test('a down that fails on the target ends the way back as failed, and says which files are still there', async () => {
    const files = {
      'V001__a.sql': 'create table a (id int);',
      'V001__a.down.sql': 'drop table a;',
      'V002__b.sql': 'create table b (id int);',
      'V002__b.down.sql': 'drop table b;',
      'V003__bad.sql': 'select 1;',
      'V003__bad.down.sql': 'select 1;',
    };
    const at = stage({ files, rehearsing: new MemoryDatabase() });
    at.database.failing.set('V003', 'as-before');
    at.database.stuck = 'V001';

    const outcome = await at.run({ 'on-failure': 'revert' });

    expect(outcome).toMatchObject({ verdict: 'failed', outputs: { reverted: '1' } });
    expect(outcome.error).toContain('Reverting V001 failed too');
    expect(outcome.error).toContain('of this set: V001; not applied: V002, V003.');
    expect(at.world.github.story(child(at)!.id).at(-1)).toBe('failure: migrations failed: 1, expand');
  });

  test('below a half-done file nothing is taken back, though the way down was proven', async () => {
    const at = stage({ rehearsing: new MemoryDatabase() });
    at.database.failing.set('V002', 'half-done');

    const outcome = await at.run({ 'on-failure': 'revert' });

    expect(outcome.verdict).toBe('failed');
    expect(at.database.calls).not.toContain('revert V001');
    expect(outcome.error).toContain('of this set: V001; not applied: V002; V002 is half done');
  });

  test('a cancelled job finishes the running file, stops, takes nothing back, and ends the child as an error', async () => {
    const at = stage({ rehearsing: new MemoryDatabase() });
    at.database.onApply = () => at.world.cancel();

    const outcome = await at.run({ 'on-failure': 'revert' });

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'cancelled', exit: 1 });
    expect(at.database.calls).toEqual(['open', 'apply V001', 'close']);
    expect(at.world.github.story(child(at)!.id).at(-1)).toBe('error: migrations failed: 1, expand');
    expect(outcome.error).toContain('of this set: V001; not applied: V002.');
  });

  test('when the history cannot be read in the end, the child stays open and the message says so', async () => {
    const at = stage();
    at.database.onApply = () => {
      at.database.historyBroken = true;
    };
    at.database.failing.set('V001', 'unknown');

    const outcome = await at.run();

    expect(outcome).toMatchObject({ verdict: 'failed' });
    expect(outcome.error).toContain('Where the schema stands is not known');
    expect(at.world.github.story(child(at)!.id)).toHaveLength(1);
  });

  test('a child that a killed run left is ended from the history before anything else', async () => {
    const killed = stage();
    const parent = await gateOpened(killed, []);
    killed.database.onApply = (id) => {
      if (id === 'V002') throw new Error('killed');
    };
    await expect(killed.run()).rejects.toThrow('killed');
    const left = child(killed)!.id;

    const again = stage({ after: killed.world, on: killed.database, run: { id: 7002 } });
    killed.database.onApply = () => undefined;
    const outcome = await again.run({ 'deployment-id': String(parent) });

    expect(again.world.github.story(left).at(-1)).toBe('error: migrations failed: 1, expand');
    expect(again.world.github.deployments.at(-1)?.payload).toMatchObject({ before: ['V001'], files: [{ id: 'V002' }] });
    expect(outcome).toMatchObject({ verdict: 'applied', outputs: { applied: '1' } });
    expect(outcome.warnings.join()).toContain(
      `Migration ${left} of run 7001 never ended. The schema now has, of this set: V001; not applied: V002.`,
    );
  });

  test('a child that its own run ends while this one waits for the lock is left as it ended', async () => {
    const first = stage();
    await gateOpened(first, []);
    const second = stage({ after: first.world, on: first.database, run: { id: 7002 } });
    let waiting: ReturnType<typeof second.run> | undefined;
    first.database.onApply = async (id) => {
      if (id !== 'V001') return;
      // The second run reads the record now, and gets the lock when the first has ended.
      const { open } = first.database;
      const locked = new Promise<void>((resolve) => {
        first.database.close = async () => resolve();
      });
      first.database.open = () => open.call(first.database).then(() => locked);
      waiting = second.run();
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    };

    const applied = await first.run();
    const told = await waiting;

    expect(applied).toMatchObject({ verdict: 'applied' });
    expect(told).toMatchObject({ verdict: 'nothing-pending', warnings: [] });
    expect(told?.evidence?.moments).toMatchObject([
      { stage: 'migrate', verdict: 'nothing-pending', figures: 'nothing to apply' },
    ]);
    expect(first.world.github.story(child(first)!.id)).toEqual([
      'in_progress: migrations applying: 2, expand',
      'success: migrations applied: 2, expand',
    ]);
  });

  test('what went in stands although GitHub does not take the end: a warning, and post says it when GitHub is back', async () => {
    const at = stage();
    at.database.onApply = (id) => {
      if (id === 'V002') at.world.github.down = true;
    };

    const outcome = await at.run();
    at.world.github.down = false;
    await finish(at.world, read({ phase: 'apply', 'database-url': 'postgres://db/shop' }));

    expect(outcome).toMatchObject({ verdict: 'applied', exit: 0, outputs: { applied: '2' } });
    expect(outcome.warnings.join()).toContain('not recorded');
    expect(at.world.github.story(child(at)!.id).at(-1)).toBe('success: migrations applied: 2, expand');
  });

  test('a directory that was named and has no migration is a mistake, not nothing to do', async () => {
    const at = stage();

    await expect(at.run({ directory: 'db/migratoins' })).rejects.toThrow(/db\/migratoins.*input directory/);
    expect(at.database.calls).toEqual([]);
  });

  test('a record that cannot be written stops before anything is touched', async () => {
    const at = stage();
    at.world.github.down = true;

    await expect(at.run()).rejects.toThrow('GitHub does not answer');

    expect(at.database.calls).toEqual(['open', 'close']);
  });

  test('a dry run takes no lock, writes nothing, and says what would go in', async () => {
    const at = stage();

    const outcome = await at.run({ 'dry-run': 'true' });

    expect(outcome).toMatchObject({
      verdict: 'clean',
      reason: 'dry-run',
      exit: 0,
      silent: true,
      outputs: { pending: '2', applied: '0' },
    });
    expect(at.database.calls).toEqual(['close']);
    expect(at.world.github.deployments).toEqual([]);
  });

  test('is refused on a pull request', async () => {
    const at = stage({
      run: {
        event: 'pull_request',
        pull: { number: 1, headSha: sha('c'), baseSha: sha('a'), fork: false, labels: [] },
      },
    });

    await expect(at.run()).rejects.toThrow('phase: apply is refused on pull_request');
  });

  test('is refused when another commit is checked out', async () => {
    const at = stage();
    at.world.github.checkout = sha('e');

    await expect(at.run()).rejects.toThrow(`The checkout is ${sha('e')}`);
  });
});

describe('contract migrations', () => {
  const contract = { 'V003__drop.sql': 'alter table orders drop column note;' };
  const started = (stage: Stage) => {
    stage.database.applied = [{ id: 'V001', sha256: '' }];
  };

  test('wait under set: due, and are named in the evidence', async () => {
    const at = stage({ files: { ...fileTexts, ...contract } });
    started(at);

    const outcome = await at.run();

    expect(outcome).toMatchObject({
      verdict: 'applied',
      outputs: { pending: '2', applied: '1', deferred: '1', compatibility: 'expand' },
    });
    expect(outcome.evidence?.found).toMatchObject({
      compatibility: 'contract',
      deferred: ['db/migrations/V003__drop.sql'],
    });
    expect(plain(outcome.evidence?.migration ?? '')).toContain('Deferred: V003');
  });

  test('alone they are nothing pending, with the reason deferred', async () => {
    const at = stage({ files: { ...fileTexts, ...contract } });
    at.database.applied = [
      { id: 'V001', sha256: '' },
      { id: 'V002', sha256: '' },
    ];

    expect(await at.run()).toMatchObject({
      verdict: 'nothing-pending',
      reason: 'deferred',
      outputs: { pending: '1', deferred: '1' },
    });
  });

  test('in front of expand files of the same change they stop it before anything is touched', async () => {
    const at = stage({ files: { ...fileTexts, ...contract, 'V004__new.sql': 'create table new (id int);' } });
    started(at);

    const outcome = await at.run();

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'contract-in-the-way', exit: 1 });
    expect(outcome.error).toContain('V003');
    expect(child(at)).toBeUndefined();
    expect(at.database.calls).toEqual(['open', 'close']);
  });

  test('go in with set: contract', async () => {
    const at = stage({ files: { ...fileTexts, ...contract } });
    started(at);

    expect(await at.run({ set: 'contract' })).toMatchObject({
      verdict: 'applied',
      outputs: { applied: '2', compatibility: 'contract' },
    });
  });

  test('are announced before they go in, with the version at which a rollback ends from then on', async () => {
    const at = stage({
      files: { ...fileTexts, ...contract },
      policy:
        'version: 1\nenvironments: {production: {}}\nannounce: [{id: team, when: [start, promoted], slack: "https://hooks.slack.com/services/${HOOK}"}]\nenv: [HOOK]\n',
    });
    started(at);
    let before = 0;
    at.database.onApply = (id) => {
      if (id === 'V003') before = at.world.announced.length;
    };

    const outcome = await at.run({ set: 'contract' });

    const end =
      /^From now on rollback ends at ccccccc, the version that this deployment brings: code before it cannot live with V003 \(/i;
    expect(before).toBe(1);
    expect(at.world.announced[0]).toMatchObject({ event: 'start', wayBack: expect.stringMatching(end) });
    expect(at.world.told).toContainEqual(expect.stringMatching(/^warn: From now on rollback ends at ccccccc/));
    expect(outcome.announcements).toEqual([
      expect.objectContaining({ event: 'promoted', wayBack: expect.stringMatching(end) }),
    ]);
    expect(plain(outcome.evidence?.wayBack ?? '')).toMatch(end);
  });

  test('go in on a database without any history, which nobody can be reading', async () => {
    const at = stage({ files: { ...fileTexts, ...contract } });

    expect(await at.run()).toMatchObject({ verdict: 'applied', outputs: { applied: '3' } });
  });
});

describe('a tool', () => {
  test('that nobody knows is refused, and nothing is guessed in its place', async () => {
    const at = stage();

    await expect(at.run({ tool: 'dbmat' })).rejects.toThrow('Did you mean dbmate?');
    expect(at.database.calls).toEqual([]);
  });

  test.each([
    ['rails', 'V001__orders.sql', 'named like a migration of rails'],
    ['liquibase', 'orders.xml', 'named like a migration of liquibase'],
  ])('%s that finds none of its files in the folder says so', async (tool, name, words) => {
    const at = stage({ files: { [name]: 'x' } });

    await expect(at.run({ tool })).rejects.toThrow(words);
    expect(at.database.calls).toEqual([]);
  });
});

test('a changelog of Liquibase is applied changeset by changeset, and a contract in it waits', async () => {
  const made = stage({ files: {} });
  made.world.github.workspace.set(
    'db/migrations/changelog.yaml',
    'databaseChangeLog:\n  - include: {file: orders.sql, relativeToChangelogFile: true}\n',
  );
  made.world.github.workspace.set(
    'db/migrations/orders.sql',
    '--liquibase formatted sql\n--changeset a:1\ncreate table orders (id int);\n--changeset a:2\ncreate table parcels (id int);\n--changeset a:3\ndrop table old_orders;\n',
  );
  made.database.applied.push({ id: 'db/migrations/orders.sql::1::a', sha256: '' });

  await made.run({ tool: 'liquibase' });

  expect(made.database.calls).toContain('apply db/migrations/orders.sql::2::a');
  expect(made.database.calls).not.toContain('apply db/migrations/orders.sql::3::a');
});

describe('a tool that applies everything', () => {
  const at = (last: string) => {
    const made = stage({ files: {} });
    for (const [name, sql] of Object.entries({
      '20260101000000_orders': 'create table orders (id int);',
      '20260102000000_last': last,
    }))
      made.world.github.workspace.set(`db/migrations/${name}/migration.sql`, sql);
    made.database.applied.push({ id: '20251231000000_first', sha256: '' });
    return made;
  };

  test('is not started while something has to wait', async () => {
    const made = at('drop table old_orders;');

    const outcome = await made.run({ tool: 'prisma' });

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'tool-takes-all' });
    expect(made.database.calls).toEqual(['open', 'close']);
  });

  test('is started when everything is due', async () => {
    expect(await at('create table gifts (id int);').run({ tool: 'prisma' })).toMatchObject({
      verdict: 'applied',
      outputs: { applied: '2' },
    });
  });
});

describe('policy', () => {
  const policy = (lines: string) => `version: 1\nenvironments: {production: {}}\n${lines}`;

  test('a validation that does not hold fails the run, and reverts when the policy says so', async () => {
    const at = stage({
      policy: policy(
        'migrations: {on-failure: revert, validate: [{id: kept, sql: "select count(*) from orders where at < $start", expect: unchanged}]}',
      ),
      rehearsing: new MemoryDatabase(),
    });
    at.database.values = ['10', '9'];

    const outcome = await at.run();

    expect(outcome).toMatchObject({ verdict: 'reverted', reason: 'validation:kept' });
    expect(at.database.calls[1]).toBe("select count(*) from orders where at < timestamptz '2026-11-17T10:00:00.000Z'");
    expect(outcome.error).toContain('10 before, 9 after, expected unchanged');
  });

  test('a backup that fails stops before anything is touched', async () => {
    const at = stage({
      policy: policy('migrations: {backup: {command: ./ops/snapshot.sh}}'),
      command: async () => ({ code: 0, stdout: 'done\n', stderr: '', timedOut: false }),
    });

    await expect(at.run()).rejects.toThrow('it printed no JSON object with "location"');

    expect(child(at)).toBeUndefined();
  });

  test('a backup is named in the output', async () => {
    const stdout = 'snapshotting\n{"location": "s3://backups/1", "bytes": 2048, "sha256": "ab"}\n';
    const at = stage({
      policy: policy('migrations: {backup: {command: ./ops/snapshot.sh}}'),
      command: async () => ({ code: 0, stdout, stderr: '', timedOut: false }),
    });

    const outcome = await at.run();

    expect(outcome.outputs.backup).toBe('s3://backups/1, 2048 bytes, sha256 ab, not tried: it is not on this machine');
    expect(outcome.evidence?.rows.find(({ id }) => id === 'backup')?.outcome).toBe('pass');
  });

  test.each([
    ['/backups/1.dump', 'github-hosted', 'warn'],
    ['1.dump', 'github-hosted', 'warn'],
    ['/runner/_temp/1.dump', 'self-hosted', 'warn'],
    ['backups/1.dump', 'self-hosted', 'warn'],
    ['/mnt/backups/1.dump', 'self-hosted', 'pass'],
    ['s3://backups/1', 'github-hosted', 'pass'],
  ])('a backup at %s on a %s machine is a finding when it dies with the job: %s', async (location, kind, outcome) => {
    const at = stage({
      env: { RUNNER_ENVIRONMENT: kind, RUNNER_TEMP: '/runner/_temp' },
      policy: policy(
        'checklist: [{id: migration-backup-first, level: warn}]\nmigrations: {backup: {command: ./ops/snapshot.sh, verify: none}}',
      ),
      command: async () => ({ code: 0, stdout: JSON.stringify({ location, bytes: 9 }), stderr: '', timedOut: false }),
    });

    const { evidence, warnings } = await at.run();

    expect(evidence?.rows.find(({ id }) => id === 'backup')).toMatchObject({
      outcome,
      evidence: `${location}, 9 bytes, not tried`,
    });
    expect(warnings.some((line) => line.includes('let migrations.backup.command put it'))).toBe(outcome === 'warn');
  });

  test('legs that a job does not name are asked for, with the lines to add', async () => {
    const at = stage({ policy: 'version: 1\nenvironments: {production: {legs: {eu: {}, us: {}}}}\n' });

    await expect(at.run()).rejects.toThrow('strategy: {matrix: {leg: [eu, us]}}');
    expect(await at.run({ leg: 'eu' })).toMatchObject({ verdict: 'applied' });
    expect(at.world.github.story(child(at)!.id).at(-1)).toBe('success: [eu] migrations applied: 2, expand');
  });
});

describe('lint', () => {
  const pull = { number: 482, headSha: sha('c'), baseSha: sha('a'), fork: false, labels: [] };
  const reviewing = (files: Readonly<Record<string, string>>, changed: readonly string[], fork = false) => {
    const at = stage({ files, run: { event: 'pull_request', pull: { ...pull, fork } } });
    at.world.github.pullFiles.set(482, {
      base: sha('a'),
      head: sha('c'),
      mergeBase: sha('a'),
      status: 'ahead',
      commits: [],
      complete: true,
      url: '',
      files: changed.map((name) => ({ path: `db/migrations/${name}`, status: 'added' as const })),
    });
    return at;
  };

  test('judges the files of the pull request alone, and writes no Deployment', async () => {
    const at = reviewing({ ...fileTexts, 'V003__drop.sql': 'drop table orders;' }, ['V002__note.sql']);

    const outcome = await at.run({ phase: 'lint', 'database-url': '' });

    expect(outcome).toMatchObject({
      verdict: 'clean',
      exit: 0,
      sha: sha('c'),
      outputs: { pending: '', compatibility: 'expand' },
    });
    expect(outcome.evidence).toMatchObject({
      moment: 'review',
      pulls: [482],
      found: { compatibility: 'expand', files: ['db/migrations/V002__note.sql', 'db/migrations/V002__note.down.sql'] },
    });
    expect(at.world.github.deployments).toEqual([]);
    expect(at.database.calls).toEqual([]);
  });

  test('a fault in a changed file fails with its place; one in an old file does not', async () => {
    const files = {
      ...fileTexts,
      'V000__old.sql': "select 'never ends",
      'V003__bad.sql': 'create table a (id int);\n  commit;',
    };
    const bad = await reviewing(files, ['V003__bad.sql']).run({ phase: 'lint' });
    const good = await reviewing(files, ['V002__note.sql']).run({ phase: 'lint' });

    expect(bad).toMatchObject({ verdict: 'failed', reason: 'lint:transaction', exit: 1 });
    expect(bad.error).toContain('db/migrations/V003__bad.sql:2:3');
    expect(good.verdict).toBe('clean');
  });

  test('from a fork it is silent: nothing can be written', async () => {
    expect((await reviewing(fileTexts, [], true).run({ phase: 'lint' })).silent).toBe(true);
  });
});

describe('finish', () => {
  test('after a kill it ends what outlived the job, and ends the child from the history', async () => {
    const at = stage();
    const parent = await gateOpened(at, []);
    at.database.onApply = (id) => {
      if (id === 'V002') throw new Error('killed');
    };
    await expect(at.run()).rejects.toThrow('killed');
    at.database.leftovers = 1;

    const outcome = await finish(at.world, read({ phase: 'apply', 'database-url': 'postgres://db/shop' }));

    expect(outcome.warnings).toEqual([
      '1 session that outlived this job was ended. The schema now has, of this set: V001; not applied: V002.',
    ]);
    expect(at.world.github.story(child(at)!.id).at(-1)).toBe('error: migrations failed: 1, expand');
    expect(at.world.github.story(parent).at(-1)).toBe('error: migrations failed: 1, expand');
  });

  test('with GitHub down it ends what outlived the job all the same', async () => {
    const at = stage();
    at.database.onApply = () => {
      throw new Error('killed');
    };
    await expect(at.run()).rejects.toThrow('killed');
    at.database.leftovers = 2;
    at.world.github.down = true;

    const outcome = await finish(at.world, read({ phase: 'apply', 'database-url': 'postgres://db/shop' }));

    expect(outcome).toMatchObject({ exit: 0 });
    expect(outcome.warnings.join()).toMatch(/2 sessions that outlived this job were ended.*not recorded/);
  });

  test('after a run that came to its end it does nothing', async () => {
    const at = stage();
    await at.run();
    const calls = at.database.calls.length;

    expect(await finish(at.world, read({ phase: 'apply' }))).toMatchObject({ exit: 0, warnings: [] });
    expect(at.database.calls).toHaveLength(calls);
  });
});

describe('rehearse', () => {
  const rehearsing = (given: MemoryDatabase = new MemoryDatabase()) => stage({ rehearsing: given });
  const run = (at: Stage) => at.run({ phase: 'rehearse', 'database-url': '' });

  test('carries out the words of the policy in order, without any target', async () => {
    const shadow = new MemoryDatabase();

    const outcome = await run(rehearsing(shadow));

    expect(outcome).toMatchObject({ verdict: 'rehearsed', exit: 0, outputs: { 'duration-ms': '10', rows: '2' } });
    expect(shadow.calls).toEqual([
      'open',
      ...['apply V001', 'apply V002'],
      ...['revert V002', 'revert V001'],
      ...['apply V001', 'apply V002', 'close'],
    ]);
    expect(plain(outcome.evidence?.migration ?? '')).toContain(
      'Rehearsed on PostgreSQL 16.3, from memory: up, twice, down, up in 10 ms',
    );
  });

  test('names what a down does not restore', async () => {
    const shadow = new MemoryDatabase();
    shadow.catalogue = async () => [
      { kind: 'table', name: 'public.orders', definition: '' },
      ...(shadow.calls.some((call) => call.startsWith('revert'))
        ? [{ kind: 'index', name: 'public.left_over', definition: 'CREATE INDEX' }]
        : []),
    ];

    const outcome = await run(rehearsing(shadow));

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'rehearsal:down', exit: 1 });
    expect(outcome.error).toContain('index public.left_over: only after the way down');
  });

  test('fails where a row is lost on the way back', async () => {
    const shadow = new MemoryDatabase();
    shadow.contents = async () => [
      {
        table: 'orders',
        rows: 3,
        columns: { id: '1', note: shadow.calls.some((call) => call.startsWith('revert')) ? '0' : '7' },
      },
    ];

    const outcome = await run(rehearsing(shadow));

    expect(outcome.reason).toBe('rehearsal:down');
    expect(outcome.error).toContain('the down does not bring the data back: orders has other values in note');
  });

  test('answers the lines of the gate', async () => {
    const asked = ['clean-db', 'rollback-tested', 'duration-limit', 'foreign-keys-verified', 'production-like'];
    const ids = asked.map((id) =>
      ['clean-db', 'production-like'].includes(id) ? `migration-tested-${id}` : `migration-${id}`,
    );
    const at = stage({
      rehearsing: new MemoryDatabase(),
      policy: `version: 1\nenvironments: {production: {}}\nchecklist: [${ids.join(', ')}]\n`,
    });

    const outcome = await run(at);

    const told = new Map(outcome.evidence?.rows.map(({ id, outcome: how }) => [id, how]));
    expect(ids.map((id) => told.get(id))).toEqual(['pass', 'pass', 'pass', 'pass', 'unknown']);
  });

  test('without any server it says so', async () => {
    await expect(stage().run({ phase: 'rehearse' })).rejects.toThrow('no server to rehearse on');
  });
});
