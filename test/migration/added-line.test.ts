// Findings stand on lines that the pull request adds; what is mended there can be taken with a click, or as a patch.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type AddedLines, addedLines, onAddedLines, patchOf, suggestionsOf } from '../../src/migration/added-line.ts';
import { type Fault, fault } from '../../src/migration/fault.ts';
import { exampleSchema } from '../../src/migration/rules/example.ts';
import { neighbour } from '../world/neighbour.ts';
import { lint } from './reading.ts';

const path = 'db/migrations/V2__it.sql';

function at(line: number, endLine: number, more: Partial<Fault> = {}): Fault {
  return { ...fault(path, line, 'drop-column', 'what', 'fix.'), endLine, ...more };
}

function runs(...all: readonly (readonly [number, number])[]): AddedLines {
  return new Map([[path, all]]);
}

describe('a note', () => {
  test.each([
    ['on the line above an added run', at(1, 1), []],
    ['on its first line', at(2, 2), [[2, 2]]],
    ['on its last line', at(4, 4), [[4, 4]]],
    ['on the line below', at(5, 5), []],
    ['that begins above and ends in it', at(1, 3), [[2, 3]]],
    ['that begins in it and ends below', at(4, 9), [[4, 4]]],
    ['around it', at(1, 9), [[2, 4]]],
  ])('%s', (_, one, shown) => {
    expect(onAddedLines([one], runs([2, 4])).map(({ line, endLine }) => [line, endLine])).toEqual(shown);
  });

  test('of a file that the change does not touch is none, and in a new file without shown lines every one is', () => {
    const elsewhere = { ...at(2, 2), path: 'db/migrations/V1__other.sql' };

    expect(onAddedLines([elsewhere], runs([1, 9]))).toEqual([]);
    expect(onAddedLines([at(7, 8)], new Map([[path, 'whole']]))).toHaveLength(1);
    expect(onAddedLines([at(7, 8)], undefined)).toHaveLength(1);
  });

  test('needs a change that was read to its end', () => {
    const files = [
      { path: 'a.sql', status: 'added' as const },
      { path: 'b.sql', status: 'modified' as const },
      { path: 'c.sql', status: 'modified' as const, added: [[3, 5]] as const },
    ];

    expect([...addedLines({ complete: true, files })]).toEqual([
      ['a.sql', 'whole'],
      ['b.sql', []],
      ['c.sql', [[3, 5]]],
    ]);
    expect(addedLines({ complete: false, files }).size).toBe(0);
    expect(addedLines(undefined).size).toBe(0);
  });
});

describe('a suggestion', () => {
  const mended = { suggestion: 'x;', was: 'y;' };

  test.each([
    ['inside an added run', at(2, 4, mended), 1],
    ['with its first line above it', at(1, 2, mended), 0],
    ['with its last line below it', at(4, 5, mended), 0],
    ['over two runs with an old line between', at(2, 7, mended), 0],
    ['without mended lines', at(2, 2), 0],
    ['of a mere note', at(2, 2, { ...mended, level: 'info' }), 0],
  ])('%s', (_, one, count) => {
    expect(suggestionsOf([one], runs([2, 4], [6, 8]))).toHaveLength(count);
  });

  test('is never made where no diff is known, or GitHub shows no lines', () => {
    expect(suggestionsOf([at(2, 2, mended)], undefined)).toEqual([]);
    expect(suggestionsOf([at(2, 2, mended)], new Map([[path, 'whole']]))).toEqual([]);
  });

  test('of a line that has one already is left out', () => {
    const two = [at(2, 3, mended), at(3, 3, { ...mended, rule: 'prefer-robust' })];

    expect(suggestionsOf(two, runs([1, 9])).map(({ line, to, title }) => [line, to, title])).toEqual([
      [2, 3, 'drop-column'],
    ]);
  });
});

neighbour('git', spawnSync('git', ['--version']).error === undefined)('git', () => {
  test('the patch of the mended statements is one that git takes', async () => {
    const text =
      'select 1; -- größer\n\ncreate index a\n  on orders (note)\n;\n\tcreate unique index b on orders (id, note); -- slow\nselect 2;\n';
    const linted = await lint(
      { 'V1__before.sql': exampleSchema, 'V2__it.sql': text },
      { own: (name) => name.endsWith('V2__it.sql') },
    );
    const folder = mkdtempSync(join(tmpdir(), 'boring-patch-'));
    try {
      mkdirSync(join(folder, 'db', 'migrations'), { recursive: true });
      writeFileSync(join(folder, path), text);
      const patch = patchOf(linted.flatMap(({ faults }) => faults));
      const ran = spawnSync('git', ['apply', '--unidiff-zero'], { cwd: folder, input: `${patch}\n`, encoding: 'utf8' });

      expect([ran.status, ran.stderr]).toEqual([0, '']);
      expect(readFileSync(join(folder, path), 'utf8')).toBe(
        'select 1; -- größer\n\ncreate index CONCURRENTLY a\n  on orders (note)\n;\n\tcreate unique index CONCURRENTLY b on orders (id, note); -- slow\nselect 2;\n',
      );
      expect(patchOf([])).toBe('');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
