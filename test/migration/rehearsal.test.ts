// The course of a rehearsal on a database of memory: when it stops, what it compares, and which figures went over.
import { describe, expect, test } from '@jest/globals';
import { type RehearsalOrder, rehearse } from '../../src/migration/rehearsal.ts';
import type { MigrationFileText, MigrationStep } from '../../src/world.ts';

const fileOf = (id: string, withDown = true): MigrationFileText => {
  const script = { path: `db/${id}.sql`, transactional: true, statements: [] };
  return { id, path: script.path, sha256: id, text: '', up: script, down: withDown ? script : undefined };
};

/** Applies in order, and leaves what a test tells it to. */
class Database {
  readonly calls: string[] = [];
  blockedMs = 0;
  applied: string[] = [];
  /** Ids whose down leaves the object there. */
  lasting: readonly string[] = [];
  #left: string[] = [];

  async history() {
    return this.applied.map((id) => ({ id, sha256: id }));
  }
  async apply({ id }: MigrationFileText): Promise<MigrationStep> {
    this.calls.push(`up ${id}`);
    this.applied.push(id);
    return { kind: 'done', id, durationMs: 5, rows: 1, lockMs: 2, blockedMs: this.blockedMs };
  }
  async revert({ id, path, down }: MigrationFileText): Promise<MigrationStep> {
    this.calls.push(`down ${id}`);
    if (down === undefined)
      return {
        ...{ kind: 'failed', id, reason: 'no-down', what: 'it has no down', where: path, fix: 'Write one.' },
        ...{ durationMs: 0, left: 'as-before' },
      };
    this.applied = this.applied.filter((one) => one !== id);
    if (this.lasting.includes(id)) this.#left.push(id);
    return { kind: 'done', id, durationMs: 5, rows: 0, lockMs: 0, blockedMs: 0 };
  }
  async again({ id }: MigrationFileText): Promise<MigrationStep> {
    return { kind: 'done', id, durationMs: 0, rows: 0, lockMs: 0, blockedMs: 0 };
  }
  async catalogue() {
    return [...this.applied, ...this.#left].map((name) => ({ kind: 'table', name, definition: '' }));
  }
  async contents() {
    return [];
  }
}

const run = (database: Database, given: Partial<RehearsalOrder> = {}) =>
  rehearse(database, {
    files: [fileOf('1'), fileOf('2')],
    words: ['up', 'twice', 'down', 'up'],
    limits: { durationMs: 1000, lockMs: 100, lockTimeoutMs: 10 },
    noDown: '',
    signal: new AbortController().signal,
    ...given,
  });
const outcomes = ({ steps }: Awaited<ReturnType<typeof run>>) => steps.map(({ word, outcome }) => `${word} ${outcome}`);

describe('a rehearsal', () => {
  test('goes up, down newest first, and up again', async () => {
    const database = new Database();
    const rehearsal = await run(database);

    expect(outcomes(rehearsal)).toEqual(['up pass', 'twice pass', 'down pass', 'up pass']);
    expect(database.calls).toEqual(['up 1', 'up 2', 'down 2', 'down 1', 'up 1', 'up 2']);
    expect([rehearsal.downProven, rehearsal.over]).toEqual([true, []]);
  });

  test.each<[string, Partial<RehearsalOrder>]>([
    ['the tool has no way back', { noDown: 'Prisma has no way back' }],
    ['a file has no down', { files: [fileOf('1', false)] }],
  ])('where %s ends there: nothing goes up on what was not taken down', async (_, given) => {
    const database = new Database();
    const rehearsal = await run(database, given);

    expect(outcomes(rehearsal)).toEqual(['up pass', 'twice pass', 'down impossible']);
    expect(database.calls.filter((call) => call.startsWith('up'))).toHaveLength((given.files ?? [1, 2]).length);
    expect(rehearsal.downProven).toBe(false);
  });

  test('names what a down leaves there', async () => {
    const database = new Database();
    database.lasting = ['2'];
    const rehearsal = await run(database);

    expect(outcomes(rehearsal).at(-1)).toBe('down fail');
    expect(rehearsal.steps.at(-1)?.lines.join()).toContain('table 2');
    expect(rehearsal.downProven).toBe(false);
  });

  test.each([
    [99, 0],
    [100, 0],
    [101, 1],
  ])('a victim that waited %d ms of 100: %d figures over', async (blockedMs, over) => {
    const database = new Database();
    database.blockedMs = blockedMs;

    expect((await run(database)).over).toHaveLength(over);
  });
});
