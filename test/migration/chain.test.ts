// Alembic's chain of revisions: order, merges, several heads, and names of nothing.
import { describe, expect, test } from '@jest/globals';
import { chained } from '../../src/migration/chain.ts';

const file = (id: string, down: string) => ({
  path: `versions/${id}_x.py`,
  text: `"""${id}"""\nfrom alembic import op\n\nrevision: str = '${id}'\ndown_revision: Union[str, None] = ${down}\nbranch_labels = None\n`,
});
const ids = (made: ReturnType<typeof chained>) => made.files.map(({ path }) => path.slice(9, -5));

describe('a chain', () => {
  test('is followed from its first file, whatever the names of the files say', () => {
    const made = chained([file('b2', "'c1'"), file('c1', 'None'), file('a3', '"b2"')]);

    expect([ids(made), made.faults]).toEqual([['c1', 'b2', 'a3'], []]);
  });

  test('with a merge has one head, behind both of its branches', () => {
    const made = chained([file('m4', "('a2', 'b2')"), file('a2', "'c1'"), file('b2', "'c1'"), file('c1', 'None')]);

    expect(ids(made)[0]).toBe('c1');
    expect(ids(made).at(-1)).toBe('m4');
    expect(made.faults).toEqual([]);
  });

  test('with a merge over several lines too', () => {
    const merge = { path: 'versions/m4_x.py', text: "revision = 'm4'\ndown_revision = (\n    'a2',\n    'b2',\n)\n" };

    expect(chained([merge, file('a2', 'None'), file('b2', 'None')]).faults).toEqual([]);
  });

  test('with several heads names each, and how to join them', () => {
    const [fault, ...more] = chained([file('c1', 'None'), file('a2', "'c1'"), file('b2', "'c1'")]).faults;

    expect(more).toEqual([]);
    expect(fault).toMatchObject({ level: 'error', rule: 'several-heads', path: 'versions/b2_x.py', line: 5 });
    expect(fault?.what).toBe('The migrations have 2 heads: a2 (versions/a2_x.py) and b2 (versions/b2_x.py)');
    expect(fault?.fix).toContain('alembic merge heads');
  });

  test('that comes after a revision without a file is broken, and the file is kept in the order', () => {
    const made = chained([file('a2', "'gone'")]);

    expect(ids(made)).toEqual(['a2']);
    expect(made.faults).toMatchObject([
      { rule: 'missing-revision', what: 'It comes after revision gone, and no file has that' },
    ]);
  });

  test('that bites its own tail has no head, and loses no file', () => {
    expect(ids(chained([file('a', "'b'"), file('b', "'a'")]))).toEqual(['a', 'b']);
  });
});
