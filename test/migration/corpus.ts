// The corpus of migrations: read with their labels, and what the linter says of each.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksWrites, locksOf } from '../../src/migration/lock.ts';
import { Replay } from '../../src/migration/replay.ts';
import { workOf } from '../../src/migration/rewrite.ts';
import { lint, namesOf } from './reading.ts';
import type { Truth } from './truth.ts';

export interface Label {
  readonly rules: readonly string[];
  /** As it stands in the file. */
  readonly written: string;
}

export interface Migration {
  readonly name: string;
  readonly text: string;
  readonly transactional: boolean;
  readonly statements: readonly string[];
  readonly label: Label | undefined;
}

/** All migrations of the folder, in order. */
export function readCorpus(folder: string): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const written = /^-- expect: (rules=.*)$/m.exec(text)?.[1];
      const rules = /rules=([^;]*)/.exec(written ?? '')?.[1] ?? '';
      return {
        name,
        text,
        transactional: !text.includes('-- transaction:false'),
        statements: statementsOf(text),
        label: written === undefined ? undefined : { written, rules: rules === '' ? [] : rules.split(', ') },
      };
    });
}

/** How a label is written. */
export function labelOf(truth: Truth, rules: readonly string[]): string {
  const word = (yes: boolean) => (yes ? 'yes' : 'no');
  const did =
    truth.failed === ''
      ? `rewrites=${word(truth.rewrites)}; blocks=${word(truth.blocksWrites)}; repeats=${word(truth.repeats)}; contract=${word(truth.contract)}`
      : 'fails=yes';
  return `rules=${rules.join(', ')}; ${did}`;
}

export interface Prediction {
  readonly rules: readonly string[];
  readonly rewrites: boolean;
  readonly blocks: boolean;
  readonly repeats: boolean;
  readonly contract: boolean;
}

/** Rules of style are off by default; the corpus has hits and near misses of them too. */
const style = Object.fromEntries(
  [
    'ban-char',
    'create-enum',
    'domain-with-constraint',
    'enum-value-order',
    'many-column-index',
    'prefer-bigint',
    'prefer-identity',
    'prefer-text',
    'prefer-timestamptz',
  ].map((id) => [id, 'info' as const]),
);

const predicted = new Map<string, Promise<Prediction>>();

/** What the linter says of a migration behind the schema of the corpus; asked once a migration. */
export function predict(migration: Migration, schema: string): Promise<Prediction> {
  const known = predicted.get(migration.name) ?? predictAnew(migration, schema);
  predicted.set(migration.name, known);
  return known;
}

async function predictAnew({ name, text }: Migration, schema: string): Promise<Prediction> {
  const number = `${Number(name.slice(0, 3)) + 1000}`;
  const files = {
    '1_schema.sql': schema,
    [`${number}_${name.slice(4)}`]: text,
    [`${number}_${name.slice(4, -4)}.down.sql`]: 'select 1;',
  };
  const linted = await lint(files, {
    levels: style,
    own: (path) => !path.endsWith('1_schema.sql'),
    tool: text.includes('migrate:up') ? 'dbmate' : 'plain-sql',
  });
  const file = linted.at(-1);
  if (file === undefined || file.parsed.up.kind === 'unread') throw new Error(`${name} cannot be read`);
  const before = new Replay();
  for (const { parsed } of linted.slice(0, -1))
    if (parsed.up.kind === 'parsed')
      for (const { deeds } of parsed.up.statements) for (const { act } of deeds) before.apply(act, 'schema');
  const old = new Set(before.tables.keys());
  const made = new Set<string>();
  let [rewrites, blocks, utc] = [false, false, false];
  for (const { act } of file.deeds) {
    if (act.kind === 'set' && act.name === 'timezone') utc = act.value === 'UTC';
    const table =
      'table' in act && typeof act.table === 'string'
        ? act.table
        : 'name' in act && typeof act.name === 'string'
          ? act.name
          : '';
    if (old.has(table) && !made.has(table) && ['rewrite', 'unknown'].includes(workOf(act, { schema: before, utc })))
      rewrites = true;
    if (locksOf(act, before).some(({ table, mode }) => old.has(table) && !made.has(table) && blocksWrites(mode)))
      blocks = true;
    if (act.kind === 'create-table' && !act.guarded) made.add(act.table);
    before.apply(act, name);
  }
  return {
    rules: namesOf(linted).filter((rule) => rule !== 'up-has-down'),
    rewrites,
    blocks,
    repeats: file.repeatable,
    contract: file.compatible.compatibility === 'contract',
  };
}

/** The statements of the up part, cut at semicolons outside quotes and dollar quotes. */
function statementsOf(text: string): readonly string[] {
  const up = /-- migrate:up[^\n]*\n([\s\S]*?)-- migrate:down/.exec(text)?.[1] ?? text;
  const bare = up.replace(/^--.*$/gm, '');
  const parts = bare.match(/(?:\$\$[\s\S]*?\$\$|'[^']*'|"[^"]*"|[^;$'"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
