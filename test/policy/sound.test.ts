// The short way to read a file says what the long way says, or nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDocument, sizeOfSuites } from '../../src/policy/document.ts';
import { longChecks, readSound } from '../../src/policy/sound.ts';
import { plain } from '../../src/policy/traced.ts';

/** What the reader of YAML says; undefined where it has a fault to tell. */
function theLongWay(text: string): unknown {
  const { tree, faults } = readDocument(text, 'f.yml', sizeOfSuites);
  return faults.length > 0 ? undefined : plain(tree);
}

function theShortWay(text: string, list = longChecks): unknown {
  return readSound(text, 'f.yml', sizeOfSuites, list)?.value;
}

test('whatever is pieced together, both ways agree', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ', ',
      ',',
      ': ',
      ':',
      ' ',
      '\n',
      '\n  ',
      '\n- ',
      '\n  - ',
      '- ',
      '"',
      "'",
      '#',
      ' #',
      '|',
      '>',
      '&a ',
      '*a',
      '!t ',
    ],
    ...[
      'a',
      'b c',
      '1',
      '-2',
      '0',
      '01',
      '1.5',
      '1e5',
      'on',
      'null',
      'true',
      '~',
      '5s',
      '2xx',
      '/x',
      '$.y',
      'http://z',
      '\\',
      '\t',
      '\r\n',
      'é',
      '---',
    ],
    ...[
      '{a: 1}',
      '{b: c, d: [1, 2]}',
      'k: {a: b}',
      '\n- {a: 1}\n- {b: 2}',
      '\nx: ',
      '\n  y: {z: 1}',
      '"q"',
      "'r'",
      '\nx: "',
      '\nx: |',
      '⟦0⟧',
    ],
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => `k: ${pieces.join('')}\n`);
  fc.assert(
    fc.property(text, (written) => {
      expect(theShortWay(written)).toEqual(theLongWay(written));
    }),
  );
});

test('the suites that we show are read the same by both ways', () => {
  const folder = 'docs/examples/smoke';
  for (const file of [...readdirSync(folder).map((name) => join(folder, name)), 'test/smoke/whole.yml']) {
    const text = readFileSync(file, 'utf8');
    expect([file, theShortWay(text)]).toEqual([file, theLongWay(text)]);
  }
});

test('the line of each item is that of the file', () => {
  const text = 'version: 1\n\nchecks:\n  - {id: a}\n  - {id: b}\n  # between\n  - id: c\n    x: {y: 1}\n  - {id: d}\n';

  expect(readSound(text, 'f.yml', sizeOfSuites, longChecks)?.lines).toEqual([4, 5, 7, 9]);
});

/** Slices of an item or two. */
const tiny = { key: 'k', least: 1, slice: 8 };

describe('a long list is read in slices', () => {
  const before = 'version: 1\n# of the list\nk: # here\n  # the first\n';

  test.each([
    [
      'maps of several lines',
      '  - a: 1\n    b:\n      - 2\n      - 3\n  - a: 4\n\n  # between\n  - {a: 5}\n  - {a: 6}\nz: 1\n',
    ],
    ['no line end at the end', '  - a: 1\n  - b: |\n      c'],
    ['texts that keep the lines behind them', '  - a: |+\n      b\n\n\n  - c: |+\n      d\n\n'],
    ['texts that look like items', '  - a: |\n      - b\n      - {c: 1}\n  - d: "e\n      - f"\n'],
    ['named values within one item', '  - a: &x 1\n    b: *x\n  - c: 2\n  - d: 3\n'],
    ['a named value that another item uses', '  - a: &x 1\n  - b: 2\n  - c: *x\n  - d: 3\n'],
    ['lists of lists', '  - - 1\n    - 2\n  - - 3\n  - [4, 5]\n  - 6\n'],
    ['a key without a name, which belongs to the map around', '  - a: 1\n  - b: 2\n  : c\n'],
    ['keys behind it', '  - a: 1\n  - b: 2\n  - c: 3\ny:\n  - 1\n  - 2\nz: 3\n'],
  ])('with %s, and means the same', (_name, list) => {
    const text = before + list;

    expect(theShortWay(text, tiny)).toBeDefined();
    expect(theShortWay(text, tiny)).toEqual(theLongWay(text));
  });

  test.each([
    ['a quoted text that does not end', '  - a: "b\n  - c: 1\n  - d: 2\n'],
    ['a map that ends behind a dash', '  - a: {b: 1,\n  - c: 1\n  - d: 2}\n'],
    ['a line further left', '  - a: 1\n - b: 2\n  - c: 3\n'],
    ['the same key behind it', '  - a: 1\n  - b: 2\n  - c: 3\nk: 1\n'],
    ['a second document', '  - a: 1\n  - b: 2\n---\n  - c: 3\n'],
    ['a name of nothing', '  - a: 1\n  - b: *y\n  - c: 3\n'],
  ])('and %s is a fault by either way', (_name, list) => {
    expect(theShortWay(before + list, tiny)).toBeUndefined();
    expect(theLongWay(before + list)).toBeUndefined();
  });

  test('also where it stands at the left edge', () => {
    const text = 'k:\n- a: 1\n- b: 2\n# c\n- d: 3\nz: 1\n';

    expect(theShortWay(text, tiny)).toEqual(theLongWay(text));
  });

  test('of which the values are counted all the same', () => {
    const text = `k:\n${'  - [1, 2, 3]\n  - {a: 1, b: 2}\n'.repeat(10)}`;
    const most = (values: number) => ({ ...sizeOfSuites, values });

    expect(readSound(text, 'f.yml', most(120), tiny)).toBeDefined();
    expect(readSound(text, 'f.yml', most(50), tiny)).toBeUndefined();
  });

  test('its items keep their lines', () => {
    const text = `${before}  - a: 1\n    b: 2\n  - {c: 3}\n  - {d: 4}\n\n  - e: 5\n`;

    expect(readSound(text, 'f.yml', sizeOfSuites, tiny)?.lines).toEqual([5, 7, 8, 10]);
  });

  test('whatever its items are', () => {
    const line = fc.constantFrom(
      ...[
        '- a',
        '- a: 1',
        '- {a: 1}',
        '- {a: yes}',
        '- [1,',
        '- "x',
        "- 'y'",
        '- a: |',
        '- a: |+',
        '- >',
        '- &x 1',
        '- *x',
        '- - 1',
        '-',
        '- #',
      ],
      ...['a: 1', 'b: 2', 'c', '{d: 1}', ']', 'y"', '# e', '', '---', 'z: 1', '"⟦0⟧"', '\tf', '? g', ': h'],
    );
    const indented = fc.tuple(fc.constantFrom('', ' ', '  ', '    ', '      '), line).map((parts) => parts.join(''));
    const text = fc.array(indented, { maxLength: 12 }).map((lines) => `k:\n  - first: 1\n${lines.join('\n')}`);
    fc.assert(
      fc.property(text, (written) => {
        expect(theShortWay(written, tiny)).toEqual(theLongWay(written));
      }),
    );
  });
});

test('a key that stands twice in a value that is used twice is one fault', () => {
  const { faults } = readDocument('a: &x {b: 1, b: 2}\nc: *x\n', 'f.yml');

  expect(faults.map(({ line, column, what }) => [line, column, what])).toEqual([
    [1, 14, 'this key stands twice in the same map'],
  ]);
});
