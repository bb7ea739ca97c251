// Changelogs of Liquibase: includes followed in order, each changeset one migration under the name of its history.
import { describe, expect, test } from '@jest/globals';
import { isLeftOut } from '../../src/migration/changelog/changeset.ts';
import { formattedChangesets } from '../../src/migration/changelog/formatted-sql.ts';
import { foreignProfile, readForeign } from '../../src/migration/foreign-folder.ts';
import { opaqueFile } from '../../src/migration/opaque.ts';

function tree(texts: Readonly<Record<string, string>>) {
  return {
    read: async (path: string) => texts[path],
    walk: async (folder: string) => ({
      files: Object.keys(texts)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => ({ path: path.slice(folder.length + 1) })),
    }),
  };
}

const read = (texts: Readonly<Record<string, string>>, directory = 'db') =>
  readForeign(tree(texts), directory, foreignProfile('liquibase')!);

const sql = `--liquibase formatted sql

--changeset alice:1
create table orders (id int);
--rollback drop table orders;

--changeset bob:add-note runInTransaction:false
create index concurrently note on orders (id);
/* liquibase rollback
drop index note;
*/
--changeset bob:3
update orders set id = 1;
`;

const xml = `<?xml version="1.0"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <!-- <changeSet id="0" author="nobody"><createTable tableName="x"/></changeSet> -->
  <changeSet id="1" author="alice">
    <createTable tableName="orders"><column name="id" type="int"/></createTable>
  </changeSet>
  <include file="more.yaml" relativeToChangelogFile="true"/>
  <changeSet id="2" author="alice" context="test">
    <dropColumn tableName="orders" columnName="id"/>
    <rollback><sql>select 1</sql></rollback>
  </changeSet>
</databaseChangeLog>
`;

const yaml = `databaseChangeLog:
  - changeSet:
      id: 1.10
      author: carol
      changes:
        - addColumn:
            tableName: orders
            columns: [{column: {name: note, type: text}}]
  - changeSet:
      id: 2
      author: carol
      changes:
        - dropTable: {tableName: old}
`;

describe('a root changelog', () => {
  test('in XML: includes where they stand, remarks left out, ids as written', async () => {
    const folder = await read({ 'db/changelog.xml': xml, 'db/more.yaml': yaml });
    expect(folder.files.map(({ id }) => id)).toEqual([
      'db/changelog.xml::1::alice',
      'db/more.yaml::1.10::carol',
      'db/more.yaml::2::carol',
      'db/changelog.xml::2::alice',
    ]);
    expect(folder.files.map(({ down }) => down !== undefined)).toEqual([true, true, false, true]);
    expect(folder.files.map(({ up }) => up.line)).toEqual([4, 2, 9, 8]);
    expect(folder.changelog).toEqual({ path: 'db/changelog.xml', searchPath: '' });
    expect(folder.faults).toEqual([]);
  });

  test('what the names of the changes say is told; what they do not say counts as contract', async () => {
    const folder = await read({ 'db/changelog.xml': xml, 'db/more.yaml': yaml });
    expect(folder.files.map((file) => opaqueFile(file, true).compatible.compatibility)).toEqual([
      'expand',
      'expand',
      'contract',
      'contract',
    ]);
  });

  test.each([
    ['nullable: false', 'contract'],
    ['nullable: true', 'expand'],
  ])('a new column with %s is %s', async (constraint, compatibility) => {
    const text = yaml.replace('type: text', `type: text, constraints: {${constraint}}`);
    const folder = await read({ 'db/changelog.yaml': text });
    expect(opaqueFile(folder.files[0]!, true).compatible.compatibility).toBe(compatibility);
  });

  test('of a Java project: includes from the search path, which is found above the changelog', async () => {
    const folder = await read(
      {
        'src/main/resources/db/changelog/db.changelog-master.yaml':
          'databaseChangeLog:\n  - includeAll: {path: classpath:/db/changelog/changes/}\n',
        'src/main/resources/db/changelog/changes/002.sql': sql,
        'src/main/resources/db/changelog/changes/001.sql': 'create table early (id int);',
      },
      'src/main/resources/db/changelog',
    );
    expect(folder.changelog?.searchPath).toBe('src/main/resources');
    expect(folder.files.map(({ id }) => id)).toEqual([
      'db/changelog/changes/001.sql::raw::includeAll',
      'db/changelog/changes/002.sql::1::alice',
      'db/changelog/changes/002.sql::add-note::bob',
      'db/changelog/changes/002.sql::3::bob',
    ]);
  });

  test('in formatted SQL: statements are linted on their own lines, and the way back is the one that is written', async () => {
    const folder = await read({ 'db/changelog.sql': sql });
    const [first, second, third] = folder.files;
    expect(first?.up.statements.map(({ sql: text, line }) => [text, line])).toEqual([
      ['create table orders (id int)', 4],
    ]);
    expect(first?.down?.statements.map(({ sql: text, line }) => [text, line])).toEqual([['drop table orders', 5]]);
    expect(second?.up.transactional).toBe(false);
    expect(second?.down?.statements).toMatchObject([{ sql: 'drop index note', line: 10 }]);
    expect(third?.down).toBeUndefined();
    expect(folder.files.map(({ opaque }) => opaque)).toEqual([undefined, undefined, undefined]);
  });

  test('an include that is not there, and a changelog that cannot be read, are faults with their lines', async () => {
    const folder = await read({ 'db/changelog.xml': xml });
    expect(folder.faults).toMatchObject([{ path: 'db/changelog.xml', line: 7, level: 'error' }]);
    const broken = await read({ 'db/changelog.xml': xml.slice(0, -5) });
    expect(broken.faults[0]?.what).toMatch(/^It cannot be read: line \d+/);
  });

  test('that includes itself ends', async () => {
    const folder = await read({ 'db/changelog.yaml': 'databaseChangeLog:\n  - include: {file: db/changelog.yaml}\n' });
    expect(folder.files).toEqual([]);
  });

  test('named by liquibase.properties, whose contexts leave changesets out', async () => {
    const folder = await read({
      'db/all.xml': xml,
      'db/more.yaml': yaml,
      'liquibase.properties': 'changeLogFile: all.xml\ncontexts=prod\n',
    });
    expect(folder.files.map(({ id }) => id)).not.toContain('db/all.xml::2::alice');
    expect(folder.files).toHaveLength(3);
  });

  test('none: each numbered changelog stands for itself', async () => {
    const folder = await read({ 'db/002-b.sql': sql, 'db/001-a.xml': xml.replace(/<include.*>/, '') });
    expect(folder.changelog?.path).toBeUndefined();
    expect(folder.files.map(({ id }) => id)).toEqual([
      'db/001-a.xml::1::alice',
      'db/001-a.xml::2::alice',
      'db/002-b.sql::1::alice',
      'db/002-b.sql::add-note::bob',
      'db/002-b.sql::3::bob',
    ]);
  });
});

test.each([
  [{ dbms: 'h2' }, true],
  [{ dbms: 'h2, postgresql' }, false],
  [{ dbms: '!postgresql' }, true],
  [{ context: 'test' }, true],
  [{ context: 'test or prod' }, false],
  [{ context: '!test and prod' }, false],
  [{ context: '(test)' }, false],
  [{ labels: 'v2' }, true],
  [{ labels: 'v1,v2' }, false],
  [{}, false],
])('a changeset with %p is left out: %p', (attributes, leftOut) => {
  const one = { ...formattedChangesets('x.sql', sql)[0]!, attributes };
  expect(isLeftOut(one, { contexts: ['prod'], labels: ['v1'] })).toBe(leftOut);
});
