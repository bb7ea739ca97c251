// Which pending files go in now, and how files and history compare.
import { describe, expect, test } from '@jest/globals';
import { type MigrationFile, readFolder } from '../../src/migration/file.ts';
import { pendingOf, remarksOn } from '../../src/migration/pending.ts';
import { chooseSet, type SetName } from '../../src/migration/set.ts';

/** The meaning that the letter stands for: what a file means is another test's matter. */
const meanings = { E: 'expand', C: 'contract', N: 'none' } as const;

const texts = { expand: 'create table t (id int);', contract: 'drop table old;', none: 'select 1;' } as const;

/** `ECE`: an expand, a contract and another expand file, numbered from 1. */
function files(letters: string): readonly MigrationFile[] {
  const kinds: Readonly<Record<string, string>> = { E: texts.expand, C: texts.contract, N: texts.none };
  const listing = [...letters].map((letter, index) => ({ path: `db/V${index + 1}__x.sql`, text: kinds[letter] ?? '' }));
  return readFolder(listing, 'plain-sql').files;
}

function choose(
  letters: string,
  set: SetName,
  options: { own?: string; retired?: readonly string[]; untouched?: boolean } = {},
) {
  const choice = chooseSet({
    set,
    pending: files(letters).map((file, index) => ({
      file,
      compatible: { compatibility: meanings[letters[index] as 'E' | 'C' | 'N'], readings: [] },
    })),
    own: ({ id }) => (options.own ?? letters.replace(/./g, 'y'))[Number(id.slice(1)) - 1] === 'y',
    retired: new Set(options.retired ?? []),
    untouched: options.untouched ?? false,
  });
  return { due: choice.due.length, inTheWay: choice.inTheWay?.file.id };
}

describe('chooseSet', () => {
  test.each<[string, SetName, number, string | undefined]>([
    ['', 'due', 0, undefined],
    ['EE', 'due', 2, undefined],
    ['NE', 'due', 2, undefined],
    ['EC', 'due', 1, undefined],
    ['C', 'due', 0, undefined],
    ['ECE', 'due', 1, 'V2'],
    ['CCN', 'due', 0, 'V1'],
    ['ECE', 'expand', 1, undefined],
    ['ECE', 'contract', 2, undefined],
    ['EE', 'contract', 0, undefined],
    ['ECE', 'all', 3, undefined],
  ])('of %j, set %s takes the first %i', (letters, set, due, inTheWay) => {
    expect(choose(letters, set)).toEqual({ due, inTheWay });
  });

  test('a contract file of an earlier change is due once its readers are retired; one of this change never is', () => {
    expect(choose('CE', 'due', { own: 'ny', retired: [] })).toEqual({ due: 0, inTheWay: 'V1' });
    expect(choose('CE', 'due', { own: 'ny', retired: ['V1'] })).toEqual({ due: 2, inTheWay: undefined });
    expect(choose('CE', 'due', { own: 'yy', retired: ['V1'] })).toEqual({ due: 0, inTheWay: 'V1' });
  });

  test('expand files of earlier changes behind a contract file wait without failing this change', () => {
    expect(choose('CE', 'due', { own: 'nn' })).toEqual({ due: 0, inTheWay: undefined });
  });

  test('on a database without history everything is due', () => {
    expect(choose('ECE', 'due', { untouched: true })).toEqual({ due: 3, inTheWay: undefined });
  });
});

describe('pendingOf', () => {
  const all = files('EEE');
  const fact = (id: string, sha256 = '') => ({ id, sha256 });

  test('is what the history does not have, in order', () => {
    expect(pendingOf(all, [fact('V1')]).files.map(({ id }) => id)).toEqual(['V2', 'V3']);
  });

  test('names what is gone, what was edited, and what comes late', () => {
    const pending = pendingOf(all, [fact('V0'), fact('V1', 'other'), fact('V3', all[2]?.sha256)]);

    expect(pending.missing).toEqual(['V0']);
    expect(pending.edited.map(({ id }) => id)).toEqual(['V1']);
    expect(pending.late.map(({ id }) => id)).toEqual(['V2']);
    expect(remarksOn(pending)).toHaveLength(3);
  });

  test('a history without digests calls nothing edited', () => {
    expect(pendingOf(all, [fact('V1')]).edited).toEqual([]);
  });
});
