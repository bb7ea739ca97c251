// Our predictions against a real Postgres: every migration of the corpus is run and watched, and its labels, the linter and the server must agree.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { steadyFunctions } from '../../src/migration/builtin.ts';
import { rules } from '../../src/migration/rules/index.ts';
import { neighbour } from '../world/neighbour.ts';
import { type Postgres, postgresAvailable, startPostgres } from '../world/postgres.ts';
import { labelOf, type Migration, predict, readCorpus } from './corpus.ts';
import { prepare, type Truth, watchAlone, watchTransaction, withClient } from './truth.ts';

const folder = join('test', 'migration', 'corpus');
const schema = readFileSync(join(folder, 'schema.txt'), 'utf8');
const corpus = readCorpus(folder);

test('the corpus has at least 150 migrations, each with its labels', () => {
  expect(readdirSync(folder).filter((name) => name.endsWith('.sql'))).toHaveLength(corpus.length);
  expect(corpus.length).toBeGreaterThanOrEqual(150);
  for (const { name, label } of corpus) expect([name, label === undefined]).toEqual([name, false]);
});

test('the linter finds in each migration the rules of its label, no more and no less', async () => {
  const wrong: unknown[] = [];
  for (const migration of corpus) {
    const { rules } = await predict(migration, schema);
    if (rules.join() !== migration.label?.rules.join()) wrong.push([migration.name, rules, migration.label?.rules]);
  }

  expect(wrong).toEqual([]);
});

test('every rule about Postgres statements is hit by the corpus, but for those that need another server or tool', () => {
  const hit = new Set(corpus.flatMap(({ label }) => label?.rules ?? []));
  const elsewhere = [
    'newer-than-server',
    'index-corruption-version',
    'missing-lock-timeout',
    'missing-statement-timeout',
    'require-table-schema',
  ];
  const due = rules.filter(
    ({ finds, dialects, id }) =>
      finds !== undefined && dialects?.includes('postgres') !== false && !elsewhere.includes(id),
  );

  expect(due.map(({ id }) => id).filter((id) => !hit.has(id))).toEqual([]);
});

neighbour('Postgres', postgresAvailable())('on a real Postgres', () => {
  let server: Postgres;
  let url: string;
  const truths = new Map<string, Truth>();

  beforeAll(async () => {
    server = await startPostgres();
    url = await prepare(server, schema);
    await withClient(url, async (client) => {
      for (const { name, statements, transactional } of corpus)
        if (transactional) truths.set(name, await watchTransaction(client, statements));
    });
    const template = new URL(url).pathname.slice(1);
    for (const { name, statements, transactional } of corpus)
      if (!transactional) truths.set(name, await watchAlone(await server.createDatabase(template), statements));
  });

  afterAll(() => server?.stop());

  test('the list of steady functions holds none that is volatile there', async () => {
    const volatile = await withClient(url, (client) =>
      client.query<{ proname: string }>(
        "select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v'",
      ),
    );

    expect(steadyFunctions.size).toBeGreaterThan(1_500);
    expect(volatile.rows.filter(({ proname }) => steadyFunctions.has(proname))).toEqual([]);
  });

  test('every label is what the server did', () => {
    const wrong = corpus.flatMap(({ name, label }) => {
      const truth = truths.get(name);
      if (truth === undefined || label === undefined) return [[name, 'not watched']];
      const told = labelOf(truth, label.rules);
      return told === label.written ? [] : [[name, told, label.written, truth.failed]];
    });

    expect(wrong).toEqual([]);
  });

  test('what the linter predicts is what the server did: precision and recall of each', async () => {
    const lines: string[] = [];
    const least: Readonly<Record<Word, readonly [number, number]>> = {
      rewrites: [1, 1],
      blocks: [1, 0.95],
      repeats: [1, 0.95],
      // What only might break old code counts as contract: it waits, which harms nobody.
      contract: [0.895, 1],
    };
    const poor: string[] = [];
    for (const word of ['rewrites', 'blocks', 'repeats', 'contract'] as const) {
      const count = await compare(word, corpus, truths);
      const precision = count.hit / (count.hit + count.false);
      const recall = count.hit / (count.hit + count.missed);
      lines.push(
        `${word.padEnd(9)} precision ${precision.toFixed(3)} recall ${recall.toFixed(3)} of ${count.hit + count.missed} in ${count.all}` +
          `${count.names.length === 0 ? '' : ` (${count.names.join(', ')})`}`,
      );
      const [p, r] = least[word];
      if (precision < p || recall < r) poor.push(word);
    }
    process.stderr.write(
      `\npredictions of the linter against PostgreSQL 18, ${corpus.length} migrations\n${lines.join('\n')}\n`,
    );

    expect(poor).toEqual([]);
  });
});

type Word = 'rewrites' | 'blocks' | 'repeats' | 'contract';

async function compare(word: Word, migrations: readonly Migration[], truths: ReadonlyMap<string, Truth>) {
  const count = { hit: 0, false: 0, missed: 0, all: 0, names: [] as string[] };
  for (const migration of migrations) {
    const truth = truths.get(migration.name);
    if (truth === undefined || truth.failed !== '') continue;
    const predicted = (await predict(migration, schema))[word];
    const real = word === 'blocks' ? truth.blocksWrites : truth[word];
    count.all += 1;
    if (predicted && real) count.hit += 1;
    if (predicted && !real) count.false += 1;
    if (!predicted && real) count.missed += 1;
    if (predicted !== real) count.names.push(`${predicted ? '+' : '-'}${migration.name}`);
  }
  return count;
}
