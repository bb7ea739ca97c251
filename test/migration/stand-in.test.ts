// Placeholders of tools that fill them in: a name stands in for each, and what stands around it is judged in its place.
import { describe, expect, test } from '@jest/globals';
import { withStandIns } from '../../src/migration/stand-in.ts';
import { lint } from './reading.ts';

const told = async (text: string, tool = 'flyway') => {
  const linted = await lint({ 'V1__a.sql': text }, { tool });
  return {
    faults: linted.flatMap(({ faults }) => faults),
    compatibility: linted[0]?.compatible.compatibility,
  };
};

describe('a placeholder', () => {
  test('that stands for a name is read, and this is said', async () => {
    const { faults, compatibility } = await told(
      'alter table ${schema}.orders add column note text;\ncreate index ${prefix}note on ${schema}.orders (note);\n',
    );

    expect(compatibility).toBe('expand');
    expect(faults.find(({ rule }) => rule === 'template-in-sql')).toMatchObject({
      level: 'info',
      what: expect.stringContaining('linted with stand-ins for 3 placeholders'),
    });
    const index = faults.find(({ rule }) => rule === 'create-index-not-concurrently');
    expect([index?.line, index?.column]).toEqual([2, 1]);
  });

  test('is the same thing wherever it stands: an index on a table of the same file blocks nobody', async () => {
    const { faults } = await told(
      'create table {{ index .Options "Namespace" }}.a (id int);\ncreate index b on {{ index .Options "Namespace" }}.a (id);\n',
    );

    expect(faults.map(({ rule }) => rule)).not.toContain('create-index-not-concurrently');
  });

  test('that removes is a contract all the same', async () => {
    expect((await told('drop table ${flyway:defaultSchema}.orders;')).compatibility).toBe('contract');
  });

  test.each([
    ['words of SQL', 'alter table orders ${what} column note text;'],
    ['a whole statement', '${everything};'],
    ['logic', '{% if big %}drop table orders;{% endif %}'],
  ])('that brings %s leaves the file unread', async (_, text) => {
    const { faults, compatibility } = await told(text);

    expect(compatibility).toBe('contract');
    expect(faults.find(({ rule }) => rule === 'template-in-sql')?.level).toBe('error');
  });

  test.each(['plain-sql', 'dbmate', 'golang-migrate'])('is an error with %s, which fills nothing in', async (tool) => {
    const text = tool === 'dbmate' ? '-- migrate:up\nselect ${a};\n-- migrate:down\n' : 'select ${a};';
    const linted = await lint({ '1_a.sql': text }, { tool });

    expect(linted[0]?.faults.find(({ rule }) => rule === 'template-in-sql')?.level).toBe('error');
  });

  test('keeps every place in the text', () => {
    const text = 'select ${a}, "${Big Name}", {{ c }} from ${a};';
    const stood = withStandIns(text, 'liquibase');

    expect(stood.text).toHaveLength(text.length);
    expect(stood).toEqual({ text: 'select p_a_, "p_big_name_", p__c___ from p_a_;', placeholders: 4 });
  });
});
