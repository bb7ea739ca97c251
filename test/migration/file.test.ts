// Reading a migration folder: names, order, both ways, and the faults with their places.
import { describe, expect, test } from '@jest/globals';
import { spotOf } from '../../src/migration/fault.ts';
import { readFolder } from '../../src/migration/file.ts';

const read = (texts: Readonly<Record<string, string>>, tool = 'auto') =>
  readFolder(
    Object.entries(texts).map(([name, text]) => ({ path: `db/${name}`, text })),
    tool,
  );
const faults = (texts: Readonly<Record<string, string>>, tool = 'auto') =>
  read(texts, tool).faults.map((fault) => `${fault.level} ${fault.rule} ${spotOf(fault)}`);

describe('readFolder', () => {
  test.each([
    ['V and down', { 'V001__a.sql': 'select 1', 'V001__a.down.sql': 'select 2' }, 'V001'],
    ['V and U', { 'V001__a.sql': 'select 1', 'U001__a.sql': 'select 2' }, 'V001'],
    ['up and down', { '001_a.up.sql': 'select 1', '001_a.down.sql': 'select 2' }, '001'],
    ['one file with short marks', { '001_a.sql': 'select 1\n-- down\nselect 2' }, '001'],
    ['one file with dbmate marks', { '001_a.sql': '-- migrate:up\nselect 1\n-- migrate:down\nselect 2' }, '001'],
    ['a file beside its down', { '001_a.sql': 'select 1', '001_a.down.sql': 'select 2' }, '001'],
  ])('finds both ways: %s', (_name, texts, id) => {
    const folder = read(texts);

    expect(folder.faults).toEqual([]);
    expect(folder.files).toHaveLength(1);
    expect(folder.files[0]).toMatchObject({
      id,
      up: { statements: [{ sql: 'select 1' }] },
      down: { statements: [{ sql: 'select 2' }] },
    });
  });

  test('orders by number, part by part, and leaves other files alone', () => {
    const texts = {
      'V10__a.sql': '',
      'V2__a.sql': '',
      'V1.10__a.sql': '',
      'V1.2__a.sql': '',
      'V1__a.sql': '',
      'README.md': 'x',
    };

    expect(read(texts).files.map(({ id }) => id)).toEqual(['V1', 'V1.2', 'V1.10', 'V2', 'V10']);
    expect(faults(texts)).toEqual(['warn gap db/V10__a.sql:1']);
  });

  test('keeps the order of timestamps of any length', () => {
    expect(read({ '20260101120000123_b.sql': '', '20260101120000_a.sql': '' }).files.map(({ id }) => id)).toEqual([
      '20260101120000',
      '20260101120000123',
    ]);
  });

  test.each([
    [{ 'V1__a.sql': '', 'V01__b.sql': '' }, ['error duplicate db/V01__b.sql:1']],
    [{ 'V1__a.sql': '', 'V3__b.sql': '' }, ['warn gap db/V3__b.sql:1']],
    [{ '20260101_a.sql': '', '20260301_b.sql': '' }, []],
    [{ 'notes.sql': '' }, ['error name db/notes.sql:1']],
    [{ 'V1_missing_underscore.sql': '' }, ['error name db/V1_missing_underscore.sql:1']],
    [{ 'V1__a.down.sql': '' }, ['error down-without-up db/V1__a.down.sql:1']],
    [{ 'V1__a.sql': '', 'V1__a.down.sql': '', 'U1__a.sql': '' }, ['error two-downs db/U1__a.sql:1']],
    [{ '1_a.sql': 'select 1\n-- down\nselect 2', '1_a.down.sql': '' }, ['error two-downs db/1_a.down.sql:1']],
    [{ '1_a.sql': '-- down\nselect 2\n-- up\nselect 1' }, ['error marks db/1_a.sql:1']],
    [
      { '1_a.sql': 'begin;\nselect 1;\n commit;' },
      ['error transaction db/1_a.sql:1', 'error transaction db/1_a.sql:3:2'],
    ],
    [{ '1_a.sql': 'rollback to savepoint s;' }, []],
    [{ '1_a.sql': 'copy t from stdin;' }, ['error copy db/1_a.sql:1']],
    [{ '1_a.sql': "select 1;\n select 'x" }, ['error unterminated db/1_a.sql:2:9']],
  ])('%j', (texts, expected) => {
    expect(faults(texts)).toEqual(expected);
  });

  test('a remark that begins with the word down is no mark', () => {
    expect(read({ '1_a.sql': '-- down with the old table\nselect 1' }).files[0]?.down).toBeUndefined();
  });

  test('byte order marks and line ends of Windows change neither places nor the digest', () => {
    const [unix] = read({ '1_a.sql': 'select 1;\nselect 2;\n' }).files;
    const [windows] = read({ '1_a.sql': '\uFEFFselect 1;\r\nselect 2;\r\n' }).files;

    expect(windows?.sha256).toBe(unix?.sha256);
    expect(windows?.up).toEqual(unix?.up);
  });

  test('an empty file is a migration that does nothing', () => {
    expect(read({ '1_a.sql': '' }).files[0]?.up).toMatchObject({ statements: [], transactional: true });
  });
});

describe('transactions', () => {
  test.each([
    ['select 1', true],
    ['create index concurrently i on t (a)', false],
    ['-- transaction:false\nselect 1', false],
    ['-- migrate:up transaction:false\nselect 1\n-- migrate:down\n', false],
    ['-- migrate:up\nselect 1\n-- migrate:down transaction:false\n', true],
  ])('%j runs in one: %s', (text, expected) => {
    expect(read({ '1_a.sql': text }).files[0]?.up.transactional).toBe(expected);
  });
});

describe('dbmate', () => {
  test('is chosen by its mark, and can be overruled', () => {
    const marked = { '1_a.sql': '-- migrate:up\n-- migrate:down\n' };

    expect(read(marked).tool).toBe('dbmate');
    expect(read(marked, 'plain-sql').tool).toBe('plain-sql');
    expect(read({ '1_a.sql': '-- down\n' }).tool).toBe('plain-sql');
  });

  test.each([
    ['select 1', ['error marks db/1_a.sql:1']],
    ['-- migrate:up\nselect 1', ['error marks db/1_a.sql:1']],
    ['-- migrate:up\ncreate index concurrently i on t (a);\n-- migrate:down\n', ['error transaction db/1_a.sql:2']],
    ['-- migrate:up transaction:false\ncreate index concurrently i on t (a);\n-- migrate:down\n', []],
  ])('what it would refuse is a fault: %j', (text, expected) => {
    expect(faults({ '1_a.sql': text }, 'dbmate')).toEqual(expected);
  });
});
