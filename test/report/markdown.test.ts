// Escaping, links, code and instants, case by case; and no text at all gets out of its cell.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { marked } from 'marked';
import { instant, span } from '../../src/report/instant.ts';
import { code, escapeText, inline, link, spoken, tableHead, tableRow } from '../../src/report/markdown.ts';

const allowed = { links: ['https://github.com', 'https://wiki.example/shop/'] };

describe('escapeText', () => {
  test.each([
    ['<b> & </b>', '&lt;b&gt; &amp; &lt;/b&gt;'],
    ['a|b`c', 'a&#124;b&#96;c'],
    ['![x](y)', '!&#91;x&#93;(y)'],
    ['@alice, 7 @ 9', '@\u200Balice, 7 @ 9'],
    ['shop#3 GH-4', 'shop#\u200B3 GH-\u200B4'],
    ['# heading', '#\u200B heading'],
    ['- item', '&#45; item'],
    ['---', '&#45;--'],
    ['-f how=flag', '-f how=flag'],
    ['1. item', '1&#46; item'],
    ['0.1 %', '0.1 %'],
    ['legacy_id _em_', 'legacy_id &#95;em&#95;'],
    ['https://x.example', 'https&#58;//x.example'],
    ['www.x.example', 'www&#46;x.example'],
    ['two\nlines\tand  more ', 'two lines and more'],
    ['\u202Eevil\u0007', 'evil'],
    ['$x$', '&#36;x&#36;'],
  ])('turns “%s” into “%s”', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
  });

  test('shows any text as it stands and as nothing else, in a cell and at the start of a line', () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(...'<>|`[]()!*_~#@:/\\-+=1. \n&$a'), maxLength: 30 }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const page = `${tableHead(['A', 'B'])}\n${tableRow([escapeText(text), 'end'])}\n\n${escapeText(text)}\n`;
        const html = marked.parse(page, { async: false, gfm: true });

        const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map((match) => match[1]));
        for (const tag of tags) expect(['table', 'thead', 'tbody', 'tr', 'th', 'td', 'p']).toContain(tag);
        expect(html).toMatch(/<td>end<\/td>/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('link', () => {
  test.each([
    ['https://github.com/a/b', '[x](https://github.com/a/b)'],
    ['https://wiki.example/shop/page', '[x](https://wiki.example/shop/page)'],
    ['https://wiki.example/shop', '[x](https://wiki.example/shop)'],
    ['https://github.com/a(b)|c d', '[x](https://github.com/a%28b%29%7Cc%20d)'],
  ])('leads to %s', (href, shown) => {
    expect(link('x', href, allowed)).toBe(shown);
  });

  test.each([
    'https://evil.example/',
    'https://github.com.evil.example/',
    'https://github.com@evil.example/',
    'https://bob:secret@github.com/',
    'http://github.com/',
    'https://wiki.example/other',
    'https://wiki.example/shopping',
    'javascript:alert(1)',
    'data:text/html,x',
    '//github.com/a',
    '/a',
    '',
  ])('shows “%s” as text', (href) => {
    expect(link('x', href, allowed)).not.toContain('](');
  });

  test('shows the address when there is no text', () => {
    expect(link('', 'https://github.com/a', allowed)).toBe('[https&#58;//github.com/a](https://github.com/a)');
  });
});

test('code stands between backticks unless something in it could end them', () => {
  expect(code('a_b @c')).toBe('`a_b @c`');
  expect(code('a`b')).toBe('<code>a&#96;b</code>');
  expect(code('a|b')).toBe('<code>a&#124;b</code>');
  expect(code(' ')).toBe('');
});

test('a phrase joins its parts, keeps the spaces between them, and ends where it is too long', () => {
  expect(inline(['at ', { code: 'x' }, ' and ', { strong: '4 %' }, '.'], allowed)).toBe('at `x` and **4 %**.');
  expect(inline('x '.repeat(2_500), allowed)).toHaveLength(2_001);
});

test('a word that would widen its table may be broken, and nothing in it comes alive by that', () => {
  expect(escapeText('x'.repeat(59))).toBe('x'.repeat(59));
  expect(escapeText(`say ${'x'.repeat(60)}`)).toBe(`say ${'x'.repeat(20)}<wbr>${'x'.repeat(20)}<wbr>${'x'.repeat(20)}`);
  expect(escapeText(`${'<'.repeat(60)}`)).toBe([...Array(3)].map(() => '&lt;'.repeat(20)).join('<wbr>'));
  expect(escapeText(`${'-'.repeat(19)}@alice${'-'.repeat(40)}`)).toContain('@<wbr>alice');
  expect(escapeText('\uF8FF'.repeat(80))).toBe('');
  expect(tableRow([inline('|'.repeat(60), allowed)]).match(/\|/g)).toHaveLength(2);
});

test('a title has code between paired backticks only', () => {
  expect(inline(spoken('to `v1` now'), allowed)).toBe('to `v1` now');
  expect(inline(spoken('an `unpaired one'), allowed)).toBe('an &#96;unpaired one');
});

describe('instants', () => {
  const now = Date.UTC(2026, 10, 20, 15);
  test.each([
    [Date.UTC(2026, 10, 20, 14, 7, 59), '14:07'],
    [Date.UTC(2026, 10, 19, 23, 59), '19 Nov 23:59'],
    [Date.UTC(2025, 10, 20, 14, 7), '20 Nov 2025 14:07'],
    [Number.NaN, '1 Jan 1970 00:00'],
  ])('%i is “%s”', (at, words) => {
    expect(instant(at, now)).toBe(words);
  });

  test.each([
    [Date.UTC(2026, 10, 20, 14, 7), Date.UTC(2026, 10, 20, 14, 12), '14:07–14:12'],
    [Date.UTC(2026, 10, 20, 14, 7, 1), Date.UTC(2026, 10, 20, 14, 7, 58), '14:07'],
    [Date.UTC(2026, 10, 19, 14, 7), Date.UTC(2026, 10, 19, 14, 12), '19 Nov 14:07–14:12'],
    [Date.UTC(2026, 10, 19, 23, 55), Date.UTC(2026, 10, 20, 0, 5), '19 Nov 23:55–00:05'],
    [Date.UTC(2026, 10, 18, 23, 55), Date.UTC(2026, 10, 19, 0, 5), '18 Nov 23:55–19 Nov 00:05'],
  ])('from %i to %i is “%s”', (from, to, words) => {
    expect(span(from, to, now)).toBe(words);
  });
});
