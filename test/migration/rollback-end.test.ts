// Where a rollback ends once contract files are in: the newest of the releases that brought them.
import { expect, test } from '@jest/globals';
import { rollbackEnd } from '../../src/migration/rollback-end.ts';
import type { Scene } from '../../src/migration/scene.ts';
import type { JudgedFile } from '../../src/migration/set.ts';
import type { Attempt } from '../../src/record/history.ts';
import { files } from '../io/migrations/server.ts';

const all = files({
  'V002__drop.sql': 'alter table orders drop column note;',
  'V003__add.sql': 'alter table orders add column gift text;',
  'V004__rename.sql': 'alter table orders rename column item to thing;',
});

function judged(id: string, compatibility: 'expand' | 'contract'): JudgedFile {
  const file = all.find((one) => one.id === id);
  if (file === undefined) throw new Error(id);
  const readings = [{ compatibility, because: `${id} says why`, line: 1, column: 1 }];
  return { file, compatible: { compatibility, readings } };
}

/** A release that succeeded and brought these files. */
function release(id: number, version: string, brought: readonly string[]): Attempt {
  const migrations = all.filter((file) => brought.includes(file.id)).map(({ id: name, path }) => ({ id: name, path }));
  const payload = { kind: 'deploy', version, migrations };
  return {
    id,
    sha: 'a',
    task: 'deploy',
    payload,
    happened: [],
    state: 'success',
    succeededAt: id,
  } as unknown as Attempt;
}

function end(due: readonly JudgedFile[], past: readonly Attempt[], own: readonly string[] = []): string {
  const scene = {
    history: { attempts: [...past].sort((a, b) => b.id - a.id), foreign: 0, malformed: 0, unsigned: [] },
    parent: { id: 9 },
    version: 'v2.0.0',
    isOwn: (path: string) => own.some((id) => path.includes(id)),
  } as unknown as Scene;
  return rollbackEnd(due, scene);
}

const past = [release(1, 'v1.7.0', []), release(2, 'v1.8.0', ['V002']), release(3, 'v1.9.0', ['V003', 'V004'])];

test('at the release that brought the contract file, which is the first that runs without what it takes away', () => {
  expect(end([judged('V002', 'contract')], past)).toBe(
    'From now on rollback ends at v1.8.0: code before it cannot live with V002 (V002 says why)',
  );
});

test('at the newest of them when there are several; expand files do not count', () => {
  const due = [judged('V002', 'contract'), judged('V003', 'expand'), judged('V004', 'contract')];

  expect(end(due, past)).toMatch(/^From now on rollback ends at v1\.9\.0: .* V002 \(.*\), V004 \(/);
});

test('at this very version when it brings one of them itself, or when no record names the release', () => {
  expect(end([judged('V002', 'contract'), judged('V004', 'contract')], past, ['V004'])).toContain(
    'ends at v2.0.0, the',
  );
  expect(end([judged('V002', 'contract')], [])).toContain('ends at v2.0.0, the');
});

test('nowhere else without a contract file', () => {
  expect(end([judged('V003', 'expand')], past)).toBe('');
});
